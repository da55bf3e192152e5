//! A keeper: capital, latency, a chance to be included, a cost per transaction. It takes the worst account first, because skipping costs
//! seven tenths of the reward.

mod tokens;

use self::tokens::Desk;
use super::{Agent, Purse, Standing};
use crate::{
    engine::{Action, Who},
    policy::Safeguard,
    scenario::KeeperPlan,
    stage::{Due, Stage},
    world::{atoms, usd},
};
use firebreak_risk::{
    margin::Health,
    num::{lots_down, mul_div_down, PPM},
    throttle::is_exempt,
};
use rand::Rng;
use std::collections::BTreeSet;

/// Half of the spread outside in calm times.
const SPREAD: f64 = 0.0002;
/// The widest it gets.
const WORST_SPREAD: f64 = 0.01;

/// Below this distance of the price from its average it sells what it holds: later quotes are no better.
const QUIET: f64 = 0.002;

/// A step below this part of a position is not worth a transaction. (Steps of a hundred dollars were tried: six times as many
/// transactions, and deficits a quarter larger.)
const CRUMB: u64 = 5;

/// Lots of an asset of [`crate::prices::DECIMALS`] as units of it.
fn units(lots: i64) -> f64 {
    lots as f64 * 1e-10
}

/// A keeper.
pub struct Keeper {
    purse: Purse,
    plan: KeeperPlan,
    earned: u64,
    wins: u64,
    /// Accounts it has tried in this step: the others that are worse than one it takes count as skipped.
    visited: BTreeSet<Who>,
    /// What it holds outside against what it took over, by market: lots, and what they cost in USD.
    hedges: Vec<(i64, f64)>,
    /// Collateral that it sold outside.
    desk: Desk,
}

impl Keeper {
    /// One with `usd`.
    pub fn new(stage: &mut Stage, usd: f64, plan: &KeeperPlan) -> Self {
        let mut purse = Purse::default();
        purse.open(stage, usd);
        Self {
            purse,
            plan: plan.clone(),
            earned: 0,
            wins: 0,
            visited: BTreeSet::new(),
            hedges: vec![(0, 0.0); stage.places.len()],
            desk: Desk::default(),
        }
    }

    /// Works through `due` in its order.
    pub fn work(&mut self, stage: &mut Stage, due: &[Due]) {
        if self.plan.outage.is_some_and(|(from, to)| (from..to).contains(&stage.slot)) {
            return;
        }
        let mut jobs = u64::from(self.plan.jobs) * stage.slots;
        let calm = self.plan.inclusion;
        let busy = stage.places.iter().map(|p| p.liquidity.inclusion(calm)).fold(1.0, f64::min);
        let included = if self.plan.congestion { busy } else { calm };
        let waits: Vec<bool> = (0..stage.places.len() as u16).map(|m| stage.waits(m)).collect();
        self.visited.clear();
        for due in due {
            if jobs == 0 {
                break;
            }
            if stage.slot < due.since + self.plan.latency || self.purse.accounts.contains(&due.who) {
                continue;
            }
            let account = stage.backend.account(due.who);
            let open = account.used().filter(|p| !p.base.is_flat()).any(|p| waits[p.market as usize]);
            // While its price is not confirmed the clock can be started, collateral sold, and no more.
            if open && account.flagged != 0 && account.collaterals == 0 {
                continue;
            }
            self.visited.insert(due.who);
            // What would be refused is not sent: a keeper simulates first.
            if !self.is_ready(stage, due.who, open) {
                continue;
            }
            jobs -= 1;
            self.purse.spent += atoms(self.plan.cost);
            if stage.rng.random_bool(included.clamp(0.0, 1.0)) {
                self.job(stage, due.who, open);
            }
        }
        self.unwind(stage);
    }

    /// Whether anything can be done about an account now that is worth a transaction.
    fn is_ready(&self, stage: &Stage, who: Who, waits: bool) -> bool {
        let Ok(health) = stage.backend.health(who) else { return false };
        let account = stage.backend.account(who);
        let (flagged, bankrupt) = (account.flagged != 0, account.bankrupt != 0);
        if (flagged || account.owes()) && account.collaterals > 0 && self.purchase(stage, who).is_some() {
            return true;
        }
        if !flagged || health.liq_end >= 0 {
            return (health.maint < 0 || flagged || bankrupt) && stage.backend.try_out(&Action::Flag { who }).is_ok();
        }
        if waits {
            return false;
        }
        if health.solvency < 0 && !bankrupt {
            return stage.backend.try_out(&Action::Declare { who }).is_ok();
        }
        if bankrupt && stage.policy.has(Safeguard::Deleveraging) {
            return true;
        }
        let held: Vec<(u16, u64)> = account.used().filter(|p| !p.base.is_flat()).map(|p| (p.market, p.base.abs())).collect();
        held.into_iter().any(|(m, size)| {
            let lots = self.carries(stage, m).min(size).min(budget(stage, m, &health));
            let action = Action::Liquidate { m, who, keeper: self.purse.accounts[0], lots, floor: 0 };
            // The ramp frees a little more every slot: a crumb is left to grow.
            lots > 0 && stage.backend.try_out(&action).is_ok_and(|done| done.lots >= size / CRUMB)
        })
    }

    /// Lots of a market that its capital can margin.
    fn carries(&self, stage: &Stage, m: u16) -> u64 {
        let room = stage.backend.init(self.purse.accounts[0]).unwrap_or(0).max(0).unsigned_abs();
        let market = stage.backend.market(m);
        let init = u64::from(market.margin.lines[0].init.max(market.margin.lines[1].init).0).max(1);
        mul_div_down(room, PPM, init).and_then(|notional| lots_down(notional, market.price.spot)).unwrap_or(0)
    }

    /// One account: flag, declare, take over, whichever is due.
    fn job(&mut self, stage: &mut Stage, who: Who, waits: bool) {
        let Ok(health) = stage.backend.health(who) else { return };
        let account = stage.backend.account(who);
        let recovered = health.liq_end >= 0 && (account.flagged != 0 || account.bankrupt != 0);
        if account.flagged == 0 && health.maint < 0 || recovered {
            stage.act(Action::Flag { who });
        }
        // Collateral first: that moves no market, and who still has some cannot be declared bankrupt.
        if stage.backend.account(who).collaterals > 0 {
            if let Some(action) = self.purchase(stage, who) {
                self.buy(stage, action);
            }
        }
        let Ok(health) = stage.backend.health(who) else { return };
        if waits || recovered || stage.backend.account(who).flagged == 0 {
            return;
        }
        if health.solvency < 0 && stage.backend.account(who).bankrupt == 0 && stage.act(Action::Declare { who }).is_none() {
            return;
        }
        let held: Vec<(u16, u64)> =
            stage.backend.account(who).used().filter(|p| !p.base.is_flat()).map(|p| (p.market, p.base.abs())).collect();
        let bankrupt = stage.backend.account(who).bankrupt != 0;
        for (m, size) in held {
            let budget = if bankrupt { u64::MAX } else { budget(stage, m, &health) };
            // A crumb of the budget is not worth a transaction.
            if budget < size && budget < stage.lots(m, usd(stage.backend.market(m).params.dust_notional)).unsigned_abs() {
                continue;
            }
            let size = size.min(budget);
            if bankrupt && stage.policy.has(Safeguard::Deleveraging) {
                stage.deleverage(m, who);
            } else {
                self.take_over(stage, m, who, size);
            }
        }
    }

    fn take_over(&mut self, stage: &mut Stage, m: u16, who: Who, size: u64) {
        let keeper = self.purse.accounts[0];
        let lots = size.min(self.carries(stage, m));
        if lots == 0 {
            return;
        }
        let skipped = stage.due.iter().take_while(|d| d.who != who).find(|d| !self.visited.contains(&d.who));
        let floor = skipped.map_or(0, |d| d.score);
        let before = stage.backend.base(who, m);
        if let Some(done) = stage.act(Action::Liquidate { m, who, keeper, lots, floor }) {
            self.wins += 1;
            self.earned += done.earned;
            // What was taken over is sold outside, whoever holds it until then.
            let moved = before - stage.backend.base(who, m);
            stage.force(m, -moved);
        }
    }

    /// Sells what it holds to whoever quotes, in calm or when half of its capital is bound: it is hedged, and quotes are wide in a crash.
    fn unwind(&mut self, stage: &mut Stage) {
        let keeper = self.purse.accounts[0];
        self.deliver(stage);
        let capital = stage.backend.account(keeper).capital;
        for m in 0..stage.places.len() as u16 {
            let base = stage.backend.base(keeper, m);
            let bound = stage.backend.init(keeper).unwrap_or(0).max(0).unsigned_abs() < capital / 2;
            if base != 0 && (bound || stage.swing(m) < QUIET) {
                stage.order(m, keeper, -base);
            }
            self.hedge(stage, m);
        }
    }

    /// Holds the opposite outside of what it holds here, at the mid price and a spread that widens as depth falls. Without it a keeper would
    /// be a gambler on the crash.
    fn hedge(&mut self, stage: &Stage, m: u16) {
        let wanted = -stage.backend.base(self.purse.accounts[0], m);
        let place = &stage.places[m as usize];
        let Some((held, cost)) = self.hedges.get_mut(m as usize) else { return };
        let change = wanted - *held;
        let spread = (SPREAD / place.liquidity.depth).min(WORST_SPREAD) * (change.signum() as f64);
        *cost += units(change) * place.mid * (1.0 + spread);
        *held = wanted;
    }

    /// Its score as `kind`.
    pub fn score(&self, stage: &Stage, kind: &'static str) -> Standing {
        let outside: f64 =
            self.hedges.iter().zip(&stage.places).map(|((held, cost), place)| units(*held) * place.mid - cost).sum();
        let outside = outside + self.desk.worth();
        let own = self.purse.standing(stage, kind);
        Standing { earned: self.earned, wins: self.wins, profit: own.profit + (outside * crate::world::USD) as i64, ..own }
    }
}

/// Lots that the market's throttle lets pass of an account: all when it is beyond the throttle's reach.
fn budget(stage: &Stage, m: u16, health: &Health) -> u64 {
    let (market, now) = (stage.backend.market(m), stage.backend.now());
    let rules = &market.rules.throttle;
    let sigma = market.margin.window_sigma.into_iter().min().unwrap_or_default();
    if is_exempt(rules, health, sigma).unwrap_or(false) {
        return u64::MAX;
    }
    let depth = market.depth.depth_down(&market.rules.depth, now).unwrap_or(0);
    let room = market.throttle.room_down(rules, depth, now).unwrap_or(0);
    lots_down(room, market.price.spot).unwrap_or(u64::MAX)
}

impl Agent for Keeper {
    fn act(&mut self, stage: &mut Stage) {
        let due = stage.due.clone();
        self.work(stage, &due);
    }

    fn result(&self, stage: &Stage) -> Standing {
        self.score(stage, "keeper")
    }
}
