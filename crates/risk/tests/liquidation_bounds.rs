//! Take-overs at the exact borders of their rules: solvency of zero, the last atom of dust, the smallest shortage, a winner's uncovered
//! part.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod world;

use firebreak_risk::{
    liquidation::{flag, plan, unflag, Plan},
    margin::Health,
    num::Result,
    Account, BaseQty, Position, Price, Ratio, RiskError,
};
use world::*;

/// 0 is long 150 units at 100 USD; at 96 USD it has lost 600 USD of `capital` atoms, and is flagged in this slot.
fn long_at_96(capital: u64) -> World {
    let mut world = World::new();
    world.trade(0, 1, 0, 150 * UNIT, 0).unwrap();
    world.crash(0, 96 * TICKS);
    world.vault = world.vault - world.accounts[0].capital + capital;
    world.accounts[0].capital = capital;
    world.accounts[0].flagged = world.now.slot;
    world
}

/// 0 wins 100 USD on 4 100 in the first market, of whose Maint requirement of 123 only 23 are thus uncovered; in the second its 1 500
/// units, bought at 10 USD, stand at `price`.
fn winner_and_loser(price: u64) -> World {
    let mut world = World::new();
    world.trade(0, 1, 0, 40 * UNIT, 0).unwrap();
    world.trade(0, 2, 1, 1_500 * UNIT, 0).unwrap();
    world.crash(0, 10_250_000_000);
    world.crash(1, price);
    world
}

fn planned(world: &World) -> Result<Plan> {
    plan(&world.accounts[0], 0, &world.markets[0], &world.health(0)?, world.now)
}

/// Where nothing is exposed no price is missing; where something is, one usable price is enough, and none is not.
#[test]
fn a_flag_needs_one_usable_price_of_those_that_are_exposed() {
    let mut account = Account::NEW;
    account.positions[0] = Position { result: -1, used: 1, ..Position::EMPTY };
    let below = |unpriced| Health { maint: -1, unpriced, ..Health::default() };
    let now = World::new().now;
    assert_eq!(flag(&mut account.clone(), &below(0), now), Ok(()));
    for slot in [1, 2] {
        account.positions[slot] = Position { base: BaseQty(1), market: slot as u16, used: 1, ..Position::EMPTY };
    }
    for (unpriced, flagged) in [(0, Ok(())), (1, Ok(())), (2, Err(RiskError::QualityTooLow))] {
        assert_eq!(flag(&mut account.clone(), &below(unpriced), now), flagged);
    }
}

/// A flag ends at LiqEnd; the mark of bankruptcy ends when the account can pay and has paid, and not at one of the two.
#[test]
fn a_mark_of_bankruptcy_ends_when_nothing_is_owed_and_all_could_be_paid() {
    for (solvency, result, bankrupt) in [(0, 0, 0), (0, -1, 1), (-1, 0, 1), (-1, -1, 1)] {
        let mut account = Account { flagged: 7, freed: 3, bankrupt: 1, ..Account::NEW };
        account.positions[0] = Position { base: BaseQty(1), result, used: 1, ..Position::EMPTY };
        unflag(&mut account, &Health { liq_end: -1, solvency, ..Health::default() });
        assert_eq!((account.bankrupt, account.flagged, account.freed), (bankrupt, 7, 3), "{solvency} {result}");
        unflag(&mut account, &Health { liq_end: 0, solvency, ..Health::default() });
        assert_eq!((account.bankrupt, account.flagged, account.freed), (bankrupt, 0, 0));
    }
}

/// An account that can just pay follows the ramp: a fifth of its shortage of 576 USD, at 4 % of notional, is 30 units of 96 USD. A mark
/// of an earlier bankruptcy changes nothing. One atom less, and it has to be declared.
#[test]
fn a_solvency_of_zero_is_solvent() {
    let mut world = long_at_96(600 * USD);
    let health = world.health(0).unwrap();
    assert_eq!((health.solvency, health.liq_end), (0, -576 * USD as i64));
    for bankrupt in [0, 1] {
        world.accounts[0].bankrupt = bankrupt;
        assert_eq!(
            planned(&world),
            Ok(Plan { base: BaseQty(30 * UNIT), price: Price(96 * TICKS), penalty: Ratio(0), liq_end: Ratio(40_000) })
        );
    }
    assert_eq!(planned(&long_at_96(600 * USD - 1)), Err(RiskError::MustDeclareBankrupt));
}

/// Insolvent by the last price of a market that is silent, an account can neither be declared nor spared: its ramp does not matter.
#[test]
fn an_account_insolvent_by_a_stale_price_goes_at_once() {
    let mut world = World::new();
    world.markets[0].params.ramp_start = Ratio(0);
    world.trade(0, 1, 0, 100 * UNIT, 0).unwrap();
    world.trade(0, 2, 1, 800 * UNIT, 0).unwrap();
    world.crash(1, 870_000_000);
    world.pass(40);
    world.feed(0, [Some(100 * TICKS); 3]).unwrap();
    world.flag(0).unwrap();
    let health = world.health(0).unwrap();
    assert!(health.solvency < 0 && health.unpriced == 1);
    assert_eq!(planned(&world).unwrap().base, BaseQty(100 * UNIT));
}

/// Of a winner goes what its profit does not cover: 23 USD at 3 %, so 766.67 of notional at 102.50 USD. The penalty is the ramp's,
/// 12 500 × (69.5/555 + 1/2)², because the part closed frees more than that.
#[test]
fn of_a_winner_only_the_uncovered_part_goes() {
    let mut world = winner_and_loser(960_000_000);
    world.flag(0).unwrap();
    world.pass(20);
    world.refeed();
    let health = world.health(0).unwrap();
    assert_eq!((health.maint, health.maint_required), (-69_500_000, 555 * USD));
    let plan = planned(&world).unwrap();
    assert_eq!((plan.base, plan.penalty), (BaseQty(74_796_747_902), Ratio(4_886)));
}

/// A bankrupt account is closed whole, its winners too: what they bring pays its debts.
#[test]
fn a_winner_of_a_bankrupt_account_goes_whole() {
    let mut world = winner_and_loser(900_000_000);
    assert_eq!(world.declare(0), Ok(1_500 * USD));
    let health = world.health(0).unwrap();
    assert!(health.solvency < 0);
    assert_eq!(
        planned(&world),
        Ok(Plan { base: BaseQty(40 * UNIT), price: Price(10_250_000_000), penalty: Ratio(0), liq_end: Ratio(40_000) })
    );
}

/// One atom below LiqEnd, after the whole ramp: 28 atoms of notional go, at a quarter of the highest penalty. That their Maint
/// requirement is less than an atom does not lower a loser's penalty.
#[test]
fn a_losers_penalty_is_the_ramps_however_little_is_closed() {
    let mut world = long_at_96(1_176 * USD - 1);
    world.pass(10);
    world.refeed();
    assert_eq!(world.health(0).unwrap().liq_end, -1);
    assert_eq!(
        planned(&world),
        Ok(Plan { base: BaseQty(2_917), price: Price(96 * TICKS), penalty: Ratio(3_125), liq_end: Ratio(40_000) })
    );
}

/// A keeper that takes less than the plan leaves more than dust: 5 USD at 96 USD are 520 833 333.3 lots.
#[test]
fn a_keeper_leaves_more_than_dust_or_nothing() {
    let mut world = long_at_96(600 * USD);
    world.pass(10);
    world.refeed();
    assert_eq!(planned(&world).unwrap().base, BaseQty(150 * UNIT));
    let leave = |rest: u64| world.clone().liquidate(0, MAKER, 0, 150 * UNIT as u64 - rest).map(|_| ());
    assert_eq!(leave(0), Ok(()));
    for dust in [520_833_333, 520_833_437] {
        assert_eq!(leave(dust), Err(RiskError::DustLeft), "{dust}");
    }
    assert_eq!(leave(520_833_438), Ok(()), "5.000001 USD");
}
