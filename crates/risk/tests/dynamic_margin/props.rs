//! Gentle tightening, agreement with exact rationals, totality.

use super::*;

proptest! {
    #![proptest_config(cases(2_000))]

    /// Whatever targets are set and whenever it is refreshed, in n slots the live fraction rises by at most n × rise, so an account
    /// b ppm above the line keeps b / rise slots; and one refresh never counts more than a minute.
    #[test]
    fn i8_glide_rises_by_the_rate_only(steps in vec((0u64..2_000, 0u32..=1_000_000), 1..80), start in 0u32..=1_000_000, rise in 0u32..1_000) {
        let mut glide = Glide::NEW;
        glide.advance(Ratio(start), Ratio(rise), 1_000, at(1)).unwrap();
        let mut seen = vec![(1u64, glide.live_up().0 as u64)];
        for (dt, target) in steps {
            let (slot, live) = *seen.last().unwrap();
            glide.advance(Ratio(target), Ratio(rise), 1_000, at(slot + dt)).unwrap();
            let now = glide.live_up().0 as u64;
            prop_assert!(now <= live.max(target as u64) && now >= live.min(target as u64));
            prop_assert!(now <= live + rise as u64 * dt.min(MINUTE));
            seen.push((slot + dt, now));
        }
        for (i, (from, low)) in seen.iter().enumerate() {
            for (to, high) in &seen[i..] {
                prop_assert!(*high <= low + rise as u64 * (to - from));
            }
        }
    }

    /// Accounts as adverse as they can be: all stand exactly at the line, and the line is raised over all of them at once. In any 150
    /// slots at most the share of open interest is flagged for it, or one account and half the share.
    #[test]
    fn i8_raised_margin_liquidates_at_most_the_share(
        flags in vec((0u64..120, 1u64..400_000), 1..200), share in 0u32..200_000, open in 1_000_000u64..10_000_000,
    ) {
        let (mut budget, mut slot, mut taken) = (RaiseBudget::NEW, 1_000u64, vec![]);
        for (dt, notional) in flags {
            slot += dt;
            let before = budget;
            match budget.take(notional, open, Ratio(share), at(slot)) {
                Ok(()) => taken.push((slot, notional)),
                Err(why) => {
                    prop_assert_eq!(why, RiskError::RaiseBudgetSpent);
                    prop_assert_eq!(before, budget);
                }
            }
        }
        let allowed = open * share as u64 / PPM;
        for (i, (from, _)) in taken.iter().enumerate() {
            let minute: Vec<u64> = taken[i..].iter().take_while(|(to, _)| to - from <= MINUTE).map(|t| t.1).collect();
            let largest = minute.iter().max().unwrap();
            prop_assert!(minute.iter().sum::<u64>() <= allowed.max(allowed / 2 + largest));
            prop_assert!(minute.iter().any(|n| *n > allowed / 2) || minute.iter().sum::<u64>() <= allowed);
        }
    }

    /// An account refused for the budget passes within bounded time (I10): nothing is exempt for ever.
    #[test]
    fn i8_every_account_is_reached(level in 0u64..1 << 40, notional in 1u64..1 << 40, open in 1u64 << 20..1 << 40) {
        let mut budget = RaiseBudget { level, slot: 1 };
        let wait = MINUTE * (level / (open / 1_000) + 1) * 20;
        prop_assert_eq!(budget.take(notional, open, Ratio(20_000), at(1 + wait)), Ok(()));
    }

    /// Every term against exact rationals: each is the exact figure rounded up.
    #[test]
    fn terms_agree_with_exact_rationals(
        fall in 0u64..1 << 50, jump in 0u64..1_000_000_000, skew in any::<i64>(), notional in any::<u64>(),
        k in 1u32..20_000_000, discount in 0u32..=1_000_000, full in 1u64..=u64::MAX, skew_full in 1u64..=u64::MAX,
    ) {
        let d = DynamicParams {
            sigma_multiple: k, jump_discount: Ratio(discount), size_full: full, skew_full, min: Ratio(1), max: ONE, ..D
        };
        let v = volatility(fall, 0, jump);
        let ppm = int(PPM);
        let sigma = int(v.sigma_against_up(true, &V).unwrap().0 as u64);
        let counted = int(v.jump_against_up(true).0 as u64) * int(PPM - discount as u64) / &ppm;
        let skewed = if skew > 0 { (int(skew.unsigned_abs()) * &ppm / int(skew_full)).min(ppm.clone()) } else { int(0) };
        let exact = sigma * int(k as u64) / &ppm + counted + skewed;
        let target = int(d.target_up(true, skew, &v, &V).unwrap().0 as u64);
        // three terms, each rounded up
        prop_assert!(target >= exact.clone().min(ppm.clone()) && target < exact + int(4));

        let size = d.size_up(notional).0 as u64;
        let square = int(notional) * &ppm * &ppm / int(full);
        prop_assert!(int(size) * int(size) >= square.clone().min(&ppm * &ppm));
        prop_assert!(size == 0 || size == PPM || int(size - 1) * int(size - 1) < square);
    }

    /// Lines keep their order and ratios, and the cap is the exact quotient rounded down.
    #[test]
    fn lines_and_cap_agree_with_exact_rationals(
        live in 0u32..=1_000_000, target in 0u32..=1_000_000, notional in any::<u64>(), open in any::<u64>(), cap in 0u64..=i64::MAX as u64,
        insurance in 0u64..=i64::MAX as u64, sigma in 0u32..500_000, price in 1u64..=u64::MAX, most in any::<u64>(),
    ) {
        let side = D.lines_up(&MAJOR, Ratio(live), Ratio(target)).unwrap();
        prop_assert!(side.maint <= side.liq_end && side.liq_end <= side.init && side.init <= ONE && side.maint <= D.max);
        let ratio = (int(side.maint.0 as u64) * int(40_000) / int(30_000)).max(int(40_000));
        prop_assert!(int(side.liq_end.0 as u64) >= ratio && int(side.liq_end.0 as u64) < ratio + int(1));
        let own = lines(&D, (Ratio(live), Ratio(target)), notional, (0, cap.max(1))).unwrap();
        let size = D.size_up(notional).0;
        for (own, side) in [(own.maint, side.maint), (own.liq_end, side.liq_end), (own.init, side.init)] {
            prop_assert_eq!(own, Ratio(side.0 + size).min(ONE), "a position adds its size to each line of its side");
        }
        let crowded = lines(&D, (Ratio(live), Ratio(target)), notional, (open, cap)).unwrap();
        prop_assert_eq!((crowded.maint, crowded.liq_end), (own.maint, own.liq_end));
        if open >= cap {
            prop_assert_eq!(crowded.init, ONE);
        } else {
            let (base, free) = (int(own.init.0 as u64), int(cap / 2));
            let crowd = (int(open) - &free).max(int(0)) / (int(cap) - &free);
            let exact = &base + (int(PPM) - &base) * crowd;
            // How crowded it is is rounded up to a ppm first, then the line.
            prop_assert!(int(crowded.init.0 as u64) >= exact && int(crowded.init.0 as u64) < exact + int(2));
        }

        let market = MAJOR.for_asset(8, most);
        let lots = D.open_interest_cap_down(&market, insurance, Ratio(sigma), Ratio(live), Price(price)).unwrap();
        let loss = (sigma as u64 * 10).saturating_sub(live as u64).clamp(50_000, PPM);
        let notional = (int(insurance) * int(PPM) / int(loss)).min(int(i64::MAX as u64));
        let exact = (notional * int(NOTIONAL_SCALE) / int(price)).min(int(i64::MAX as u64));
        prop_assert!(int(lots) <= exact.clone().min(int(most)));
        // two roundings: of atoms, then of lots
        let slack = int(NOTIONAL_SCALE) / int(price) + int(2);
        prop_assert!(int(lots) >= (exact - slack).min(int(most)));
    }

    /// Any parameters, any input: a value within bounds or a named error.
    #[test]
    fn total(raw in any::<[u32; 10]>(), full in any::<[u64; 2]>(), x in any::<[u64; 6]>(), skew in any::<i64>(), m in any::<[u64; 4]>(), long in any::<bool>()) {
        let d = DynamicParams {
            size_full: full[0], skew_full: full[1], min: Ratio(raw[0]), max: Ratio(raw[1]), sigma_multiple: raw[2], jump_discount: Ratio(raw[3]),
            rise: Ratio(raw[4]), loosen_slots: raw[5], raise_share: Ratio(raw[6]), oi_free: Ratio(raw[7]), stress_multiple: raw[8],
            loss_floor: Ratio(raw[9]), uninsured: x[5] >> 1,
        };
        let v = Volatility { fast_rise: m[0], fast_fall: m[1], jump_rise: m[2], jump_fall: m[3], ..Volatility::NEW };
        for d in [d, DynamicParams { min: Ratio(raw[0] % 1_000), max: Ratio(1_000 + raw[1] % 999_000), jump_discount: Ratio(raw[3] % 1_000_001), oi_free: Ratio(raw[7] % 1_000_001), ..d }] {
            let _ = d.validate(&MAJOR);
            if let Ok(target) = d.target_up(long, skew, &v, &V) {
                prop_assert!(target <= ONE && target >= d.min);
            }
            let _ = lines(&d, (Ratio(raw[4]), Ratio(raw[5])), x[0], (x[1], x[2]));
            let _ = d.open_interest_cap_down(&MAJOR.for_asset(8, x[5]), x[3], Ratio(raw[6]), Ratio(raw[8]), Price(x[4]));
        }
        let mut glide = Glide { live: x[0] >> 1, slot: x[1] };
        let _ = glide.advance(Ratio(raw[0]), Ratio(raw[1]), raw[2], at(x[2]));
        let _ = glide.live_up();
        let _ = RaiseBudget { level: x[3], slot: x[4] }.take(x[5], x[0], Ratio(raw[6] % 1_000_002), at(x[2]));
    }
}
