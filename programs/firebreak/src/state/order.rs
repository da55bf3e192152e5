//! An owner's standing order, which anybody may run when it is due.

use super::{EngineOrder, MarginAccount};
use crate::{constants::LAYOUT_VERSION, errors::FirebreakError};
use anchor_lang::prelude::*;

/// An order of one margin account.
#[account(zero_copy)]
#[derive(Debug)]
pub struct Order {
    /// Layout version.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// Its number among the account's orders.
    pub id: u16,
    /// Zero.
    pub padding: u32,
    /// The margin account.
    pub account: Pubkey,
    /// Slot in which the margin account was opened.
    pub opened: u64,
    /// What it says, and what is left of it.
    pub engine: EngineOrder,
    /// Room to grow; zero.
    pub reserved: [u64; 8],
}

impl Order {
    /// Bytes of the account, discriminator included.
    pub const SPACE: usize = 8 + std::mem::size_of::<Self>();

    /// What must hold whenever the account is read.
    pub fn invariant(&self) -> Result<()> {
        require!(self.version == LAYOUT_VERSION, FirebreakError::WrongVersion);
        Ok(())
    }

    /// Refuses an order of another account, or of one that was closed since.
    pub fn require_for(&self, key: &Pubkey, account: &MarginAccount) -> Result<()> {
        self.invariant()?;
        require!(self.account == *key && self.opened == account.opened, FirebreakError::WrongOrder);
        Ok(())
    }
}
