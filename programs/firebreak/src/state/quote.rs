//! A maker's standing quote.

use super::{EngineQuoteTerms, MarginAccount};
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
    /// Slot in which the maker's account was opened.
    pub opened: u64,
    /// Room to grow; zero.
    pub reserved: [u64; 7],
}

impl Quote {
    /// Bytes of the account, discriminator included.
    pub const SPACE: usize = 8 + std::mem::size_of::<Self>();

    /// What must hold whenever the account is read.
    pub fn invariant(&self) -> Result<()> {
        require!(self.version == LAYOUT_VERSION, FirebreakError::WrongVersion);
        Ok(())
    }

    /// Refuses a quote of another market, or of an account that was closed since. That it lies with `maker`'s address is the
    /// instruction's to check.
    pub fn require_for(&self, maker: &MarginAccount, market: u16) -> Result<()> {
        self.invariant()?;
        require!(self.market == market && self.opened == maker.opened, FirebreakError::WrongQuote);
        Ok(())
    }
}
