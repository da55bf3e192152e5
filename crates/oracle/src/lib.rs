//! Byte readers of Solana price accounts, and writers of the same layouts for a local cluster.
//!
//! [`read`] takes the raw data of an account and returns a [`Reading`], or a [`Refusal`] that says which field was
//! wrong. It judges everything that the bytes alone can tell: kind, length, verification, trading status, sign,
//! exponent, number of samples. What it cannot judge, and what every caller must therefore check itself:
//!
//! * the account's **key and owner program**: anybody can own an account with these bytes;
//! * the **feed id** against the market's: owner and discriminator prove "some feed", not "this feed";
//! * the **age** of [`Reading::publish_time`] and of [`Reading::oldest_slot`], and that neither lies in the future;
//! * the **confidence** against the market's bound.
//!
//! One module per provider holds the layout once, as offsets; reader and writer both use it. The offsets go back to
//! the providers' own sources (named in each module) and were checked against real accounts. Structs of the
//! providers' crates are not used: their alignment and field order differ between compilers.
//!
//! The crate is meant for a hot on-chain instruction: no allocation, no dependency, no panic, and 128-bit division
//! only where a scale forces it.
#![no_std]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod bytes;
mod reading;
mod refusal;

pub mod pyth_legacy;
pub mod pyth_update;
pub mod switchboard_ondemand;
pub mod switchboard_v2;
pub mod write;

pub use reading::Reading;
pub use refusal::Refusal;

/// Which layout an account has. Stored in markets as one byte; zero is invalid on purpose, so that a field nobody
/// filled in reads nothing.
#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Pyth `PriceUpdateV2`, owned by a Pyth receiver program.
    PythUpdate = 1,
    /// Switchboard On-Demand `PullFeedAccountData`.
    SwitchboardOnDemand = 2,
    /// Pyth's push price account of before 2024, version 2.
    PythLegacy = 3,
    /// Switchboard V2 `AggregatorAccountData`.
    SwitchboardV2 = 4,
}

impl Kind {
    /// All kinds, in the order of their bytes.
    pub const ALL: [Self; 4] = [Self::PythUpdate, Self::SwitchboardOnDemand, Self::PythLegacy, Self::SwitchboardV2];

    /// The kind's name in the command line's output and in logs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PythUpdate => "pyth_price_update_v2",
            Self::SwitchboardOnDemand => "switchboard_on_demand",
            Self::PythLegacy => "pyth_legacy",
            Self::SwitchboardV2 => "switchboard_v2",
        }
    }
}

impl TryFrom<u8> for Kind {
    type Error = Refusal;

    fn try_from(byte: u8) -> Result<Self, Refusal> {
        match byte {
            1 => Ok(Self::PythUpdate),
            2 => Ok(Self::SwitchboardOnDemand),
            3 => Ok(Self::PythLegacy),
            4 => Ok(Self::SwitchboardV2),
            other => Err(Refusal::UnknownKind(other)),
        }
    }
}

/// Reads a price account's data as `kind`. `data` is the whole data, discriminator included; bytes beyond the layout
/// are ignored. See the crate's notes for what is left to the caller.
///
/// # Errors
/// The first [`Refusal`] that applies. Never panics, whatever the bytes.
#[inline]
pub fn read(kind: Kind, data: &[u8]) -> Result<Reading, Refusal> {
    match kind {
        Kind::PythUpdate => pyth_update::read(data),
        Kind::SwitchboardOnDemand => switchboard_ondemand::read(data),
        Kind::PythLegacy => pyth_legacy::read(data),
        Kind::SwitchboardV2 => switchboard_v2::read(data),
    }
}
