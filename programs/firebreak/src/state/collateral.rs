//! A collateral: its vault, its pinned sources, what the engine keeps of it, and what may leave its vault. Number 0 is the settlement
//! token: its record says what a USD is in it and limits what leaves the vault of all capital.

use super::{
    EngineCollateral, EngineCollateralFeed, EngineCollateralTerms, EngineGuardian, EngineOutflow, EngineOutflowRules,
    PriceSource, Sources,
};
use crate::{
    constants::LAYOUT_VERSION,
    errors::{within, FirebreakError, Named},
};
use anchor_lang::prelude::*;
use firebreak_risk::{
    governance::collateral::CollateralTerms,
    num, ops,
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
    /// Smallest units that insolvent accounts forfeited: in the vault, in no account, in custody until somebody buys them.
    pub forfeited: u64,
    /// The settlement token's: atoms that came into the vault by instruction less those that went out, the total of every ledger.
    pub booked: u64,
    /// The sources, in the order in which they are passed.
    pub sources: [PriceSource; MAX_SOURCES],
    /// How far the guardian has tightened this collateral lately.
    pub guarded: EngineGuardian,
    /// Slot in which something was last forfeited.
    pub forfeited_slot: u64,
    /// Room to grow; zero.
    pub reserved: [u64; 23],
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
    pub fn take_custody(&mut self, amount: u64, now: Now) -> Result<()> {
        self.engine.total = num::sub(self.engine.total, amount).named()?;
        self.forfeited = num::add(self.forfeited, amount).named()?;
        if amount > 0 {
            self.forfeited_slot = now.slot;
        }
        Ok(())
    }

    /// Lets at most `most` out of custody, into an account. Returns how much.
    pub fn release_custody(&mut self, most: u64) -> Result<u64> {
        let amount = self.forfeited.min(most);
        self.forfeited = num::sub(self.forfeited, amount).named()?;
        self.engine.total = num::add(self.engine.total, amount).named()?;
        Ok(amount)
    }

    /// What governance has set, its sources left out.
    pub fn terms(&self) -> EngineCollateralTerms {
        EngineCollateralTerms(CollateralTerms::of(&self.engine.0, &self.feed.0, &self.outflow_rules.0))
    }

    /// Puts other terms into force.
    pub fn set_terms(&mut self, new: &CollateralTerms, now: Now) -> Result<()> {
        within(new.validate())?;
        ops::set_terms((&mut self.engine.0, &mut self.feed.0, &mut self.outflow_rules.0), new, now).named()
    }

    /// Whether these are the collateral's sources.
    pub fn has_sources(&self, sources: &Sources) -> bool {
        u64::from(self.source_count) == sources.count && self.sources == sources.list
    }

    /// Binds the collateral to other sources.
    #[inline(never)]
    pub fn rekey(&mut self, new: &Sources) {
        new.keep_known(&self.sources, (&mut self.feed.0.sources, &mut self.feed.0.standings));
        self.sources = new.list;
        self.source_count = new.count as u8;
    }
}
