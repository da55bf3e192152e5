//! I10: collateral that nobody buys holds a bankruptcy up for its time for sale and no longer.

use super::{scene, top_up, Scene};
use firebreak_client::{address, program::events::CollateralForfeited};
use firebreak_tests::{collateral::COIN, events, Expect, Trader, World, E};

/// Slots of the coin's time for sale: a day.
const DAY: u64 = 216_000;

/// The market moves on, the coin has no price any more.
fn only_the_market(w: &mut World, slots: u64) {
    w.vm.pass(slots);
    w.publish(0);
    w.refresh(0).expect("refreshes");
}

/// The scene insolvent and flagged, its coin without a price.
fn stuck() -> (World, Trader, Trader, u16) {
    let Scene { mut w, debtor, keeper, coin, .. } = scene();
    w.price(0, 80_00000000, 5);
    w.flag(&debtor).expect("flags");
    only_the_market(&mut w, 200);
    w.liquidate_collateral(&keeper, &debtor, coin).refused(E::QualityTooLow);
    w.declare_bankrupt(&debtor).refused(E::CollateralUnsold);
    (w, debtor, keeper, coin)
}

#[test]
fn after_its_time_for_sale_it_counts_for_nothing_and_the_account_is_resolved() {
    let (mut w, debtor, keeper, coin) = stuck();
    let meta = w.forfeit_collateral(&debtor, coin).expect("the time for sale begins");
    assert_eq!(events::<CollateralForfeited>(&meta)[0].amount, 0);
    w.forfeit_collateral(&debtor, coin).refused(E::StillForSale);
    only_the_market(&mut w, DAY - 10);
    w.forfeit_collateral(&debtor, coin).refused(E::StillForSale);
    only_the_market(&mut w, 20);
    let meta = w.forfeit_collateral(&debtor, coin).expect("nobody bought it");
    let event = &events::<CollateralForfeited>(&meta)[0];
    assert_eq!((event.collateral, event.account, event.amount, event.forfeited), (coin, debtor.account, COIN, COIN));
    let record = w.record(coin);
    assert_eq!((record.forfeited, record.engine.total), (COIN, 0));
    assert_eq!(w.tokens(&address::vault(&w.mint_of(coin))), COIN, "I1: in custody, in its vault");
    w.declare_bankrupt(&debtor).expect("declares");
    w.liquidate(&keeper, &debtor, 0).expect("takes over");
    assert_eq!(w.engine(&debtor).bankrupt, 0);
    w.forfeit_collateral(&debtor, coin).refused(E::NoCollateral);
}

#[test]
fn while_it_can_be_bought_it_is() {
    let (mut w, debtor, keeper, coin) = stuck();
    w.forfeit_collateral(&debtor, coin).expect("the time for sale begins");
    w.publish_token(coin);
    w.refresh_collateral(coin).expect("its sources are back");
    w.liquidate_collateral(&keeper, &debtor, coin).expect("buys");
    w.forfeit_collateral(&debtor, coin).refused(E::NoCollateral);
    w.declare_bankrupt(&debtor).expect("declares");
}

#[test]
fn nobody_who_can_pay_forfeits_anything() {
    let Scene { mut w, debtor, keeper, coin, .. } = scene();
    w.forfeit_collateral(&debtor, coin).refused(E::NotFlagged);
    w.price(0, 91_00000000, 5);
    w.refresh_tokens();
    w.flag(&debtor).expect("flags");
    w.forfeit_collateral(&debtor, coin).refused(E::NotBankrupt);
    w.forfeit_collateral(&keeper, coin).refused(E::NoCollateral);
}

#[test]
fn who_recovers_within_the_time_starts_anew() {
    let (mut w, debtor, _, coin) = stuck();
    w.forfeit_collateral(&debtor, coin).expect("the time for sale begins");
    top_up(&mut w, &debtor, 300);
    w.flag(&debtor).expect("clears the flag");
    assert_eq!((w.engine(&debtor).flagged, w.engine(&debtor).unsold), (0, 0));
    only_the_market(&mut w, DAY);
    w.forfeit_collateral(&debtor, coin).refused(E::NotFlagged);
}

#[test]
fn an_account_without_usable_market_price_forfeits_nothing() {
    let (mut w, debtor, _, coin) = stuck();
    w.forfeit_collateral(&debtor, coin).expect("the time for sale begins");
    w.vm.pass(DAY + 10);
    w.forfeit_collateral(&debtor, coin).refused(E::QualityTooLow);
}

#[test]
fn the_settlement_token_is_nobodys_to_forfeit() {
    let (mut w, debtor, _, _) = stuck();
    w.forfeit_collateral(&debtor, 0).refused(E::SettlementIsCapital);
    let other = w.list_major(5);
    w.forfeit_collateral(&debtor, other).refused(E::NoCollateral);
}
