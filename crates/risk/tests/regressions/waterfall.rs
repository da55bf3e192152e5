//! Bankruptcy and insurance.

use crate::world::*;
use firebreak_risk::{
    price::{Combined, Quality},
    waterfall::{close_bankrupt, drawable_down, mark_unpaid, pay_pro_rata, share_loss},
    Account, Position, Price, Ratio, RiskError,
};

/// Parts were rounded down and the last one capped by its debt, so an atom stayed with an account that owed.
#[test]
fn a_bankrupt_account_pays_its_last_atom() {
    let mut world = World::new();
    let mut left = 2;
    world.markets[0].ledger.debt = 3;
    for last in [false, false, true] {
        let mut position = Position { result: -1, used: 1, ..Position::EMPTY };
        pay_pro_rata(&mut world.markets[0].ledger, &mut left, &mut position, 2, 3, last).unwrap();
    }
    assert_eq!((left, world.markets[0].ledger.pool, world.markets[0].ledger.debt), (0, 2, 1));
}

/// On Degraded quality an account was declared bankrupt at the middle, though solvent at the price better for it, and before the wait.
#[test]
fn a_bankruptcy_is_declared_at_the_price_of_its_take_over() {
    let mut world = World::new();
    world.trade(0, 1, 0, 150 * UNIT, 0).unwrap();
    world.pass(40);
    let params = world.markets[0].params;
    let wide = Combined { spot: Price(90 * TICKS), low: Price(80 * TICKS), high: Price(98 * TICKS), quality: Quality::Degraded };
    world.markets[0].price.update(&wide, &params, world.now).unwrap();
    let mut marked = world.clone();
    let early = mark_unpaid(&mut marked.markets[0], &mut marked.accounts[0].positions[0], world.now);
    assert_eq!(early, Err(RiskError::WaitingForConfirmation));
    world.pass(10);
    let owed = mark_unpaid(&mut world.markets[0], &mut world.accounts[0].positions[0], world.now).unwrap();
    assert_eq!(owed, 2 * 150 * USD);
}

/// A flat position in a market without a price kept its account from being declared bankrupt.
#[test]
fn without_exposure_no_price_is_needed() {
    let mut world = World::new();
    world.pass(10_000);
    let mut position = Position { used: 1, result: -7, ..Position::EMPTY };
    world.markets[0].ledger.debt = 7;
    assert_eq!(mark_unpaid(&mut world.markets[0], &mut position, world.now), Ok(7));
}

/// The event cap held for a call: calling again drew the same fraction of the rest, and again.
#[test]
fn the_event_cap_holds_for_a_loss_window() {
    let mut world = World::with(params(), [1_000 * USD; MAKER], 1_000 * USD);
    world.insurance.fund.day_cap = Ratio(1_000_000);
    let market = &mut world.markets[0];
    let ledger = &mut market.ledger;
    (ledger.deficit, ledger.insured_deficit, ledger.window_deficit) = (2_000 * USD, 2_000 * USD, 2_000 * USD);
    ledger.window_ends = world.now.time + 60;
    assert_eq!(drawable_down(&world.insurance.fund, &market.ledger, u64::MAX, world.now), Ok(500 * USD));
    assert_eq!(share_loss(market, &mut world.insurance.fund, u64::MAX, world.now).unwrap().insurance, 500 * USD);
    assert_eq!(drawable_down(&world.insurance.fund, &market.ledger, u64::MAX, world.now), Ok(0));
    assert_eq!(share_loss(market, &mut world.insurance.fund, u64::MAX, world.now), Err(RiskError::LossWindowOpen));
}

/// A debt that the capital covered after all was counted as a bankruptcy.
#[test]
fn a_debt_that_is_paid_is_no_bankruptcy() {
    let mut world = World::new();
    let mut account = Account { capital: 10, bankrupt: 1, ..Account::NEW };
    account.positions[0] = Position { used: 1, result: -10, ..Position::EMPTY };
    world.markets[0].ledger.debt = 10;
    assert_eq!(close_bankrupt(&mut world.markets[0], &mut account, 0, world.now), Ok(0));
    let ledger = &world.markets[0].ledger;
    assert_eq!((ledger.bankruptcies, ledger.pool, ledger.window_ends), (0, 10, 0));
}

/// An account that was still marked bankrupt when the price came back could take positions over; that closed its own, and its money
/// stayed behind a mark that nothing could clear any more. Found by the long profile.
#[test]
fn i10_a_mark_of_bankruptcy_does_not_outlive_its_positions() {
    let mut world = World::new();
    world.trade(0, 1, 0, 150 * UNIT, 0).unwrap();
    world.trade(2, 1, 0, -40 * UNIT, 0).unwrap();
    world.crash(0, 80 * TICKS);
    world.declare(0).unwrap();
    world.crash(0, 122 * TICKS);
    world.flag(2).unwrap();
    world.pass(30);
    world.refeed();
    assert_eq!(world.liquidate(2, 0, 0, u64::MAX), Err(RiskError::AccountBankrupt));

    let mut world = World::new();
    world.accounts[0].bankrupt = 1;
    let all = world.accounts[0].capital;
    world.withdraw(0, all).unwrap();
    world.deposit(0, all).unwrap();
    world.trade(0, 1, 0, UNIT, 0).unwrap();
    assert_eq!(world.accounts[0].bankrupt, 0);
}

/// An account that left a loss, and whose last claim was then shared to nothing, kept a slot that nothing could free: it could neither
/// open nor be closed any more.
#[test]
fn i10_a_loss_is_forgotten_once_nothing_is_left_to_recover() {
    let mut world = World::new();
    let claim = Position { result: 0, used: 1, market: 1, ..Position::EMPTY };
    world.accounts[0].positions[0] = Position { used: 1, lost: 7, ..Position::EMPTY };
    world.accounts[0].positions[1] = claim;
    assert_eq!(world.trade(0, 1, 1, UNIT, 0), Err(RiskError::LossUnrecovered));
    assert_eq!(world.recover(0, 1), Err(RiskError::NothingWarm));
    world.settle(0, 1, true).unwrap();
    assert_eq!(world.accounts[0].used().count(), 0);
    world.trade(0, 1, 1, UNIT, 0).unwrap();
}

/// A loss found after its window, whose own part was then paid by the pot's income, had no window and got none: the refusal to share it
/// took the new window back, and the market's claims waited for ever. Found by the long profile.
#[test]
fn i10_a_loss_without_a_window_gets_one() {
    let mut world = World::new();
    let ends = world.now.time - 10;
    let l = &mut world.markets[0].ledger;
    (l.deficit, l.claims, l.pool, l.window_deficit, l.window_ends) = (50 * USD, 80 * USD, 30 * USD, 0, ends);
    assert_eq!(world.share(0).map(|c| c.shared), Ok(0));
    assert_eq!(world.share(0), Err(RiskError::LossWindowOpen));
    world.pass(61);
    assert_eq!(world.share(0).map(|c| c.shared), Ok(50 * USD));
}

/// A recovery in an ended market closed the account's last position and kept its bond, which nothing could give back. Found by the
/// long profile.
#[test]
fn i10_a_recovery_gives_the_bond_back() {
    let mut world = World::new();
    world.trade(0, 1, 1, 10 * UNIT, 0).unwrap();
    world.crash(1, 12 * TICKS);
    world.settle(0, 1, true).unwrap();
    world.settle(1, 1, true).unwrap();
    world.accounts[0].positions[1] = Position { used: 1, lost: 7, ..Position::EMPTY };
    world.pass(601);
    world.refeed();
    world.markets[1].settlement.price = Price(12 * TICKS);
    world.recover(0, 1).unwrap();
    assert_eq!((world.accounts[0].used().count(), world.accounts[0].bond), (0, 0));
}
