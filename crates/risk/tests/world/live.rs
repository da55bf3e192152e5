//! The same world with markets that move by themselves, and the operations that only they need.

use super::*;
use firebreak_risk::{
    dynamic_margin::DynamicParams, fees::FeeRules, funding::FundingRules, levels::Level, num::add, outflow::Allowance,
    rank::winner_score_down, settlement::enter, tranches::Seniority, volatility::VolatilityParams,
};

/// A major's rules with timers as short as the world's, funding that is felt within minutes, and a throttle that binds.
pub fn rules() -> Rules {
    let major = Rules::MAJOR.for_asset(500 * UNIT as u64, 100_000 * USD, 3_000 * UNIT as u64);
    let mut rules = Rules {
        volatility: VolatilityParams {
            fast_slots: 100,
            slow_slots: 1_000,
            jump_slots: 500,
            horizon_floor: 10,
            horizon_cap: 60,
            ..VolatilityParams::MAJOR
        },
        dynamic: DynamicParams {
            size_full: 1_000_000_000_000_000,
            rise: Ratio(50),
            loosen_slots: 1_000,
            raise_share: Ratio(200_000),
            ..major.dynamic
        },
        funding: FundingRules { velocity: 4_000_000_000, max_rate: 500_000_000, ..major.funding },
        fees: FeeRules { sigma_part: Ratio(20_000), skew_fee: Ratio(2_000), ..major.fees },
        frozen_limit: 3_600,
        ..major
    };
    (rules.depth.slots, rules.depth.slot_share, rules.throttle.window_slots) = (1_000, Ratio(300_000), 25);
    rules.breaker.triggers.iter_mut().for_each(|t| t.timer /= 10);
    rules.breaker.windows = [25, 250, 1_000];
    rules
}

/// Parameters that the world's guardian and governance move.
pub const MOVED: usize = 9;

/// One of them by number, and whether it loosens upwards.
fn parameter(params: &mut MarketParams, which: usize, to: impl Fn(u64, bool) -> u64) {
    let p = params;
    let ratio = |r: &mut Ratio, up| r.0 = to(r.0 as u64, up).min(u32::MAX as u64) as u32;
    let count = |n: &mut u32, up| *n = to(*n as u64, up).min(u32::MAX as u64) as u32;
    match which % MOVED {
        0 => ratio(&mut p.maint, false),
        1 => ratio(&mut p.liq_end, false),
        2 => ratio(&mut p.init, false),
        3 => ratio(&mut p.transfer_floor, false),
        4 => count(&mut p.price_max_age, true),
        5 => count(&mut p.trade_price_slots, true),
        6 => p.max_open_interest = to(p.max_open_interest, true),
        7 => p.insurance_limit = to(p.insurance_limit, true),
        _ => count(&mut p.cover_multiple, true),
    }
}

impl World {
    /// Traders with 1 000 USD each, a market maker with fifty times as much, two stakers.
    pub fn live() -> Self {
        let params = params();
        rules().validate(&params).expect("the live world's rules");
        let mut world = Self::with(params, [1_000 * USD; MAKER], 300 * USD);
        let most = world.accounts[MAKER].capital - 50_000 * USD;
        world.withdraw(MAKER, most).unwrap();
        world.outflow = Outflow::NEW;
        world.outflow_rules = OutflowRules { hour: 5_000 * USD, day: 20_000 * USD, free: 50 * USD };
        world.stake(1, 200 * USD).unwrap();
        world.stake(2, 100 * USD).unwrap();
        world.markets.iter_mut().for_each(|m| *m = Market::new(params, rules()));
        world.insurance.limits = 0;
        world.insurance.markets = 0;
        world.grant_limits();
        for _ in 0..2 {
            world.pass(1);
            for (m, price) in [100 * TICKS, 10 * TICKS].into_iter().enumerate() {
                world.feed(m, [Some(price); 3]).unwrap();
            }
        }
        world
    }

    pub(super) fn tranche_of(who: usize) -> Seniority {
        if who.is_multiple_of(3) {
            Seniority::Senior
        } else {
            Seniority::Junior
        }
    }

    pub fn stake(&mut self, who: usize, atoms: u64) -> Result<()> {
        let (mut insurance, mut stake) = (self.insurance, self.stakes[who]);
        insurance.stake(Self::tranche_of(who), &mut stake, atoms)?;
        (self.insurance, self.stakes[who]) = (insurance, stake);
        self.vault = add(self.vault, atoms)?;
        self.outflow.deposit(atoms, self.now);
        Ok(())
    }

    /// Asks `share` ppm of the stake back.
    pub fn request(&mut self, who: usize, share: u64) -> Result<()> {
        let mut stake = self.stakes[who];
        let tranche = *self.insurance.tranche(Self::tranche_of(who));
        stake.touch(&tranche)?;
        let shares = (stake.shares as u128 * share as u128 / 1_000_000) as u64;
        stake.request(&tranche, shares, self.now.time)?;
        self.stakes[who] = stake;
        Ok(())
    }

    /// Pays a cooled request; what leaves counts like a withdrawal of the staker's account.
    pub fn pay_out(&mut self, who: usize) -> Result<u64> {
        let (mut insurance, mut stake) = (self.insurance, self.stakes[who]);
        let drawing = self.markets.iter().filter(|m| m.limit.granted > 0);
        let atoms = engine::unstake(&mut insurance, Self::tranche_of(who), &mut stake, drawing, &self.setting())?;
        let mut allowance = self.accounts[who].allowance;
        self.pay(&mut allowance, atoms)?;
        (self.insurance, self.stakes[who], self.accounts[who].allowance) = (insurance, stake, allowance);
        Ok(atoms)
    }

    /// The treasury's fees leave; it has no allowance beyond the windows.
    pub fn treasury(&mut self, m: usize) -> Result<u64> {
        let amount = self.markets[m].ledger.treasury_fees;
        if amount == 0 {
            return Err(RiskError::ZeroAmount);
        }
        let rules = self.outflow_rules;
        self.outflow_rules.free = 0;
        let paid = self.pay(&mut Allowance::NEW.clone(), amount);
        self.outflow_rules = rules;
        paid?;
        self.markets[m].ledger.treasury_fees = 0;
        Ok(amount)
    }

    /// Ends the market at its last TWAP.
    pub fn end(&mut self, m: usize) -> Result<()> {
        enter(&mut self.markets[m], false, self.now).map(drop)
    }

    /// The score that a counterparty must reach: the highest of those that can be acted on.
    pub fn floor(&self, who: usize, m: usize) -> u64 {
        let opposite = |a: &usize| self.base(*a, m).0.signum() == -self.base(who, m).0.signum();
        let scores = (0..ACCOUNTS).filter(opposite).filter_map(|a| {
            let health = self.health(a).ok()?;
            let able = health.solvency >= 0 || self.accounts[a].bankrupt != 0;
            let market = &self.markets[m];
            let position = self.accounts[a].position(m as u16).ok()?;
            able.then(|| winner_score_down(position, market, health.solvency, market.rules.rank_notional).ok()).flatten()
        });
        scores.max().unwrap_or(0)
    }

    /// Closes `who`'s bankrupt position against `other`'s. Returns the lots.
    pub fn deleverage(&mut self, who: usize, other: usize, m: usize) -> Result<u64> {
        if who == other {
            return Err(RiskError::SelfTrade);
        }
        let floor = self.floor(who, m);
        let mut market = self.markets[m];
        let (mut account, mut by) = (self.accounts[who], self.accounts[other]);
        let both = (&mut account, &mut by);
        let (closed, _) = engine::deleverage((m as u16, &mut market), both, floor, &Book(&self.markets), &self.setting())?;
        self.put(who, account);
        self.put(other, by);
        self.markets[m] = market;
        Ok(closed.lots)
    }

    /// The guardian raises (or lowers) a parameter by `ppm` of it, at once.
    pub fn tighten(&mut self, m: usize, which: usize, ppm: u32) -> Result<()> {
        let old = self.markets[m].params;
        let new = self.moved(m, which, ppm, false)?;
        let mut guardian = self.guardians[m];
        guardian.tighten(&old, &new, self.now.time)?;
        (self.guardians[m], self.markets[m].params) = (guardian, new);
        Ok(())
    }

    /// Governance proposes to loosen a parameter.
    pub fn propose(&mut self, m: usize, which: usize, ppm: u32) -> Result<()> {
        self.propose_either(m, which, ppm, true)
    }

    /// The same, either way.
    pub fn propose_either(&mut self, m: usize, which: usize, ppm: u32, loosen: bool) -> Result<()> {
        let new = self.moved(m, which, ppm, loosen)?;
        self.changes[m] = Some(Change::propose(&self.markets[m].params, &new, &self.delays, self.now.time)?);
        Ok(())
    }

    /// The proposed change takes effect.
    pub fn change(&mut self, m: usize) -> Result<()> {
        let change = self.changes[m].ok_or(RiskError::ChangeOutdated)?;
        change.apply(&mut self.markets[m].params, self.now.time)?;
        self.changes[m] = None;
        Ok(())
    }

    fn moved(&self, m: usize, which: usize, ppm: u32, loosen: bool) -> Result<MarketParams> {
        let mut new = self.markets[m].params;
        parameter(&mut new, which, |value, up| {
            let step = (value as u128 * ppm as u128 / 1_000_000).max(1) as u64;
            if up == loosen {
                value.saturating_add(step)
            } else {
                value.saturating_sub(step)
            }
        });
        let valid = new.validate().is_ok() && self.markets[m].rules.validate(&new).is_ok();
        valid.then_some(new).ok_or(RiskError::ParameterBounds)
    }

    /// The breaker's level.
    pub fn level(&self, m: usize) -> Level {
        self.markets[m].level(Level::Normal)
    }
}
