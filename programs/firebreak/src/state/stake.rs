//! What one owner has staked in one tranche of the insurance fund.

use super::EngineStake;
use crate::{constants::LAYOUT_VERSION, errors::FirebreakError};
use anchor_lang::prelude::*;
use firebreak_risk::tranches::Seniority;

/// A part in one tranche.
#[account(zero_copy)]
#[derive(Debug)]
pub struct Stake {
    /// Layout version.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// 0 junior, 1 senior.
    pub tranche: u8,
    /// Zero.
    pub padding: [u8; 5],
    /// Who staked, and alone may ask for it.
    pub owner: Pubkey,
    /// Shares and request.
    pub engine: EngineStake,
    /// Room to grow; zero.
    pub reserved: [u64; 8],
}

/// The tranche that a number stands for.
pub fn seniority(tranche: u8) -> Result<Seniority> {
    Seniority::from_u8(tranche).ok_or_else(|| FirebreakError::WrongTranche.into())
}

impl Stake {
    /// Bytes of the account, discriminator included.
    pub const SPACE: usize = 8 + std::mem::size_of::<Self>();

    /// Its tranche.
    pub fn seniority(&self) -> Result<Seniority> {
        seniority(self.tranche)
    }

    /// What must hold whenever the account is read or has been changed.
    pub fn invariant(&self) -> Result<()> {
        require!(self.version == LAYOUT_VERSION, FirebreakError::WrongVersion);
        require!(self.engine.requested <= self.engine.shares, FirebreakError::InvariantBroken);
        self.seniority().map(|_| ())
    }
}
