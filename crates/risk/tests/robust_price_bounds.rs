//! The borders of what the robust price remembers: at the band and at the bound nothing has happened yet, and which updates count.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod world;

use firebreak_risk::{
    price::{Combined, Quality, RobustPrice},
    Now, Price, Ratio, RiskError,
};
use world::*;

fn seen(quality: Quality) -> Combined {
    let p = Price(100 * TICKS);
    Combined { spot: p, low: p, high: p, quality }
}

/// The world's band is a tenth: a spot of 110 USD beside an average of 100 is inside, and a tick more is not.
#[test]
fn a_price_at_the_band_does_not_wait() {
    for (ticks, confirmed) in [(0, Ok(())), (1, Err(RiskError::WaitingForConfirmation))] {
        for price in [110 * TICKS + ticks, 90 * TICKS - ticks] {
            let mut world = World::new();
            world.pass(1);
            world.feed(0, [Some(price); 3]).unwrap();
            let market = &world.markets[0];
            assert_eq!(market.price.twap, Price(100 * TICKS));
            assert_eq!(market.price.require_confirmed(&market.params, world.now), confirmed, "{price}");
        }
    }
}

/// From 100 to 103 USD is a move of 3 % and not of more; the extremes of either period count.
#[test]
fn a_move_of_the_bound_is_not_more_than_the_bound() {
    for (high, moved) in [(103 * TICKS, false), (103 * TICKS + 1, true)] {
        for period in [0, 1] {
            let mut price = RobustPrice { lows: [Price(100 * TICKS); 2], highs: [Price(100 * TICKS); 2], ..RobustPrice::NEW };
            price.highs[period] = Price(high);
            assert_eq!(price.moved_more_than(Ratio(30_000)), Ok(moved));
        }
    }
}

/// Towards activation counts what several sources agreed on, once a slot: a lone source counts for nothing, and does not use the slot of
/// the first agreement up.
#[test]
fn a_lone_source_activates_nothing() {
    let params = params();
    let mut price = RobustPrice::NEW;
    let mut updates = vec![];
    for (slot, quality) in [
        (7, Quality::Degraded),
        (8, Quality::Degraded),
        (8, Quality::Primary),
        (8, Quality::Primary),
        (9, Quality::Primary),
        (9_000, Quality::Degraded),
    ] {
        price.update(&seen(quality), &params, Now { slot, time: START + slot as i64 }).unwrap();
        updates.push(price.updates);
    }
    assert_eq!(updates, [0, 0, 1, 1, 2, 2]);
    assert_eq!(price.quality, Quality::Degraded as u8, "the last one was taken in");
}
