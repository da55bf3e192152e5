//! What became of a bundle.

use solana_transaction::Signature;

/// What became of a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was executed and succeeded.
    Won {
        /// Its signature.
        signature: Signature,
        /// The slot it was executed in.
        slot: u64,
        /// Lamports it cost.
        fee: u64,
        /// Compute units it asked for.
        limit: u32,
        /// Compute units the simulation used.
        used: u64,
    },
    /// Somebody else did it first: what it was to act on has changed since it was planned.
    Lost {
        /// Whether it cost a fee: it was executed and failed.
        paid: bool,
        /// What the chain said.
        why: String,
    },
    /// The chain refuses it although nothing has changed.
    Refused {
        /// Whether it cost a fee.
        paid: bool,
        /// What the chain said.
        why: String,
    },
    /// It needs what an earlier bundle of the same round does, and that has not landed yet; what the simulation said.
    Postponed(String),
    /// It would cost more than it gains.
    Unprofitable {
        /// Lamports it would cost.
        fee: u64,
    },
    /// Planned and simulated; nothing is sent.
    DryRun {
        /// Compute units the simulation used.
        used: u64,
    },
    /// It did not reach the chain: nobody answered, nobody can pay.
    NotSent(String),
    /// Its blockhash expired before anybody executed it.
    Expired(Signature),
    /// Nobody has seen it for as long as the configuration waits.
    Unseen(Signature),
}

impl Outcome {
    /// Its name in figures, logs and events.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Won { .. } => "won",
            Self::Lost { .. } => "lost",
            Self::Refused { .. } => "refused",
            Self::Postponed(_) => "postponed",
            Self::Unprofitable { .. } => "unprofitable",
            Self::DryRun { .. } => "dry-run",
            Self::NotSent(_) => "not-sent",
            Self::Expired(_) => "expired",
            Self::Unseen(_) => "unseen",
        }
    }

    /// Whether a transaction was sent.
    pub const fn was_sent(&self) -> bool {
        matches!(
            self,
            Self::Won { .. }
                | Self::Lost { paid: true, .. }
                | Self::Refused { paid: true, .. }
                | Self::Expired(_)
                | Self::Unseen(_)
        )
    }

    /// Whether the same action should rest for a while.
    pub const fn is_trouble(&self) -> bool {
        !matches!(self, Self::Won { .. } | Self::Lost { .. } | Self::Postponed(_))
    }
}
