//! Everything the program holds, as far as it has been seen.

mod refused;

pub use refused::Refused;

use firebreak_client::{risk::Now, Pubkey};
use std::collections::HashSet;

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
    /// The protocol, the insurance fund or a vault's record.
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
}

/// An account that is to be acted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The margin account.
    pub key: Pubkey,
    /// Health of its LiqEnd line, in atoms: the worst comes first.
    pub liq_end: i64,
    /// Health of its Maint line.
    pub maint: i64,
    /// Capital less debts.
    pub solvency: i64,
}

impl Book {
    /// Takes an account in as it was at `slot`.
    ///
    /// # Errors
    /// Names what is wrong with it; the book is then unchanged.
    pub fn apply(&mut self, key: &Pubkey, owner: &Pubkey, slot: u64, data: &[u8]) -> Result<Change, Refused> {
        let _ = (key, data);
        if *owner != firebreak_client::ID {
            return Err(Refused::Owner(*owner));
        }
        self.slot = self.slot.max(slot);
        Ok(Change::Other)
    }

    /// Forgets an account that was closed at `slot`. Says whether there was one.
    pub fn remove(&mut self, key: &Pubkey, slot: u64) -> bool {
        let _ = (key, slot);
        false
    }

    /// After everything was fetched at `slot`: forgets what is older and was not among it. Returns how many.
    pub fn forget_missing(&mut self, slot: u64, present: &HashSet<Pubkey>) -> usize {
        let _ = (slot, present);
        0
    }

    /// Accounts of other programs that the book wants to see through [`Self::apply`]: price accounts and vaults.
    pub fn watched(&self) -> Vec<Pubkey> {
        vec![]
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
}
