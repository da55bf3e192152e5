//! A maker's standing quote.

use super::{layouts::Laid, EngineQuoteTerms, MarginAccount};
use crate::errors::FirebreakError;
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
    pub reserved: [u64; ROOM],
}

/// Layout 2 keeps in the first word the slot in which the quote was brought up from layout 1; 0 when it was posted in layout 2.
const ROOM: usize = 7;

#[cfg(not(feature = "layout-2"))]
impl Laid for Quote {}

#[cfg(feature = "layout-2")]
impl Laid for Quote {
    const VERSION: u8 = 2;
    const OLDER: &'static [super::layouts::Older] = &[super::layouts::Older {
        space: Self::SPACE,
        upgrade: |bytes, now| {
            let quote: &mut Self = bytemuck::try_from_bytes_mut(bytes).map_err(|_| FirebreakError::UnknownLayout)?;
            quote.reserved[0] = now.slot;
            Ok(())
        },
    }];
}

impl Quote {
    /// Bytes of the account, discriminator included.
    pub const SPACE: usize = 8 + std::mem::size_of::<Self>();

    /// What must hold whenever the account is read.
    pub fn invariant(&self) -> Result<()> {
        require!(self.version == Self::VERSION, FirebreakError::WrongVersion);
        Ok(())
    }

    /// Lots it still buys and sells.
    pub fn left(&self) -> [u64; 2] {
        [self.terms.bid_size, self.terms.ask_size]
    }

    /// Refuses a quote of another market, or of an account that was closed since. That it lies with `maker`'s address is the
    /// instruction's to check.
    pub fn require_for(&self, maker: &MarginAccount, market: u16) -> Result<()> {
        self.invariant()?;
        require!(self.market == market && self.opened == maker.opened, FirebreakError::WrongQuote);
        Ok(())
    }
}
