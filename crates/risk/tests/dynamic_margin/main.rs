//! Dynamic margin: gentle tightening (I8), agreement with exact rationals, strict zeros, totality.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod props;

use firebreak_risk::{
    defaults::MAJOR,
    dynamic_margin::{DynamicParams, Fractions},
    glide::{Glide, RaiseBudget, MINUTE},
    live_margin::LiveMargin,
    num::{Result, NOTIONAL_SCALE, PPM},
    price::Quality,
    volatility::{Volatility, VolatilityParams},
    BaseQty, Now, Position, Price, Ratio, RiskError,
};
use num_rational::BigRational as Exact;
use proptest::{collection::vec, prelude::*};

const D: DynamicParams = DynamicParams { skew_full: 1_000_000_000, ..DynamicParams::MAJOR };
const V: VolatilityParams = VolatilityParams::MAJOR;
const ONE: Ratio = Ratio(1_000_000);
const USD: u64 = 1_000_000;

fn cases(n: u32) -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(n) }
}

fn at(slot: u64) -> Now {
    Now { slot, time: 0 }
}

fn int(x: u64) -> Exact {
    Exact::from_integer(x.into())
}

fn volatility(fall: u64, rise: u64, jump: u64) -> Volatility {
    Volatility { fast_fall: fall, fast_rise: rise, jump_fall: jump, ..Volatility::NEW }
}

/// Lines of a position of `notional` atoms in a market with `open` of `cap` lots.
fn lines(d: &DynamicParams, (live, target): (Ratio, Ratio), notional: u64, (open, cap): (u64, u64)) -> Result<Fractions> {
    let margin = LiveMargin {
        lines: [d.lines_up(&MAJOR, live, target)?; 2],
        targets: [target; 2],
        crowd: d.crowd_up(open, cap)?,
        ..LiveMargin::NEW
    };
    let own = margin.of(&Position { base: BaseQty(1), size_term: d.size_up(notional), used: 1, ..Position::EMPTY });
    Ok(Fractions { init: margin.crowded_up(own.init)?, ..own })
}

#[test]
fn defaults_are_valid() {
    D.validate(&MAJOR).unwrap();
    assert_eq!(DynamicParams::MAJOR.validate(&MAJOR).unwrap_err().field, "skew_full");
    V.validate().unwrap();
}

#[test]
fn a_side_pays_for_its_own_direction_only() {
    let falls = volatility(50_000_000_000, 0, 20_000_000);
    let long = D.target_up(true, 0, &falls, &V).unwrap();
    assert_eq!(D.target_up(false, 0, &falls, &V).unwrap(), D.min);
    // 4 σ over the cap of the horizon (unmeasured) and half of a 2 % jump
    let sigma = falls.sigma_against_up(true, &V).unwrap().0;
    assert_eq!(long.0, 4 * sigma + 10_000);
    // the crowded side pays for skew, the other does not
    let crowded = D.target_up(true, 10_000_000, &falls, &V).unwrap();
    assert_eq!(crowded.0, long.0 + 10_000);
    assert_eq!(D.target_up(false, 10_000_000, &falls, &V).unwrap(), D.min);
    assert_eq!(D.target_up(true, -10_000_000, &falls, &V).unwrap(), long);
}

#[test]
fn size_grows_with_the_root() {
    assert_eq!(D.size_up(0), Ratio(0));
    assert_eq!(D.size_up(1_000_000 * USD), Ratio(10_000));
    assert_eq!(D.size_up(100_000_000 * USD), Ratio(100_000));
    assert_eq!(D.size_up(u64::MAX), ONE);
}

#[test]
fn splitting_into_wallets_gains_nothing_against_open_interest() {
    // One wallet that lifts open interest to 80 % of the cap, or ten that do it step by step: the last unit costs the same.
    let init = |open| lines(&D, (D.min, D.min), 0, (open, 1_000)).unwrap().init;
    assert_eq!(init(500), MAJOR.init);
    assert_eq!(init(750), Ratio(525_000));
    assert_eq!(init(1_000), ONE);
    assert!((500..1_000).all(|open| init(open) < init(open + 1)));
}

/// σ grows a hundredfold in one slot: nothing in that slot, new positions at once, open ones at the capped rate.
#[test]
fn i8_a_volatility_shock_moves_new_positions_only() {
    let (mut v, mut glide) = (Volatility::NEW, Glide::NEW);
    for slot in 1..5_000u64 {
        v.feed(Price(1_000_000_000 + (slot % 2) * 50_000), Quality::Primary, &V, at(slot)).unwrap();
        glide.advance(D.target_up(true, 0, &v, &V).unwrap(), D.rise, D.loosen_slots, at(slot)).unwrap();
    }
    let calm = glide.live_up();
    assert_eq!(calm, D.min);
    v.feed(Price(900_000_000), Quality::Primary, &V, at(5_000)).unwrap();
    let target = D.target_up(true, 0, &v, &V).unwrap();
    glide.advance(target, D.rise, D.loosen_slots, at(5_000)).unwrap();
    assert_eq!(target, D.max);
    assert_eq!(glide.live_up(), Ratio(calm.0 + D.rise.0), "open positions");
    let lines = D.lines_up(&MAJOR, glide.live_up(), target).unwrap();
    assert_eq!(lines.maint, glide.live_up());
    assert_eq!(lines.init.0 as u64, (target.0 as u64 * 50_000).div_ceil(30_000), "new positions");
}

#[test]
fn i9_zero_dynamic_margin_parameters_are_the_strictest() {
    let calm = volatility(1, 1, 0);
    for p in [DynamicParams { sigma_multiple: 0, ..D }, DynamicParams { min: Ratio(0), ..D }, DynamicParams { skew_full: 0, ..D }]
    {
        assert_eq!(p.target_up(true, 0, &calm, &V).unwrap(), D.max);
    }
    assert_eq!(DynamicParams { max: Ratio(0), sigma_multiple: 0, ..D }.target_up(true, 0, &calm, &V).unwrap(), ONE);
    assert_eq!(DynamicParams { size_full: 0, ..D }.size_up(0), ONE);
    // a jump is counted in full
    let jump = volatility(0, 0, 50_000_000);
    assert_eq!(DynamicParams { jump_discount: Ratio(0), ..D }.target_up(true, 0, &jump, &V).unwrap(), Ratio(50_000));
    // open interest raises Init from the first lot; without a cap Init is 100 %
    let none_free = DynamicParams { oi_free: Ratio(0), ..D };
    assert!(lines(&none_free, (D.min, D.min), 0, (1, 1_000)).unwrap().init > MAJOR.init);
    assert_eq!(lines(&D, (D.min, D.min), 0, (0, 0)).unwrap().init, ONE);
    // zero rates: it never rises by itself, never loosens
    let mut glide = Glide::NEW;
    glide.advance(Ratio(10), Ratio(0), 0, at(1)).unwrap();
    for (target, slot) in [(Ratio(500_000), 100), (Ratio(0), 1_000_000)] {
        glide.advance(target, Ratio(0), 0, at(slot)).unwrap();
        assert_eq!(glide.live_up(), Ratio(10));
    }
    // a zero share: raised margin alone liquidates nobody
    assert_eq!(RaiseBudget::NEW.clone().take(1, u64::MAX / 4, Ratio(0), at(9)), Err(RiskError::RaiseBudgetSpent));
    // no insurance, no price, nothing known of the stress
    let cap = |p: &DynamicParams, insurance, price| {
        p.open_interest_cap_down(&MAJOR.for_asset(8, u64::MAX / 4), insurance, Ratio(1), D.min, Price(price)).unwrap()
    };
    assert_eq!((cap(&D, 0, 100), cap(&D, USD, 0)), (0, 0));
    let whole = cap(&DynamicParams { stress_multiple: 0, ..D }, USD, 100_000_000);
    assert_eq!(whole, 10_000_000_000, "1 USD stands behind 1 unit at 1 USD when the stress loses everything");
    assert_eq!(cap(&DynamicParams { loss_floor: Ratio(0), ..D }, USD, 100_000_000), whole);
    assert_eq!(cap(&D, USD, 100_000_000), 20 * whole, "5 % is the least loss assumed");
    assert_eq!(D.open_interest_cap_down(&MAJOR, USD, Ratio(1), D.min, Price(1)).unwrap(), 0, "governance's own cap of zero");
}

#[test]
fn contradictions_are_named() {
    let crossed = DynamicParams { min: Ratio(2), max: Ratio(1), ..D };
    assert_eq!(crossed.target_up(true, 0, &Volatility::NEW, &V), Err(RiskError::ParameterBounds));
    assert_eq!(DynamicParams { max: Ratio(1_000_001), ..D }.highest(), Err(RiskError::ParameterBounds));
    let over = DynamicParams { jump_discount: Ratio(1_000_001), oi_free: Ratio(1_000_001), ..D };
    assert_eq!(over.target_up(true, 0, &Volatility::NEW, &V), Err(RiskError::ParameterBounds));
    assert_eq!(lines(&over, (D.min, D.min), 0, (0, 1)), Err(RiskError::ParameterBounds));
    assert_eq!(RaiseBudget::NEW.clone().take(1, 1, Ratio(1_000_001), at(9)), Err(RiskError::ParameterBounds));
    assert_eq!(RaiseBudget::NEW.clone().take(0, 1, Ratio(1), at(9)), Err(RiskError::ZeroAmount));
    assert_eq!(RaiseBudget { level: 0, slot: 9 }.take(1, 1, Ratio(1), at(8)), Err(RiskError::ClockWentBack));
    assert_eq!(Glide { live: 0, slot: 9 }.advance(ONE, ONE, 1, at(8)), Err(RiskError::ClockWentBack));
}

#[test]
fn loosening_takes_the_slow_means_time() {
    let mut glide = Glide::NEW;
    glide.advance(Ratio(250_000), D.rise, D.loosen_slots, at(1)).unwrap();
    for slot in 2..=36_001 {
        glide.advance(Ratio(30_000), D.rise, D.loosen_slots, at(slot)).unwrap();
    }
    // four hours: half of the way, and no step too small to count
    assert!((139_900..140_100).contains(&glide.live_up().0), "{:?}", glide.live_up());
}
