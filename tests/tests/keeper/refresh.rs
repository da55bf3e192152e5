//! What a refresh makes of its sources.

use firebreak_client::{oracle::Kind, program::events::PriceAccepted, risk::price::Quality};
use firebreak_tests::{events, params, Expect, Feed, World, E};

fn market(kinds: &[Kind]) -> World {
    let mut w = World::new();
    let feeds = kinds.iter().enumerate().map(|(n, kind)| Feed::new(*kind, n as u8, 100)).collect();
    w.list_with(params(), feeds);
    w
}

/// Publishes these prices (10^-8 USD) three slots later and refreshes.
fn say(w: &mut World, prices: &[i64]) -> firebreak_tests::Outcome {
    w.vm.pass(3);
    for (feed, price) in w.feeds[0].iter_mut().zip(prices) {
        feed.price = *price;
    }
    w.publish(0);
    w.refresh(0)
}

fn price_of(w: &World) -> (u64, u64, u64, Quality) {
    let market = w.market(0).engine.0;
    (market.price.spot.0, market.price.low.0, market.price.high.0, market.quality(w.now()))
}

const CONFIDENCE: u64 = 1_000;

#[test]
fn two_sources_that_agree_give_their_middle_and_their_gap() {
    let mut w = market(&[Kind::PythUpdate, Kind::SwitchboardOnDemand]);
    let meta = say(&mut w, &[101_00000000, 101_50000000]).expect("refreshes");
    let (spot, half) = (101_25000000, 50_000_000 + CONFIDENCE);
    assert_eq!(price_of(&w), (spot, spot - half, spot + half, Quality::Primary));
    let market = w.market(0).engine.0;
    assert_eq!((market.price.slot, market.price.time), (w.now().slot, w.now().time));
    let states = market.sources.map(|s| (s.price.0, s.publish_time));
    assert_eq!(states[..2], [(101_00000000, w.now().time), (101_50000000, w.now().time)]);
    assert_eq!(states[2], (0, 0));
    let event = &events::<PriceAccepted>(&meta)[0];
    assert_eq!((event.market, event.quality, event.counted, event.spot), (0, 2, 0b11, spot));
    assert_eq!((event.low, event.high), (spot - half, spot + half));
}

#[test]
fn three_sources_give_their_median() {
    let mut w = market(&[Kind::PythUpdate, Kind::SwitchboardOnDemand, Kind::PythUpdate]);
    say(&mut w, &[100_00000000, 100_20000000, 250_00000000]).expect("refreshes");
    // The middle one; the median deviation from it is 0.2.
    let half = 20_000_000;
    assert_eq!(price_of(&w), (100_20000000, 100_20000000 - half, 100_20000000 + half, Quality::Primary));
}

#[test]
fn all_four_layouts_are_read() {
    let mut w = market(&Kind::ALL);
    let meta = say(&mut w, &[100_00000000, 101_00000000, 101_00000000, 102_00000000]).expect("refreshes");
    assert_eq!(events::<PriceAccepted>(&meta)[0].counted, 0b1111);
    assert_eq!(price_of(&w).0, 101_00000000);
}

#[test]
fn five_sources_fit() {
    let mut w = market(&[Kind::PythUpdate; 5]);
    let prices = [5, 1, 4, 2, 3].map(|x| 100_00000000 + x * 100_000);
    let meta = say(&mut w, &prices).expect("refreshes");
    assert_eq!(events::<PriceAccepted>(&meta)[0].counted, 0b11111);
    assert_eq!(price_of(&w).0, 100_00300000);
}

#[test]
fn one_source_is_degraded() {
    let w = market(&[Kind::PythUpdate]);
    let spot = 100_00000000;
    assert_eq!(price_of(&w), (spot, spot - CONFIDENCE, spot + CONFIDENCE, Quality::Degraded));
}

#[test]
fn sources_that_disagree_change_nothing_while_the_last_price_is_young() {
    let mut w = market(&[Kind::PythUpdate, Kind::SwitchboardOnDemand]);
    say(&mut w, &[100_00000000, 101_00000001]).refused(E::SourcesDisagree);
    assert_eq!(price_of(&w).0, 100_00000000);
    say(&mut w, &[100_00000000, 101_00000000]).expect("exactly at the bound of 1 %");
}

#[test]
fn once_the_last_price_has_aged_disagreement_spans_both() {
    let mut w = market(&[Kind::PythUpdate, Kind::SwitchboardOnDemand]);
    w.vm.pass(80);
    say(&mut w, &[90_00000000, 120_00000000]).expect("degrades");
    // The last price both agreed on lies between them and stays.
    let (low, high) = (90_00000000 - CONFIDENCE, 120_00000000 + CONFIDENCE);
    assert_eq!(price_of(&w), (100_00000000, low, high, Quality::Degraded));
    say(&mut w, &[119_00000000, 120_00000000]).expect("they agree again");
    assert_eq!(price_of(&w).3, Quality::Primary);
}

#[test]
fn the_same_prices_may_be_taken_in_again() {
    let mut w = market(&[Kind::PythUpdate, Kind::SwitchboardOnDemand]);
    let before = price_of(&w);
    w.refresh(0).expect("in the same slot");
    w.vm.pass(10);
    w.refresh(0).expect("later");
    assert_eq!(price_of(&w), before);
    assert_eq!(w.market(0).engine.price.slot, w.now().slot);
}

#[test]
fn anybody_may_refresh() {
    let mut w = market(&[Kind::PythUpdate, Kind::SwitchboardOnDemand]);
    // World::refresh passes no signer but the payer of the fee, whom the instruction does not name.
    say(&mut w, &[100_10000000, 100_10000000]).expect("refreshes");
}
