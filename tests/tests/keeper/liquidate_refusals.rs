//! What a take-over is refused for.

use super::liquidate::{flagged, Scene};
use firebreak_client::instruction;
use firebreak_tests::{Expect, World, E, UNIT, USD};

#[test]
fn an_account_must_be_flagged() {
    let mut w = World::with_market();
    let (maker, thin, keeper) = (w.trader(10_000), w.trader(60), w.trader(10_000));
    w.quote(&maker, 0, 100);
    w.take(&thin, &maker, 0, 10).expect("takes");
    w.liquidate(&keeper, &thin, 0).refused(E::NotFlagged);
    w.price(0, 97_00000000, 5);
    w.liquidate(&keeper, &thin, 0).refused(E::NotFlagged);
}

#[test]
fn an_account_above_its_stop_line_is_left_alone() {
    let Scene { mut w, thin, keeper, .. } = flagged();
    w.price(0, 98_20000000, 5);
    assert_ne!(w.engine(&thin).flagged, 0, "nobody has cleared the flag");
    w.liquidate(&keeper, &thin, 0).refused(E::AboveStopLine);
    w.price(0, 97_00000000, 5);
    w.deposit(&thin, 20 * USD).expect("its owner helps");
    w.liquidate(&keeper, &thin, 0).refused(E::AboveStopLine);
}

#[test]
fn an_account_that_cannot_pay_is_declared_first() {
    let Scene { mut w, thin, keeper, .. } = flagged();
    w.price(0, 90_00000000, 5);
    w.liquidate(&keeper, &thin, 0).refused(E::MustDeclareBankrupt);
}

#[test]
fn nobody_takes_his_own_position_over() {
    let Scene { mut w, thin, .. } = flagged();
    w.liquidate(&thin, &thin, 0).refused(E::SelfTrade);
}

#[test]
fn nobody_takes_over_into_anothers_account() {
    let Scene { mut w, maker, thin, keeper } = flagged();
    let ix = instruction::liquidate(keeper.owner(), maker.account, thin.account, 0, 1, &[]);
    w.act(&[ix], &[&keeper.key]).refused(E::NotOwner);
    let mut ix = instruction::liquidate(maker.owner(), maker.account, thin.account, 0, 1, &[]);
    ix.accounts[0].is_signer = false;
    w.act(&[ix], &[&keeper.key]).refused_as("AccountNotSigner");
}

#[test]
fn the_keeper_ends_above_init() {
    let Scene { mut w, thin, .. } = flagged();
    w.pass(25);
    let (poor, broke) = (w.trader(10), w.trader(0));
    w.liquidate(&poor, &thin, 0).refused(E::BelowInit);
    w.liquidate(&broke, &thin, 0).refused(E::BelowInit);
    w.liquidate_lots(&poor, &thin, 0, UNIT as u64).expect("as much as it can carry");
}

#[test]
fn nothing_is_no_take_over() {
    let Scene { mut w, thin, keeper, .. } = flagged();
    w.liquidate_lots(&keeper, &thin, 0, 0).refused(E::ZeroAmount);
}

#[test]
fn there_must_be_a_position_in_the_market() {
    let mut w = World::with_markets(2);
    let (maker, thin, keeper) = (w.trader(10_000), w.trader(60), w.trader(10_000));
    w.quote(&maker, 0, 100);
    w.take(&thin, &maker, 0, 10).expect("takes");
    w.crash(97_00000000, 5);
    w.flag(&thin).expect("flags");
    w.liquidate(&keeper, &thin, 1).refused(E::NoPosition);
}

#[test]
fn no_dust_is_left() {
    let Scene { mut w, thin, keeper, .. } = flagged();
    w.price(0, 94_30000000, 5); // nearly all must go
    w.pass(25);
    // Of ten units at 94.3, leaving 0.1 is leaving 9.43 USD: less than the minimum of 10.
    let lots = (10 * UNIT - UNIT / 10) as u64;
    w.liquidate_lots(&keeper, &thin, 0, lots).refused(E::DustLeft);
    w.liquidate(&keeper, &thin, 0).expect("the whole planned size");
    assert!(w.engine(&thin).used().next().is_none_or(|p| p.base.is_flat()), "all of it");
}

#[test]
fn a_keeper_in_debt_takes_nothing_over() {
    let Scene { mut w, maker, thin, .. } = flagged();
    let debtor = w.trader(60);
    w.price(0, 100_00000000, 5);
    w.take(&debtor, &maker, 0, 10).expect("takes");
    w.price(0, 94_30000000, 5);
    w.pass(25);
    w.flag(&thin).expect("flags");
    w.price(0, 94_00000000, 5);
    w.declare_bankrupt(&debtor).expect("declares");
    let gift = instruction::deposit(maker.owner(), debtor.account, maker.wallet, w.mint, 500 * USD);
    w.act(&[gift], &[&maker.key]).expect("it now has more than it owes, and has not settled");
    assert!(w.engine(&debtor).owes());
    w.deposit(&thin, 5 * USD).expect("keeps it solvent");
    w.liquidate_lots(&debtor, &thin, 0, UNIT as u64).refused(E::AccountBankrupt);
}
