//! What happens outside the protocol: prices on venues, depth, congestion. Nothing here decides who owes what; that is the engine's.
//!
//! Only the four operations and square roots are used on floats, which are exact to the bit on every machine, so a seed means the same
//! bytes everywhere.

mod liquidity;
mod path;
mod place;

pub use liquidity::Liquidity;
pub use path::level;
pub use place::{Place, Sources};

use firebreak_risk::Now;

/// Milliseconds of a slot.
pub const SLOT_MS: u64 = 400;
/// When every simulation begins, Unix seconds. A round moment; nothing depends on it.
pub const START: i64 = 1_760_000_000;
/// Slot in which it begins.
pub const FIRST_SLOT: u64 = 1_000_000;
/// Atoms in a USD.
pub const USD: f64 = 1_000_000.0;
/// Ticks in a USD.
pub const TICKS: f64 = 100_000_000.0;

/// The chain's clock after `slots`.
pub fn clock(slots: u64) -> Now {
    Now { slot: FIRST_SLOT + slots, time: START + (slots * SLOT_MS / 1_000) as i64 }
}

/// USD as atoms.
pub fn atoms(usd: f64) -> u64 {
    (usd * USD).round().max(0.0) as u64
}

/// Atoms as USD.
pub fn usd(atoms: u64) -> f64 {
    atoms as f64 / USD
}
