//! Whom a bankrupt position cannot be closed against, and that nothing beyond it is closed.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod world;

use firebreak_risk::{
    deleverage::{against, begin, Closed, Counterparty, Deleverage},
    num::Result,
    RiskError,
};
use world::*;

/// 0 has lost all of its 100 units and more, on either side, to 1, which holds 150, and is declared bankrupt; 2 has no exposure in the
/// market.
fn scene(side: i64) -> (World, Deleverage) {
    let mut world = World::new();
    world.trade(0, 1, 0, side * 100 * UNIT, 0).unwrap();
    world.trade(MAKER, 1, 0, side * 50 * UNIT, 0).unwrap();
    world.accounts[2].slot(0).unwrap();
    world.crash(0, (100 - 12 * side) as u64 * TICKS);
    world.declare(0).unwrap();
    let health = world.health(0).unwrap();
    let closing = begin(&world.markets[0], &world.accounts[0], 0, &health, world.now).unwrap();
    (world, closing)
}

fn close(world: &mut World, closing: &mut Deleverage, other: usize, solvency: i64) -> Result<Closed> {
    let now = world.now;
    let [bankrupt, account] = world.accounts.get_disjoint_mut([0, other]).unwrap();
    let party = Counterparty { account, slot: 0, solvency, score: 0 };
    against(&mut world.markets[0], (bankrupt, 0), party, closing, 0, now)
}

/// Who holds nothing is on no side, so on neither is it the opposite one.
#[test]
fn an_account_without_exposure_is_no_counterparty() {
    for side in [1, -1] {
        let (mut world, mut closing) = scene(side);
        assert_eq!(close(&mut world, &mut closing, 2, 0), Err(RiskError::NotOpposite));
    }
}

/// A counterparty with more keeps the rest; a second step finds nothing left to close.
#[test]
fn nothing_beyond_the_bankrupt_position_is_closed() {
    for side in [1, -1] {
        let (mut world, mut closing) = scene(side);
        let closed = close(&mut world, &mut closing, 1, 0).unwrap();
        assert_eq!((closed.lots, closing.left), (100 * UNIT as u64, 0));
        assert_eq!((world.base(0, 0).0, world.base(1, 0).0), (0, side * -50 * UNIT));
        assert_eq!(close(&mut world, &mut closing, 1, 0), Err(RiskError::ZeroAmount));
    }
}

/// One that cannot pay is closed against only once it is declared: its capital is owed to all its markets. One that just can, is.
#[test]
fn an_undeclared_bankrupt_is_no_counterparty() {
    let (world, closing) = scene(1);
    for (solvency, bankrupt, taken) in [(-1, 0, false), (-1, 1, true), (0, 0, true), (1, 0, true), (0, 1, true)] {
        let (mut world, mut closing) = (world.clone(), closing);
        world.accounts[1].bankrupt = bankrupt;
        let result = close(&mut world, &mut closing, 1, solvency);
        assert_eq!(result.is_ok(), taken, "{solvency} {bankrupt}");
        assert!(taken || result == Err(RiskError::MustDeclareBankrupt));
    }
}
