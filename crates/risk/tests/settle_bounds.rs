//! Who may settle for whom, ground by ground, and what a settlement without a gain leaves alone.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod world;

use firebreak_risk::{
    settle::{may_settle_for, settle},
    BaseQty, Position, RiskError,
};
use world::*;

/// A position of one unit, long, that cost `cost` USD when the price is 100, and was settled `age` seconds ago.
fn unit_long(world: &World, cost: u64, age: i64) -> Position {
    Position { base: BaseQty(UNIT), entry: (cost * USD) as i64, settled: world.now.time - age, used: 1, ..Position::EMPTY }
}

/// A market whose pool holds less than its claims.
fn not_whole() -> World {
    let mut world = World::new();
    let l = &mut world.markets[0].ledger;
    (l.claims, l.pool) = (10, 9);
    world
}

fn refused() -> Result<(), RiskError> {
    Err(RiskError::SettleNotPermitted)
}

/// The ground is a loss that the pool lacks: a loss in a whole market, or no loss in one that is not, is none.
#[test]
fn a_loss_is_settled_by_anybody_only_where_the_pool_lacks_it() {
    for (world, lacking) in [(World::new(), false), (not_whole(), true)] {
        for (cost, loses) in [(99, false), (100, false), (101, true)] {
            let position = unit_long(&world, cost, 0);
            let want = if loses && lacking { Ok(()) } else { refused() };
            assert_eq!(may_settle_for(&world.markets[0], &position, false, world.now), want, "{cost} {lacking}");
            assert_eq!(may_settle_for(&world.markets[0], &position, true, world.now), Ok(()), "below Init");
        }
    }
}

/// A window counts as open while there is a loss in it, its last second included; its end alone is no ground.
#[test]
fn a_loss_window_without_a_loss_is_no_ground() {
    let mut world = World::new();
    let position = unit_long(&world, 99, 0);
    for (deficit, ends, open) in [(0, 10, false), (0, -1, false), (1, 10, true), (1, 0, true), (1, -1, false)] {
        let l = &mut world.markets[0].ledger;
        (l.window_deficit, l.window_ends) = (deficit, world.now.time + ends);
        let want = if open { Ok(()) } else { refused() };
        assert_eq!(may_settle_for(&world.markets[0], &position, false, world.now), want, "{deficit} {ends}");
    }
}

#[test]
fn after_a_day_anybody_settles() {
    let world = World::new();
    for (age, want) in [(86_399, refused()), (86_400, Ok(()))] {
        assert_eq!(may_settle_for(&world.markets[0], &unit_long(&world, 99, age), false, world.now), want);
    }
}

/// A claim warms up by time, not by being counted: settling it again at the same price leaves its cold part as it was, so that no
/// rounding adds up.
#[test]
fn a_settlement_without_a_gain_does_not_touch_the_warm_up() {
    let mut world = World::new();
    world.trade(0, 1, 0, UNIT, 0).unwrap();
    world.crash(0, 101 * TICKS);
    world.settle(0, 0, true).unwrap();
    let before = *world.accounts[0].position(0).unwrap();
    assert_eq!((before.result, before.cold), (USD as i64, USD));
    world.pass(7);
    let mut position = before;
    let settled = settle(&mut world.markets[0], &mut 0, &mut position, world.now).unwrap();
    assert_eq!((settled.gain, settled.paid), (0, 0));
    assert_eq!(position, Position { settled: world.now.time, ..before });
}
