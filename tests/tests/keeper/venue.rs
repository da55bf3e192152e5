//! The venue's own fills as a source: heard beside two others, for at most a third, once enough was filled between different owners.

use firebreak_client::{
    address, instruction,
    oracle::Kind,
    program::{events::PriceAccepted, instructions::AccountKind, state::PriceSource},
    risk::{price::Quality, Rules},
};
use firebreak_tests::{events, params, prices::venue, Expect, Feed, Trader, World, E, UNIT, USD};

fn feeds(n: u8) -> Vec<Feed> {
    (0..n).map(|i| Feed::new(if i % 2 == 0 { Kind::PythUpdate } else { Kind::SwitchboardOnDemand }, i, 100)).collect()
}

/// A depth of 100 000 USD: a slot adds at most 1 000, and so much is needed to be heard.
fn scene(weight: u32, others: u8) -> (World, Trader, Trader) {
    let mut w = World::new();
    let feeds = feeds(others);
    let mut sources: Vec<_> = feeds.iter().map(Feed::source).collect();
    sources.insert(1, venue(weight));
    w.list_sources(params(), feeds, sources).expect("lists");
    let rules = Rules::MAJOR.for_asset(100_000 * UNIT as u64, 100_000 * USD, 100_000 * UNIT as u64);
    w.set_rules(0, rules).expect("takes its rules");
    w.wake(0);
    let (a, b) = (w.trader(100_000), w.trader(100_000));
    (w, a, b)
}

/// Fills of 1 000 USD at `price` in `slots` slots, each side as often the taker.
fn fill(w: &mut World, a: &Trader, b: &Trader, price: u64, slots: u32) {
    for slot in 0..slots {
        w.pass(1);
        let (taker, maker, lots) = if slot % 2 == 0 { (a, b, 10) } else { (b, a, 10) };
        w.match_trade(taker, maker, 0, lots * UNIT, price).expect("trades");
    }
}

/// A TWAP window later: what counted, and the spot.
fn later(w: &mut World) -> PriceAccepted {
    w.still(750);
    let meta = w.refresh_only(0).expect("refreshes");
    events::<PriceAccepted>(&meta).remove(0)
}

#[test]
fn a_venue_is_listed_beside_two_others() {
    let mut w = World::new();
    let two: Vec<_> = feeds(2).iter().map(Feed::source).collect();
    let with = |extra: &[PriceSource], n: usize| [&two[..n], extra].concat();
    let mut refused = |sources| w.list_sources(params(), feeds(2), sources).refused(E::BadSource);
    refused(with(&[venue(1)], 0));
    refused(with(&[venue(1)], 1));
    refused(with(&[venue(1), venue(1)], 2));
    refused(with(&[venue(0)], 2));
    refused(with(&[PriceSource { key: address::market(0), ..venue(1) }], 2));
    refused(with(&[PriceSource { owner: address::market(0), ..venue(1) }], 2));
    refused(with(&[PriceSource { feed_id: [1; 32], ..venue(1) }], 2));
    w.list_sources(params(), feeds(2), with(&[venue(1)], 2)).expect("lists");
}

#[test]
fn it_needs_no_account() {
    let (mut w, ..) = scene(1, 2);
    let keys: Vec<_> = w.feeds[0].iter().map(|f| f.key).collect();
    w.publish(0);
    for wrong in
        [vec![keys[0]], vec![keys[1], keys[0]], vec![keys[0], address::market(0), keys[1]], vec![keys[0], keys[1], keys[1]]]
    {
        w.act(&[instruction::refresh_market(0, &wrong)], &[]).refused(E::SourcesMismatch);
    }
    w.act(&[instruction::refresh_market(0, &keys)], &[]).expect("the two with accounts");
}

#[test]
fn it_is_heard_once_enough_was_filled_for_a_window() {
    let (mut w, a, b) = scene(1, 2);
    assert_eq!(later(&mut w).counted, 0b101, "nothing was filled");
    fill(&mut w, &a, &b, 100_10000000, 1);
    assert_eq!(later(&mut w).counted, 0b101, "too little");
    fill(&mut w, &a, &b, 100_10000000, 4);
    w.vm.pass(5);
    w.publish(0);
    let meta = w.refresh_only(0).expect("refreshes");
    assert_eq!(events::<PriceAccepted>(&meta)[0].counted, 0b101, "not for long enough");
    let heard = later(&mut w);
    assert_eq!((heard.counted, heard.quality), (0b111, Quality::Primary as u8));
    assert_eq!(w.market(0).engine.sources[1].price.0, 100_10000000);
    // And forgotten again when nobody trades.
    w.vm.pass(500_000);
    assert_eq!(later(&mut w).counted, 0b101);
}

#[test]
fn it_outvotes_nobody() {
    for weight in [1, 4_000] {
        let (mut w, a, b) = scene(weight, 2);
        fill(&mut w, &a, &b, 101_00000000, 6);
        let heard = later(&mut w);
        assert_eq!((heard.counted, heard.spot), (0b111, 100_00000000), "weight {weight}");
    }
}

#[test]
fn with_one_other_it_is_silent() {
    let (mut w, a, b) = scene(1, 2);
    fill(&mut w, &a, &b, 100_00000000, 6);
    w.vm.pass(750);
    w.feeds[0][0].clone().publish(&mut w.vm);
    let meta = w.refresh_only(0).expect("refreshes");
    let accepted = &events::<PriceAccepted>(&meta)[0];
    assert_eq!(accepted.quality, Quality::Degraded as u8, "its own fills are no second opinion");
}

#[test]
fn an_owners_trades_with_himself_are_nothing() {
    let (mut w, a, b) = scene(1, 2);
    let second = w.open(&a, 1, AccountKind::Cross);
    w.transfer(&a, &second, 50_000 * USD).expect("moves");
    fill(&mut w, &a, &second, 101_00000000, 6);
    assert_eq!(w.market(0).venue.weight, 0);
    fill(&mut w, &a, &b, 101_00000000, 1);
    assert!(w.market(0).venue.weight > 0);
}

#[test]
fn dust_moves_nothing_and_a_slot_has_its_share() {
    let (mut w, a, b) = scene(1, 2);
    fill(&mut w, &a, &b, 100_00000000, 10);
    let level = w.market(0).venue.level;
    w.pass(1);
    for _ in 0..5 {
        w.match_trade(&a, &b, 0, UNIT / 1_000, 104_00000000).expect("ten cents");
    }
    let dust = w.market(0).venue.level;
    assert!(dust.0 - level.0 < 40_000, "half a dollar of 10 000 moves it by {}", dust.0 - level.0);
    w.pass(1);
    w.match_trade(&a, &b, 0, 500 * UNIT, 104_00000000).expect("52 000 USD in one slot");
    let whale = w.market(0).venue.level;
    assert!(whale.0 - dust.0 < 4_00000000 / 10, "count as 1 000: {}", whale.0 - dust.0);
}

#[test]
fn a_take_counts_as_well() {
    let (mut w, a, b) = scene(1, 2);
    w.quote(&b, 0, 100);
    w.take(&a, &b, 0, 10).expect("takes");
    let venue = w.market(0).venue;
    assert_eq!((venue.level.0, venue.weight), (100_00001000, 1_000 * USD));
}

#[test]
fn a_price_far_from_its_own_average_is_not_heard() {
    let (mut w, a, b) = scene(1, 2);
    fill(&mut w, &a, &b, 98_00000000, 6);
    assert_eq!(later(&mut w).counted, 0b111);
    w.accrue(0).expect("accrues");
    // The level jumps by more than 2 %: until its average has followed, its confidence is too wide.
    for _ in 0..80 {
        fill(&mut w, &a, &b, 103_00000000, 1);
    }
    w.pass(1);
    w.publish(0);
    let meta = w.refresh_only(0).expect("refreshes");
    assert_eq!(events::<PriceAccepted>(&meta)[0].counted, 0b101);
}
