//! Instructions by family, one a file: load, validate, call the engine, write, check the invariant, emit.

pub mod governance;
pub mod insurer;
pub mod keeper;
pub mod markets;
pub mod parties;
pub mod trader;

pub use governance::*;
pub use insurer::*;
pub use keeper::*;
pub use trader::*;

use crate::errors::FirebreakError;
use anchor_lang::prelude::*;
use anchor_spl::token::TokenAccount;
use firebreak_risk::Now;

/// The chain's clock, as the engine takes it.
pub fn now() -> Result<Now> {
    let clock = Clock::get()?;
    Ok(Now { slot: clock.slot, time: clock.unix_timestamp })
}

/// Refuses by name what the token program would refuse by number.
pub fn require_tokens(from: &TokenAccount, authority: &Pubkey, amount: u64) -> Result<()> {
    let available = if from.owner == *authority {
        from.amount
    } else {
        require!(from.delegate.contains(authority), FirebreakError::NotTokenAuthority);
        from.amount.min(from.delegated_amount)
    };
    require!(available >= amount, FirebreakError::InsufficientTokens);
    Ok(())
}
