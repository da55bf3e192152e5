//! Where an account crosses a line: worked by hand, and against health itself at random.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod world;

use firebreak_risk::{
    crossing::{crossing, Crossing, Line},
    index::LossIndex,
    margin::mark,
    num::{Result, PPM},
    settlement::Settlement,
    Account, BaseQty, Ledger, Now, Position, Price,
};
use proptest::prelude::*;
use world::*;

/// 0 has 1 000 USD and 100 units bought (or sold) at 100 USD; Init is 5 %.
fn holding(sign: i64) -> World {
    let mut world = World::new();
    world.trade(0, 1, 0, sign * 100 * UNIT, 0).unwrap();
    world.accounts[0].capital = 1_000 * USD;
    assert_eq!(world.accounts[0].position(0).unwrap().entry, sign * 10_000 * USD as i64);
    world
}

fn found(world: &World, line: Line) -> Crossing {
    crossing(&world.accounts[0], world, 0, line, world.now).unwrap()
}

fn at(below: Option<u64>, above: Option<u64>) -> Crossing {
    Crossing { below: below.map(Price), above: above.map(Price) }
}

/// One tick of 100 units is one atom. A long is bankrupt below 90 USD, a short above 110.
#[test]
fn bankruptcy_is_where_the_loss_passes_capital() {
    assert_eq!(found(&holding(1), Line::Solvency), at(Some(90 * TICKS - 1), None));
    assert_eq!(found(&holding(-1), Line::Solvency), at(None, Some(110 * TICKS + 1)));
}

/// A long loses Init at 9 000 / 95 USD; and above 200 USD its requirement is larger than its capital, for profit pays no Init. A short's
/// requirement shrinks with the price: it crosses at 11 000 / 105 USD only.
#[test]
fn init_is_crossed_on_both_sides_of_a_long() {
    assert_eq!(found(&holding(1), Line::Init), at(Some(9_000 * TICKS / 95), Some(200 * TICKS + 1)));
    assert_eq!(found(&holding(-1), Line::Init), at(None, Some(11_000 * TICKS / 105 + 1)));
}

#[test]
fn the_liquidation_lines_follow_their_fractions() {
    let world = holding(1);
    let lines = world.markets[0].margin.of(world.accounts[0].position(0).unwrap());
    for (line, ratio) in [(Line::Maint, lines.maint), (Line::LiqEnd, lines.liq_end)] {
        // 1 000 + 100 (p - 100) = ratio × 100 p, at which it still stands.
        let price = (90 * TICKS as u128 * PPM as u128 - 1) / (PPM as u128 - ratio.0 as u128);
        assert_eq!(found(&world, line), at(Some(price as u64), None), "{line:?}");
    }
}

/// Every price of the market at which the account is valued, at `price`.
fn moved(mut world: World, price: u64) -> World {
    let p = &mut world.markets[0].price;
    (p.spot, p.low, p.high, p.stable) = (Price(price), Price(price), Price(price), Price(price));
    world
}

/// With 600 USD the long stands above Init from 9 400 / 95 to 120 USD only: the way back is found from either side.
#[test]
fn a_way_back_between_two_prices_is_found() {
    let mut world = holding(1);
    world.accounts[0].capital = 600 * USD;
    assert_eq!(found(&moved(world.clone(), 300 * TICKS), Line::Init), at(Some(120 * TICKS), None));
    assert_eq!(found(&moved(world.clone(), 50 * TICKS), Line::Init), at(None, Some(9_400 * TICKS / 95 + 1)));
    assert_eq!(found(&moved(world, 110 * TICKS), Line::Init), at(Some(9_400 * TICKS / 95), Some(120 * TICKS + 1)));
}

#[test]
fn nothing_is_crossed_without_exposure_or_after_the_end() {
    let mut world = holding(1);
    assert_eq!(crossing(&world.accounts[0], &world, 1, Line::Maint, world.now), Ok(Crossing::default()));
    world.markets[0].settlement = Settlement { price: Price(100 * TICKS), ..Settlement::NONE };
    assert_eq!(found(&world, Line::Maint), Crossing::default());
}

/// An account with two positions of any kind, in markets of any quality.
fn any_world() -> impl Strategy<Value = World> {
    let side = (1u64..1_000_000, -1_000_000i64..1_000_000, 900_000u64..1_100_000, -20_000i64..20_000, 0u8..4, any::<bool>());
    ([side.clone(), side], 0u64..200_000).prop_map(|(sides, capital)| {
        let mut world = World::new();
        world.accounts[0] = Account { capital: capital * USD, ..Account::NEW };
        for (m, (price, lots, ratio, result, quality, shared)) in sides.into_iter().enumerate() {
            let (spot, market) = (price * TICKS / 1_000, &mut world.markets[m]);
            let p = &mut market.price;
            (p.spot, p.low, p.high, p.stable) =
                (Price(spot), Price(spot - spot / 500), Price(spot + spot / 400), Price(spot * ratio / PPM));
            (p.quality, p.time) = (quality.min(2), if quality == 3 { 0 } else { world.now.time });
            if shared {
                market.ledger = Ledger { index: LossIndex::NEW.shrunk_down(2, 3).unwrap(), ..market.ledger };
            }
            // Worth up to about 100 000 USD, bought or sold within 10 % of the price.
            let base = BaseQty((lots as i128 * UNIT as i128 * 100_000_000 / spot as i128) as i64);
            let value = firebreak_risk::num::value_down(Price(spot), base).unwrap();
            let entry = (value as i128 * ratio as i128 / PPM as i128) as i64;
            world.accounts[0].positions[m] =
                Position { base, entry, result: result * USD as i64, market: m as u16, used: 1, ..Position::EMPTY };
        }
        world
    })
}

/// Whether the account stands above the line with market 0 at `price`.
fn stands(world: &World, line: Line, price: u64) -> bool {
    let world = moved(world.clone(), price);
    line.health(&world.accounts[0], &world, world.now).unwrap() >= 0
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    /// The account changes sides exactly at the price found, and nowhere before it.
    #[test]
    fn the_first_change_of_sides_is_found(world in any_world(), parts in prop::collection::vec(0u64..1_000, 8)) {
        for line in Line::ALL {
            let position = *world.accounts[0].position(0).unwrap();
            let here = mark(&position, &world.markets[0], line.purpose(), world.now).0.0;
            let side = line.health(&world.accounts[0], &world, world.now).unwrap() >= 0;
            prop_assert_eq!(stands(&world, line, here), side, "the mark is the price at which it is valued");
            let crossing = found(&world, line);
            if position.base.is_flat() {
                prop_assert_eq!(crossing, Crossing::default());
                continue;
            }
            for (found, end) in [(crossing.below, 1), (crossing.above, here * 50)] {
                let last = match found {
                    Some(Price(price)) => {
                        prop_assert!(stands(&world, line, price) != side);
                        if price > here { price - 1 } else { price + 1 }
                    }
                    None => end,
                };
                for part in parts.iter().copied().chain([1_000]) {
                    let between = (here as i128 + (last as i128 - here as i128) * part as i128 / 1_000) as u64;
                    prop_assert!(stands(&world, line, between) == side, "{line:?} at {between}, from {here} to {last}");
                }
            }
        }
    }

    /// Whatever the bytes, there is an answer or a refusal.
    #[test]
    fn any_figures_have_an_answer(base in any::<i64>(), entry in any::<i64>(), result in any::<i64>(), price in any::<u64>(), capital in any::<u64>()) {
        let mut world = moved(World::new(), price);
        world.accounts[0] = Account { capital, ..Account::NEW };
        world.accounts[0].positions[0] = Position { base: BaseQty(base), entry, result, used: 1, ..Position::EMPTY };
        for line in Line::ALL {
            let _: Result<Crossing> = crossing(&world.accounts[0], &world, 0, line, Now::default());
            let _: Result<Crossing> = crossing(&world.accounts[0], &world, 0, line, world.now);
        }
    }
}
