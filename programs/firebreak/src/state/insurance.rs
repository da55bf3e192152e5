//! The shared insurance fund.

use super::EngineInsurance;
use crate::{
    constants::LAYOUT_VERSION,
    errors::{FirebreakError, Named},
};
use anchor_lang::prelude::*;

/// The fund behind all markets.
#[account(zero_copy)]
#[derive(Debug)]
pub struct Insurance {
    /// Layout version.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// Zero.
    pub padding: [u8; 6],
    /// Assets, tranches, caps, limits.
    pub engine: EngineInsurance,
    /// Room to grow; zero.
    pub reserved: [u64; 32],
}

impl Insurance {
    /// Bytes of the account, discriminator included.
    pub const SPACE: usize = 8 + std::mem::size_of::<Self>();

    /// What must hold after every instruction that changes the account: the tranches are the fund, and every market's limit lies
    /// within what is above its floor.
    pub fn invariant(&self) -> Result<()> {
        require!(self.version == LAYOUT_VERSION, FirebreakError::WrongVersion);
        self.engine.invariant().named()
    }
}
