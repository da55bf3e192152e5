//! The borders of health: an account at a line stands above it.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod world;

use firebreak_risk::{
    margin::{init_health, require_init, require_withdrawable},
    RiskError,
};
use world::*;

/// 0 is long 100 units at 100 USD, its low price is 99.95, and its capital is `spare` atoms above what it needs for 10 000 at
/// `init` (or the transfer floor) and the loss of 5 USD.
fn at_the_line(withdrawing: bool, spare: i64) -> World {
    let mut world = World::new();
    world.trade(0, 1, 0, 100 * UNIT, 0).unwrap();
    let above = init_health(&world.accounts[0], &world, withdrawing, world.now).unwrap();
    let capital = world.accounts[0].capital as i64 - above + spare;
    world.accounts[0].capital = capital as u64;
    world
}

#[test]
fn an_account_at_its_init_line_may_trade() {
    for (spare, allowed) in [(1, Ok(())), (0, Ok(())), (-1, Err(RiskError::BelowInit))] {
        let world = at_the_line(false, spare);
        // 9 995 at 5 %, and 5 USD of loss to the low price.
        assert_eq!(world.accounts[0].capital as i64, 504_750_000 + spare);
        assert_eq!(require_init(&world.accounts[0], &world, world.now), allowed);
    }
}

#[test]
fn a_withdrawal_may_leave_exactly_the_transfer_floor() {
    for (spare, allowed) in [(1, Ok(())), (0, Ok(())), (-1, Err(RiskError::BelowInit))] {
        let world = at_the_line(true, spare);
        // 9 995 at 6 %, and 5 USD of loss to the low price.
        assert_eq!(world.accounts[0].capital as i64, 604_700_000 + spare);
        assert_eq!(require_withdrawable(&world.accounts[0], &world, world.now), allowed);
    }
}

/// A claim of a flat position counts for nothing in a withdrawal, so its market's silence is no reason against it; exposure is one.
#[test]
fn only_exposure_needs_a_price_to_withdraw() {
    let mut world = World::new();
    world.trade(0, 1, 0, UNIT, 0).unwrap();
    let mut flat = world.clone();
    flat.crash(0, 101 * TICKS);
    flat.trade(0, 1, 0, -UNIT, 0).unwrap();
    assert!(flat.base(0, 0).is_flat() && flat.accounts[0].position(0).unwrap().result > 0);
    for (mut world, withdrawn) in [(world, Err(RiskError::QualityTooLow)), (flat, Ok(()))] {
        world.pass(31);
        assert_eq!(world.withdraw(0, USD), withdrawn);
    }
}
