//! The instructions, on the small world: each calls the engine's operation on copies and writes back.

use super::*;
use firebreak_risk::{
    levels::{Gate, Level, Permit},
    liquidation::Plan,
    margin::{health, require_withdrawable, Health},
    num::{add, sub, value_down},
    outflow::Allowance,
    waterfall::Covered,
    BaseQty,
};

impl World {
    /// Runs `f`; like a transaction, a failure changes nothing.
    pub fn atomically<T>(&mut self, f: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let before = self.clone();
        f(self).inspect_err(|_| *self = before)
    }

    pub fn health(&self, who: usize) -> Result<Health> {
        health(&self.accounts[who], self, self.now)
    }

    pub fn base(&self, who: usize, m: usize) -> BaseQty {
        self.accounts[who].position(m as u16).map(|p| p.base).unwrap_or_default()
    }

    /// Writes an account back and counts the funding that it took in.
    pub fn put(&mut self, who: usize, account: Account) {
        for was in self.accounts[who].used().filter(|p| !p.base.is_flat()) {
            let (m, i) = (was.market as usize, side(was.base.is_long()));
            let market = &self.markets[m];
            let is = account.position(was.market).ok();
            self.touches[m][i] += (was.funding != market.funding.index && is != Some(was)) as u64;
            if let (Some(price), true) = (market.ended(), is.is_none_or(|p| p.base.is_flat())) {
                self.ended[m][i] += value_down(price, was.base).unwrap();
            }
        }
        self.accounts[who] = account;
    }

    pub fn deposit(&mut self, who: usize, amount: u64) -> Result<()> {
        self.accounts[who].deposit(amount)?;
        self.vault = add(self.vault, amount)?;
        self.outflow.deposit(amount, self.now);
        Ok(())
    }

    pub fn withdraw(&mut self, who: usize, amount: u64) -> Result<()> {
        let (mut account, global) = (self.accounts[who], Level::Normal);
        account.withdraw(amount)?;
        for position in account.used().filter(|p| !p.base.is_flat()) {
            if self.market(position.market)?.permit(Gate::Withdraw, global)? == Permit::AfterSettling {
                return Err(RiskError::BreakerForbids);
            }
        }
        require_withdrawable(&account, self, self.now)?;
        self.pay(&mut account.allowance, amount)?;
        self.accounts[who] = account;
        Ok(())
    }

    /// Lets tokens leave the vault, within its limits.
    pub fn pay(&mut self, allowance: &mut Allowance, amount: u64) -> Result<()> {
        let (rules, now) = (self.outflow_rules, self.now);
        self.outflow.withdraw(&rules, allowance, amount, now)?;
        self.vault = sub(self.vault, amount)?;
        Ok(())
    }

    pub fn setting(&self) -> Setting {
        Setting { now: self.now, bond: self.bond, reward: self.reward, ..Setting::default() }
    }

    pub fn donate(&mut self, amount: u64) -> Result<()> {
        self.insurance.give(amount)?;
        self.vault = add(self.vault, amount)?;
        Ok(())
    }

    pub fn sweep(&mut self, m: usize) -> Result<()> {
        let ledger = &mut self.markets[m].ledger;
        self.insurance.earn(ledger.insurance_fees)?;
        ledger.insurance_fees = 0;
        Ok(())
    }

    /// Every market's limit as its parameters have it, or its part of what is above the floor.
    pub fn grant_limits(&mut self) {
        let fund = &self.insurance.fund;
        let part = fund.assets.saturating_sub(fund.floor) / MARKETS as u64;
        for market in &mut self.markets {
            self.insurance.grant(&mut market.limit, market.params.insurance_limit.min(part)).unwrap();
        }
    }

    /// Brings a market's lines, funding and breaker up to its price.
    pub fn accrue(&mut self, m: usize) -> Result<()> {
        let mut market = self.markets[m];
        let insured = market.limit.now_down(&self.insurance)?;
        engine::accrue(&mut market, insured, self.now)?;
        self.markets[m] = market;
        Ok(())
    }

    /// `taker` buys (or sells) from `maker` at spot plus (less) `worse` ppm. Returns the fee.
    pub fn trade(&mut self, taker: usize, maker: usize, m: usize, base: i64, worse: i64) -> Result<u64> {
        if taker == maker {
            return Err(RiskError::SelfTrade);
        }
        let mut market = self.markets[m];
        let (mut a, mut b) = (self.accounts[taker], self.accounts[maker]);
        let spot = market.price.spot.0 as i128;
        let price = Price((spot + spot * worse as i128 * base.signum() as i128 / 1_000_000) as u64);
        let fill = (BaseQty(base), price);
        let traded = engine::trade((m as u16, &mut market), (&mut a, &mut b), fill, &Book(&self.markets), &self.setting())?;
        self.put(taker, a);
        self.put(maker, b);
        self.markets[m] = market;
        Ok(traded.fee.charged)
    }

    /// `by_owner` false: on the grounds that let anybody settle. Returns what was paid into the pool.
    pub fn settle(&mut self, who: usize, m: usize, by_owner: bool) -> Result<u64> {
        let (mut market, mut account) = (self.markets[m], self.accounts[who]);
        let settled = engine::settle((m as u16, &mut market), &mut account, by_owner, &Book(&self.markets), &self.setting())?;
        self.put(who, account);
        self.markets[m] = market;
        Ok(settled.paid)
    }

    pub fn convert(&mut self, who: usize, m: usize) -> Result<u64> {
        let (mut market, mut account) = (self.markets[m], self.accounts[who]);
        let (_, amount) = engine::convert((m as u16, &mut market), &mut account, &Book(&self.markets), &self.setting())?;
        self.put(who, account);
        self.markets[m] = market;
        self.flows[m].converted += amount;
        Ok(amount)
    }

    pub fn flag(&mut self, who: usize) -> Result<()> {
        let (mut markets, mut account) = (self.markets, self.accounts[who]);
        engine::flag(&mut account, &mut BookMut(&mut markets), &self.setting())?;
        self.put(who, account);
        self.markets = markets;
        Ok(())
    }

    /// Take-over of at most `lots` of `who`'s position by `keeper`. Returns the plan.
    pub fn liquidate(&mut self, who: usize, keeper: usize, m: usize, lots: u64) -> Result<Plan> {
        if who == keeper {
            return Err(RiskError::SelfTrade);
        }
        let mut market = self.markets[m];
        let (mut account, mut by) = (self.accounts[who], self.accounts[keeper]);
        let both = (&mut account, &mut by);
        let done = engine::liquidate((m as u16, &mut market), both, lots, 0, &Book(&self.markets), &self.setting())?;
        self.put(who, account);
        self.put(keeper, by);
        self.markets[m] = market;
        Ok(done.plan)
    }

    /// Returns what was owed.
    pub fn declare(&mut self, who: usize) -> Result<u64> {
        let (mut markets, mut account) = (self.markets, self.accounts[who]);
        let declared = engine::declare(&mut account, &mut BookMut(&mut markets), &self.setting())?;
        self.put(who, account);
        self.markets = markets;
        Ok(declared.owed)
    }

    /// Converts what `who` claims in market `m` for those that bore his loss. Returns what was converted.
    pub fn recover(&mut self, who: usize, m: usize) -> Result<u64> {
        let (mut markets, mut account) = (self.markets, self.accounts[who]);
        let (converted, _) = engine::recover(&mut account, m as u16, &mut BookMut(&mut markets), &self.setting())?;
        self.put(who, account);
        self.markets = markets;
        self.flows[m].converted += converted;
        Ok(converted)
    }

    pub fn share(&mut self, m: usize) -> Result<Covered> {
        let (mut market, now) = (self.markets[m], self.now);
        let covered = self.insurance.share_loss(&mut market, now)?;
        self.markets[m] = market;
        self.flows[m].covered += covered.pot + covered.insurance;
        Ok(covered)
    }
}
