//! Values against exact rationals, warm-up, totals, totality.

use super::*;

proptest! {
    #![proptest_config(cases(2_000))]

    /// The value is the exact one, rounded down at each of its steps and never above it.
    #[test]
    fn values_agree_with_exact_rationals(
        amount in 1u64..1 << 60, spot in 1u64..1 << 50, width in 0u64..1 << 40, stable in 1u64..1 << 50, fall in 0u64..1 << 40,
        live in 100_000u32..600_000, total in 0u64..1 << 60, decimals in 4u8..=14, floating in 0u8..2, quality in 1u8..3,
    ) {
        let mut c = token(CollateralParams { decimals, floating, ..PARAMS }, spot);
        (c.price.low, c.price.stable, c.price.quality) = (Price(spot.saturating_sub(width).max(1)), Price(stable), quality);
        (c.volatility.slow_fall, c.haircut.live, c.total) = (fall, (live as u64) << 32, total);
        for purpose in [Use::Init, Use::Maint] {
            let price = match purpose {
                Use::Init => c.price.low.min(c.price.stable),
                Use::Maint if quality == 2 => c.price.low,
                Use::Maint => c.price.spot,
            };
            let haircut = int(c.haircut_up(purpose, price).unwrap().0 as u64);
            let usd = int(10u64.pow(18 - decimals as u32));
            let depeg = if floating == 1 { int(0) } else { ((int(99) / int(100) - int(price.0) / usd) * int(4_000_000)).max(int(0)) };
            let base = match purpose {
                Use::Init => int(c.target_up().unwrap().0.max(live) as u64),
                Use::Maint => int(live as u64) / int(2),
            };
            let exact = (base + depeg).min(int(PPM));
            prop_assert!(haircut >= exact && haircut < exact + int(6), "one rounding of the base, four of the price");
            let crowd = if purpose == Use::Init && total > PARAMS.full_value { int(PARAMS.full_value) / int(total) } else { int(1) };
            let gross = (int(amount) * int(price.0) / int(1_000_000_000_000)).min(int(1 << 59));
            let exact = gross * (int(PPM) - haircut) / int(PPM) * crowd;
            let got = int(counts(&c, amount, purpose));
            prop_assert!(got <= exact && got > exact - int(3));
        }
    }

    /// A merged balance never counts more than separate deposits would, is continuous at each top-up, and counts in full after the last
    /// warm-up.
    #[test]
    fn a_top_up_counts_at_most_what_separate_deposits_would(deposits in vec((0i64..200_000, 1u64..1 << 50), 1..12), probe in 0i64..400_000) {
        let (mut merged, mut time, mut apart) = (Balance::EMPTY, NOW.time, vec![]);
        let check = |merged: &Balance, apart: &[Balance], t: i64| {
            let separate: u64 = apart.iter().map(|b| b.counted_down(t).unwrap()).sum();
            let counted = merged.counted_down(t).unwrap();
            assert!(counted <= separate + apart.len() as u64, "{counted} > {separate}");
        };
        for (wait, amount) in deposits {
            time += wait;
            check(&merged, &apart, time);
            let now = Now { slot: 0, time };
            let before = merged.counted_down(time).unwrap();
            merged.add(amount, PARAMS.warmup, now).unwrap();
            prop_assert_eq!(merged.counted_down(time).unwrap(), before);
            let mut single = Balance::EMPTY;
            single.add(amount, PARAMS.warmup, now).unwrap();
            apart.push(single);
        }
        check(&merged, &apart, time + probe);
        prop_assert_eq!(merged.counted_down(time + PARAMS.warmup).unwrap(), merged.amount);
    }

    /// Deposits and take-outs in any order: the total is the sum of balances, the count of slots is right, nothing counts that is not held.
    #[test]
    fn i1_collateral_total_is_the_sum_of_balances(ops in vec((any::<bool>(), 0usize..3, 0u64..1 << 40, 0i64..90_000), 1..60)) {
        let mut sol = token(CollateralParams { cap: 1 << 42, ..PARAMS }, 200 * SOL);
        let mut accounts = [Account::NEW; 3];
        let mut now = NOW;
        for (deposit, who, amount, wait) in ops {
            now.time += wait;
            let (old, held) = (sol, accounts[who]);
            let done = if deposit { sol.deposit(&mut accounts[who], 5, amount, now) } else { sol.take(&mut accounts[who], 5, amount, now) };
            if done.is_err() {
                (sol, accounts[who]) = (old, held);
            }
            let sum: u64 = accounts.iter().flat_map(|a| a.collateral.iter()).map(|b| b.amount).sum();
            prop_assert_eq!(sum, sol.total);
            prop_assert!(sol.total <= sol.params.cap);
            for a in &accounts {
                prop_assert_eq!(a.collaterals as usize, a.collateral.iter().filter(|b| b.used != 0).count());
                for b in &a.collateral {
                    prop_assert!(b.counted_down(now.time).unwrap() <= b.amount);
                }
            }
        }
    }

    /// Any record, balance, price, clock: a value or a named error, and at most 2^59 atoms.
    #[test]
    fn total(r in any::<[u32; 8]>(), x in any::<[u64; 12]>(), t in any::<[i64; 4]>(), bytes in any::<[u8; 4]>(), tame in any::<bool>()) {
        let mut p = CollateralParams {
            cap: x[0], full_value: x[1], warmup: t[0], price_max_age: r[0], min_haircut: Ratio(r[1]), max_haircut: Ratio(r[2]), sigma_multiple: r[3],
            jump_discount: Ratio(r[4]), maint_share: Ratio(r[5]), rise: Ratio(r[6]), loosen_slots: r[7], underlying: bytes[0] as u16,
            floating: bytes[1], decimals: bytes[2], reserved: [0; 4],
        };
        if tame {
            (p.min_haircut, p.max_haircut, p.jump_discount, p.decimals) = (Ratio(r[1] % 1_000), Ratio(0), Ratio(r[4] % 1_000_000), bytes[2] % 19);
        }
        let _ = p.validate();
        let mut c = token(p, x[2]);
        (c.price.low, c.price.high, c.price.stable, c.price.quality, c.price.time) = (Price(x[3]), Price(x[4]), Price(x[5]), bytes[3] % 3, t[1]);
        (c.volatility.fast_fall, c.volatility.jump_fall, c.haircut, c.total, c.raised) = (x[6], x[7], Glide { live: x[8], slot: x[9] }, x[10] >> 1, t[3]);
        let now = Now { slot: x[9], time: t[2] };
        let balance = Balance { amount: x[10], cold: x[11], cold_since: t[0], cold_until: t[1], used: 1, ..Balance::EMPTY };
        for purpose in [Use::Init, Use::Maint] {
            if let Ok(v) = c.value_down(&balance, &Account::NEW, &c, purpose, now) {
                prop_assert!(v <= 1 << 59);
            }
        }
        let mut account = Account::NEW;
        let _ = c.deposit(&mut account, 1, x[6], now);
        let _ = c.take(&mut account, 1, x[7], now);
        let _ = (c.lower_cap(x[8]), c.set_params(&CollateralParams { cap: x[8], ..c.params }, now));
        let _ = c.refresh(&Combined { spot: Price(x[2]), low: Price(x[3]), high: Price(x[4]), quality: Quality::from_u8(bytes[3]) }, &MAJOR, now);
        let mut b = balance;
        let _ = b.add(x[0], t[3], now);
        let _ = b.take(x[1], now);
    }
}
