//! Source strikes and recovery, the venue's third, and depth from real fills.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

use firebreak_risk::{
    depth::{Depth, DepthParams},
    price::{
        combine, judge, weigh, Accepted, Combined, Quality, Standing, StrikeRule, FULL_SHARE, LEAST_SHARE, MAX_SOURCES,
        MOST_WEIGHT, STRIKES,
    },
    Now, Price, Ratio, RiskError,
};
use num_rational::BigRational as Exact;
use proptest::{collection::vec, prelude::*};

/// Earned back in about four hours; 0.1 % is never far.
const RULE: StrikeRule = StrikeRule { tolerance: Ratio(1_000), recovery: 25, reserved: 0 };
const DEPTH: DepthParams = DepthParams { governance: 1_000_000, slots: 1_000, slot_share: Ratio(50_000), reserved: 0 };

fn cases(n: u32) -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(n) }
}

fn at(slot: u64) -> Now {
    Now { slot, time: 0 }
}

fn int(x: u64) -> Exact {
    Exact::from_integer(x.into())
}

fn seen(prices: &[u64]) -> [Option<Accepted>; MAX_SOURCES] {
    let mut all = [None; MAX_SOURCES];
    for (slot, price) in all.iter_mut().zip(prices) {
        *slot = Some(Accepted { price: Price(*price), confidence: Price(10), weight: 1 });
    }
    all
}

/// One refresh as the program does it: weigh, combine, judge.
fn refresh(standings: &mut [Standing; MAX_SOURCES], prices: &[u64], venue: Option<usize>, slot: u64) -> Combined {
    let mut sources = seen(prices);
    weigh(&mut sources, standings, venue).unwrap();
    let found = combine(&sources, Ratio(5_000), Price(100_000)).unwrap();
    judge(standings, &sources, &found, venue, &RULE, at(slot)).unwrap();
    found
}

#[test]
fn five_far_updates_in_a_row_halve_the_weight_down_to_an_eighth() {
    let mut s = [Standing::NEW; MAX_SOURCES];
    let mut shares = vec![];
    for slot in 1..=20 {
        refresh(&mut s, &[100_000, 100_010, 105_000, 99_990], None, slot);
        shares.push(s[2].share());
    }
    let f = FULL_SHARE;
    let expected: Vec<u32> = [f, f / 2, f / 4, f / 8].iter().flat_map(|x| [*x; 5]).skip(1).chain([f / 8]).collect();
    assert_eq!(shares, expected);
    assert_eq!([s[0], s[1], s[3]].map(|x| x.share()), [f; 3]);
    assert_eq!(LEAST_SHARE, f / 8);
}

#[test]
fn one_near_update_breaks_the_row_and_weight_comes_back_slowly() {
    let mut s = [Standing::NEW; MAX_SOURCES];
    for slot in 1..=100 {
        refresh(&mut s, &[100_000, 100_010, if slot % STRIKES as u64 == 0 { 100_005 } else { 105_000 }], None, slot);
    }
    assert_eq!(s[2].share(), FULL_SHARE);
    for slot in 101..=135 {
        refresh(&mut s, &[100_000, 100_010, 105_000], None, slot);
    }
    assert_eq!(s[2].share(), LEAST_SHARE);
    refresh(&mut s, &[100_000, 100_010, 100_005], None, 135 + 18_000);
    assert_eq!(s[2].share(), LEAST_SHARE + 25 * 18_000, "two hours: about half");
    refresh(&mut s, &[100_000, 100_010, 100_005], None, 135 + 37_000);
    assert_eq!(s[2], Standing { slot: 37_135, ..Standing::NEW });
}

#[test]
fn two_updates_in_a_slot_are_judged_once() {
    let mut s = [Standing::NEW; MAX_SOURCES];
    for _ in 0..50 {
        refresh(&mut s, &[100_000, 100_010, 105_000], None, 7);
    }
    assert_eq!((s[2].far, s[2].share()), (1, FULL_SHARE));
}

#[test]
fn nothing_is_judged_with_two_sources_or_a_venue_and_two() {
    let mut s = [Standing::NEW; MAX_SOURCES];
    for slot in 1..50 {
        refresh(&mut s, &[100_000, 105_000], None, slot);
        refresh(&mut s, &[100_000, 100_010, 105_000], Some(1), slot + 100);
    }
    assert_eq!(s, [Standing::NEW; MAX_SOURCES]);
}

#[test]
fn the_venues_own_price_never_stands_for_a_source() {
    let s = [Standing::NEW; MAX_SOURCES];
    for prices in [&[100_000][..], &[100_000, 100_000]] {
        let mut sources = seen(prices);
        weigh(&mut sources, &s, Some(0)).unwrap();
        assert_eq!(sources[0].unwrap().weight, 0);
        assert!(combine(&sources, Ratio(5_000), Price(0)).unwrap().quality < Quality::Primary);
    }
    let mut sources = seen(&[100_000, 100_000, 100_000]);
    weigh(&mut sources, &s, Some(0)).unwrap();
    assert_eq!(sources.map(|s| s.map_or(0, |s| s.weight))[..3], [FULL_SHARE; 3]);
}

#[test]
fn i9_zero_strike_and_depth_parameters_are_the_strictest() {
    // no tolerance: with all others equal, one tick may be far; no recovery: nothing is earned back
    let strict = StrikeRule { tolerance: Ratio(0), recovery: 0, reserved: 0 };
    let (mut s, sources) = ([Standing::NEW; MAX_SOURCES], seen(&[100, 100, 101]));
    let found = Combined { spot: Price(100), low: Price(100), high: Price(100), quality: Quality::Primary };
    for slot in 1..=5 {
        judge(&mut s, &sources, &found, None, &strict, at(slot)).unwrap();
    }
    assert_eq!(s[2].share(), FULL_SHARE / 2);
    judge(&mut s, &seen(&[100, 100, 100]), &found, None, &strict, at(1 << 40)).unwrap();
    assert_eq!(s[2].share(), FULL_SHARE / 2);
    // a source of weight zero stays at zero
    let mut silent = seen(&[1, 1, 1, 1]);
    silent[3].as_mut().unwrap().weight = 0;
    weigh(&mut silent, &s, None).unwrap();
    assert_eq!(silent[3].unwrap().weight, 0);
    for p in
        [DepthParams { governance: 0, ..DEPTH }, DepthParams { slots: 0, ..DEPTH }, DepthParams { slot_share: Ratio(0), ..DEPTH }]
    {
        let mut d = Depth::NEW;
        for slot in 1..100 {
            d.fill(u64::MAX, &p, at(slot)).unwrap();
        }
        assert_eq!(d.depth_down(&p, at(100)).unwrap(), 0);
    }
}

#[test]
fn contradictions_are_named() {
    let mut sources = seen(&[1, 2, 3]);
    sources[0].as_mut().unwrap().weight = MOST_WEIGHT + 1;
    assert_eq!(weigh(&mut sources, &[Standing::NEW; MAX_SOURCES], None), Err(RiskError::ParameterBounds));
    assert_eq!(Standing { slot: 9, ..Standing::NEW }.judge(true, &RULE, at(8)), Err(RiskError::ClockWentBack));
    assert_eq!(Depth { slot: 9, ..Depth::NEW }.fill(1, &DEPTH, at(8)), Err(RiskError::ClockWentBack));
    assert_eq!(
        Depth::NEW.clone().fill(1, &DepthParams { slot_share: Ratio(1_000_001), ..DEPTH }, at(8)),
        Err(RiskError::ParameterBounds)
    );
}

#[test]
fn depth_is_what_was_filled_in_the_last_slots() {
    let mut d = Depth::NEW;
    for slot in 1..20_000 {
        d.fill(300, &DEPTH, at(slot)).unwrap();
    }
    let depth = d.depth_down(&DEPTH, at(19_999)).unwrap();
    assert!((295_000..=300_300).contains(&depth), "{depth}: 300 a slot × 1 000 slots");
    assert_eq!(d.depth_down(&DEPTH, at(20_999)).unwrap(), depth / 2);
    assert_eq!(d.missing_up(&DEPTH, at(20_999)).unwrap(), 1_000_000 - depth / 2);
}

proptest! {
    #![proptest_config(cases(2_000))]

    /// Whatever the configured weights and standings: the venue has at most a third, with three counting none has half, and every
    /// source of weight but the venue still counts.
    #[test]
    fn no_source_decides_alone(weights in vec(prop_oneof![Just(0), Just(1), 1..=MOST_WEIGHT], 5), lost in any::<[u32; 5]>(), venue in 0usize..10) {
        let mut sources = seen(&[1, 2, 3, 4, 5]);
        let mut standings = [Standing::NEW; MAX_SOURCES];
        for i in 0..MAX_SOURCES {
            sources[i].as_mut().unwrap().weight = weights[i];
            standings[i].lost = lost[i];
        }
        let venue = Some(venue).filter(|v| *v < MAX_SOURCES);
        weigh(&mut sources, &standings, venue).unwrap();
        let w: Vec<u64> = sources.iter().map(|s| s.unwrap().weight as u64).collect();
        let total: u64 = w.iter().sum();
        if let Some(v) = venue {
            prop_assert!(3 * w[v] <= total);
            let others = (0..MAX_SOURCES).filter(|i| *i != v && weights[*i] > 0).count();
            prop_assert_eq!(w[v] > 0, others >= 2 && weights[v] > 0);
        }
        for i in 0..MAX_SOURCES {
            prop_assert!(Some(i) == venue || (w[i] > 0) == (weights[i] > 0));
            if w.iter().filter(|w| **w > 0).count() >= 3 {
                prop_assert!(2 * w[i] < total);
            }
        }
    }

    /// Two of three or more hold the price: whatever the third says for however long, the others keep their full weight and the median
    /// stays between them.
    #[test]
    fn a_lying_minority_strikes_nobody(lies in vec(1u64..1_000_000, 1..60), a in 99_950u64..100_050, b in 99_950u64..100_050) {
        let mut s = [Standing::NEW; MAX_SOURCES];
        for (slot, lie) in lies.into_iter().enumerate() {
            let found = refresh(&mut s, &[a, lie, b], None, slot as u64 + 1);
            prop_assert!(found.spot.0 >= a.min(b) && found.spot.0 <= a.max(b));
            prop_assert_eq!((s[0].share(), s[2].share()), (FULL_SHARE, FULL_SHARE));
        }
    }

    /// A manipulator who trades with himself lifts depth by at most the slot's share, never above governance's figure, and the measure is the
    /// exact leaky sum rounded down by less than one.
    #[test]
    fn depth_is_bounded_per_slot(fills in vec((0u64..3_000, any::<u64>()), 1..80), governance in 1u64..1 << 50, share in 0u32..=1_000_000) {
        let p = DepthParams { governance, slot_share: Ratio(share), ..DEPTH };
        let (mut d, mut slot, mut start) = (Depth::NEW, 1u64, 0u64);
        for (dt, notional) in fills {
            slot += dt;
            let drained = d.depth_down(&p, at(slot)).unwrap();
            let exact = int(d.filled) * int(1_000) / int(1_000 + slot - d.slot);
            prop_assert!(int(drained) <= exact && int(drained) > exact - int(1));
            if dt > 0 {
                start = drained;
            }
            d.fill(notional, &p, at(slot)).unwrap();
            let depth = d.depth_down(&p, at(slot)).unwrap();
            prop_assert!(depth <= governance && depth >= drained);
            prop_assert!(depth <= start + (governance as u128 * share as u128 / 1_000_000) as u64);
        }
    }

    /// Any state and input: a value or a named error.
    #[test]
    fn total(x in any::<[u64; 8]>(), r in any::<[u32; 8]>(), prices in any::<[u64; 5]>(), q in 0u8..3, venue in 0usize..7) {
        let p = DepthParams { governance: x[0], slots: r[0], slot_share: Ratio(r[1] % 1_000_002), reserved: 0 };
        let mut d = Depth { filled: x[1] >> 1, in_slot: x[2] >> 1, slot: x[3] };
        let _ = (d.fill(x[4], &p, at(x[5])), d.depth_down(&p, at(x[6])), d.missing_up(&p, at(x[6])));
        let mut s = [Standing { lost: r[2], far: r[3], slot: x[7], reserved: 0 }; MAX_SOURCES];
        let mut sources = seen(&prices);
        sources[1].as_mut().unwrap().weight = r[4];
        sources[3] = None;
        let _ = weigh(&mut sources, &s, Some(venue));
        let found = Combined { spot: Price(x[0]), low: Price(x[1]), high: Price(x[2]), quality: Quality::from_u8(q) };
        let _ = judge(&mut s, &sources, &found, Some(venue), &StrikeRule { tolerance: Ratio(r[5]), recovery: r[6], reserved: 0 }, at(x[5]));
    }
}
