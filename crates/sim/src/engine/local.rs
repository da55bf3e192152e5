//! The backend that runs the engine in memory.

use super::{
    change::{Change, Harm},
    guard::Guard,
    Action, Backend, Books, Effect, Record, Who, SETTLEMENT,
};
use firebreak_risk::{
    breaker::{Breaker, BreakerRules},
    levels::Level,
    num::Result,
    ops::{self, GlobalSeen, Setting},
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
    /// Tokens by number, before their first price: the settlement token, then what is pledged.
    pub records: Vec<Record>,
    /// Caps, floor and cooldown of shared insurance.
    pub insurance: Insurance,
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
            records: vec![crate::setting::settlement(crate::setting::OPEN)],
            insurance: Insurance::new(crate::setting::EMPTY_FUND, 0, firebreak_risk::Ratio(0)),
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
    pub(super) records: Vec<Record>,
    pub(super) accounts: Vec<Account>,
    pub(super) insurance: Insurance,
    pub(super) stakes: Vec<(Seniority, Stake)>,
    pub(super) rule: SourceRule,
    pub(super) breaker: Breaker,
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
    pub record: Option<(u16, Record)>,
    pub global: Option<(Breaker, Level)>,
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
            records: setup.records,
            accounts: Vec::new(),
            insurance: setup.insurance,
            stakes: Vec::new(),
            rule: setup.rule,
            breaker: Breaker::NEW,
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
        let record = self.record(SETTLEMENT)?;
        let seen = GlobalSeen::of_up(&record.kind, &record.outflow, &record.limits, self.setting.now)?;
        let level = ops::check_global(&mut breaker, &BreakerRules::GLOBAL, &self.insurance, &seen, self.setting.now)?;
        Ok((breaker, level))
    }

    /// Checks the promises and writes back.
    fn commit(&mut self, action: &Action, after: After) -> Effect {
        {
            let accounts: Vec<_> = after.accounts.iter().map(|(who, is)| (*who, &self.accounts[*who as usize], is)).collect();
            let markets: Vec<_> = after.markets.iter().map(|(m, is)| (*m, &self.markets[*m as usize], is)).collect();
            let assets = self.insurance.fund.assets;
            self.guard.step(&Change {
                action,
                accounts: &accounts,
                markets: &markets,
                fund: (assets, after.insurance.map_or(assets, |i| i.fund.assets)),
                records: (&self.records, after.record.as_ref()),
                paid_out: after.paid_out,
                own_loss: after.own_loss,
                harmed: after.harmed,
                now: self.setting.now,
            });
        }
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
        if let Some((staker, stake)) = after.stake {
            if staker == self.stakes.len() {
                self.stakes.push(stake);
            } else {
                self.stakes[staker] = stake;
            }
        }
        if let Some((index, record)) = after.record {
            self.records[index as usize] = record;
        }
        after.effect
    }
}

impl Backend for Engine {
    fn now(&self) -> Now {
        self.setting.now
    }

    fn set_now(&mut self, now: Now) {
        self.setting.now = now;
    }

    fn books(&self) -> Books<'_> {
        Books { markets: &self.markets, records: &self.records }
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
        self.guard.audit(&self.accounts, &self.markets, self.insurance.fund.assets, &self.records);
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
