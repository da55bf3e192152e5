//! Outflow limits.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

use firebreak_risk::{outflow::*, window::Window, Now, RiskError};
use proptest::prelude::*;

/// Cases of a property; `PROPTEST_CASES` asks for more.
fn cases(least: u32) -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(least)
}

const RULES: OutflowRules = OutflowRules { hour: 1_000, day: 5_000, free: 100 };

fn at(time: i64) -> Now {
    Now { slot: 0, time: 1_000_000 + time }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(500), failure_persistence: None, ..ProptestConfig::default() })]

    /// I11: with many accounts asking for all they can, what leaves beyond deposits and beyond the accounts' own small amounts is at most
    /// two hours' limits in any hour, and three days' limits in any 48 hours.
    #[test]
    fn i11_bounded_outflow(ops in prop::collection::vec((0i64..9_000, 0u64..3_000, 0usize..3, any::<bool>()), 1..120)) {
        let (mut o, mut accounts, mut t) = (Outflow::NEW, [Allowance::NEW; 3], 0);
        let mut log: Vec<(i64, u64)> = Vec::new();
        for (wait, amount, who, whole) in ops {
            t += wait;
            let amount = if whole { amount } else { amount.min(o.room_down(&RULES, at(t)).unwrap()) };
            let room = o.room_down(&RULES, at(t)).unwrap();
            if o.withdraw(&RULES, &mut accounts[who], amount, at(t)).is_ok() {
                log.push((t, amount.min(room)));
                prop_assert!(amount <= room + RULES.free);
            }
            let sum = |from: i64, length: i64| log.iter().filter(|(x, _)| *x >= from && *x < from + length).map(|l| l.1).sum::<u64>();
            for (from, _) in &log {
                prop_assert!(sum(*from, 3_600) <= 2 * RULES.hour);
                prop_assert!(sum(*from, 172_800) <= 3 * RULES.day);
            }
        }
    }

    /// An account may always take its small amount once a day, whatever others do.
    #[test]
    fn the_small_amount_is_always_there(drains in prop::collection::vec((0i64..90_000, 0u64..6_000), 0..40)) {
        let (mut o, mut other, mut mine, mut t) = (Outflow::NEW, Allowance::NEW, Allowance::NEW, 0);
        for (wait, amount) in drains {
            t += wait;
            let _ = o.withdraw(&RULES, &mut other, amount, at(t));
        }
        o.withdraw(&RULES, &mut mine, RULES.free, at(t)).unwrap();
        t += 86_400;
        let room = o.room_down(&RULES, at(t)).unwrap();
        if room > 0 {
            o.withdraw(&RULES, &mut other, room, at(t)).unwrap();
        }
        o.withdraw(&RULES, &mut mine, RULES.free, at(t)).unwrap();
    }

    /// Paying in and out again uses nothing up, and nothing can be saved for later.
    #[test]
    fn round_trips_gain_nothing(first in 0u64..1_000, round in 0u64..5_000) {
        let (mut o, mut a) = (Outflow::NEW, Allowance::NEW);
        o.withdraw(&RULES, &mut a, first, at(0)).unwrap();
        let before = o.room_down(&RULES, at(1)).unwrap();
        o.deposit(round, at(1));
        let after = o.room_down(&RULES, at(1)).unwrap();
        prop_assert!(after <= before + round && after <= RULES.hour);
        let fresh = &mut Outflow::NEW.clone();
        fresh.deposit(round, at(0));
        prop_assert_eq!(fresh.room_down(&RULES, at(0)).unwrap(), RULES.hour);
    }

    #[test]
    fn outflow_is_total(w: (i64, u64, u64), a: (i64, u64), rules: (u64, u64, u64), amount: u64, t: i64) {
        let window = Window { start: w.0, current: w.1, previous: w.2 };
        let mut o = Outflow { hour: window, day: window };
        let rules = OutflowRules { hour: rules.0, day: rules.1, free: rules.2 };
        let now = Now { slot: 0, time: t };
        let _ = (o.room_down(&rules, now), o.withdraw(&rules, &mut Allowance { start: a.0, used: a.1 }, amount, now));
        o.deposit(amount, now);
    }
}

#[test]
fn i9_zero_outflow_rules_let_nothing_leave() {
    for rules in [OutflowRules { hour: 0, free: 0, ..RULES }, OutflowRules { day: 0, free: 0, ..RULES }] {
        let refused = Outflow::NEW.clone().withdraw(&rules, &mut Allowance::NEW.clone(), 1, at(0));
        assert_eq!(refused, Err(RiskError::OutflowLimit));
    }
    let free = OutflowRules { free: 0, ..RULES };
    assert_eq!(Outflow::NEW.clone().withdraw(&free, &mut Allowance::NEW.clone(), 1_001, at(0)), Err(RiskError::OutflowLimit));
    assert_eq!(Outflow::NEW.clone().withdraw(&free, &mut Allowance::NEW.clone(), 1_000, at(0)), Ok(()));
}

#[test]
fn a_refusal_changes_nothing() {
    let (mut o, mut a) = (Outflow::NEW, Allowance::NEW);
    o.withdraw(&RULES, &mut a, 1_050, at(0)).unwrap();
    assert_eq!(a.used, 50);
    let before = (o, a);
    assert_eq!(o.withdraw(&RULES, &mut a, 51, at(1)), Err(RiskError::OutflowLimit));
    assert_eq!((o, a), before);
    o.withdraw(&RULES, &mut a, 50, at(1)).unwrap();
}
