//! The borders of accepting, weighing and judging a source: at each limit it still counts.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

use firebreak_risk::{
    price::{
        accept, combine, judge, weigh, Accepted, Combined, Observation, Quality, Refusal, SourceRule, SourceState, Standing,
        StrikeRule, FULL_SHARE, MAX_SOURCES, MOST_WEIGHT,
    },
    Now, Price, Ratio, RiskError,
};

const NOW: i64 = 1_700_000_000;
const STANDINGS: [Standing; MAX_SOURCES] = [Standing::NEW; MAX_SOURCES];

/// Sources of these weights, all at a price of 100 000 ticks and as confident as can be.
fn weighted(weights: &[u32]) -> [Option<Accepted>; MAX_SOURCES] {
    let mut all = [None; MAX_SOURCES];
    for (slot, weight) in all.iter_mut().zip(weights) {
        *slot = Some(Accepted { price: Price(100_000), confidence: Price(0), weight: *weight });
    }
    all
}

/// What `weigh` makes of them, in shares of a weight of one.
fn weighed(weights: &[u32], venue: Option<usize>) -> Vec<u32> {
    let mut sources = weighted(weights);
    weigh(&mut sources, &STANDINGS, venue).unwrap();
    sources.iter().flatten().map(|s| s.weight / FULL_SHARE).collect()
}

/// A source may be 30 s old and 2 s ahead, repeat itself, and be as wide as its limit of 1 %; not a second or a tick more.
#[test]
fn an_observation_at_a_limit_counts() {
    let rule = SourceRule { weight: 3, max_age: 30, max_confidence: Ratio(10_000), reserved: 0 };
    let check = |price, confidence, age: i64, last: (u64, i64)| {
        let seen = Observation { price: Price(price), confidence: Price(confidence), publish_time: NOW - age };
        let state = SourceState { price: Price(last.0), publish_time: NOW - age + last.1, confidence: Price(0) };
        accept(&rule, &state, &seen, NOW).err()
    };
    for (age, why) in [(30, None), (31, Some(Refusal::Stale)), (-2, None), (-3, Some(Refusal::FromTheFuture))] {
        assert_eq!(check(100_000, 0, age, (0, 0)), why, "age {age}");
    }
    for (confidence, why) in [(1_000, None), (1_001, Some(Refusal::Unconfident))] {
        assert_eq!(check(100_000, confidence, 0, (0, 0)), why, "confidence {confidence}");
    }
    for (last, why) in [
        ((100_000, 0), None),
        ((99_999, 0), Some(Refusal::Contradiction)),
        ((99_999, -1), None),
        ((100_000, 1), Some(Refusal::Backward)),
        ((0, 1), None),
    ] {
        assert_eq!(check(100_000, 0, 0, last), why, "last {last:?}");
    }
    assert_eq!(check(0, 0, 0, (0, 0)), Some(Refusal::NonPositive));
}

/// Each refusal has a sentence of its own.
#[test]
fn refusals_of_an_observation_have_sentences() {
    use Refusal::*;
    let all = [NonPositive, Stale, FromTheFuture, Backward, Contradiction, Unconfident];
    let texts: std::collections::BTreeSet<String> = all.iter().map(|r| r.to_string()).collect();
    assert!(texts.len() == all.len() && texts.iter().all(|t| t.len() > 10));
}

/// Two that differ by their bound agree on the middle; by a tick more they do not, and before any price the lower one stands.
#[test]
fn two_sources_at_their_bound_agree() {
    let of = |second, last| {
        let mut sources = weighted(&[1, 1]);
        sources[1].as_mut().unwrap().price = Price(second);
        combine(&sources, Ratio(5_000), Price(last)).unwrap()
    };
    let agreed =
        |spot, half| Combined { spot: Price(spot), low: Price(spot - half), high: Price(spot + half), quality: Quality::Primary };
    assert_eq!(of(100_500, 0), agreed(100_250, 500));
    for (last, spot) in [(0, 100_000), (1, 100_000), (100_200, 100_200), (200_000, 100_501)] {
        let apart = Combined { spot: Price(spot), low: Price(100_000), high: Price(100_501), quality: Quality::Degraded };
        assert_eq!(of(100_501, last), apart, "last {last}");
    }
}

/// Of two sources nobody has a majority to lose, and of three beside the venue none is the lighter of two: they keep the weights that
/// governance set, up to the highest.
#[test]
fn configured_weights_stay_where_no_rule_asks_otherwise() {
    assert_eq!(weighed(&[MOST_WEIGHT, 1], None), [MOST_WEIGHT, 1]);
    assert_eq!(weighed(&[MOST_WEIGHT, 1, 0], Some(2)), [MOST_WEIGHT, 1, 0], "a venue without weight");
    assert_eq!(weighed(&[1, 10, 10, 3], Some(3)), [1, 10, 10, 3]);
    assert_eq!(weigh(&mut weighted(&[MOST_WEIGHT + 1]), &STANDINGS, None), Err(RiskError::ParameterBounds));
}

/// Beside a venue of two the heavier has at most thrice the lighter's weight less two parts, and the venue half of theirs: a third of all.
#[test]
fn a_venue_beside_two_unequal_sources_has_a_third() {
    for [heavy, light, venue] in [[0, 1, 2], [1, 0, 2], [2, 1, 0]] {
        let mut weights = [MOST_WEIGHT; 3];
        weights[light] = 1;
        let mut sources = weighted(&weights);
        weigh(&mut sources, &STANDINGS, Some(venue)).unwrap();
        let weight = |i: usize| sources[i].unwrap().weight;
        assert_eq!([heavy, light, venue].map(weight), [3 * FULL_SHARE - 2, FULL_SHARE, 2 * FULL_SHARE - 1]);
    }
}

/// A source is far beyond the bound, not at it: 4 times a dispersion of 50, or 0.3 % of the median where that is more.
#[test]
fn a_source_at_the_bound_is_not_far() {
    for (tolerance, bound) in [(1_000, 200), (3_000, 300)] {
        let rule = StrikeRule { tolerance: Ratio(tolerance), recovery: 0, reserved: 0 };
        let found = Combined { spot: Price(100_000), low: Price(99_950), high: Price(100_050), quality: Quality::Primary };
        let mut sources = weighted(&[1; 4]);
        sources[0].as_mut().unwrap().price = Price(100_000 + bound);
        sources[1].as_mut().unwrap().price = Price(100_001 + bound);
        sources[2].as_mut().unwrap().price = Price(99_999 - bound);
        let mut standings = STANDINGS;
        judge(&mut standings, &sources, &found, None, &rule, Now { slot: 1, time: 0 }).unwrap();
        assert_eq!(standings.map(|s| s.far), [0, 1, 1, 0, 0]);
    }
}

/// A third source without weight is no third source, and what is not agreed on judges nobody.
#[test]
fn only_three_that_count_and_agree_judge() {
    let rule = StrikeRule { tolerance: Ratio(0), recovery: 0, reserved: 0 };
    let found = |quality| Combined { spot: Price(90_000), low: Price(90_000), high: Price(90_000), quality };
    for (weights, quality, judged) in [
        ([1, 1, 1], Quality::Primary, true),
        ([1, 1, 0], Quality::Primary, false),
        ([1, 1, 1], Quality::Degraded, false),
        ([1, 1, 0], Quality::Degraded, false),
    ] {
        let mut standings = STANDINGS;
        judge(&mut standings, &weighted(&weights), &found(quality), None, &rule, Now { slot: 1, time: 0 }).unwrap();
        assert_eq!(standings != STANDINGS, judged, "{weights:?} {quality:?}");
    }
}
