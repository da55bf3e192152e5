//! Prices and numbers.

use crate::{seen, set_price, world::*};
use firebreak_risk::{
    num::fraction_down,
    price::{combine, Accepted, Quality, MAX_SOURCES},
    Price, Ratio, RiskError,
};

/// An excursion that began after an older wait had ended, but before an update saw it end, had no wait: a spike liquidated at once.
#[test]
fn a_new_excursion_has_a_wait_of_its_own() {
    let mut world = World::new();
    let spike = 130 * TICKS;
    for (seconds, price) in [(1, spike), (1, 100 * TICKS), (60, spike)] {
        world.pass(seconds);
        world.feed(0, [Some(price); 3]).unwrap();
    }
    let market = &world.markets[0];
    assert_eq!(market.price.require_confirmed(&market.params, world.now), Err(RiskError::WaitingForConfirmation));
    // One that goes on does not start again when its wait has ended.
    world.pass(4);
    world.feed(0, [Some(spike); 3]).unwrap();
    let market = &world.markets[0];
    assert_eq!(market.price.require_confirmed(&market.params, world.now), Ok(()));
}

/// A refresh that would lower the quality changed the price although the last one was within its age.
#[test]
fn a_worse_opinion_changes_nothing_within_the_age() {
    let mut world = World::new();
    let (params, before) = (world.markets[0].params, world.markets[0].price);
    world.pass(5);
    for worse in [seen(90 * TICKS, Quality::Degraded), seen(0, Quality::Frozen)] {
        world.markets[0].price.update(&worse, &params, world.now).unwrap();
        assert_eq!(world.markets[0].price, before);
    }
    world.pass(params.price_max_age);
    world.markets[0].price.update(&seen(90 * TICKS, Quality::Degraded), &params, world.now).unwrap();
    assert_eq!(world.markets[0].price.spot, Price(90 * TICKS));
}

/// The TWAP and the stable price gave the newest spot the weight of all the time that nobody had refreshed.
#[test]
fn a_spike_after_a_silence_moves_neither_twap_nor_stable_price() {
    let mut world = World::new();
    world.pass(3_000);
    world.feed(0, [Some(150 * TICKS); 3]).unwrap();
    let price = world.markets[0].price;
    assert_eq!((price.twap, price.stable), (Price(100 * TICKS), Price(100 * TICKS)));
    assert!(price.require_confirmed(&world.markets[0].params, world.now).is_err());
    world.pass(30);
    world.feed(0, [Some(150 * TICKS); 3]).unwrap();
    assert_eq!(world.markets[0].price.twap, Price(125 * TICKS)); // half of the 60 s window
}

/// Several refreshes in one slot counted as several updates towards activation.
#[test]
fn a_slot_counts_as_one_update() {
    let mut world = World::new();
    let params = world.markets[0].params;
    world.pass(1);
    let before = world.markets[0].price.updates;
    for _ in 0..3 {
        world.markets[0].price.update(&seen(100 * TICKS, Quality::Primary), &params, world.now).unwrap();
    }
    assert_eq!(world.markets[0].price.updates, before + 1);
}

/// A price of a few ticks could never move the stable price: its speed limit was rounded down to nothing.
#[test]
fn a_stable_price_of_a_few_ticks_moves() {
    let mut world = World::new();
    set_price(&mut world, 0, 3);
    world.markets[0].price.stable_anchor = Price(3);
    for _ in 0..3 {
        world.pass(4_000);
        world.feed(0, [Some(1_000); 3]).unwrap();
    }
    assert!(world.markets[0].price.stable > Price(3));
}

/// An absurd source stopped the refresh of its market with an overflow.
#[test]
fn an_absurd_source_does_not_stop_a_refresh() {
    let with = |price| Some(Accepted { price: Price(price), confidence: Price(price / 2), weight: 1 });
    let mut sources = [None; MAX_SOURCES];
    for n in 0..3 {
        sources[n] = with(u64::MAX - n as u64);
        assert!(combine(&sources, Ratio(u32::MAX), Price(1)).is_ok());
    }
}

/// The published fraction of a huge part of a tiny whole was an error instead of its cap.
#[test]
fn a_fraction_has_a_cap() {
    assert_eq!(fraction_down(u64::MAX, 1), Ok(Ratio(u32::MAX)));
}
