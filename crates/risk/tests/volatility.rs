//! Volatility: the stated bound of a manipulator, agreement with exact rationals, one feed a slot, strict zeros, totality.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

use firebreak_risk::{
    price::Quality,
    volatility::{Volatility, VolatilityParams, MAX_HORIZON, RETURN_ONE},
    Now, Price, Ratio, RiskError,
};
use num_rational::BigRational as Exact;
use proptest::prelude::*;

const P: VolatilityParams = VolatilityParams::MAJOR;

fn at(slot: u64) -> Now {
    Now { slot, time: 0 }
}

fn int(x: u64) -> Exact {
    Exact::from_integer(x.into())
}

fn means(v: &Volatility) -> [u64; 4] {
    [v.fast_rise, v.fast_fall, v.slow_rise, v.slow_fall]
}

fn fed(prices: &[(u64, u64)]) -> Volatility {
    let mut v = Volatility::NEW;
    for &(slot, price) in prices {
        v.feed(Price(price), Quality::Primary, &P, at(slot)).unwrap();
    }
    v
}

#[test]
fn two_updates_in_one_slot_cannot_feed_it_twice() {
    let once = fed(&[(1, 1_000_000), (2, 1_010_000)]);
    let twice = fed(&[(1, 1_000_000), (2, 1_010_000), (2, 500_000), (2, 1_010_000)]);
    assert_eq!(once, twice);
    // and the next slot's return starts from the first price of the slot before
    let mut next = twice;
    next.feed(Price(1_010_000), Quality::Primary, &P, at(3)).unwrap();
    assert_eq!(next.jump_fall, 0);
}

#[test]
fn rises_and_falls_are_kept_apart() {
    let mut prices = vec![(1, 1_000_000_000u64)];
    for i in 2..500 {
        prices.push((i, prices.last().unwrap().1 * 1_001 / 1_000));
    }
    let v = fed(&prices);
    assert_eq!((v.fast_fall, v.slow_fall, v.jump_fall), (0, 0, 0));
    assert_eq!(v.sigma_against_up(true, &P).unwrap(), Ratio(0));
    // 0.1 % in every slot: √(2 · 10^-6 · horizon)
    let horizon = v.horizon_up(&P).unwrap() as f64;
    let sigma = v.sigma_against_up(false, &P).unwrap().0 as f64;
    assert!((sigma / ((2.0 * horizon).sqrt() * 1_000.0) - 1.0).abs() < 0.001, "{sigma}");
}

#[test]
fn a_calm_price_forgets_fast_then_slowly() {
    let mut v = fed(&[(1, 1_000_000)]);
    for slot in 2..60_000u64 {
        v.feed(Price(1_000_000 + (slot % 2) * 1_000), Quality::Primary, &P, at(slot)).unwrap();
    }
    let (fast, slow) = (v.fast_fall, v.slow_fall);
    for slot in 60_000..60_000 + 7_500 {
        v.feed(Price(1_000_000), Quality::Primary, &P, at(slot)).unwrap();
    }
    assert!(v.fast_fall < fast / 500, "fifty minutes are ten half-lives of the fast mean");
    assert!(v.slow_fall > slow * 8 / 10, "and a fifth of one of the slow mean");
}

#[test]
fn only_unusual_moves_are_jumps_and_they_decay() {
    let mut v = fed(&[(1, 1_000_000_000)]);
    for slot in 2..2_000u64 {
        v.feed(Price(1_000_000_000 + (slot % 2) * 100_000), Quality::Primary, &P, at(slot)).unwrap();
    }
    let before = v.jump_fall;
    v.feed(Price(970_000_000), Quality::Primary, &P, at(2_000)).unwrap();
    assert!(v.jump_fall >= 29_900_000 && before < 90_000);
    assert_eq!(v.jump_against_up(true).0, v.jump_fall.div_ceil(1_000) as u32);
    assert!(v.jump_against_up(false).0 < 200);
    let jump = v.jump_fall;
    v.feed(Price(970_000_000), Quality::Primary, &P, at(2_000 + P.jump_slots as u64)).unwrap();
    assert_eq!(v.jump_fall, jump.div_ceil(2));
}

#[test]
fn the_horizon_follows_measured_delays() {
    let mut v = Volatility::NEW;
    assert_eq!(v.horizon_up(&P).unwrap(), P.horizon_cap, "unmeasured: the cap");
    let full = P.horizon_notional;
    for slot in 1..400 {
        v.measure(150, full, &P, at(slot)).unwrap();
    }
    assert!(v.horizon_up(&P).unwrap() < 170);
    let mut slowly = Volatility::NEW;
    slowly.measure(0, full, &P, at(1)).unwrap();
    assert!(slowly.horizon_up(&P).unwrap() > P.horizon_cap * 63 / 64 - 1, "one quick closing is no evidence");
    let short = v;
    v.measure(u64::MAX, full, &P, at(400)).unwrap();
    let risen = v.horizon_up(&P).unwrap();
    assert!(risen > 600, "one long delay counts an eighth of the way");
    v.measure(0, full, &P, at(400)).unwrap();
    assert_eq!(v.horizon_up(&P).unwrap(), risen, "one measurement a slot");
    // dust moves it by dust
    let mut dust = short;
    dust.measure(u64::MAX, full / 1_000_000, &P, at(400)).unwrap();
    assert!(dust.horizon_up(&P).unwrap() <= short.horizon_up(&P).unwrap() + 1);
    assert_eq!(v.measure(1, 1, &P, at(399)), Err(RiskError::ClockWentBack));
}

#[test]
fn i9_zero_volatility_parameters_are_the_strictest() {
    let zero = VolatilityParams { fast_slots: 0, slow_slots: 0, jump_slots: 0, jump_sigmas: 0, ..P };
    let mut v = fed(&[(1, 1_000_000)]);
    v.feed(Price(1_050_000), Quality::Primary, &zero, at(2)).unwrap();
    let held = (means(&v), v.jump_rise);
    v.feed(Price(1_050_000), Quality::Primary, &zero, at(1_000_000)).unwrap();
    assert_eq!((means(&v), v.jump_rise), held, "never falls, never decays");
    v.feed(Price(1_050_001), Quality::Primary, &VolatilityParams { jump_slots: 1, jump_sigmas: 0, ..zero }, at(3_000_000))
        .unwrap();
    assert!(v.jump_rise > 0);
    let unclipped = VolatilityParams { clip_primary: Ratio(0), clip_degraded: Ratio(0), ..P };
    assert_eq!((unclipped.clip(Quality::Primary), unclipped.clip(Quality::Degraded)), (RETURN_ONE, RETURN_ONE));
    let open = VolatilityParams { horizon_floor: 0, horizon_cap: 0, ..P };
    let mut v = Volatility::NEW;
    v.measure(1, u64::MAX, &open, at(1)).unwrap();
    assert_eq!(v.horizon_up(&open).unwrap(), MAX_HORIZON);
    // horizon_notional 0: longer ones in full, shorter ones not at all
    let any = VolatilityParams { horizon_notional: 0, ..P };
    let mut v = Volatility { horizon: 300 * 1_024, ..Volatility::NEW };
    v.measure(1, u64::MAX, &any, at(1)).unwrap();
    assert_eq!(v.horizon_up(&any).unwrap(), 300);
    v.measure(900, 0, &any, at(2)).unwrap();
    assert_eq!(v.horizon_up(&any).unwrap(), 900);
    for field in 0..7 {
        let mut p = P;
        *[
            &mut p.fast_slots,
            &mut p.slow_slots,
            &mut p.jump_slots,
            &mut p.clip_primary.0,
            &mut p.clip_degraded.0,
            &mut p.horizon_floor,
            &mut p.horizon_cap,
        ][field] = 0;
        assert!(p.validate().is_err());
    }
    assert!(P.validate().is_ok());
}

#[test]
fn contradictions_are_named() {
    let mut v = fed(&[(5, 1)]);
    assert_eq!(v.feed(Price(0), Quality::Primary, &P, at(6)), Err(RiskError::QualityTooLow));
    assert_eq!(v.feed(Price(1), Quality::Frozen, &P, at(6)), Err(RiskError::QualityTooLow));
    assert_eq!(v.feed(Price(1), Quality::Primary, &P, at(4)), Err(RiskError::ClockWentBack));
    let crossed = VolatilityParams { horizon_floor: 10, horizon_cap: 9, ..P };
    assert_eq!(v.horizon_up(&crossed), Err(RiskError::ParameterBounds));
    assert_eq!(v.measure(1, 1, &VolatilityParams { horizon_cap: MAX_HORIZON + 1, ..P }, at(9)), Err(RiskError::ParameterBounds));
}

fn state() -> impl Strategy<Value = Volatility> {
    let v = 0..=RETURN_ONE * RETURN_ONE;
    (
        [v.clone(), v.clone(), v.clone(), v],
        [0..=RETURN_ONE, 0..=RETURN_ONE],
        1..=u64::MAX,
        any::<u64>(),
        any::<u64>(),
        0..(1u64 << 40),
    )
        .prop_map(|(m, j, last, a, b, horizon)| Volatility {
            fast_rise: m[0],
            fast_fall: m[1],
            slow_rise: m[2],
            slow_fall: m[3],
            jump_rise: j[0],
            jump_fall: j[1],
            last: Price(last),
            slot: a.max(b),
            since: a.min(b),
            horizon,
            updates: 2,
            ..Volatility::NEW
        })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4_000) })]

    /// Whoever chooses every price and every slot raises a mean by at most clip² / (T + 1) a slot, and never above clip².
    #[test]
    fn a_manipulator_is_bounded_per_slot(moves in prop::collection::vec((1u64..200, 1u64..=u64::MAX / 2, any::<bool>()), 1..60), warm in 2_000u64..60_000) {
        let mut v = fed(&[(0, 1_000_000), (warm, 1_000_000)]);
        let mut slot = warm;
        for (dt, price, good) in moves {
            let before = v;
            slot += dt;
            let quality = if good { Quality::Primary } else { Quality::Degraded };
            let age = before.slot - before.since;
            v.feed(Price(price), quality, &P, at(slot)).unwrap();
            let clip = P.clip(quality);
            for ((old, new), slots) in means(&before).into_iter().zip(means(&v)).zip([P.fast_slots, P.fast_slots, P.slow_slots, P.slow_slots]) {
                let kept = (slots as u64).min(age);
                // +2: the two roundings
                prop_assert!(new <= old + clip * clip / (kept + 1) + 2);
                prop_assert!(new <= P.clip(Quality::Primary).pow(2) + 2 * (kept + 1));
            }
            prop_assert!(v.jump_rise.max(v.jump_fall) <= P.clip(Quality::Primary));
        }
    }

    /// The integer mean is the exact one, rounded up by less than two units, and the decay is the exact one rounded up.
    #[test]
    fn means_agree_with_exact_rationals(v in state(), dt in 1u64..1 << 40, to in 1u64..=u64::MAX) {
        let v = Volatility { slot: v.slot % (1 << 50), since: v.since % (1 << 49), ..v };
        let v = Volatility { slot: v.slot.max(v.since), ..v };
        let mut after = v;
        after.feed(Price(to), Quality::Primary, &P, at(v.slot + dt)).unwrap();
        let clip = int(P.clip(Quality::Primary));
        let r = (int(to.abs_diff(v.last.0)) * int(RETURN_ONE) / int(v.last.0)).ceil().min(clip);
        let zero = int(0);
        let (rise, fall) = if to > v.last.0 { (r, zero) } else { (zero, r) };
        let age = v.slot - v.since;
        for ((old, new), (r, slots)) in means(&v).into_iter().zip(means(&after)).zip([
            (&rise, P.fast_slots), (&fall, P.fast_slots), (&rise, P.slow_slots), (&fall, P.slow_slots),
        ]) {
            let kept = int((slots as u64).min(age));
            let exact = (&kept * int(old) + r * r) / (&kept + int(dt));
            prop_assert!(int(new) >= exact.clone().min(int(RETURN_ONE.pow(2))) && int(new) < exact + int(2));
        }
        let left = int(v.jump_rise) * int(P.jump_slots as u64) / int(P.jump_slots as u64 + dt);
        prop_assert!(int(after.jump_rise) >= left);
        prop_assert!(int(after.jump_rise) < left + int(1) || int(after.jump_rise) == rise);
    }

    /// σ is the smallest number of ppm whose square reaches 2 · v · horizon.
    #[test]
    fn sigma_is_the_exact_root_rounded_up(v in state(), cap in 1u32..=MAX_HORIZON) {
        let p = VolatilityParams { horizon_floor: 1, horizon_cap: cap, ..P };
        let worst = v.fast_fall.max(v.slow_fall) as u128 * 2 * v.horizon_up(&p).unwrap() as u128;
        let sigma = v.sigma_against_up(true, &p).unwrap().0 as u128 * 1_000;
        prop_assert!(sigma * sigma >= worst);
        prop_assert!(sigma == 0 || (sigma - 1_000).pow(2) < worst);
    }

    /// Any state, any parameters, any price and slot: a value or a named error, and a refusal changes nothing.
    #[test]
    fn total(v in state(), raw in any::<[u32; 8]>(), full in any::<u64>(), price in any::<u64>(), slot in any::<u64>(), slots in any::<u64>(), q in 0u8..4) {
        let p = VolatilityParams {
            fast_slots: raw[0], slow_slots: raw[1], jump_slots: raw[2], clip_primary: Ratio(raw[3]), clip_degraded: Ratio(raw[4]),
            jump_sigmas: raw[5], horizon_floor: raw[6] % 9_500, horizon_cap: raw[7] % 9_500, horizon_notional: full, reserved: [0; 8],
        };
        let _ = p.validate();
        let mut after = v;
        if after.feed(Price(price), Quality::from_u8(q), &p, at(slot)).is_err() {
            prop_assert!(price == 0 || q == 0 || q > 2 || slot < v.slot);
        }
        let _ = after.measure(slots, price, &p, at(slot));
        let _ = (after.sigma_against_up(false, &p), after.sigma_against_up(true, &p), after.jump_against_up(true), after.jump_against_up(false));
    }
}
