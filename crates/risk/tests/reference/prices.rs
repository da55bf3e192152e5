//! `price`: median and dispersion, acceptance, TWAP, stable price.

use crate::{any_size, config, exact, over, world, Exact};
use firebreak_risk::{
    price::{
        accept, combine, Accepted, Combined, Observation, Quality, Refusal, RobustPrice, SourceRule, SourceState, MAX_SOURCES,
    },
    Now, Price, Ratio,
};
use proptest::{collection::vec, prelude::*};

fn source() -> impl Strategy<Value = Option<Accepted>> {
    let near = (0u64..2_000_000).prop_map(|x| 1_000_000_000 + x);
    let price = prop_oneof![3 => near, 1 => any_size(60).prop_map(|x| x.max(1))];
    let some =
        (price, any_size(20), 0u32..5).prop_map(|(p, c, weight)| Accepted { price: Price(p), confidence: Price(c), weight });
    prop_oneof![4 => some.prop_map(Some), 1 => Just(None)]
}

/// The median of the weights written out one by one: the lower middle.
fn median(all: &[(u64, u32)]) -> u64 {
    let mut flat: Vec<u64> = all.iter().flat_map(|(x, w)| vec![*x; *w as usize]).collect();
    flat.sort_unstable();
    flat[(flat.len() - 1) / 2]
}

proptest! {
    #![proptest_config(config())]

    /// Zero to five sources, some of zero weight.
    #[test]
    fn combination(sources in vec(source(), MAX_SOURCES), bound in 0u32..250_000, last in any_size(60)) {
        let sources: [Option<Accepted>; MAX_SOURCES] = sources.try_into().unwrap();
        let got = combine(&sources, Ratio(bound), Price(last)).unwrap();
        let mut kept: Vec<Accepted> = sources.into_iter().flatten().filter(|s| s.weight > 0).collect();
        kept.sort_by_key(|s| s.price);
        let spread = |spot: u64, half: u64, quality| Combined {
            spot: Price(spot),
            low: Price(spot.saturating_sub(half).max(1)),
            high: Price(spot + half),
            quality,
        };
        let want = match &kept[..] {
            [] => Combined { spot: Price(0), low: Price(0), high: Price(0), quality: Quality::Frozen },
            [a] => spread(a.price.0, a.confidence.0, Quality::Degraded),
            [a, b] if over(b.price.0 - a.price.0, a.price.0) <= over(bound, 1_000_000) => {
                let gap = b.price.0 - a.price.0;
                spread(a.price.0 + gap / 2, a.confidence.0.max(b.confidence.0) + gap, Quality::Primary)
            }
            [a, b] => Combined {
                spot: if last == 0 { a.price } else { Price(last.clamp(a.price.0, b.price.0)) },
                low: Price(a.price.0.saturating_sub(a.confidence.0).max(1)),
                high: Price(b.price.0 + b.confidence.0),
                quality: Quality::Degraded,
            },
            many => {
                let spot = median(&many.iter().map(|s| (s.price.0, s.weight)).collect::<Vec<_>>());
                let mad = median(&many.iter().map(|s| (s.price.0.abs_diff(spot), s.weight)).collect::<Vec<_>>());
                // Of several sources at the median price, the one at which half of the weight is reached lends its confidence.
                let fits: Vec<Combined> = many.iter().filter(|s| s.price.0 == spot)
                    .map(|s| spread(spot, mad.max(s.confidence.0), Quality::Primary)).collect();
                prop_assert!(fits.contains(&got), "{got:?} is none of {fits:?}");
                return Ok(());
            }
        };
        prop_assert_eq!(got, want);
    }

    /// Acceptance: each rule as a sentence of exact arithmetic.
    #[test]
    fn acceptance(
        price in any_size(64), confidence in any_size(64), age in -5i64..100, max_age in 0u32..90, limit in any_size(32),
        last in (any_size(64), -3i64..3),
    ) {
        let time = 1_700_000_000;
        let seen = Observation { price: Price(price), confidence: Price(confidence), publish_time: time - age };
        let rule = SourceRule { weight: 3, max_age, max_confidence: Ratio(limit as u32), reserved: 0 };
        let state = SourceState { price: Price(last.0), publish_time: time - age + last.1, confidence: Price(0) };
        let got = accept(&rule, &state, &seen, time);
        let why = if price == 0 {
            Some(Refusal::NonPositive)
        } else if age < -2 {
            Some(Refusal::FromTheFuture)
        } else if age > max_age as i64 {
            Some(Refusal::Stale)
        } else if last.0 != 0 && last.1 > 0 {
            Some(Refusal::Backward)
        } else if last.0 != 0 && last.1 == 0 && last.0 != price {
            Some(Refusal::Contradiction)
        } else if over(confidence, price) > over(limit as u32, 1_000_000) {
            Some(Refusal::Unconfident)
        } else {
            None
        };
        prop_assert_eq!(got.err(), why);
    }

    /// TWAP and stable price, step by step: the previous spot weighs over the time that passed.
    #[test]
    fn averages(
        start in any_size(58), moves in vec((any_size(58), 0i64..400), 1..12),
        window in 1i64..900, speed in 0u32..2_000, hour in 0u32..200_000,
    ) {
        let params = firebreak_risk::MarketParams {
            twap_window: window, stable_speed: Ratio(speed), stable_hour: Ratio(hour), ..world::params()
        };
        let mut now = Now { slot: 10, time: 1_700_000_000 };
        let mut price = RobustPrice::NEW;
        let see = |p: u64| Combined { spot: Price(p), low: Price(p), high: Price(p), quality: Quality::Primary };
        price.update(&see(start.max(1)), &params, now).unwrap();
        prop_assert_eq!((price.twap, price.stable), (Price(start.max(1)), Price(start.max(1))));
        for (next, dt) in moves {
            let was = price;
            (now.slot, now.time) = (now.slot + 3, now.time + dt);
            price.update(&see(next.max(1)), &params, now).unwrap();
            let share = if dt >= window { exact(1) } else { over(dt, window) };
            let want = exact(was.twap.0) + (exact(was.spot.0) - exact(was.twap.0)) * share;
            prop_assert!(near(price.twap.0, &want, 1), "twap {:?}, exactly {want}", price.twap);

            let anchor = if now.time - was.stable_hour >= 3_600 { was.stable } else { was.stable_anchor };
            let reach = exact(was.stable.0) * over(speed, 1_000_000) * exact(dt.min(600));
            let wide = exact(anchor.0) * over(hour, 1_000_000);
            let low = (exact(was.stable.0) - &reach).max(exact(anchor.0) - &wide);
            let high = (exact(was.stable.0) + &reach).min(exact(anchor.0) + &wide);
            let want = exact(was.spot.0).max(low).min(high);
            // Each second's limit is rounded up to a tick.
            prop_assert!(near(price.stable.0, &want, dt.unsigned_abs() + 2), "stable {:?}, exactly {want}", price.stable);
            // What it may move is within its limits, whatever the spot.
            prop_assert!(speed != 0 && hour != 0 || price.stable == was.stable);
        }
    }

    /// "Moved by more than": exactly, over the extremes that are remembered.
    #[test]
    fn moved(low in any_size(60), high in any_size(60), bound in any_size(32)) {
        let (low, high) = (low.min(high).max(1), low.max(high).max(1));
        let mut price = RobustPrice::NEW;
        (price.lows, price.highs) = ([Price(low), Price(high)], [Price(low), Price(high)]);
        let want = exact(high - low) > exact(low) * over(bound as u32, 1_000_000);
        match price.moved_more_than(Ratio(bound as u32)) {
            // low × bound is rounded down to a tick, so a difference within that tick is "more".
            Ok(got) => prop_assert!(got == want || got && exact(high - low) + exact(1) > exact(low) * over(bound as u32, 1_000_000)),
            Err(_) => prop_assert!(!want),
        }
    }
}

fn near(got: u64, want: &Exact, ticks: u64) -> bool {
    let got = exact(got);
    let distance = if &got > want { got - want } else { want - got };
    distance <= exact(ticks)
}
