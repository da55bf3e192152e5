//! Every state releases, the σ test against exact numbers, totality.

use super::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(600), failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever happened, a price that stays releases the breaker by updates alone within the longest timer (I10, T10), with at most one
    /// more trip; and no trigger ever ends a market.
    #[test]
    fn every_state_releases_without_an_admin(
        steps in prop::collection::vec((0i64..20_000, 1u64..2_000_000, 0usize..REASONS, 0u64..10_000_000, any::<bool>()), 1..60),
        last in 1u64..2_000_000,
    ) {
        let (rules, mut b, mut t) = (rules(), Breaker::NEW, 0);
        for (wait, price, reason, value, confirmed) in steps {
            t += wait;
            let mut m = Measured { confirmed, ..seen(price) };
            m.values[reason] = value;
            let level = b.update(&rules, &m, at(t)).unwrap();
            prop_assert!(level <= Level::Halt);
            prop_assert!(b.tripped.iter().all(|x| x.until <= at(t).time + LONGEST_TIMER));
        }
        b.update(&rules, &seen(last), at(t)).unwrap();
        let until = b.tripped[0].until;
        for _ in 0..LONGEST_TIMER / 100 {
            t += 100;
            b.update(&rules, &seen(last), at(t)).unwrap();
            prop_assert!(b.tripped[0].until <= until, "tripped again by a price that stays");
        }
        prop_assert_eq!(b.level(), Level::Normal);
    }

    /// The σ test agrees with the same inequality in wider numbers.
    #[test]
    fn sigma_test_matches_reference(p in 1u64..1_000_000_000_000, q in 1u64..1_000_000_000_000, slots in 1u64..9_000, var in 0u64..1_000_000_000_000_000, k in 0u64..100_000) {
        let mut rules = BreakerRules { least_return: Ratio(0), windows: [0; WINDOWS], ..rules() };
        rules.triggers[0].bound = k;
        let mut b = Breaker::NEW;
        let start = at(0);
        let m = |p| Measured { variance: var, ..seen(p) };
        b.update(&rules, &m(p), start).unwrap();
        let level = b.update(&rules, &m(q), Now { slot: start.slot + slots, time: start.time }).unwrap();
        let r = (q as f64 - p as f64).abs() / p as f64;
        let z = r / (var as f64 * 1e-18 * slots as f64).sqrt() * 1_000.0;
        // ppm rounding of r: 1e-6 absolute.
        let slack = 1.1e-6 / (var as f64 * 1e-18 * slots as f64).sqrt() * 1_000.0;
        if r < 4_000.0 && z > k as f64 * 1.000001 {
            prop_assert_eq!(level, Level::Caution);
        }
        if z + slack < k as f64 {
            prop_assert_eq!(level, Level::Normal);
        }
    }

    #[test]
    fn breaker_is_total(price: u64, variance: u64, values: [u64; REASONS], bounds: [u64; REASONS], timer: u32, level: u8, windows: [u32; WINDOWS], least: u32, band: u32, state: (i64, i64, u8, u8), anchor: (u64, u64, u64, u64), slot: u64, time: i64) {
        let triggers = bounds.map(|bound| TriggerRule { bound, timer, level, reserved: [0; 3] });
        let rules = BreakerRules { triggers, windows, least_return: Ratio(least), halt_band: Ratio(band), reserved: 0 };
        let tripped = Tripped { until: state.0, probation: state.1, level: state.2, strikes: state.3, reserved: [0; 6] };
        let anchors = [Anchor { price: [Price(anchor.0), Price(anchor.1)], slot: [anchor.2, anchor.3] }; WINDOWS];
        let mut b = Breaker { tripped: [tripped; REASONS], anchors, trip_price: Price(anchor.1), trip_slot: anchor.2 };
        let m = Measured { price: Price(price), confirmed: slot % 2 == 0, variance, values };
        b.update(&rules, &m, Now { slot, time }).unwrap();
        let _ = (b.level(), b.reasons(), init_up(Level::from_u8(level), Ratio(least)), require_in_band(Price(price), Price(anchor.0), Ratio(band)));
    }
}
