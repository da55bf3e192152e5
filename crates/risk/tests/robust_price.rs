//! What the robust price remembers (design, section 5): the waits, the band, the extremes of the last warm-up periods.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod world;

use firebreak_risk::{price::Quality, RiskError};
use world::*;

fn feed(world: &mut World, seconds: u32, price: u64) {
    world.pass(seconds);
    world.feed(0, [Some(price); 3]).unwrap();
}

fn confirmed(world: &World) -> Result<(), RiskError> {
    let market = &world.markets[0];
    market.price.require_confirmed(&market.params, world.now)
}

const CALM: u64 = 100 * TICKS;
const SPIKE: u64 = 130 * TICKS;

/// 10 slots are 4 seconds. Out, in and out again: the wait is that of the first.
#[test]
fn a_wait_is_not_restarted_by_re_entry_and_ends_at_its_bound() {
    let mut world = World::new();
    feed(&mut world, 1, SPIKE);
    let since = world.now.slot;
    assert_eq!(confirmed(&world), Err(RiskError::WaitingForConfirmation));
    feed(&mut world, 1, CALM);
    assert_eq!(confirmed(&world), Ok(()), "inside the band nothing waits");
    feed(&mut world, 1, SPIKE);
    assert_eq!(world.markets[0].price.out_of_band_since, since);
    assert_eq!(confirmed(&world), Err(RiskError::WaitingForConfirmation));
    feed(&mut world, 2, SPIKE);
    assert!(world.now.slot >= since + 10);
    assert_eq!(confirmed(&world), Ok(()));
    // It ends by itself, without another refresh.
    let mut world = World::new();
    feed(&mut world, 1, SPIKE);
    world.pass(4);
    assert_eq!(confirmed(&world), Ok(()));
    // Back inside after its end it is forgotten.
    feed(&mut world, 1, CALM);
    assert_eq!(world.markets[0].price.out_of_band_since, 0);
}

#[test]
fn degraded_quality_waits_and_then_acts() {
    let mut world = World::new();
    world.pass(31);
    world.feed(0, [Some(CALM), None, None]).unwrap();
    assert_eq!(world.markets[0].quality(world.now), Quality::Degraded);
    let since = world.now.slot;
    assert_eq!(confirmed(&world), Err(RiskError::WaitingForConfirmation));
    world.pass(4);
    world.feed(0, [Some(CALM), None, None]).unwrap();
    assert_eq!(world.markets[0].price.degraded_since, since, "still the same wait");
    assert_eq!(confirmed(&world), Err(RiskError::WaitingForConfirmation));
    world.pass(4);
    assert_eq!(confirmed(&world), Ok(()));
    feed(&mut world, 1, CALM);
    assert_eq!(world.markets[0].price.degraded_since, 0);
}

/// A dip is remembered for at least one warm-up period (600 s) and forgotten after two, however often the price is refreshed.
#[test]
fn extremes_are_remembered_for_one_to_two_warm_up_periods() {
    for (dip, up) in [(96 * TICKS, false), (104 * TICKS, true)] {
        let mut world = World::new();
        feed(&mut world, 1, dip);
        feed(&mut world, 1, CALM);
        let maint = world.markets[0].params.maint;
        for seconds in (0..1_300).step_by(20) {
            let moved = world.markets[0].price.moved_more_than(maint).unwrap();
            if seconds <= 600 {
                assert!(moved, "forgotten after {seconds} s (up: {up})");
            }
            if seconds >= 1_220 {
                assert!(!moved, "remembered after {seconds} s (up: {up})");
            }
            feed(&mut world, 20, CALM);
        }
    }
}

/// A price that came after a silence of several periods is compared with the last one before it.
#[test]
fn a_silence_does_not_hide_a_move() {
    let mut world = World::new();
    feed(&mut world, 5_000, 104 * TICKS);
    assert!(world.markets[0].price.moved_more_than(world.markets[0].params.maint).unwrap());
}

#[test]
fn a_price_is_frozen_once_it_is_too_old() {
    let mut world = World::new();
    world.pass(30);
    assert_eq!(world.markets[0].quality(world.now), Quality::Primary);
    world.pass(1);
    assert_eq!(world.markets[0].quality(world.now), Quality::Frozen);
}

/// After its first prices a market takes no position before its time.
#[test]
fn a_new_market_waits_for_its_updates_and_its_time() {
    let mut params = params();
    (params.activation_updates, params.activation_time) = (5, 60);
    let mut world = World::with(params, [1_000 * USD; MAKER], USD);
    let open = |world: &World| world.clone().trade(0, 1, 0, UNIT, 0);
    feed(&mut world, 61, CALM);
    assert_eq!(open(&world), Err(RiskError::MarketNotActive), "three updates");
    feed(&mut world, 1, CALM);
    feed(&mut world, 1, CALM);
    assert!(open(&world).is_ok());
    params.activation_time = 600;
    world.markets[0].params = params;
    assert_eq!(open(&world), Err(RiskError::MarketNotActive), "too soon");
}
