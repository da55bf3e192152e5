//! What a market measures and charges.

use super::{
    run,
    scene::{market, volatility, NOW, TICKS, UNIT, USD},
};
use firebreak_risk::{
    breaker::{Anchor, Breaker, BreakerRules, Measured, TriggerRule, REASONS, WINDOWS},
    defaults::MAJOR,
    dynamic_margin::DynamicParams,
    fees::{split_down, FeeRules},
    funding::{Funding, FundingRules},
    glide::Glide,
    levels::Level,
    margin::Health,
    num::{BaseQty, Price, Ratio, Result},
    throttle::{is_exempt, Throttle, ThrottleRules},
    volatility::VolatilityParams,
    window::Window,
    Now, Position, RiskError,
};

const MARGIN: DynamicParams = DynamicParams { skew_full: 1_000_000 * UNIT as u64, ..DynamicParams::MAJOR };

pub fn target(call: bool) -> Result<()> {
    run(call, &mut (MARGIN, volatility(), VolatilityParams::MAJOR), |(rules, v, measured)| {
        rules.target_up(true, 12_345 * UNIT, v, measured)
    })
}

pub fn side_lines(call: bool) -> Result<()> {
    run(call, &mut (MARGIN, Box::new(market(0))), |(rules, market)| rules.lines_up(&market.params, Ratio(31_000), Ratio(35_000)))
}

pub fn size(call: bool) -> Result<()> {
    run(call, &mut (MARGIN, 123_456 * USD), |(rules, notional)| Ok(rules.size_up(*notional)))
}

/// Init of a crowded market too.
pub fn own_lines(call: bool) -> Result<()> {
    let (mut margin, mut position) = (market(0).margin, Position::EMPTY);
    (margin.crowd, position.base) = (Ratio(345_678), BaseQty(30 * UNIT));
    (position.size_term, position.accepted) = (Ratio(1_234), Ratio(30_000));
    run(call, &mut (margin, position), |(margin, position)| margin.crowded_up(margin.of(position).init))
}

/// Two slots after the last time: lines, funding, cap, breaker.
pub fn accrue_all(call: bool) -> Result<()> {
    let mut market = Box::new(market(0));
    (market.ledger.long_base, market.ledger.short_base) = (50_000 * UNIT as u64, 50_000 * UNIT as u64);
    market.funding = FUNDING;
    let later = Now { slot: NOW.slot + 2, time: NOW.time + 1 };
    run(call, &mut market, |market| firebreak_risk::ops::accrue(market, 1_000_000 * USD, later))
}

/// Down: up needs no division.
pub fn glide(call: bool) -> Result<()> {
    run(call, &mut Glide { live: 45_000 << 32, slot: NOW.slot - 2 }, |glide| glide.advance(Ratio(35_000), Ratio(10), 51_937, NOW))
}

const FUNDING: Funding =
    Funding { index: 12_345, index_rest: 777, moved_rest: 333, rate: 4_000_000, skew: 12_345 * UNIT, time: NOW.time - 2 };

pub fn accrue(call: bool) -> Result<()> {
    let rules = FundingRules { skew_scale: 1_000_000 * UNIT as u64, velocity: 100_000_000, max_rate: 40_000_000 };
    let mut market = Box::new(market(0));
    (market.ledger.long_base, market.ledger.short_base) = (50_000 * UNIT as u64, 50_000 * UNIT as u64);
    run(call, &mut (FUNDING, rules, market), |(funding, rules, market)| {
        funding.accrue(rules, &mut market.ledger, market.price.spot, NOW)
    })
}

pub fn touch(call: bool) -> Result<()> {
    run(call, &mut (FUNDING, BaseQty(-30 * UNIT), 3_000 * USD as i64, -98_765), |(funding, base, entry, snapshot)| {
        funding.touch(*base, entry, snapshot)
    })
}

/// The fill adds to the skew.
pub fn fee(call: bool) -> Result<()> {
    let rules = FeeRules {
        skew_full: 1_000_000 * UNIT as u64,
        sigma_part: Ratio(20_000),
        skew_fee: Ratio(4_000),
        level_part: Ratio(250),
        cap: Ratio(5_000),
        reserved: [0; 8],
    };
    run(call, &mut (rules, 12_345 * UNIT, BaseQty(30 * UNIT), 3_000 * USD), |(rules, skew, base, notional)| {
        let fee = rules.fee_up(MAJOR.taker_fee, Ratio(10_000), *skew, *base, Level::Caution)?;
        split_down(firebreak_risk::num::ratio_up(*notional, fee)?, &MAJOR)
    })
}

pub fn admit(call: bool) -> Result<()> {
    let rules = ThrottleRules { share: Ratio(100_000), window_slots: 100, exempt_sigmas: 3_000_000, reserved: 0 };
    let window = Window { start: NOW.slot as i64 - 150, current: 5_000 * USD, previous: 0 };
    let line = Health { solvency: 2_000 * USD as i64, notional: 40_000 * USD, ..Health::default() };
    run(call, &mut (Throttle { window }, rules, line), |(throttle, rules, line)| {
        let exempt = is_exempt(rules, line, Ratio(1_000))?;
        throttle.admit(rules, 1_000_000 * USD, 20_000 * USD, exempt, NOW)
    })
}

/// Measures the return from six anchors, none of which is far; `value` decides what the other eight triggers do.
fn breaker(call: bool, value: u64, level: Level) -> Result<()> {
    let rule = TriggerRule { bound: 10_000, timer: 600, level: 1, reserved: [0; 3] };
    let rules = BreakerRules {
        triggers: [rule; REASONS],
        windows: [150, 1_500, 9_000],
        least_return: Ratio(0),
        halt_band: Ratio(0),
        reserved: 0,
    };
    let anchor = Anchor { price: [Price(100 * TICKS), Price(101 * TICKS)], slot: [NOW.slot - 9_001, NOW.slot - 9_000] };
    let state = Box::new(Breaker { anchors: [anchor; WINDOWS], ..Breaker::NEW });
    let seen =
        Measured { price: Price(100 * TICKS + 54_321), confirmed: true, variance: 10_000_000_000, values: [value; REASONS] };
    run(call, &mut (state, rules, seen, level), |(state, rules, seen, level)| match state.update(rules, seen, NOW)? {
        found if found == *level => Ok(found),
        _ => Err(RiskError::InvariantBroken),
    })
}

pub fn breaker_quiet(call: bool) -> Result<()> {
    breaker(call, 0, Level::Normal)
}

pub fn breaker_fires(call: bool) -> Result<()> {
    breaker(call, 20_000, Level::Caution)
}
