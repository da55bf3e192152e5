//! I9: a parameter left at zero means the strictest reading, never "off" or "unlimited".
//!
//! Every parameter is in one of three lists: refused by name, strict, or a price (fees, penalties and their shares: there zero is
//! zero). A test fails when a parameter is in none.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod world;

use firebreak_risk::{
    layout::{FieldType, Type},
    price::{accept, combine, Accepted, Observation, Quality, Refusal, SourceRule, MAX_SOURCES},
    waterfall::{drawable_down, InsuranceFund},
    MarketParams, Price, Ratio, RiskError,
};
use proptest::{prelude::*, test_runner::Config};
use world::{
    strategy::{sequence, Op},
    *,
};

type Zero = (&'static str, fn(&mut MarketParams));

/// A zero would make a market that can do nothing, or switch a protection off.
const REFUSED: [Zero; 16] = [
    ("dust_notional", |p| p.dust_notional = 0),
    ("claim_warmup", |p| p.claim_warmup = 0),
    ("loss_window", |p| p.loss_window = 0),
    ("twap_window", |p| p.twap_window = 0),
    ("activation_time", |p| p.activation_time = 0),
    ("price_max_age", |p| p.price_max_age = 0),
    ("trade_price_slots", |p| p.trade_price_slots = 0),
    ("activation_updates", |p| p.activation_updates = 0),
    ("init", |p| p.init = Ratio(0)),
    ("liq_end", |p| p.liq_end = Ratio(0)),
    ("maint", |p| p.maint = Ratio(0)),
    ("transfer_floor", |p| p.transfer_floor = Ratio(0)),
    ("ramp_slots", |p| p.ramp_slots = 0),
    ("confirm_slots", |p| p.confirm_slots = 0),
    ("degraded_slots", |p| p.degraded_slots = 0),
    ("decimals", |p| p.decimals = 0),
];

/// A zero permits least.
const STRICT: [Zero; 9] = [
    ("max_open_interest", |p| p.max_open_interest = 0),
    ("insurance_limit", |p| p.insurance_limit = 0),
    ("ramp_start", |p| p.ramp_start = Ratio(0)),
    ("two_source_bound", |p| p.two_source_bound = Ratio(0)),
    ("twap_band", |p| p.twap_band = Ratio(0)),
    ("stable_speed", |p| p.stable_speed = Ratio(0)),
    ("stable_hour", |p| p.stable_hour = Ratio(0)),
    ("small_loss", |p| p.small_loss = Ratio(0)),
    ("cover_multiple", |p| p.cover_multiple = 0),
];

const PRICES: [Zero; 6] = [
    ("taker_fee", |p| p.taker_fee = Ratio(0)),
    ("maker_share", |p| p.maker_share = Ratio(0)),
    ("pot_share", |p| p.pot_share = Ratio(0)),
    ("insurance_share", |p| p.insurance_share = Ratio(0)),
    ("max_penalty", |p| p.max_penalty = Ratio(0)),
    ("keeper_share", |p| p.keeper_share = Ratio(0)),
];

/// A world whose markets have this parameter at zero.
fn without((_, zero): &Zero, world: &World) -> World {
    let mut world = world.clone();
    world.markets.iter_mut().for_each(|m| zero(&mut m.params));
    if world.markets[0].params.insurance_limit == 0 {
        world.grant_limits();
    }
    world
}

fn strict(name: &str) -> World {
    without(STRICT.iter().find(|(n, _)| *n == name).unwrap(), &World::new())
}

#[test]
fn i9_strict_zero_every_parameter_is_classified() {
    let Type::Struct(_, fields) = MarketParams::TYPE else { panic!() };
    let known: Vec<&str> = REFUSED.iter().chain(&STRICT).chain(&PRICES).map(|(name, _)| *name).collect();
    for field in fields.iter().filter(|f| f.name != "reserved") {
        assert!(known.contains(&field.name), "is a zero of {} strict?", field.name);
    }
    for (name, zero) in REFUSED {
        let mut p = params();
        zero(&mut p);
        // Lines of health are refused by their order: the sentence then names the line above.
        let refused = p.validate().unwrap_err().field;
        assert!(refused == name || ["init", "liq_end", "maint", "max_penalty"].contains(&refused), "{name}: {refused}");
    }
    for (name, zero) in STRICT.into_iter().chain(PRICES) {
        let mut p = params();
        zero(&mut p);
        assert_eq!(p.validate(), Ok(()), "{name}");
    }
}

#[test]
fn i9_strict_zero_nobody_opens_without_a_cap() {
    assert_eq!(strict("max_open_interest").trade(0, 1, 0, 1, 0), Err(RiskError::OpenInterestCap));
}

#[test]
fn i9_strict_zero_insurance_pays_nothing() {
    let mut world = World::new();
    let l = &mut world.markets[0].ledger;
    (l.deficit, l.insured_deficit) = (USD, USD);
    let drawable = |fund: &InsuranceFund, limit| drawable_down(fund, &world.markets[0].ledger, limit, world.now);
    assert_eq!(drawable(&world.insurance.fund, u64::MAX), Ok(USD));
    let caps: [fn(&mut InsuranceFund); 2] = [|f| f.event_cap = Ratio(0), |f| f.day_cap = Ratio(0)];
    for cap in caps {
        let mut fund = world.insurance.fund;
        cap(&mut fund);
        assert_eq!(drawable(&fund, u64::MAX), Ok(0));
    }
    assert_eq!(drawable(&world.insurance.fund, 0), Ok(0));
    // A market to which governance grants nothing has no limit.
    let mut world = strict("insurance_limit");
    world.grant_limits();
    assert_eq!(world.markets[0].limit.now_down(&world.insurance), Ok(0));
    // Fees that nobody is insured for buy no cover.
    let mut world = strict("cover_multiple");
    world.trade(0, 1, 0, 100 * UNIT, 0).unwrap();
    assert_eq!(world.accounts[0].position(0).unwrap().cover, 0);
}

#[test]
fn i9_strict_zero_the_ramp_starts_at_nothing() {
    let mut world = strict("ramp_start");
    world.trade(0, 1, 0, 150 * UNIT, 0).unwrap();
    world.crash(0, 9_550_000_000);
    world.flag(0).unwrap();
    assert_eq!(world.liquidate(0, MAKER, 0, u64::MAX), Err(RiskError::RampNotReached));
    world.pass(1);
    assert!(world.liquidate(0, MAKER, 0, u64::MAX).is_ok());
}

#[test]
fn i9_strict_zero_two_sources_must_agree_exactly() {
    let with = |price| Some(Accepted { price: Price(price), confidence: Price(0), weight: 1 });
    let mut sources = [None; MAX_SOURCES];
    for (second, quality) in [(100, Quality::Primary), (101, Quality::Degraded)] {
        (sources[0], sources[1]) = (with(100), with(second));
        assert_eq!(combine(&sources, Ratio(0), Price(0)).unwrap().quality, quality);
    }
}

#[test]
fn i9_strict_zero_any_distance_from_the_twap_waits() {
    let mut world = strict("twap_band");
    world.pass(1);
    world.feed(0, [Some(100 * TICKS + 1); 3]).unwrap();
    let market = &world.markets[0];
    assert_eq!(market.price.require_confirmed(&market.params, world.now), Err(RiskError::WaitingForConfirmation));
}

#[test]
fn i9_strict_zero_the_stable_price_stands_still() {
    for name in ["stable_speed", "stable_hour"] {
        let mut world = strict(name);
        for _ in 0..5 {
            world.pass(1_000);
            world.feed(0, [Some(200 * TICKS); 3]).unwrap();
        }
        assert_eq!(world.markets[0].price.stable, Price(100 * TICKS), "{name}");
    }
}

#[test]
fn i9_strict_zero_no_loss_is_small() {
    for (small, shares) in [(params().small_loss, true), (Ratio(0), false)] {
        let mut world = World::new();
        let market = &mut world.markets[0];
        market.params.small_loss = small;
        let l = &mut market.ledger;
        (l.deficit, l.window_deficit, l.claims, l.window_ends) = (1, 1, 1_000_000, world.now.time + 10);
        assert_eq!(world.share(0).is_ok(), shares);
    }
}

#[test]
fn i9_strict_zero_sources() {
    let world = World::new();
    let now = world.now.time;
    let state = firebreak_risk::price::SourceState { price: Price(0), publish_time: 0, confidence: Price(0) };
    let seen = |age, confidence| Observation { price: Price(100), confidence: Price(confidence), publish_time: now - age };
    let rule = |f: fn(&mut SourceRule)| {
        let mut rule = world.rule;
        f(&mut rule);
        rule
    };
    assert_eq!(accept(&rule(|r| r.max_age = 0), &state, &seen(1, 0), now), Err(Refusal::Stale));
    assert_eq!(accept(&rule(|r| r.max_confidence = Ratio(0)), &state, &seen(0, 1), now), Err(Refusal::Unconfident));
    let nothing = accept(&rule(|r| r.weight = 0), &state, &seen(0, 0), now).ok();
    let combined = combine(&[nothing, None, None, None, None], Ratio(0), Price(0)).unwrap();
    assert_eq!(combined.quality, Quality::Frozen);
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(400) })]

    /// From every state of a sequence: what a zero permits is permitted without it too, and moves no less.
    #[test]
    fn i9_strict_zero_sequences(ops in sequence(30)) {
        let mut world = World::new();
        for op in &ops {
            let mut op = world.aim(op);
            if let Op::Liquidate { keeper, .. } = &mut op {
                *keeper = MAKER; // who can take all of it: a smaller keeper could take less and not more
            }
            let before = world.clone();
            let done = world.apply(&op).is_ok();
            if matches!(op, Op::Refresh { .. } | Op::Wait { .. }) {
                continue;
            }
            for zero in &STRICT {
                let mut strict = without(zero, &before);
                if strict.apply(&op).is_err() {
                    continue;
                }
                prop_assert!(done, "{op:?} is possible only with {} at zero", zero.0);
                prop_assert!(strict.insurance.fund.assets >= world.insurance.fund.assets, "{op:?} draws more with {} at zero", zero.0);
                if let Op::Liquidate { who, m, .. } = op {
                    prop_assert!(strict.base(who, m).abs() >= world.base(who, m).abs(), "{op:?} takes more with {} at zero", zero.0);
                }
            }
        }
    }
}
