//! Who and what a scenario starts with, as the engine's own types.

use crate::{
    agents::{
        crowd::{self, Plan},
        Agent, CapturedAdmin, Carry, CherryPicker, FakeCollateral, Hedger, Insurer, Keeper, Maker, Momentum, Noise, OraclePump,
        SelfTrade, Steward, ThrottleGriefer, Whale,
    },
    engine::{Record, Who},
    policy::{Policy, Safeguard},
    run::attacks,
    scenario::{Attack, CollateralKind, Scenario},
    stage::{Stage, FAKE_CAP},
    world::{atoms, USD},
};
use firebreak_risk::{
    collateral::{CollateralParams, OF_NO_MARKET},
    collateral_rules::CollateralRules,
    outflow::OutflowRules,
    price::SourceRule,
    tranches::{Insurance, Seniority},
    waterfall::InsuranceFund,
    Ratio,
};

/// What governance set for every source: half a minute of age, 2 % of confidence.
pub const SOURCE: SourceRule = SourceRule { weight: 1, max_age: 30, max_confidence: Ratio(20_000), reserved: 0 };
/// A fund with nothing in it that pays nothing.
pub const EMPTY_FUND: InsuranceFund = InsuranceFund {
    assets: 0,
    floor: 0,
    event_cap: Ratio(0),
    day_cap: Ratio(0),
    day_start: 0,
    day_assets: 0,
    day_drawn: 0,
    drawn: 0,
    reserved: 0,
};
/// Smallest units of a token of nine decimals.
pub const UNITS: f64 = 1e9;
/// Stakers of a fund: enough that some can run and some stay.
const STAKERS: usize = 10;

fn ppm(share: f64) -> Ratio {
    Ratio((share * 1e6).round() as u32)
}

/// A vault that lets everything out.
pub const OPEN: OutflowRules = OutflowRules { hour: u64::MAX, day: u64::MAX, free: u64::MAX };
/// More than anybody brings.
const ALL: u64 = u64::MAX >> 2;

/// The settlement token.
pub fn settlement(limits: OutflowRules) -> Record {
    Record::new(CollateralParams::STABLE.for_token(6, OF_NO_MARKET, ALL, ALL), CollateralRules::STABLE, limits)
}

/// The settlement token, then the collateral of the scenario, then the one that an attacker lists. `interest` USD of open interest limit
/// what leaves the vaults.
pub fn records(scenario: &Scenario, policy: &Policy, interest: f64) -> Vec<Record> {
    let mut all = vec![settlement(outflow(interest))];
    let fake = attacks(scenario, Attack::FakeCollateral);
    if scenario.collateral.is_some() || fake {
        all.push(token(scenario, policy, interest));
    }
    if fake {
        let params = CollateralParams::LONG_TAIL.for_token(9, OF_NO_MARKET, FAKE_CAP, FAKE_CAP);
        // One that nobody looked at counts within a second, as if its week were over.
        let params = if scenario.agents.fake_warm { CollateralParams { warmup: 1, ..params } } else { params };
        all.push(Record::new(params, CollateralRules::LONG_TAIL, OPEN));
    }
    all
}

/// What traders pledge beside the settlement token.
fn token(scenario: &Scenario, policy: &Policy, interest: f64) -> Record {
    let plan = scenario.collateral.clone().unwrap_or_default();
    let (params, rules) = match plan.kind {
        CollateralKind::Stable => (CollateralParams::STABLE, CollateralRules::STABLE),
        CollateralKind::Major => (CollateralParams::MAJOR, CollateralRules::MAJOR),
        CollateralKind::LongTail => (CollateralParams::LONG_TAIL, CollateralRules::LONG_TAIL),
    };
    let market = plan.market.as_ref().and_then(|name| scenario.markets.iter().position(|m| m.name == *name));
    let underlying = market.map_or(OF_NO_MARKET, |m| m as u16 + 1);
    // What traders hold has been there for long: it counts within a second.
    let mut params = CollateralParams { warmup: 1, ..params.for_token(9, underlying, ALL, ALL) };
    let mut rules = rules;
    if !policy.has(Safeguard::DynamicMargin) {
        params.max_haircut = params.min_haircut;
    }
    if !policy.has(Safeguard::Confirmation) {
        rules.twap_band = Ratio(1_000_000);
        (rules.confirm_slots, rules.degraded_slots) = (1, 1);
    }
    if !policy.has(Safeguard::Median) {
        rules.strikes.tolerance = Ratio(1_000_000);
    }
    rules.unsold_wait = plan.for_sale.unwrap_or(rules.unsold_wait);
    // As much of it may leave as of money: a quarter of the open interest an hour, half of it a day.
    let units = |usd: f64| (usd / scenario.token_price() * UNITS) as u64;
    let limits = OutflowRules { hour: units(interest / 4.0), day: units(interest / 2.0), free: units(100.0) };
    Record::new(params, rules, limits)
}

/// Caps and floor of a fund of `assets` atoms.
pub fn insurance(scenario: &Scenario, policy: &Policy, assets: u64) -> Insurance {
    let plan = &scenario.insurance;
    let caps = policy.has(Safeguard::InsuranceCaps);
    let part = |share: f64| if caps { ppm(share) } else { Ratio(1_000_000) };
    let fund = InsuranceFund {
        floor: if caps { (assets as f64 * plan.floor) as u64 } else { 0 },
        event_cap: part(plan.event_cap),
        day_cap: part(plan.day_cap),
        ..EMPTY_FUND
    };
    Insurance::new(fund, 0, Ratio(400_000))
}

/// A vault lets out a quarter of the open interest an hour and half of it a day: more than everybody's margin at 5×.
pub fn outflow(interest: f64) -> OutflowRules {
    OutflowRules { hour: atoms(interest / 4.0), day: atoms(interest / 2.0), free: 100 * USD as u64 }
}

/// Stakers with `fund` USD between them.
pub fn insurers(stage: &mut Stage, fund: f64) -> Vec<Box<dyn Agent>> {
    if fund < 1.0 {
        return Vec::new();
    }
    let plan = stage.scenario.insurance.clone();
    let runners = (plan.runners * STAKERS as f64).round() as usize;
    (0..STAKERS)
        .map(|n| {
            let junior = n < STAKERS / 2;
            let share = if junior { plan.junior } else { 1.0 - plan.junior } / (STAKERS / 2) as f64;
            let tranche = if junior { Seniority::Junior } else { Seniority::Senior };
            Box::new(Insurer::new(stage, n, tranche, fund * share, n < runners)) as Box<dyn Agent>
        })
        .collect()
}

/// Makers with ten times the open interest between them: they stand for the world outside.
pub fn makers(stage: &mut Stage, interest: f64) -> Vec<Box<dyn Agent>> {
    let count = stage.scenario.agents.makers;
    let each = 10.0 * interest / f64::from(count.max(1));
    (0..count).map(|_| Box::new(Maker::new(stage, each, 1.0 / f64::from(count))) as Box<dyn Agent>).collect()
}

/// Opens the crowd, with makers quoting anew as their quotes are used up.
pub fn open(stage: &mut Stage, makers: &mut [Box<dyn Agent>], plans: &[Plan]) -> (Vec<Who>, u64) {
    if stage.scenario.crowd.pairs {
        return crowd::open(stage, plans);
    }
    let (mut members, mut refused) = (Vec::with_capacity(plans.len()), 0);
    for part in plans.chunks(64) {
        stage.tick(3);
        for maker in makers.iter_mut() {
            maker.act(stage);
        }
        let (opened, not) = crowd::open(stage, part);
        members.extend(opened);
        refused += not;
    }
    (members, refused)
}

/// Everybody beside crowd, makers and keepers. Sizes are parts of the open interest.
pub fn others(stage: &mut Stage, interest: f64) -> Vec<Box<dyn Agent>> {
    let plan = stage.scenario.agents.clone();
    let mut all: Vec<Box<dyn Agent>> = Vec::new();
    let small = (interest * 0.01).max(1_000.0);
    for _ in 0..plan.momentum {
        all.push(Box::new(Momentum::new(stage, small)));
    }
    for _ in 0..plan.carry {
        all.push(Box::new(Carry::new(stage, small)));
    }
    for _ in 0..plan.hedgers {
        all.push(Box::new(Hedger::new(stage, small)));
    }
    for _ in 0..plan.whales {
        all.push(Box::new(Whale::new(stage, interest * 0.1)));
    }
    for attack in plan.attackers {
        match attack {
            Attack::OraclePump => all.push(Box::new(OraclePump::new(stage, interest * 0.05))),
            Attack::SelfTrade => all.push(Box::new(SelfTrade::new(stage, interest * 0.1))),
            Attack::FakeCollateral => all.push(Box::new(FakeCollateral::new(stage))),
            Attack::ThrottleGriefing => all.push(Box::new(ThrottleGriefer::new(stage))),
            Attack::CapturedAdmin => all.push(Box::new(CapturedAdmin::new(stage, small))),
            Attack::CherryPicking => {} // a keeper
        }
    }
    all
}

/// An hour of ordinary trading before the first slot: what a market absorbs is measured from what was filled.
pub fn ordinary_hour(stage: &mut Stage, makers: &mut [Box<dyn Agent>], members: &[Who]) {
    let activity = stage.scenario.crowd.activity;
    if stage.scenario.crowd.pairs || activity <= 0.0 {
        return;
    }
    let mut noise = Noise::new(members.to_vec(), activity);
    for _ in 0..360 {
        stage.tick(25);
        makers.iter_mut().for_each(|maker| maker.act(stage));
        noise.act(stage);
    }
}

/// Keepers, the housekeeper, and the noise of the crowd.
pub fn keepers(stage: &mut Stage, interest: f64, members: &[Who]) -> Vec<Box<dyn Agent>> {
    let plan = stage.scenario.keepers.clone();
    let each = (interest * plan.capital).max(1_000.0);
    let mut all: Vec<Box<dyn Agent>> = Vec::new();
    if attacks(&stage.scenario, Attack::CherryPicking) {
        all.push(Box::new(CherryPicker::new(stage, each, &plan)));
    }
    for _ in 0..plan.count {
        all.push(Box::new(Keeper::new(stage, each, &plan)));
    }
    all.push(Box::new(Steward::default()));
    let activity = stage.scenario.crowd.activity;
    if activity > 0.0 {
        all.push(Box::new(Noise::new(members.to_vec(), activity)));
    }
    all
}
