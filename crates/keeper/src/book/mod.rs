//! Everything the program holds, as far as it has been seen.
//!
//! What a price move asks of a keeper, it asks of all accounts at once: so what health needs of an account lies in columns
//! ([`hot`]), and everything else packed beside it ([`cold`]). Markets, quotes, orders and the rest are few and lie decoded.

mod accounts;
mod apply;
mod cold;
mod decode;
mod hot;
mod judge;
mod others;
mod refused;
mod rescore;
mod winners;

pub use decode::{is, read, write, Known};
pub use judge::{Planned, Table};
pub use others::{Held, Watched};
pub use refused::Refused;
pub use rescore::{Due, Rescored};
pub use winners::Standing;

use accounts::Accounts;
use firebreak_client::{
    program::state::{Collateral, Insurance, Market, Order, Protocol, Quote, RiskReport},
    risk::Now,
    Pubkey,
};
use hot::Hot;
use others::Kept;
use std::collections::BTreeMap;

/// What an account that was taken in means for the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Market number so-and-so is another: its accounts want to be rescored.
    Market(u16),
    /// A margin account.
    Account,
    /// A maker's quote.
    Quote,
    /// A standing order.
    Order,
    /// The record of collateral number so-and-so is another: accounts that hold collateral want to be judged anew.
    Collateral(u16),
    /// The protocol or the insurance fund.
    Global,
    /// A public record.
    Report,
    /// A price account or a vault that was asked for.
    Watched,
    /// An account of the program that a keeper has no use for.
    Other,
    /// The bytes are those that were there.
    Nothing,
}

/// The book.
#[derive(Default)]
pub struct Book {
    now: Now,
    slot: u64,
    version: u64,
    hot: Hot,
    accounts: Accounts,
    markets: Vec<Option<Held<Market>>>,
    protocol: Option<Held<Protocol>>,
    insurance: Option<Held<Insurance>>,
    collaterals: Vec<Option<Held<Collateral>>>,
    quotes: Kept<Quote>,
    orders: Kept<Order>,
    reports: Kept<RiskReport>,
    watched: BTreeMap<Pubkey, Watched>,
    gone: BTreeMap<Pubkey, u64>,
}

impl Book {
    /// An empty book.
    pub fn new() -> Self {
        Self::default()
    }

    /// The chain's clock.
    pub fn set_clock(&mut self, now: Now) {
        self.now = now;
    }

    /// The clock as last set.
    pub fn now(&self) -> Now {
        self.now
    }

    /// The newest slot anything was seen at.
    pub fn slot(&self) -> u64 {
        self.slot
    }

    /// Slots since anything was seen, at `slot`.
    pub fn age(&self, slot: u64) -> u64 {
        slot.saturating_sub(self.slot)
    }

    /// Bytes an account takes in the columns that a rescore reads, spare room included.
    pub fn bytes_hot(&self) -> usize {
        self.hot.bytes()
    }

    /// Bytes of the rest: addresses and their index, and the packed bytes.
    pub fn bytes_cold(&self) -> (usize, usize) {
        self.accounts.bytes()
    }
}
