//! One thing to do, with what it is expected to come to.

use crate::{
    book::Book,
    inventory::Wallet,
    predict::{Desk, No, Step},
};
use firebreak_client::{risk::Now, Pubkey, ID};
use solana_instruction::Instruction;

/// What a keeper may be asked to do; each is on or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Job {
    /// Bring a market's price up to its sources.
    Refresh,
    /// Bring funding, margin lines and a market's breaker up to the clock.
    Funding,
    /// Start an account's liquidation clock, or clear its flag.
    Flag,
    /// Take a position over into the keeper's own account.
    TakeOver,
    /// Close a position against standing quotes.
    IntoQuotes,
    /// Sell an account's collateral.
    Collateral,
    /// Declare an account bankrupt.
    Declare,
    /// Close a bankrupt position against the other side.
    Deleverage,
    /// Pay a market's deficit from its pot, from insurance, from claims.
    ShareLoss,
    /// Convert what an account that left a loss holds elsewhere.
    Recover,
    /// Mark positions to the price and collect what they owe.
    Settle,
    /// Keep a market's boards of winners and worst accounts up to date.
    Rank,
    /// Run owners' standing orders.
    Orders,
    /// Trip and release the global breaker.
    Breakers,
    /// Close positions that are too small for anybody else.
    Dust,
    /// Move what was sent to the vault past the program into insurance.
    Skim,
    /// Publish markets' public records.
    Reports,
    /// End a market that has long had no price.
    Settlement,
    /// Reduce what the keeper took over.
    Unwind,
    /// Turn the keeper's own claims into capital.
    Convert,
}

impl Job {
    /// All jobs.
    pub const ALL: [Self; 20] = [
        Self::Refresh,
        Self::Funding,
        Self::Flag,
        Self::TakeOver,
        Self::IntoQuotes,
        Self::Collateral,
        Self::Declare,
        Self::Deleverage,
        Self::ShareLoss,
        Self::Recover,
        Self::Settle,
        Self::Rank,
        Self::Orders,
        Self::Breakers,
        Self::Dust,
        Self::Skim,
        Self::Reports,
        Self::Settlement,
        Self::Unwind,
        Self::Convert,
    ];
}

/// An account's bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Its address.
    pub key: Pubkey,
    /// Program that owns it.
    pub owner: Pubkey,
    /// Its data, discriminator included.
    pub data: Vec<u8>,
}

/// Instructions that belong together, in order: they go into one transaction or not at all.
#[derive(Clone, Debug)]
pub struct Action {
    /// What it is for.
    pub job: Job,
    /// The market it is mainly about.
    pub market: Option<u16>,
    /// The margin account it is mainly about.
    pub account: Option<Pubkey>,
    /// Markets whose refresh, planned before it in the same plan, it counts on.
    pub needs: Vec<u16>,
    /// What it consists of.
    pub steps: Vec<Step>,
    /// What to send, one instruction a step.
    pub instructions: Vec<Instruction>,
    /// Compute units it needs, estimated from the program's measured budgets; simulation says the exact number.
    pub compute: u32,
    /// What it pays the keeper, in atoms: reward and penalty share, less what unwinding is expected to cost.
    pub gain: i64,
    /// What it costs in fees, in atoms.
    pub cost: u64,
    /// Who acts.
    pub wallet: Wallet,
    /// The clock it was planned for.
    pub now: Now,
    /// Every account it looks at, as it was when it was planned: on the chain, or after the actions planned before it.
    pub before: Vec<Snapshot>,
    /// Every account it changes, as it is expected to be afterwards at the clock it was planned for.
    pub expected: Vec<Snapshot>,
}

impl Action {
    /// What it makes of the accounts in `before` at another clock: that of the slot in which it was carried out.
    ///
    /// # Errors
    /// Says why the program would have refused it.
    pub fn predict(&self, at: Now) -> Result<Vec<Snapshot>, No> {
        let mut book = Book::new();
        // Other programs' accounts are wanted only once the markets that name them are known.
        let (own, others): (Vec<_>, Vec<_>) = self.before.iter().partition(|snapshot| snapshot.owner == ID);
        for snapshot in own.into_iter().chain(others) {
            let taken = book.apply(&snapshot.key, &snapshot.owner, at.slot, &snapshot.data);
            taken.map_err(|_| No::Missing("an account that the action looked at"))?;
        }
        self.predict_on(&book, at)
    }

    /// What it makes of the accounts of `book`.
    ///
    /// # Errors
    /// Says why the program would refuse it.
    pub fn predict_on(&self, book: &Book, at: Now) -> Result<Vec<Snapshot>, No> {
        let mut desk = Desk::new(book, self.wallet, at);
        for step in &self.steps {
            step.take(&mut desk)?;
        }
        Ok(desk.commit().after)
    }
}
