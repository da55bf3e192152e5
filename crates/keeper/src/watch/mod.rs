//! What the chain tells: a websocket that tells changes, complete readings that find what it did not tell, and a view that knows how old it
//! is.
//!
//! Nothing that is told is believed without a look. What is refused is counted by reason and changes nothing:
//! * an account of another owner, length or type (the book refuses it),
//! * a notification of an older slot than the one before it on the same subscription,
//! * a reading of an older slot than the view may be old, or one in which the protocol or a market is missing.

mod slots;
mod stream;
mod view;
#[cfg(test)]
mod view_tests;

pub use slots::Slots;
pub use stream::{start, Told, Wanted};
pub use view::{mark, Stale, View};

use solana_clock::Clock;

/// The sysvar account of the clock.
pub const CLOCK: crate::Pubkey = crate::Pubkey::from_str_const("SysvarC1ock11111111111111111111111111111111");

/// The program that owns sysvars.
pub const SYSVARS: crate::Pubkey = crate::Pubkey::from_str_const("Sysvar1111111111111111111111111111111111111");

/// Reads the clock out of its account.
pub fn clock(data: &[u8]) -> Option<crate::Now> {
    let clock: Clock = bincode::deserialize(data).ok()?;
    Some(crate::Now { slot: clock.slot, time: clock.unix_timestamp })
}
