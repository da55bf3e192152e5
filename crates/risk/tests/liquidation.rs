//! Flag, ramp, dust, bond and rounding of take-overs (design, section 8), by hand-worked examples.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod world;

use firebreak_risk::{liquidation::Plan, Ratio, RiskError};
use world::*;

/// 0 is long 150 units at 100 USD with 1 000 USD, less the fee and the bond; the price falls to `price`, and 0 is flagged.
fn flagged(price: u64) -> World {
    let mut world = World::new();
    world.trade(0, 1, 0, 150 * UNIT, 0).unwrap();
    world.crash(0, price);
    world.flag(0).unwrap();
    world
}

/// Capital is set so that the account is `short` atoms below its LiqEnd line.
fn short(world: &mut World, short: u64) {
    let now = world.health(0).unwrap().liq_end;
    let capital = world.accounts[0].capital as i64 - now - short as i64;
    world.vault = world.vault - world.accounts[0].capital + capital as u64;
    world.accounts[0].capital = capital as u64;
}

#[test]
fn a_flag_starts_below_maint_and_clears_only_at_liq_end() {
    let mut world = World::new();
    world.trade(0, 1, 0, 150 * UNIT, 0).unwrap();
    assert_eq!(world.flag(0), Err(RiskError::NotLiquidatable));
    world.crash(0, 9_600_000_000);
    let health = world.health(0).unwrap();
    assert!(health.maint < 0);
    world.flag(0).unwrap();
    let since = world.accounts[0].flagged;
    // Between the lines: neither cleared nor started again.
    world.deposit(0, health.maint.unsigned_abs() + 1).unwrap();
    assert!(world.health(0).unwrap().maint > 0 && world.health(0).unwrap().liq_end < 0);
    assert_eq!(world.flag(0), Err(RiskError::NotLiquidatable));
    assert_eq!(world.accounts[0].flagged, since);
    let missing = world.health(0).unwrap().liq_end.unsigned_abs();
    world.deposit(0, missing).unwrap();
    world.flag(0).unwrap();
    assert_eq!(world.accounts[0].flagged, 0);
}

/// What the first step freed counts against the ramp: a second step in the same slot is not a second helping.
#[test]
fn the_ramp_remembers_what_was_freed() {
    let mut world = flagged(9_600_000_000);
    short(&mut world, 200 * USD);
    world.accounts[0].flagged = world.now.slot;
    let first = world.liquidate(0, MAKER, 0, u64::MAX).unwrap();
    let freed = 200 * USD as i64 + world.health(0).unwrap().liq_end;
    assert!((freed - 40 * USD as i64).abs() < 100, "a fifth at once, not {freed}");
    assert!(first.base.abs() < 150 * UNIT as u64 / 2);
    assert_eq!(world.liquidate(0, MAKER, 0, u64::MAX), Err(RiskError::RampNotReached));
    // After the whole ramp all of it.
    world.pass(10);
    world.refeed();
    world.liquidate(0, MAKER, 0, u64::MAX).unwrap();
    let left = world.health(0).unwrap().liq_end;
    assert!((0..5).contains(&left), "{left}");
    assert_eq!(world.accounts[0].flagged, 0);
}

#[test]
fn no_dust_is_left() {
    // All but 4 USD of notional would have to go: all goes.
    let mut world = flagged(9_600_000_000);
    let capital = world.accounts[0].capital;
    world.accounts[0].capital = 600 * USD + 20_000;
    world.vault = world.vault - capital + 600 * USD + 20_000;
    world.pass(30);
    world.refeed();
    let Plan { base, penalty, .. } = world.clone().liquidate(0, MAKER, 0, u64::MAX).unwrap();
    assert_eq!((base.0, penalty), (150 * UNIT, Ratio(1)));
    // A keeper may take less, but not so that dust is left.
    let dust = UNIT as u64 / 25; // 3.84 USD
    assert_eq!(world.clone().liquidate(0, MAKER, 0, 150 * UNIT as u64 - dust), Err(RiskError::DustLeft));
    assert!(world.clone().liquidate(0, MAKER, 0, 149 * UNIT as u64).is_ok());
    // An account as small as dust is closed whole at once, whatever the ramp says.
    let mut world = World::new();
    world.markets[0].params.ramp_start = Ratio(0);
    world.markets[0].params.dust_notional = 20_000 * USD;
    world.trade(0, 1, 0, 150 * UNIT, 0).unwrap();
    world.crash(0, 9_600_000_000);
    world.flag(0).unwrap();
    assert_eq!(world.liquidate(0, MAKER, 0, u64::MAX).unwrap().base.0, 150 * UNIT);
}

/// The keeper pays up for a long and receives down for a short; the account's side is the same number.
#[test]
fn a_take_over_is_rounded_against_the_keeper() {
    for side in [1, -1] {
        let mut world = World::new();
        world.trade(0, 1, 0, side * (150 * UNIT + 7), 0).unwrap();
        world.crash(0, (10_000_000_000 - side * 400_000_001) as u64);
        world.flag(0).unwrap();
        short(&mut world, 150 * USD);
        world.pass(30);
        world.refeed();
        let plan = world.liquidate(0, MAKER, 0, 10 * UNIT as u64 + 1).unwrap();
        let exact = plan.price.0 as u128 * (10 * UNIT as u128 + 1);
        let entry = world.accounts[MAKER].position(0).unwrap().entry;
        let (down, up) = ((exact / 1_000_000_000_000) as i64, exact.div_ceil(1_000_000_000_000) as i64);
        assert!(up == down + 1 && entry == if side == 1 { up } else { -down }, "{entry} for {exact}");
    }
}

#[test]
fn the_bond_stays_while_there_is_exposure() {
    let mut world = World::new();
    world.trade(0, 1, 0, UNIT, 0).unwrap();
    assert_eq!(world.accounts[0].bond, world.bond);
    world.accounts[0].release_bond().unwrap();
    assert_eq!(world.accounts[0].bond, world.bond);
    world.trade(0, 1, 0, -UNIT, 0).unwrap();
    assert_eq!(world.accounts[0].bond, 0);
}

/// A debt is due before anything new is opened, even of an account that could carry both.
#[test]
fn an_account_in_debt_opens_nothing() {
    let mut world = World::new();
    world.trade(0, 1, 1, UNIT, 0).unwrap();
    world.accounts[0].position_mut(1).unwrap().result = -10;
    world.markets[1].ledger.debt = 10;
    assert_eq!(world.trade(0, 1, 0, UNIT, 0), Err(RiskError::AccountInDebt));
    assert_eq!(world.withdraw(0, 1), Err(RiskError::AccountInDebt));
    assert!(world.trade(0, 1, 1, -UNIT, 0).is_ok());
}

/// Every fee adds to what its payer is insured for in that market.
#[test]
fn cover_adds_up_over_fills() {
    let mut world = World::new();
    let mut cover = vec![];
    for _ in 0..3 {
        world.trade(0, 1, 0, 10 * UNIT, 0).unwrap();
        cover.push(world.accounts[0].position(0).unwrap().cover);
    }
    // 1 000 USD × 5 bp × 30 % = 0.15 USD, 200 times.
    assert_eq!(cover, [30 * USD, 60 * USD, 90 * USD]);
    assert_eq!(world.accounts[1].position(0).unwrap().cover, 0);
}
