//! Sliding windows and the liquidation throttle.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

use firebreak_risk::{
    margin::Health,
    throttle::{is_exempt, Throttle, ThrottleRules},
    window::Window,
    Now, Ratio, RiskError,
};
use proptest::prelude::*;

/// Cases of a property; `PROPTEST_CASES` asks for more.
fn cases(least: u32) -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(least)
}

const RULES: ThrottleRules = ThrottleRules { share: Ratio(100_000), window_slots: 100, exempt_sigmas: 3_000_000, reserved: 0 };

fn slot(slot: u64) -> Now {
    Now { slot, time: 0 }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(800), failure_persistence: None, ..ProptestConfig::default() })]

    /// In any interval of n windows at most n + 1 budgets pass.
    #[test]
    fn throttle_bounds_any_interval(asks in prop::collection::vec((0u64..70, 0u64..1_500), 1..80), n in 1u64..4) {
        let mut t = Throttle::NEW;
        let (mut now, mut passed) = (10_000u64, Vec::new());
        for (wait, notional) in asks {
            now += wait;
            if t.admit(&RULES, 10_000, notional, false, slot(now)).is_ok() {
                passed.push((now, notional));
            }
            for (from, _) in &passed {
                let sum: u64 = passed.iter().filter(|(at, _)| at >= from && at - from < n * 100).map(|p| p.1).sum();
                prop_assert!(sum <= (n + 1) * 1_000, "{sum} in {n} windows");
            }
        }
    }

    /// An account that the throttle may hold back survives the move it is protected against; an exempt one is never held back.
    #[test]
    fn throttle_never_holds_back_into_insolvency(solvency in 1i64..1_000_000_000, notional in 0u64..100_000_000_000, sigma in 0u32..200_000) {
        let h = Health { solvency, notional, ..Health::default() };
        let loss = notional as u128 * sigma as u128 * 3 / 1_000_000;
        if is_exempt(&RULES, &h, Ratio(sigma)).unwrap() {
            let mut t = Throttle::NEW;
            t.admit(&RULES, 0, notional, true, slot(1)).unwrap();
            t.admit(&RULES, 0, notional, true, slot(1)).unwrap();
        } else {
            prop_assert!((solvency as u128) > loss);
        }
    }

    /// Splitting changes nothing: n tiny take-overs use exactly what one of their sum uses.
    #[test]
    fn throttle_counts_notional_not_calls(parts in prop::collection::vec(0u64..20, 1..40)) {
        let (mut many, mut one) = (Throttle::NEW, Throttle::NEW);
        for p in &parts {
            many.admit(&RULES, 10_000, *p, false, slot(500)).unwrap();
        }
        one.admit(&RULES, 10_000, parts.iter().sum(), false, slot(500)).unwrap();
        prop_assert_eq!(many.room_down(&RULES, 10_000, slot(520)), one.room_down(&RULES, 10_000, slot(520)));
    }

    #[test]
    fn throttle_and_window_are_total(start: i64, current: u64, previous: u64, now: i64, length: i64, amount: u64, depth: u64, share: u32, slots: u32, k: u32, solvency: i64, notional: u64, sigma: u32) {
        let mut w = Window { start, current, previous };
        let _ = (w.counted_up(now, length), w.room_down(amount, now, length), w.count(amount, now, length));
        let rules = ThrottleRules { share: Ratio(share), window_slots: slots, exempt_sigmas: k, reserved: 0 };
        let mut t = Throttle { window: w };
        let _ = t.admit(&rules, depth, amount, false, slot(now as u64));
        let _ = t.admit(&rules, depth, amount, true, slot(now as u64));
        let _ = is_exempt(&rules, &Health { solvency, notional, ..Health::default() }, Ratio(sigma));
    }
}

#[test]
fn i9_zero_budget_lets_nothing_pass() {
    let mut t = Throttle::NEW;
    let zero = ThrottleRules { share: Ratio(0), ..RULES };
    assert_eq!(t.admit(&zero, 1 << 50, 1, false, slot(1)), Err(RiskError::Throttled));
    assert_eq!(t.admit(&RULES, 0, 1, false, slot(1)), Err(RiskError::Throttled), "no depth");
    assert_eq!(t.admit(&zero, 0, 5, true, slot(1)), Ok(()));
}

#[test]
fn i9_zero_window_never_refills() {
    let mut t = Throttle::NEW;
    let zero = ThrottleRules { window_slots: 0, ..RULES };
    t.admit(&zero, 10_000, 1_000, false, slot(1)).unwrap();
    assert_eq!(t.admit(&zero, 10_000, 1, false, slot(1 << 40)), Err(RiskError::Throttled));
}

#[test]
fn i9_zero_sigmas_exempt_only_who_cannot_pay() {
    let zero = ThrottleRules { exempt_sigmas: 0, ..RULES };
    let h = |solvency| Health { solvency, notional: 1_000_000, ..Health::default() };
    assert_eq!(is_exempt(&zero, &h(1), Ratio(50_000)), Ok(false));
    assert_eq!(is_exempt(&zero, &h(0), Ratio(50_000)), Ok(true));
    assert_eq!(is_exempt(&zero, &h(-1), Ratio(0)), Ok(true));
}

#[test]
fn exemption_at_the_edge() {
    // 3 σ of 1 % of 1 000 000 is 30 000.
    let h = |solvency| Health { solvency, notional: 1_000_000, ..Health::default() };
    assert_eq!(is_exempt(&RULES, &h(30_000), Ratio(10_000)), Ok(true));
    assert_eq!(is_exempt(&RULES, &h(30_001), Ratio(10_000)), Ok(false));
}

#[test]
fn the_window_slides() {
    let mut w = Window::NEW;
    w.count(100, 1_000, 100).unwrap();
    assert_eq!(w.counted_up(1_099, 100), Ok(100));
    assert_eq!(w.counted_up(1_100, 100), Ok(100), "all of it still inside");
    assert_eq!(w.counted_up(1_150, 100), Ok(50));
    assert_eq!(w.counted_up(1_151, 100), Ok(49));
    assert_eq!(w.counted_up(1_200, 100), Ok(0));
    // An exempt take-over uses what is left and no more.
    let mut t = Throttle::NEW;
    t.admit(&RULES, 10_000, 900, false, slot(1_000)).unwrap();
    t.admit(&RULES, 10_000, 5_000, true, slot(1_000)).unwrap();
    assert_eq!(t.window.current, 1_000);
    assert_eq!(t.admit(&RULES, 10_000, 500, false, slot(1_149)), Err(RiskError::Throttled));
    assert_eq!(t.admit(&RULES, 10_000, 500, false, slot(1_150)), Ok(()));
}

#[test]
fn rounding_favours_acting_on_the_weak_and_sparing_the_market() {
    let h = |solvency, notional| Health { solvency, notional, ..Health::default() };
    // A σ of a millionth of one atom counts as an atom, three of them as three.
    assert_eq!(is_exempt(&RULES, &h(3, 1), Ratio(1)), Ok(true));
    let half = ThrottleRules { exempt_sigmas: 1_500_000, ..RULES };
    assert_eq!(is_exempt(&half, &h(2, 1_000_000), Ratio(1)), Ok(true));
    // A tenth of 10 009 is 1 000.
    assert_eq!(Throttle::NEW.room_down(&RULES, 10_009, slot(1)), Ok(1_000));
}
