//! The protocol's one account: who may govern, which token settles. Read-only on every hot path.

use super::{EngineBreaker, EngineBreakerRules, EngineDelays, EngineGuardian, Insurance};
use crate::{
    constants::LAYOUT_VERSION,
    errors::{FirebreakError, Named},
};
use anchor_lang::prelude::*;
use firebreak_risk::{
    levels::Level,
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
    /// Who becomes governance once it accepts; zero: nobody.
    pub next_authority: Pubkey,
    /// Tightens, pauses and cancels; zero: nobody.
    pub guardian: Pubkey,
    /// The settlement token.
    pub mint: Pubkey,
    /// Token account that holds everything.
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
    /// Room to grow; zero.
    pub reserved: [u64; 12],
}

impl Protocol {
    /// Bytes of the account, discriminator included.
    pub const SPACE: usize = 8 + std::mem::size_of::<Self>();

    /// What every operation needs to know.
    pub fn setting(&self, now: Now) -> Setting {
        Setting { now, global: self.breaker.level(), bond: self.keeper_bond, reward: self.keeper_reward }
    }

    /// The global breaker as it stands once it has judged what is known, and its level.
    #[inline(never)]
    pub fn judged(&self, insurance: &Insurance, now: Now) -> Result<(EngineBreaker, Level)> {
        let mut breaker = self.breaker;
        // The settlement token's own record says what has left the vault and what the token is worth; without one neither is judged.
        let seen = GlobalSeen::default();
        let level = ops::check_global(&mut breaker, &self.breaker_rules, &insurance.engine, &seen, now).named()?;
        Ok((breaker, level))
    }

    /// [`Self::setting`] for what must not pass in the moment before anybody calls `check_global`: the global level is the stored one, or
    /// what it would trip to now, whichever is higher.
    pub fn setting_checked(&self, insurance: &Insurance, now: Now) -> Result<Setting> {
        self.invariant()?;
        let setting = self.setting(now);
        let level = self.judged(insurance, now)?.1;
        Ok(Setting { global: setting.global.max(level), ..setting })
    }

    /// What must hold after every instruction that changes the account.
    pub fn invariant(&self) -> Result<()> {
        require!(self.version == LAYOUT_VERSION, FirebreakError::WrongVersion);
        require!(self.keeper_reward <= self.keeper_bond, FirebreakError::ParameterOutOfBounds);
        Ok(())
    }
}
