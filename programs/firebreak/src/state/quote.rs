//! A maker's standing quote.

use super::EngineQuoteTerms;
use crate::{constants::LAYOUT_VERSION, errors::FirebreakError};
use anchor_lang::prelude::*;

/// A two-sided quote of one account in one market.
#[account(zero_copy)]
#[derive(Debug)]
pub struct Quote {
    /// Layout version.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// Index of the market.
    pub market: u16,
    /// Zero.
    pub padding: u32,
    /// The maker's margin account.
    pub account: Pubkey,
    /// Sizes, offsets, limits, expiry.
    pub terms: EngineQuoteTerms,
    /// Room to grow; zero.
    pub reserved: [u64; 8],
}

impl Quote {
    /// Bytes of the account, discriminator included.
    pub const SPACE: usize = 8 + std::mem::size_of::<Self>();

    /// What must hold whenever the account is read.
    pub fn invariant(&self) -> Result<()> {
        require!(self.version == LAYOUT_VERSION, FirebreakError::WrongVersion);
        Ok(())
    }
}
