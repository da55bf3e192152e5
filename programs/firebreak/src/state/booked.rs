//! What the program itself has moved into a vault and out of it: the ledger's total, without adding up every account.
//!
//! Apart from the vault's token account, so that nothing that only reads the fund or the protocol waits for a deposit; only instructions
//! that move tokens, and so write the vault anyway, write it.

use crate::{
    constants::LAYOUT_VERSION,
    errors::{FirebreakError, Named},
};
use anchor_lang::prelude::*;
use firebreak_risk::num::{add, sub};

/// The total of one vault.
#[account(zero_copy)]
#[derive(Debug)]
pub struct Booked {
    /// Layout version.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// Zero.
    pub padding: [u8; 6],
    /// The vault.
    pub vault: Pubkey,
    /// Atoms that came in by instruction less those that went out.
    pub total: u64,
    /// Room to grow; zero.
    pub reserved: [u64; 4],
}

impl Booked {
    /// Bytes of the account, discriminator included.
    pub const SPACE: usize = 8 + std::mem::size_of::<Self>();

    /// Tokens come in.
    pub fn enter(&mut self, amount: u64) -> Result<()> {
        self.invariant()?;
        self.total = add(self.total, amount).named()?;
        Ok(())
    }

    /// Tokens go out.
    pub fn leave(&mut self, amount: u64) -> Result<()> {
        self.invariant()?;
        self.total = sub(self.total, amount).named()?;
        Ok(())
    }

    /// What a vault that holds `amount` has in no ledger.
    pub fn surplus(&self, amount: u64) -> u64 {
        amount.saturating_sub(self.total)
    }

    /// What must hold whenever the account is read.
    pub fn invariant(&self) -> Result<()> {
        require!(self.version == LAYOUT_VERSION, FirebreakError::WrongVersion);
        Ok(())
    }
}
