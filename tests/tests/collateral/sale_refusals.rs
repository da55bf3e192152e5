//! Who may not buy, and when nothing is for sale.

use super::{scene, top_up, Scene};
use firebreak_client::{instruction, program::state::Protocol, risk::levels::Level};
use firebreak_tests::{collateral::COIN, Expect, World, E, UNIT, USD};

/// The scene with a debt of about 21 USD.
fn owing() -> Scene {
    let mut s = scene();
    s.w.price(0, 96_00000000, 5);
    s.w.refresh_tokens();
    s.w.settle(&s.debtor, &s.debtor, 0).expect("pays what it has");
    s
}

#[test]
fn a_healthy_account_without_debts_sells_nothing() {
    let Scene { mut w, debtor, keeper, coin, .. } = scene();
    w.liquidate_collateral(&keeper, &debtor, coin).refused(E::NotLiquidatable);
}

#[test]
fn nobody_buys_from_himself_or_in_anothers_name() {
    let Scene { mut w, debtor, keeper, coin, .. } = owing();
    w.liquidate_collateral(&debtor, &debtor, coin).refused(E::SelfTrade);
    let needs = (w.needs_of(&debtor, None), w.needs_of(&keeper, None));
    let ix = instruction::liquidate_collateral(debtor.owner(), keeper.account, debtor.account, (coin, COIN), needs);
    w.act(&[ix], &[&debtor.key]).refused(E::NotOwner);
}

#[test]
fn a_keeper_pays_from_its_capital_and_stays_above_init() {
    let Scene { mut w, maker, debtor, coin, .. } = owing();
    let poor = w.trader(10);
    w.liquidate_collateral(&poor, &debtor, coin).refused(E::InsufficientCapital);
    let busy = w.trader(60);
    w.take_lots(&busy, &maker, 0, 10 * UNIT).expect("takes");
    w.liquidate_collateral(&busy, &debtor, coin).refused(E::BelowInit);
    w.deposit(&busy, 50 * USD).expect("deposits");
    w.liquidate_collateral(&busy, &debtor, coin).expect("buys");
}

#[test]
fn a_keeper_that_owes_buys_nothing() {
    let Scene { mut w, maker, debtor, coin, .. } = owing();
    let other = w.trader(20);
    w.deposit_warm(&other, coin, COIN);
    w.take(&other, &maker, 0, 10).expect("takes");
    w.price(0, 93_00000000, 5);
    w.refresh_tokens();
    w.settle(&other, &other, 0).expect("owes");
    w.liquidate_collateral(&other, &debtor, coin).refused(E::AccountInDebt);
}

#[test]
fn nothing_is_sold_at_a_price_that_is_stale_or_waits() {
    let Scene { mut w, debtor, keeper, coin, .. } = owing();
    let mut stale = w.clone();
    for _ in 0..3 {
        stale.vm.pass(60);
        stale.publish(0);
        stale.refresh(0).expect("refreshes");
    }
    // It owes, and its collateral counts nothing: a sale needs a price.
    stale.liquidate_collateral(&keeper, &debtor, coin).refused(E::QualityTooLow);
    // One source alone: a wait, then the price that is better for the account.
    let mut alone = stale.clone();
    alone.tokens[coin as usize].feeds[0].clone().publish(&mut alone.vm);
    alone.refresh_collateral(coin).expect("degrades");
    alone.liquidate_collateral(&keeper, &debtor, coin).refused(E::WaitingForConfirmation);
    for _ in 0..7 {
        alone.vm.pass(50);
        alone.publish(0);
        alone.refresh(0).expect("refreshes");
        alone.tokens[coin as usize].feeds[0].clone().publish(&mut alone.vm);
        alone.refresh_collateral(coin).expect("still alone");
    }
    alone.liquidate_collateral(&keeper, &debtor, coin).expect("after the wait");
    // A spike waits for its average.
    w.vm.pass(5);
    w.token_price(coin, 80_00000000);
    w.liquidate_collateral(&keeper, &debtor, coin).refused(E::WaitingForConfirmation);
    for _ in 0..5 {
        w.pass(50);
    }
    w.liquidate_collateral(&keeper, &debtor, coin).expect("after the wait");
}

#[test]
fn a_halt_does_not_stop_a_sale() {
    let Scene { mut w, debtor, keeper, coin, .. } = owing();
    let key = firebreak_client::address::protocol();
    let mut protocol: Protocol = w.read(&key);
    protocol.breaker.tripped[0].level = Level::Halt as u8;
    let mut data = <Protocol as anchor_lang::Discriminator>::DISCRIMINATOR.to_vec();
    data.extend(bytemuck::bytes_of(&protocol));
    w.vm.plant(key, firebreak_client::ID, data);
    w.liquidate_collateral(&keeper, &debtor, coin).expect("if the price's quality allows it");
}

#[test]
fn what_is_not_held_or_not_listed_is_not_for_sale() {
    let Scene { mut w, debtor, keeper, coin, .. } = owing();
    let other = w.list_major(10);
    w.liquidate_collateral(&keeper, &debtor, other).refused(E::NoCollateral);
    w.liquidate_collateral(&keeper, &debtor, 99).refused(E::NoCollateral);
    w.liquidate_collateral(&keeper, &debtor, 0).refused(E::NoCollateral);
    w.liquidate_collateral(&keeper, &debtor, coin).expect("buys");
    w.liquidate_collateral(&keeper, &debtor, coin).refused(E::NotLiquidatable);
}

#[test]
fn a_flagged_account_takes_no_collateral_but_settlement_tokens() {
    let Scene { mut w, debtor, coin, .. } = scene();
    w.price(0, 91_00000000, 5);
    w.refresh_tokens();
    w.flag(&debtor).expect("flags");
    w.deposit_collateral(&debtor, coin, COIN).refused(E::FlaggedDeposit);
    top_up(&mut w, &debtor, 100);
    w.flag(&debtor).expect("clears the flag");
    w.deposit_collateral(&debtor, coin, COIN).expect("deposits");
    let _: &World = &w;
}
