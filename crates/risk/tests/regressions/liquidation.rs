//! Take-overs.

use crate::{set_price, world::*};
use firebreak_risk::{
    liquidation::plan,
    margin::health,
    num::{signed, value_down},
    trade::fill,
    BaseQty, Price, Ratio, RiskError,
};

/// A stale price authorised a plan (I13).
#[test]
fn i13_no_plan_on_a_frozen_price() {
    let mut world = World::new();
    world.trade(0, 1, 0, 150 * UNIT, 0).unwrap();
    world.crash(0, 95 * TICKS);
    world.flag(0).unwrap();
    let health = health(&world.accounts[0], &world, world.now).unwrap();
    world.pass(60);
    let planned = plan(&world.accounts[0], 0, &world.markets[0], &health, world.now);
    assert_eq!(planned, Err(RiskError::QualityTooLow));
}

/// Taking over a winning position by its LiqEnd shortage charged a penalty that its Maint line got nothing for; closing its rest as
/// dust even more so (I7).
#[test]
fn i7_a_winning_position_is_not_closed_at_its_owners_expense() {
    // 0 loses in the second market and wins in the first: 3.5 %, above its Maint requirement and below its LiqEnd requirement; 2.5 %,
    // below both; and the same with a minimum size as large as the position.
    for (price, dust) in [(10_350_000_000, 5), (10_250_000_000, 5), (10_290_000_000, 5_000)] {
        let mut world = World::new();
        world.markets[0].params.dust_notional = dust * USD;
        world.trade(0, 1, 0, 40 * UNIT, 0).unwrap();
        world.trade(0, 2, 1, 1_500 * UNIT, 0).unwrap();
        world.crash(0, price);
        world.crash(1, 960_000_000);
        world.flag(0).unwrap();
        world.pass(20);
        world.refeed();
        let before = world.health(0).unwrap();
        assert!(before.maint < 0 && before.solvency > 0);
        match world.liquidate(0, MAKER, 0, u64::MAX) {
            Ok(_) => {
                let after = world.health(0).unwrap();
                assert!(after.maint >= before.maint && after.liq_end >= before.liq_end, "{before:?} became {after:?}");
            }
            Err(why) => assert_eq!((why, price), (RiskError::WouldNotHelp, 10_350_000_000)),
        }
    }
}

/// The ramp held back shortages so small that closing the least position would cure them.
#[test]
fn a_small_shortage_goes_at_once() {
    let mut world = World::new();
    world.markets[0].params.ramp_start = Ratio(0);
    world.trade(0, 1, 0, 50 * UNIT, 0).unwrap();
    world.crash(0, 99 * TICKS);
    let spare = world.health(0).unwrap().liq_end as u64;
    world.accounts[0].capital -= spare;
    world.vault -= spare;
    world.accounts[0].flagged = world.now.slot;
    world.accounts[0].capital -= USD / 10;
    assert!(world.liquidate(0, MAKER, 0, u64::MAX).is_ok());
}

/// A market without a price kept an account's positions elsewhere from being liquidated: insolvent only by its last price, the account
/// could neither be declared bankrupt nor taken over.
#[test]
fn a_frozen_market_does_not_block_liquidation_elsewhere() {
    let mut world = World::new();
    world.trade(0, 1, 0, 100 * UNIT, 0).unwrap();
    world.trade(0, 2, 1, 800 * UNIT, 0).unwrap();
    world.crash(1, 870_000_000);
    world.pass(40);
    world.feed(0, [Some(100 * TICKS); 3]).unwrap(); // the second market stays silent
    assert!(world.health(0).unwrap().solvency < 0);
    world.flag(0).unwrap();
    assert_eq!(world.declare(0), Err(RiskError::QualityTooLow));
    let plan = world.liquidate(0, MAKER, 0, u64::MAX).unwrap();
    assert_eq!(plan.penalty, Ratio(0));
}

/// At a price of a few ticks the lots of a large shortage had no number, and the plan failed.
#[test]
fn a_collapsed_price_can_still_be_liquidated() {
    let mut world = World::new();
    world.trade(0, 1, 1, 1_400 * UNIT, 0).unwrap();
    set_price(&mut world, 0, 1);
    let (market, account) = (&mut world.markets[0], &mut world.accounts[0]);
    let slot = account.slot(0).unwrap();
    let lots = 1_000_000_000_000_000_000;
    fill(market, account, slot, BaseQty(lots), signed(1_000_000).unwrap(), world.now).unwrap();
    assert_eq!(value_down(Price(1), BaseQty(lots)), Ok(1_000_000));
    account.flagged = 1;
    account.capital = 450 * USD;
    market.params.dust_notional = 1;
    let health = world.health(0).unwrap();
    assert!(health.liq_end < 0 && health.solvency > 0);
    assert!(plan(&world.accounts[0], 0, &world.markets[0], &health, world.now).is_ok());
}

/// A keeper could leave one lot of a position that was to go whole: its rest, worth less than an atom, was not taken for dust.
#[test]
fn a_rest_worth_less_than_an_atom_is_dust() {
    for side in [1, -1] {
        let mut world = World::new();
        world.trade(0, 1, 0, side * 150 * UNIT, 0).unwrap();
        world.crash(0, ((100 - 6 * side) as u64) * TICKS);
        world.flag(0).unwrap();
        // What it lost is all it has: it goes whole.
        world.vault = world.vault - world.accounts[0].capital + 900 * USD;
        world.accounts[0].capital = 900 * USD;
        world.pass(30);
        world.refeed();
        assert_eq!(world.clone().liquidate(0, MAKER, 0, u64::MAX).unwrap().base.0, side * 150 * UNIT);
        assert_eq!(world.liquidate(0, MAKER, 0, 150 * UNIT as u64 - 1), Err(RiskError::DustLeft));
    }
}

/// Dust closed against a part of what its account holds took an atom of rounding: an account that could just pay no longer could (I7).
#[test]
fn i7_dust_of_an_account_that_can_just_pay_costs_it_no_atom() {
    let mut refused = 0;
    for odd in 0..40 {
        let mut world = World::new();
        world.trade(0, 1, 0, UNIT / 50 + 7 * odd + 1, 0).unwrap();
        world.trade(0, 2, 0, UNIT / 70 + 13 * odd, 0).unwrap();
        world.crash(0, 99 * TICKS + 1_234_567 * odd as u64 / 3);
        let spare = world.health(0).unwrap().solvency as u64;
        world.accounts[0].capital -= spare;
        world.vault -= spare;
        world.flag(0).unwrap();
        world.pass(20);
        world.refeed();
        assert_eq!(world.health(0).unwrap().solvency, 0);
        match world.clone().dust(0, 1, 0) {
            Ok(_) => {
                world.dust(0, 1, 0).unwrap();
                assert!(world.health(0).unwrap().solvency >= 0);
            }
            Err(why) => {
                assert_eq!(why, RiskError::WouldNotHelp);
                refused += 1;
                world.liquidate(0, MAKER, 0, u64::MAX).unwrap();
                assert!(world.health(0).unwrap().solvency >= 0, "a take-over rounds for the account");
            }
        }
    }
    assert!(refused > 0);
}
