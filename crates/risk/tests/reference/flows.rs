//! What moves with time and with fills: funding, the dynamic fee, sliding windows, the throttle's exemption, the glide.

use crate::{any_size, ceil_of, config, exact, over, Exact};
use firebreak_risk::{
    fees::FeeRules,
    funding::{Funding, FundingRules},
    glide::Glide,
    levels::Level,
    margin::Health,
    num::{NOTIONAL_SCALE, PPM},
    throttle::{is_exempt, ThrottleRules},
    window::Window,
    BaseQty, Ledger, Now, Price, Ratio,
};
use proptest::{collection::vec, prelude::*};

const DAY: i64 = 86_400;
/// A rate's unit: 10^-9 a day.
const RATE: i64 = 1_000_000_000;

/// A signed number of any magnitude.
fn either_way(bits: u32) -> impl Strategy<Value = i64> {
    (any_size(bits), any::<bool>()).prop_map(|(x, up)| if up { x as i64 } else { -(x as i64) })
}

proptest! {
    #![proptest_config(config())]

    /// The rate after a step is the exact one, clamped, cut towards zero; and the index with its rest loses nothing: after any steps it is
    /// exactly the sum of price × mean rate × time.
    #[test]
    fn funding_is_the_exact_integral(
        skew in either_way(62), scale in any_size(62), velocity in any_size(32), max in any_size(32),
        steps in vec((1i64..3_600, any_size(50)), 1..12), open in any_size(50),
    ) {
        let rules = FundingRules { skew_scale: scale.max(1), velocity: velocity as u32, max_rate: max as u32 };
        let mut funding = Funding { skew, time: 1, ..Funding::NEW };
        let mut ledger = Ledger { long_base: open, short_base: open, ..Ledger::NEW };
        let (mut now, mut ticks, mut atoms) = (1, exact(0), 0);
        for (dt, price) in steps {
            now += dt;
            let before = funding;
            let Ok(moved) = funding.accrue(&rules, &mut ledger, Price(price), Now { slot: 0, time: now }) else { return Ok(()) };
            let part = over(skew, rules.skew_scale).max(exact(-1)).min(exact(1));
            let change = (exact(rules.velocity) * part * over(dt, DAY)).trunc();
            let bound = exact(rules.max_rate);
            let want = (exact(before.rate) + change).max(-bound.clone()).min(bound);
            prop_assert_eq!(exact(funding.rate), want);
            ticks += exact(price) * (exact(before.rate) + exact(funding.rate)) * over(dt, 2 * DAY) * over(1, RATE);
            let rest = over(funding.index_rest, DAY) * over(1, 2 * RATE);
            prop_assert_eq!(exact(funding.index) + rest, ticks.clone());
            atoms += moved;
        }
        // What has moved between the sides, too: whole atoms, and the rest is carried.
        let whole = exact(open) * exact(funding.index) * over(1, NOTIONAL_SCALE);
        prop_assert_eq!(exact(atoms) + over(funding.moved_rest, NOTIONAL_SCALE), whole);
        prop_assert_eq!((ledger.long_entry, ledger.short_entry), (atoms, -atoms));
    }

    /// What a position owes since its snapshot, rounded against it by less than an atom.
    #[test]
    fn funding_owed(index in either_way(60), snapshot in either_way(60), base in either_way(40)) {
        let funding = Funding { index, ..Funding::NEW };
        let want = (exact(base) * (exact(index) - exact(snapshot)) * over(1, NOTIONAL_SCALE)).ceil();
        match funding.owed_up(BaseQty(base), snapshot) {
            Ok(got) => prop_assert_eq!(exact(got), want),
            Err(_) => prop_assert!(want > exact(i64::MAX) || want <= exact(i64::MIN + 1)),
        }
    }

    /// The fee: base, part of σ, the integral of the skew over the fill, part of the level; each rounded up, the sum capped.
    #[test]
    fn fee_of_a_fill(
        base in 0u32..100_000, sigma in 0u32..1_000_000, parts in (0u32..1_000_000, 0u32..100_000, 0u32..10_000), cap in 0u32..1_000_000,
        full in any_size(60), skew in either_way(60), lots in either_way(60), level in 0u8..4,
    ) {
        let rules = FeeRules {
            skew_full: full.max(1), sigma_part: Ratio(parts.0), skew_fee: Ratio(parts.1), level_part: Ratio(parts.2), cap: Ratio(cap), reserved: [0; 8],
        };
        let Ok(got) = rules.fee_up(Ratio(base), Ratio(sigma), skew, BaseQty(lots), Level::from_u8(level)) else {
            prop_assert!(skew.unsigned_abs() > 1 << 58, "refused without need");
            return Ok(());
        };
        let after = exact(skew) + exact(lots);
        // What passes through zero first lowers the skew for nothing.
        let zero = exact(0);
        let crosses = (skew < 0) == (after > zero);
        let before = if crosses { zero.clone() } else { exact(skew.unsigned_abs()) };
        let magnitude = if after < zero { -after } else { after };
        let adds = lots != 0 && magnitude > before;
        let mean = if adds {
            (&magnitude * &magnitude - &before * &before) / (exact(2) * exact(rules.skew_full) * exact(lots.unsigned_abs()))
        } else {
            zero
        };
        let want = exact(base) + over(sigma as u64 * parts.0 as u64, PPM) + mean * exact(parts.1) + exact(parts.2) * exact(level);
        let capped = |x: Exact| x.min(exact(cap));
        // σ's part, the mean of the skew (first to a lot, then to a ppm) and the skew's part are each rounded up.
        let slack = exact(3) + exact(parts.1) * (over(1, PPM) + over(1, 2) / exact(rules.skew_full));
        prop_assert!(exact(got.0) >= capped(want.clone()) && exact(got.0) <= capped(want.clone() + slack), "{got:?} for {want}");
    }

    /// What a sliding window counts: the current one and, of the previous one, the part still inside; rounded up.
    #[test]
    fn windows(amounts in vec((0i64..5_000, any_size(40)), 1..20), length in 1i64..4_000, later in 0i64..10_000, limit in any_size(45)) {
        let (mut window, mut now) = (Window::NEW, 1_000_000);
        let (mut start, mut current, mut previous) = (0i64, 0u64, 0u64);
        let mut roll = |now: i64, add: u64| {
            if now - start >= 2 * length {
                (start, previous, current) = (now, 0, 0);
            } else if now - start >= length {
                (start, previous, current) = (start + length, current, 0);
            }
            current += add;
            let inside = over(length - (now - start).min(length), length);
            exact(current) + exact(previous) * inside
        };
        for (dt, amount) in amounts {
            now += dt;
            window.count(amount, now, length).unwrap();
            let want = roll(now, amount);
            prop_assert_eq!(window.counted_up(now, length), ceil_of(&want));
        }
        let want = roll(now + later, 0);
        prop_assert_eq!(window.counted_up(now + later, length), ceil_of(&want));
        let room = (exact(limit) - want).max(exact(0));
        prop_assert_eq!(window.room_down(limit, now + later, length), crate::floor_of(&room));
    }

    /// Exempt is whose buffer is at most k·σ of its notional; the two roundings favour acting by at most an atom each (of σ's, k times one).
    #[test]
    fn exemption(solvency in any_size(60), notional in any_size(60), sigma in 0u32..1_000_000, k in 0u32..10_000_000) {
        let rules = ThrottleRules { share: Ratio(1), window_slots: 1, exempt_sigmas: k, reserved: 0 };
        let health = Health { solvency: solvency as i64, notional, ..Health::default() };
        let Ok(got) = is_exempt(&rules, &health, Ratio(sigma)) else { return Ok(()) };
        let reach = exact(notional) * over(sigma, PPM) * over(k, PPM);
        if exact(solvency) <= reach {
            prop_assert!(got);
        }
        if got && solvency > 0 {
            prop_assert!(exact(solvency) <= reach + over(k, PPM) + exact(1));
        }
    }

    /// A glide rises by its rate a slot and loosens by dt ÷ (slots + dt) of the distance, rounded up by less than 2^-32 ppm a step.
    #[test]
    fn glides(first in 0u32..=1_000_000, steps in vec((0u32..=1_000_000, 0u64..100_000), 1..15), rise in 0u32..1_000, loosen in 0u32..1_000_000) {
        let mut glide = Glide::NEW;
        glide.advance(Ratio(first), Ratio(rise), loosen, Now { slot: 1, time: 0 }).unwrap();
        let parts = exact(1u64 << 32);
        let (mut slot, mut want, mut taken) = (1, exact(first) * &parts, 0u64);
        for (target, dt) in steps {
            slot += dt;
            glide.advance(Ratio(target), Ratio(rise), loosen, Now { slot, time: 0 }).unwrap();
            let goal = exact(target) * &parts;
            if goal > want {
                // Nobody refreshed for longer: at most a minute's rise.
                want = (want + exact(rise) * exact(dt.min(150)) * &parts).min(goal);
            } else if loosen > 0 {
                want = &goal + (&want - &goal) * over(loosen, loosen as u64 + dt);
                taken += 1;
            }
            let got = exact(glide.live);
            prop_assert!(got >= want && got <= &want + exact(taken), "{got} for {want}");
        }
        prop_assert_eq!(exact(glide.live_up().0), (exact(glide.live) / &parts).ceil());
    }
}
