//! A trader's or keeper's margin account.

use super::EngineAccount;
use crate::{constants::LAYOUT_VERSION, errors::FirebreakError};
use anchor_lang::prelude::*;

/// Collateral and positions of one owner's sub-account.
#[account(zero_copy)]
#[derive(Debug)]
pub struct MarginAccount {
    /// Layout version.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// Which of the owner's accounts this is.
    pub sub_id: u16,
    /// Zero.
    pub padding: u32,
    /// Who may trade and withdraw.
    pub owner: Pubkey,
    /// Money and positions.
    pub engine: EngineAccount,
    /// Slot in which it was opened. Quotes and orders carry it: those of an account that was closed are not those of one that was opened
    /// at its address later, because no account is closed in the slot of its opening.
    pub opened: u64,
    /// Room to grow; zero.
    pub reserved: [u64; 31],
}

impl MarginAccount {
    /// Bytes of the account, discriminator included.
    pub const SPACE: usize = 8 + std::mem::size_of::<Self>();

    /// What must hold after every instruction that changes the account.
    pub fn invariant(&self) -> Result<()> {
        require!(self.version == LAYOUT_VERSION, FirebreakError::WrongVersion);
        Ok(())
    }
}
