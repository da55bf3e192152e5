//! Instructions by family, one a file: load, validate, call the engine, write, check the invariant, emit.

pub mod governance;
pub mod insurer;
pub mod keeper;
pub mod markets;
pub mod trader;

pub use governance::*;
pub use insurer::*;
pub use keeper::*;
pub use trader::*;

use anchor_lang::prelude::*;
use firebreak_risk::Now;

/// The chain's clock, as the engine takes it.
pub fn now() -> Result<Now> {
    let clock = Clock::get()?;
    Ok(Now { slot: clock.slot, time: clock.unix_timestamp })
}
