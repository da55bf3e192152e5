//! The life of a deficit (design, section 9, step 4): the pot first, insurance within its caps, a window that starts with the first atom
//! and is never extended, then the claims; what they cannot bear, and what was found later, waits for the next window.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod world;

use firebreak_risk::{waterfall::close_bankrupt, Account, Market, Position, RiskError};
use world::*;

/// A market in which winners claim `claims` and the pool holds nothing yet.
fn claimed(claims: u64) -> World {
    let mut world = World::new();
    let l = &mut world.markets[0].ledger;
    (l.claims, l.pool) = (claims, claims);
    world
}

/// A bankrupt account that owes `lost`, of which `cover` is insured, is closed.
fn lose(world: &mut World, lost: u64, cover: u64) {
    let mut account = Account { bankrupt: 1, ..Account::NEW };
    account.positions[0] = Position { result: -(lost as i64), cover, used: 1, ..Position::EMPTY };
    let l = &mut world.markets[0].ledger;
    (l.debt, l.pool) = (l.debt + lost, l.pool.saturating_sub(lost));
    assert_eq!(close_bankrupt(&mut world.markets[0], &mut account, 0, world.now), Ok(lost));
}

fn market(world: &World) -> &Market {
    &world.markets[0]
}

#[test]
fn a_window_starts_with_its_first_atom_and_is_never_extended() {
    let mut world = claimed(1_000 * USD);
    lose(&mut world, 100 * USD, 0);
    let ends = market(&world).ledger.window_ends;
    assert_eq!(ends, world.now.time + market(&world).params.loss_window);
    world.pass(40);
    lose(&mut world, 50 * USD, 0);
    assert_eq!(market(&world).ledger.window_ends, ends);
    assert_eq!(market(&world).ledger.window_deficit, 150 * USD, "found within the window, borne at its end");
    assert_eq!(world.share(0), Err(RiskError::LossWindowOpen));
    world.now.time = ends;
    assert_eq!(world.share(0), Err(RiskError::LossWindowOpen), "its last second is part of it");
    world.now.time = ends + 1;
    assert_eq!(world.share(0).unwrap().shared, 150 * USD);
    assert_eq!(market(&world).ledger.deficit, 0);
}

#[test]
fn a_loss_found_after_the_window_waits_for_the_next() {
    let mut world = claimed(1_000 * USD);
    lose(&mut world, 100 * USD, 0);
    world.pass(61);
    lose(&mut world, 50 * USD, 0);
    assert_eq!(market(&world).ledger.window_deficit, 100 * USD);
    assert_eq!(world.share(0).unwrap().shared, 100 * USD);
    let l = &market(&world).ledger;
    assert_eq!((l.deficit, l.window_deficit), (50 * USD, 50 * USD));
    assert_eq!(l.window_ends, world.now.time + 60);
    assert_eq!(world.share(0), Err(RiskError::LossWindowOpen));
    world.pass(61);
    assert_eq!(world.share(0).unwrap().shared, 50 * USD);
}

#[test]
fn what_claims_cannot_bear_waits_for_the_next_window() {
    let mut world = claimed(30 * USD);
    lose(&mut world, 100 * USD, 0);
    world.pass(61);
    assert_eq!(world.share(0).unwrap().shared, 30 * USD);
    let l = &market(&world).ledger;
    assert_eq!((l.claims, l.deficit, l.window_deficit), (0, 70 * USD, 70 * USD));
    // Nothing to share with: the refusal does not start another window, so what comes later is not kept waiting by it.
    world.pass(61);
    let ends = market(&world).ledger.window_ends;
    assert_eq!(world.share(0), Err(RiskError::LossWindowOpen));
    assert_eq!(market(&world).ledger.window_ends, ends);
    world.markets[0].ledger.claims = 200 * USD;
    assert_eq!(world.share(0).unwrap().shared, 70 * USD);
}

#[test]
fn a_small_loss_is_shared_at_once() {
    let mut world = claimed(1_000 * USD);
    lose(&mut world, USD - 1, 0);
    assert_eq!(world.share(0).unwrap().shared, USD - 1);
    lose(&mut world, USD, 0);
    assert_eq!(world.share(0), Err(RiskError::LossWindowOpen), "a thousandth is not below a thousandth");
}

#[test]
fn the_pot_pays_first_and_heals_by_itself() {
    let mut world = claimed(1_000 * USD);
    lose(&mut world, 100 * USD, 0);
    world.markets[0].ledger.pot = 30 * USD;
    let covered = world.share(0).unwrap();
    assert_eq!((covered.pot, covered.insurance, covered.shared), (30 * USD, 0, 0));
    assert_eq!(market(&world).ledger.window_deficit, 70 * USD);
    world.markets[0].ledger.pot = 500 * USD;
    assert_eq!(world.share(0).unwrap().pot, 70 * USD);
    assert_eq!((market(&world).ledger.pot, market(&world).ledger.deficit), (430 * USD, 0));
    assert_eq!(world.share(0), Err(RiskError::NoDeficit));
}

/// Insurance pays for what the account that lost was insured for, not for another's loss.
#[test]
fn insurance_pays_what_the_account_was_insured_for() {
    let mut world = claimed(1_000 * USD);
    lose(&mut world, 100 * USD, 20 * USD);
    lose(&mut world, 100 * USD, 0);
    lose(&mut world, 5 * USD, 50 * USD);
    assert_eq!(market(&world).ledger.insured_deficit, 25 * USD);
    assert_eq!(world.share(0).unwrap().insurance, 25 * USD);
    assert_eq!(market(&world).ledger.insured_deficit, 0);
    assert_eq!(market(&world).ledger.insurance_drawn, 25 * USD);
}

/// While a window runs anybody may settle a winner, so that all bear alike; afterwards only on other grounds.
#[test]
fn anybody_settles_winners_while_the_window_runs() {
    let mut world = World::new();
    world.trade(0, 1, 0, 50 * UNIT, 0).unwrap();
    world.crash(0, 101 * TICKS);
    world.settle(1, 0, true).unwrap();
    assert_eq!(world.settle(0, 0, false), Err(RiskError::SettleNotPermitted));
    lose(&mut world, USD, 0);
    let mut after = world.clone();
    world.settle(0, 0, false).unwrap();
    after.now.time = market(&after).ledger.window_ends + 1;
    after.refeed();
    assert_eq!(after.settle(0, 0, false), Err(RiskError::SettleNotPermitted));
    after.pass(86_400);
    after.refeed();
    after.settle(0, 0, false).unwrap();
}

/// Equality pays: an account that owes all it has, and not an atom more, is not bankrupt.
#[test]
fn an_account_that_can_just_pay_is_not_bankrupt() {
    let mut world = World::new();
    world.trade(0, 1, 0, 100 * UNIT, 0).unwrap();
    world.crash(0, 95 * TICKS);
    let spare = world.accounts[0].capital - 500 * USD;
    for (capital, refusal) in [(spare, Err(RiskError::NotBankrupt)), (spare + 1, Ok(500 * USD))] {
        let mut world = world.clone();
        world.accounts[0].capital -= capital;
        world.vault -= capital;
        assert_eq!(world.declare(0), refusal);
    }
}
