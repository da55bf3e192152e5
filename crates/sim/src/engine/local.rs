//! The backend that runs the engine in memory.

use super::{
    guard::{Change, Guard, Harm},
    Action, Backend, Books, Effect, Who,
};
use firebreak_risk::{
    breaker::{Breaker, BreakerRules},
    collateral::Collateral,
    levels::Level,
    num::Result,
    ops::{self, GlobalSeen, Setting},
    outflow::{Outflow, OutflowRules},
    price::SourceRule,
    shares::Stake,
    tranches::{Insurance, Seniority},
    Account, Market, Now,
};

/// What a world starts with.
#[derive(Clone)]
pub struct Setup {
    /// Markets, before their first price.
    pub markets: Vec<Market>,
    /// How many sources each of them has.
    pub sources: Vec<usize>,
    /// Other collateral, before its first price.
    pub collaterals: Vec<Collateral>,
    /// The settlement token.
    pub settlement: Collateral,
    /// Caps, floor and cooldown of shared insurance.
    pub insurance: Insurance,
    /// Vault limits; `None` lets everything out.
    pub outflow: Option<OutflowRules>,
    /// What governance set for every source.
    pub rule: SourceRule,
    /// Keeper bond of an account with exposure, in atoms.
    pub bond: u64,
    /// What a keeper earns of it.
    pub reward: u64,
    /// The clock.
    pub now: Now,
}

impl Setup {
    /// One market, no other collateral, an empty fund, no bonds, no outflow limit.
    pub fn plain(market: Market, now: Now) -> Self {
        Self {
            markets: vec![market],
            sources: vec![3],
            collaterals: Vec::new(),
            settlement: crate::setting::settlement(),
            insurance: Insurance::new(crate::setting::EMPTY_FUND, 0, firebreak_risk::Ratio(0)),
            outflow: None,
            rule: crate::setting::SOURCE,
            bond: 0,
            reward: 0,
            now,
        }
    }
}

/// The engine's state, and the guard over it.
pub struct Engine {
    pub(super) markets: Vec<Market>,
    pub(super) collaterals: Vec<Collateral>,
    pub(super) settlement: Collateral,
    pub(super) accounts: Vec<Account>,
    pub(super) insurance: Insurance,
    pub(super) stakes: Vec<(Seniority, Stake)>,
    pub(super) outflow: Outflow,
    pub(super) outflow_rules: Option<OutflowRules>,
    pub(super) rule: SourceRule,
    pub(super) breaker: Breaker,
    pub(super) vault: u64,
    pub(super) setting: Setting,
    guard: Guard,
}

/// What an action leaves, before it is written back.
#[derive(Default)]
pub(super) struct After {
    pub accounts: Vec<(Who, Account)>,
    pub markets: Vec<(u16, Market)>,
    pub insurance: Option<Insurance>,
    pub stake: Option<(usize, (Seniority, Stake))>,
    pub outflow: Option<Outflow>,
    pub collateral: Option<(Option<u16>, Collateral)>,
    pub global: Option<(Breaker, Level)>,
    /// Tokens that came in (positive) or left.
    pub tokens: i64,
    pub effect: Effect,
    pub paid_out: u64,
    pub own_loss: u64,
    pub harmed: Option<Harm>,
}

impl Engine {
    /// A world without accounts.
    pub fn new(setup: Setup) -> Self {
        Self {
            markets: setup.markets,
            collaterals: setup.collaterals,
            settlement: setup.settlement,
            accounts: Vec::new(),
            insurance: setup.insurance,
            stakes: Vec::new(),
            outflow: Outflow::NEW,
            outflow_rules: setup.outflow,
            rule: setup.rule,
            breaker: Breaker::NEW,
            vault: 0,
            setting: Setting { now: setup.now, bond: setup.bond, reward: setup.reward, ..Setting::default() },
            guard: Guard::default(),
        }
    }

    /// What staker number `staker` has in which tranche.
    pub fn stake(&self, staker: usize) -> Option<(Seniority, Stake)> {
        self.stakes.get(staker).copied()
    }

    /// The global breaker.
    pub fn breaker(&self) -> &Breaker {
        &self.breaker
    }

    /// The global breaker as it stands once it has judged what is known, and its level.
    pub(super) fn judged(&self) -> Result<(Breaker, Level)> {
        let mut breaker = self.breaker;
        let seen = GlobalSeen { outflow: None, below_peg: below_peg(&self.settlement) };
        let level = ops::check_global(&mut breaker, &BreakerRules::GLOBAL, &self.insurance, &seen, self.setting.now)?;
        Ok((breaker, level))
    }

    /// Checks the promises and writes back.
    fn commit(&mut self, action: &Action, after: After) -> Effect {
        let vault = self.vault.wrapping_add_signed(after.tokens);
        {
            let accounts: Vec<_> = after.accounts.iter().map(|(who, is)| (*who, &self.accounts[*who as usize], is)).collect();
            let markets: Vec<_> = after.markets.iter().map(|(m, is)| (*m, &self.markets[*m as usize], is)).collect();
            let assets = self.insurance.fund.assets;
            self.guard.step(&Change {
                action,
                accounts: &accounts,
                markets: &markets,
                fund: (assets, after.insurance.map_or(assets, |i| i.fund.assets)),
                vault: (self.vault, vault),
                paid_out: after.paid_out,
                own_loss: after.own_loss,
                harmed: after.harmed,
                now: self.setting.now,
            });
        }
        self.vault = vault;
        for (who, account) in after.accounts {
            self.accounts[who as usize] = account;
        }
        for (m, market) in after.markets {
            self.markets[m as usize] = market;
        }
        self.insurance = after.insurance.unwrap_or(self.insurance);
        if let Some((breaker, level)) = after.global {
            (self.breaker, self.setting.global.level) = (breaker, level);
        }
        self.outflow = after.outflow.unwrap_or(self.outflow);
        if let Some((staker, stake)) = after.stake {
            if staker == self.stakes.len() {
                self.stakes.push(stake);
            } else {
                self.stakes[staker] = stake;
            }
        }
        match after.collateral {
            Some((Some(index), collateral)) => self.collaterals[index as usize] = collateral,
            Some((None, settlement)) => self.settlement = settlement,
            None => {}
        }
        after.effect
    }
}

/// How far the settlement token stands below one USD, in ppm, rounded up; nothing before its first price.
fn below_peg(settlement: &Collateral) -> Option<u64> {
    const USD: u128 = 1_000_000_000_000;
    let spot = u128::from(settlement.price.spot.0).min(USD);
    (settlement.price.first_time != 0).then(|| (((USD - spot) * 1_000_000).div_ceil(USD)) as u64)
}

impl Backend for Engine {
    fn now(&self) -> Now {
        self.setting.now
    }

    fn set_now(&mut self, now: Now) {
        self.setting.now = now;
    }

    fn books(&self) -> Books<'_> {
        Books { markets: &self.markets, collaterals: &self.collaterals, settlement: &self.settlement }
    }

    fn account(&self, who: Who) -> &Account {
        &self.accounts[who as usize]
    }

    fn accounts(&self) -> Who {
        self.accounts.len() as Who
    }

    fn open(&mut self) -> Who {
        self.accounts.push(Account::NEW);
        self.accounts.len() as Who - 1
    }

    fn insurance(&self) -> &Insurance {
        &self.insurance
    }

    fn vault(&self) -> u64 {
        self.vault
    }

    fn setting(&self) -> Setting {
        self.setting
    }

    fn act(&mut self, action: &Action) -> Result<Effect> {
        let after = self.run(action)?;
        Ok(self.commit(action, after))
    }

    fn try_out(&self, action: &Action) -> Result<Effect> {
        Ok(self.run(action)?.effect)
    }

    fn guard(&self) -> &Guard {
        &self.guard
    }

    fn audit(&mut self) {
        self.guard.audit(&self.accounts, &self.markets, self.insurance.fund.assets, self.vault);
    }

    fn grant_all(&mut self) {
        for market in &mut self.markets {
            let (mut insurance, mut given) = (self.insurance, *market);
            // A market that gets nothing simply has none.
            if ops::allot(&mut insurance, &mut given).is_ok() {
                (self.insurance, *market) = (insurance, given);
            }
        }
    }

    fn tamper(&mut self, who: Who, atoms: u64) {
        self.accounts[who as usize].capital += atoms;
    }
}
