//! One test for each fault that was found, by reading or by the property tests: what must never come back.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod fees;
mod liquidation;
mod positions;
mod prices;
mod waterfall;
#[path = "../world/mod.rs"]
mod world;

use firebreak_risk::{
    price::{Combined, Quality},
    Price,
};
use world::World;

/// Moves a market's price as if every source had said so long ago.
fn set_price(world: &mut World, m: usize, price: u64) {
    let p = &mut world.markets[m].price;
    (p.spot, p.low, p.high, p.twap, p.stable) = (Price(price), Price(price), Price(price), Price(price), Price(price));
}

fn seen(spot: u64, quality: Quality) -> Combined {
    Combined { spot: Price(spot), low: Price(spot - spot / 100), high: Price(spot + spot / 100), quality }
}
