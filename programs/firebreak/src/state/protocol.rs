//! The protocol's one account: who may govern, which token settles. Read-only on every hot path.

use super::{Collateral, EngineBreaker, EngineBreakerRules, EngineDelays, EngineGuardian, EngineSettings, Insurance};
use crate::{
    constants::LAYOUT_VERSION,
    errors::{within, FirebreakError, Named},
};
use anchor_lang::prelude::*;
use firebreak_risk::{
    governance::settings::Settings,
    levels::{Gate, Global, Level},
    ops::{self, GlobalSeen, Setting},
    Now,
};

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
    /// Collaterals listed so far, the settlement token included; the next one gets this index.
    pub collateral_count: u16,
    /// Governance: proposes and cancels changes.
    pub authority: Pubkey,
    /// Tightens, pauses and cancels; zero: nobody.
    pub guardian: Pubkey,
    /// The settlement token.
    pub mint: Pubkey,
    /// Token account that holds everything; zero until the settlement token is listed.
    pub vault: Pubkey,
    /// Atoms an account with a position sets aside for keepers.
    pub keeper_bond: u64,
    /// Atoms a keeper receives from the bond for finishing a liquidation.
    pub keeper_reward: u64,
    /// Number of the next proposed change.
    pub next_change: u64,
    /// How long changes wait.
    pub delays: EngineDelays,
    /// What the guardian has used of its means.
    pub guarded: EngineGuardian,
    /// Rules of the global breaker.
    pub breaker_rules: EngineBreakerRules,
    /// The global breaker.
    pub breaker: EngineBreaker,
    /// Gates the guardian has paused, one bit each in the order of `Gate::ALL`, for as long as its pause lasts.
    pub paused: u64,
    /// Token account that receives the markets' treasury fees; zero: they stay in the markets.
    pub treasury: Pubkey,
    /// Until then the authority lists markets at once.
    pub bootstrap_ends: i64,
    /// Upgrades of the program so far, as far as it knows: a proposed one counts against this number only.
    pub upgrades: u64,
    /// Room to grow; zero.
    pub reserved: [u64; 14],
}

impl Protocol {
    /// Bytes of the account, discriminator included.
    pub const SPACE: usize = 8 + std::mem::size_of::<Self>();

    /// What every operation needs to know.
    pub fn setting(&self, now: Now) -> Setting {
        let paused = if self.guarded.is_paused(now.time) { self.paused } else { 0 };
        let global = Global { level: self.breaker.level(), paused };
        Setting { now, global, bond: self.keeper_bond, reward: self.keeper_reward }
    }

    /// Pauses gates for half an hour, or adds gates to a pause that runs. That costs nothing and prolongs nothing.
    pub fn pause(&mut self, gates: u64, now: i64) -> Result<()> {
        require!(gates != 0 && gates & !Gate::PAUSABLE == 0, FirebreakError::NotPausable);
        if !self.guarded.is_paused(now) {
            self.guarded.pause(now).named()?;
            self.paused = 0;
        }
        self.paused |= gates;
        Ok(())
    }

    /// Refuses what may only be done at once while the protocol is young.
    pub fn require_young(&self, now: i64) -> Result<()> {
        require!(now < self.bootstrap_ends, FirebreakError::Sealed);
        Ok(())
    }

    /// Counts the next market, which must have this index.
    pub fn count_market(&mut self, index: u16) -> Result<u16> {
        require!(index == self.market_count, FirebreakError::WrongMarketIndex);
        self.market_count = self.market_count.checked_add(1).ok_or(FirebreakError::Overflow)?;
        self.invariant()?;
        Ok(index)
    }

    /// What governance has set, here and in `insurance`.
    pub fn settings(&self, insurance: &Insurance) -> EngineSettings {
        let fund = &insurance.engine.fund;
        EngineSettings(Settings {
            keeper_bond: self.keeper_bond,
            keeper_reward: self.keeper_reward,
            insurance_floor: fund.floor,
            cooldown: insurance.engine.cooldown,
            event_cap: fund.event_cap,
            day_cap: fund.day_cap,
            senior_share: insurance.engine.senior_share,
            reserved: 0,
            delays: *self.delays,
            breaker: *self.breaker_rules,
            guardian: self.guardian.to_bytes(),
        })
    }

    /// Puts other settings into force.
    pub fn set(&mut self, insurance: &mut Insurance, new: &Settings) -> Result<()> {
        within(new.validate())?;
        if *self.delays != new.delays {
            self.delays.grow(new.delays).named()?;
        }
        (self.keeper_bond, self.keeper_reward) = (new.keeper_bond, new.keeper_reward);
        *self.breaker_rules = new.breaker;
        self.guardian = new.guardian.into();
        let engine = &mut insurance.engine;
        engine.set_floor(new.insurance_floor).named()?;
        (engine.fund.event_cap, engine.fund.day_cap) = (new.event_cap, new.day_cap);
        (engine.cooldown, engine.senior_share) = (new.cooldown, new.senior_share);
        Ok(())
    }

    /// The global breaker as it stands once it has judged what is known, and its level.
    #[inline(never)]
    pub fn judged(&self, insurance: &Insurance, record: Option<&Collateral>, now: Now) -> Result<(EngineBreaker, Level)> {
        let mut breaker = self.breaker;
        // The settlement token's own record says what has left the vault and what the token is worth; without one neither is judged.
        let seen = record.map_or(Ok(GlobalSeen::default()), |record| {
            GlobalSeen::of_up(&record.engine, &record.outflow, &record.outflow_rules, now)
        });
        let seen = seen.named()?;
        let level = ops::check_global(&mut breaker, &self.breaker_rules, &insurance.engine, &seen, now).named()?;
        Ok((breaker, level))
    }

    /// [`Self::setting`] for what must not pass in the moment before anybody calls `check_global`: the global level is the stored one, or
    /// what it would trip to now, whichever is higher.
    pub fn setting_checked(&self, insurance: &Insurance, record: Option<&Collateral>, now: Now) -> Result<Setting> {
        self.invariant()?;
        let setting = self.setting(now);
        let level = setting.global.level.max(self.judged(insurance, record, now)?.1);
        Ok(Setting { global: Global { level, ..setting.global }, ..setting })
    }

    /// What must hold after every instruction that changes the account.
    pub fn invariant(&self) -> Result<()> {
        require!(self.version == LAYOUT_VERSION, FirebreakError::WrongVersion);
        require!(self.keeper_reward <= self.keeper_bond, FirebreakError::ParameterOutOfBounds);
        Ok(())
    }
}
