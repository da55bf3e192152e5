//! A collateral: its vault, its pinned sources, what the engine keeps of it, and what may leave its vault. Number 0 is the settlement
//! token: its record says what a USD is in it and limits what leaves the vault of all capital.

use super::{EngineCollateral, EngineCollateralFeed, EngineOutflow, EngineOutflowRules, PriceSource};
use crate::{
    constants::LAYOUT_VERSION,
    errors::{FirebreakError, Named},
};
use anchor_lang::prelude::*;
use firebreak_risk::{
    num,
    outflow::{Allowance, OutflowRules},
    price::MAX_SOURCES,
    Now,
};

/// Index of the settlement token's record.
pub const SETTLEMENT: u16 = 0;

/// A collateral.
#[account(zero_copy)]
#[derive(Debug)]
pub struct Collateral {
    /// Layout version.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// Bump of the vault's address.
    pub vault_bump: u8,
    /// Sources in use.
    pub source_count: u8,
    /// Its number; 0 is the settlement token.
    pub index: u16,
    /// Zero.
    pub padding: u16,
    /// The token.
    pub mint: Pubkey,
    /// Token account that holds all of it.
    pub vault: Pubkey,
    /// Parameters, price, haircut, and what all accounts hold. The settlement token's holdings are capital and not counted here.
    pub engine: EngineCollateral,
    /// Rules of price and sale, and what was last accepted from each source.
    pub feed: EngineCollateralFeed,
    /// What may leave the vault.
    pub outflow_rules: EngineOutflowRules,
    /// What has left it lately.
    pub outflow: EngineOutflow,
    /// Smallest units that insolvent accounts forfeited: in the vault, in no account, in custody for those who bore the loss.
    pub forfeited: u64,
    /// The settlement token's: atoms that came into the vault by instruction less those that went out, the total of every ledger.
    pub booked: u64,
    /// The sources, in the order in which they are passed.
    pub sources: [PriceSource; MAX_SOURCES],
    /// Room to grow; zero.
    pub reserved: [u64; 31],
}

impl Collateral {
    /// Bytes of the account, discriminator included.
    pub const SPACE: usize = 8 + std::mem::size_of::<Self>();

    /// What must hold after every instruction that changes the account. A cap that was lowered may be below what is held.
    pub fn invariant(&self) -> Result<()> {
        require!(self.version == LAYOUT_VERSION, FirebreakError::WrongVersion);
        Ok(())
    }

    /// The sources in use.
    pub fn used_sources(&self) -> &[PriceSource] {
        self.sources.get(..usize::from(self.source_count)).unwrap_or(&[])
    }

    /// Capital comes in, and makes room for what leaves.
    pub fn enter(&mut self, amount: u64, now: Now) -> Result<()> {
        self.require_settlement()?;
        self.outflow.deposit(amount, now);
        self.booked = num::add(self.booked, amount).named()?;
        Ok(())
    }

    /// Capital goes out.
    pub fn leave(&mut self, amount: u64) -> Result<()> {
        self.require_settlement()?;
        self.booked = num::sub(self.booked, amount).named()?;
        Ok(())
    }

    /// Only capital is counted here; the other tokens' ledger is what accounts hold of them.
    fn require_settlement(&self) -> Result<()> {
        require!(self.index == SETTLEMENT, FirebreakError::WrongCollateral);
        self.invariant()
    }

    /// The same within what may leave the vault, where nobody's allowance counts it; `free`: a small amount goes whatever the windows say.
    pub fn leave_limited(&mut self, amount: u64, free: bool, now: Now) -> Result<()> {
        let rules = OutflowRules { free: if free { self.outflow_rules.free } else { 0 }, ..*self.outflow_rules };
        self.outflow.withdraw(&rules, &mut Allowance::NEW.clone(), amount, now).named()?;
        self.leave(amount)
    }

    /// What a vault that holds `amount` has in no ledger.
    pub fn surplus(&self, amount: u64) -> u64 {
        amount.saturating_sub(self.booked)
    }

    /// Takes `amount` that no account holds any more into custody.
    pub fn take_custody(&mut self, amount: u64) -> Result<()> {
        self.engine.total = num::sub(self.engine.total, amount).named()?;
        self.forfeited = num::add(self.forfeited, amount).named()?;
        Ok(())
    }
}
