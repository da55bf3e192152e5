//! The protocol's one account: who may govern, which token settles. Read-only on every hot path.

use crate::{constants::LAYOUT_VERSION, errors::FirebreakError};
use anchor_lang::prelude::*;

/// Global settings.
#[account(zero_copy)]
#[derive(Debug)]
pub struct Protocol {
    /// Layout version.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// Bump of the vault's address.
    pub vault_bump: u8,
    /// Zero.
    pub padding: u8,
    /// Markets listed so far; the next one gets this index.
    pub market_count: u16,
    /// Zero.
    pub padding2: u16,
    /// Lists markets.
    pub authority: Pubkey,
    /// The settlement token.
    pub mint: Pubkey,
    /// Token account that holds everything.
    pub vault: Pubkey,
    /// Atoms an account with a position sets aside for keepers.
    pub keeper_bond: u64,
    /// Atoms a keeper receives from the bond for finishing a liquidation.
    pub keeper_reward: u64,
    /// Room to grow; zero.
    pub reserved: [u64; 16],
}

impl Protocol {
    /// Bytes of the account, discriminator included.
    pub const SPACE: usize = 8 + std::mem::size_of::<Self>();

    /// What must hold after every instruction that changes the account.
    pub fn invariant(&self) -> Result<()> {
        require!(self.version == LAYOUT_VERSION, FirebreakError::WrongVersion);
        require!(self.keeper_reward <= self.keeper_bond, FirebreakError::ParameterOutOfBounds);
        Ok(())
    }
}
