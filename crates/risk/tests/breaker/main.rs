//! The circuit breaker: matrix, triggers, timers, re-anchoring, escalation.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod props;

use firebreak_risk::{
    breaker::*,
    levels::{init_up, permit, require, require_in_band, Gate, Level, Permit},
    Now, Price, Ratio, RiskError,
};
use proptest::prelude::*;

/// Cases of a property; `PROPTEST_CASES` asks for more.
fn cases(least: u32) -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(least)
}

const TIMER: i64 = 600;
/// σ of a slot is 100 ppm: variance 10^-8 = 10^10 × 10^-18.
const VARIANCE: u64 = 10_000_000_000;

fn rules() -> BreakerRules {
    let rule = |bound, level| TriggerRule { bound, timer: TIMER as u32, level, reserved: [0; 3] };
    let triggers = [
        rule(8_000, 1),
        rule(10_000, 2),
        rule(60, 2),
        rule(20_000, 2),
        rule(1_000_000, 1),
        rule(100_000, 2),
        rule(200_000, 1),
        rule(5_000_000, 3),
        rule(10_000, 1),
    ];
    BreakerRules { triggers, windows: [25, 750, 9_000], least_return: Ratio(5_000), halt_band: Ratio(10_000), reserved: 0 }
}

fn seen(price: u64) -> Measured {
    Measured { price: Price(price), confirmed: true, variance: VARIANCE, values: [0; REASONS] }
}

fn at(time: i64) -> Now {
    Now { slot: 1_000_000 + time as u64 * 5 / 2, time: 1_000_000 + time }
}

/// Design, section 10, row by row.
#[test]
fn matrix_cell_by_cell() {
    use {Gate::*, Permit as P};
    let table: [(Gate, [Permit; 5]); 10] = [
        (Increase, [P::Yes, P::RaisedInit, P::No, P::No, P::No]),
        (Reduce, [P::Yes, P::Yes, P::Yes, P::InBand, P::AtFixedPrice]),
        (Deposit, [P::Yes; 5]),
        (WithdrawFree, [P::Yes; 5]),
        (Withdraw, [P::Init, P::Init, P::Init, P::No, P::AfterSettling]),
        (Convert, [P::Yes, P::Yes, P::Yes, P::No, P::Yes]),
        (Liquidate, [P::Yes, P::Yes, P::Yes, P::IfQuality, P::No]),
        (Deleverage, [P::Yes, P::Yes, P::Yes, P::IfQuality, P::No]),
        (Stake, [P::Yes; 5]),
        (PayOut, [P::Yes, P::Yes, P::No, P::No, P::No]),
    ];
    assert_eq!(table.map(|row| row.0), Gate::ALL);
    for (gate, row) in table {
        for (byte, expected) in row.into_iter().enumerate() {
            let level = Level::from_u8(byte as u8);
            assert_eq!(level as usize, byte);
            assert_eq!(permit(level, gate), expected, "{gate:?} at {level:?}");
            assert_eq!(require(level, gate).is_err(), expected == P::No);
        }
    }
    assert_eq!(require(Level::Halt, Convert), Err(RiskError::BreakerForbids));
    for byte in 5..=255 {
        assert_eq!(Level::from_u8(byte), Level::Halt, "unknown bytes are strict");
    }
}

#[test]
fn raised_init_and_the_band() {
    assert_eq!(init_up(Level::Caution, Ratio(50_001)), Ok(Ratio(75_002)));
    assert_eq!(init_up(Level::Normal, Ratio(50_001)), Ok(Ratio(50_001)));
    assert_eq!(init_up(Level::Caution, Ratio(u32::MAX)), Err(RiskError::Overflow));
    assert!(require_in_band(Price(101), Price(100), Ratio(10_000)).is_ok());
    assert_eq!(require_in_band(Price(102), Price(100), Ratio(10_000)), Err(RiskError::BreakerForbids));
    assert!(require_in_band(Price(152), Price(150), Ratio(10_000)).is_err(), "the band is rounded down");
    assert!(require_in_band(Price(100), Price(100), Ratio(0)).is_ok());
    assert!(require_in_band(Price(101), Price(100), Ratio(0)).is_err(), "a band of zero admits the price alone");
}

/// Every trigger: quiet at its bound, tripped above it to its own level and bit, released by anybody after the timer and not before.
#[test]
fn each_trigger_trips_and_releases() {
    let rules = rules();
    for reason in 1..REASONS {
        let mut b = Breaker::NEW;
        let mut m = seen(1_000_000);
        m.values[reason] = rules.triggers[reason].bound;
        assert_eq!(b.update(&rules, &m, at(0)), Ok(Level::Normal), "{reason}");
        m.values[reason] += 1;
        let level = Level::of_rule(rules.triggers[reason].level);
        assert_eq!(b.update(&rules, &m, at(1)), Ok(level));
        assert_eq!(b.reasons(), 1 << reason);
        assert_eq!(b.update(&rules, &m, at(100)), Ok(level), "lasts, no repeat");
        assert_eq!(b.tripped[reason].strikes, 0);
        m.values[reason] = 0;
        assert_eq!(b.update(&rules, &m, at(100 + TIMER - 1)), Ok(level));
        assert_eq!(b.update(&rules, &m, at(100 + TIMER)), Ok(Level::Normal));
        assert_eq!(b.reasons(), 0);
    }
}

/// The σ test at its edge: 8 σ over one slot is 800 ppm — below the least return — and over 100 slots 8 000 ppm.
#[test]
fn return_in_sigmas_at_the_edge() {
    let rules = rules();
    let run = |price: u64, slots: u64| {
        let mut b = Breaker::NEW;
        let start = at(0);
        b.update(&rules, &seen(1_000_000_000), start).unwrap();
        b.update(&rules, &seen(price), Now { slot: start.slot + slots, time: start.time + 1 }).unwrap()
    };
    for (up, down) in [(1_008_000_000, 992_000_000), (1_007_999_000, 992_001_000)] {
        assert_eq!((run(up, 100), run(down, 100)), (Level::Normal, Level::Normal));
    }
    assert_eq!((run(1_008_000_001, 100), run(991_999_999, 100)), (Level::Caution, Level::Caution));
    assert_eq!(run(1_004_999_000, 1), Level::Normal, "below the least return");
    assert_eq!(run(1_005_001_000, 1), Level::Caution);
    // Slow enough, the same move is none.
    assert_eq!(run(1_008_000_001, 101), Level::Normal);
}

/// A fast move that straddles the end of a window is seen by the window before.
#[test]
fn a_move_cannot_hide_at_a_window_s_end() {
    let (rules, mut b) = (BreakerRules { windows: [25, 25, 25], ..rules() }, Breaker::NEW);
    let start = at(0);
    let now = |slots| Now { slot: start.slot + slots, time: start.time };
    b.update(&rules, &seen(1_000_000), now(0)).unwrap();
    b.update(&rules, &seen(1_003_900), now(25)).unwrap();
    assert_eq!(b.update(&rules, &seen(1_007_800), now(26)), Ok(Level::Caution));
}

/// Anchors stay for a whole window and then move on, keeping the one before.
#[test]
fn anchors_move_with_their_window() {
    let (rules, mut b, start) = (rules(), Breaker::NEW, at(0));
    let mut step = |slots, price| {
        b.update(&rules, &seen(price), Now { slot: start.slot + slots, time: start.time }).unwrap();
        let a = b.anchors[0];
        (a.price.map(|p| p.0), a.slot.map(|s| s - start.slot))
    };
    assert_eq!(step(0, 1_000), ([1_000, 1_000], [0, 0]));
    assert_eq!(step(24, 1_001), ([1_000, 1_000], [0, 0]));
    assert_eq!(step(25, 1_002), ([1_000, 1_002], [0, 25]));
    assert_eq!(step(49, 1_003), ([1_000, 1_002], [0, 25]));
    assert_eq!(step(50, 1_004), ([1_002, 1_004], [25, 50]));
}

/// T10: a true −40 % that persists. One trip, one timer, then open at the new price, without anybody's permission.
#[test]
fn t10_a_lasting_crash_releases_after_one_trip() {
    let (rules, mut b) = (rules(), Breaker::NEW);
    b.update(&rules, &seen(1_000_000), at(0)).unwrap();
    let mut trips = 0;
    for t in 1..=TIMER * 20 {
        let before = b.tripped[0];
        let level = b.update(&rules, &seen(600_000), at(t)).unwrap();
        trips += (b.tripped[0].until > before.until) as u32;
        assert_eq!(level != Level::Normal, t <= TIMER, "at {t}");
    }
    assert_eq!(trips, 1);
}

#[test]
fn an_unconfirmed_price_anchors_no_release() {
    let (rules, mut b) = (rules(), Breaker::NEW);
    b.update(&rules, &seen(1_000_000), at(0)).unwrap();
    b.update(&rules, &seen(600_000), at(1)).unwrap();
    let waits = Measured { confirmed: false, ..seen(600_000) };
    assert_eq!(b.update(&rules, &waits, at(TIMER * 9)), Ok(Level::Caution));
    assert_eq!(b.update(&rules, &Measured { price: Price(0), ..seen(0) }, at(TIMER * 9)), Ok(Level::Caution));
    assert_eq!(b.update(&rules, &seen(600_000), at(TIMER * 9)), Ok(Level::Normal));
}

/// Repeats escalate: Caution, ReduceOnly, Halt; ten, twenty, forty minutes; and the strikes are forgotten after a quiet time.
#[test]
fn repeats_escalate_and_are_forgotten() {
    let (rules, mut b) = (rules(), Breaker::NEW);
    let (mut t, mut price) = (0, 1_000_000u64);
    b.update(&rules, &seen(price), at(t)).unwrap();
    for (level, factor) in [(Level::Caution, 1), (Level::ReduceOnly, 2), (Level::Halt, 4), (Level::Halt, 8)] {
        price = price * 9 / 10;
        t += 1;
        assert_eq!(b.update(&rules, &seen(price), at(t)), Ok(level));
        assert_eq!(b.update(&rules, &seen(price), at(t + TIMER * factor - 1)), Ok(level));
        t += TIMER * factor;
        assert_eq!(b.update(&rules, &seen(price), at(t)), Ok(Level::Normal));
    }
    // Released with a timer of eight, on probation for sixteen, and then no longer.
    t += TIMER * 16 - 1;
    b.update(&rules, &seen(price), at(t)).unwrap();
    t += 1;
    assert_eq!(b.update(&rules, &seen(price * 9 / 10), at(t)), Ok(Level::Caution));
}

/// A spike that comes back is no repeat; a further fall while tripped is.
#[test]
fn while_tripped_only_a_further_move_counts() {
    let (rules, mut b) = (rules(), Breaker::NEW);
    b.update(&rules, &seen(1_000_000), at(0)).unwrap();
    assert_eq!(b.update(&rules, &seen(900_000), at(1)), Ok(Level::Caution));
    assert_eq!(b.update(&rules, &seen(1_000_000), at(2)), Ok(Level::Caution));
    assert_eq!(b.update(&rules, &seen(600_000), at(3)), Ok(Level::ReduceOnly));
    assert_eq!(b.update(&rules, &seen(600_000), at(4)), Ok(Level::ReduceOnly));
}

#[test]
fn i9_zero_breaker_rules_are_the_strictest() {
    let zero = BreakerRules {
        triggers: [TriggerRule { bound: 0, timer: 0, level: 0, reserved: [0; 3] }; REASONS],
        windows: [0; WINDOWS],
        least_return: Ratio(0),
        halt_band: Ratio(0),
        reserved: 0,
    };
    // Bound: anything fires. Level: a halt. Timer: the longest.
    for reason in 1..REASONS {
        let (mut b, mut m) = (Breaker::NEW, seen(1_000_000));
        m.values[reason] = 1;
        assert_eq!(b.update(&zero, &m, at(0)), Ok(Level::Halt));
        assert_eq!(b.tripped[reason].until, at(LONGEST_TIMER).time);
    }
    let mut b = Breaker::NEW;
    b.update(&zero, &seen(1_000_000_000), at(0)).unwrap();
    assert_eq!(b.update(&zero, &seen(1_000_000_001), at(9_999_999)), Ok(Level::Halt), "no bound in σ");
    // A window of zero never moves its anchor: the slow drift counts in full.
    let windows = BreakerRules { windows: [0; WINDOWS], ..rules() };
    let mut b = Breaker::NEW;
    b.update(&windows, &seen(1_000_000), at(0)).unwrap();
    b.update(&windows, &seen(1_000_001), at(99_999)).unwrap();
    assert_eq!(b.anchors[0].price[1], Price(1_000_000));
    // A variance of zero: any return above the least is beyond any number of σ.
    let mut b = Breaker::NEW;
    b.update(&rules(), &Measured { variance: 0, ..seen(1_000_000) }, at(0)).unwrap();
    assert_eq!(b.update(&rules(), &Measured { variance: 0, ..seen(1_005_000) }, at(999)), Ok(Level::Caution));
}
