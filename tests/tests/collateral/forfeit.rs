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

/// The scene after a fall that took all of the debtor's capital: he owes, and his coin covers it on paper.
fn covered_on_paper() -> Scene {
    let mut s = scene();
    s.w.price(0, 97_00000000, 5);
    s.w.refresh_tokens();
    s.w.settle(&s.keeper, &s.debtor, 0).expect("takes what there is");
    s.w.settle(&s.maker, &s.maker, 0).expect("what the debtor lost is the maker's claim");
    let owes = s.w.engine(&s.debtor);
    assert!(owes.owes() && owes.capital == 0 && owes.flagged == 0);
    s
}

#[test]
fn paper_pays_nobody_so_a_debt_that_is_covered_ends_too() {
    let Scene { mut w, maker, debtor, coin, .. } = covered_on_paper();
    w.flag(&debtor).refused(E::NotLiquidatable);
    w.declare_bankrupt(&debtor).refused(E::CollateralUnsold);
    w.pass(10_000);
    w.refresh_tokens();
    w.convert(&maker, 0).refused(E::MarketNotWhole);

    w.forfeit_collateral(&debtor, coin).expect("the time for sale begins");
    w.pass(DAY - 10);
    w.refresh_tokens();
    w.forfeit_collateral(&debtor, coin).refused(E::StillForSale);
    w.pass(20);
    w.refresh_tokens();
    w.forfeit_collateral(&debtor, coin).expect("nobody bought it");
    w.declare_bankrupt(&debtor).expect("declares");
    w.deleverage(&debtor, 0, &[&maker]).expect("ends");
    w.pass(10_000);
    w.share_loss(0).expect("shares");
    w.convert(&maker, 0).expect("the others are paid");
}

#[test]
fn who_pays_what_he_owes_keeps_his_collateral() {
    let Scene { mut w, debtor, coin, .. } = covered_on_paper();
    w.forfeit_collateral(&debtor, coin).expect("the time for sale begins");
    w.pass(DAY / 2);
    w.refresh_tokens();
    top_up(&mut w, &debtor, 300);
    w.settle(&debtor, &debtor, 0).expect("pays");
    assert_eq!((w.engine(&debtor).owes(), w.engine(&debtor).unsold), (false, 0));
    w.pass(DAY);
    w.refresh_tokens();
    w.forfeit_collateral(&debtor, coin).refused(E::NotFlagged);
}

#[test]
fn the_debtor_cannot_set_the_clock_back() {
    let Scene { mut w, debtor, coin, .. } = covered_on_paper();
    w.forfeit_collateral(&debtor, coin).expect("the time for sale begins");
    let began = w.engine(&debtor).unsold;
    w.flag(&debtor).refused(E::NotLiquidatable);
    w.settle(&debtor, &debtor, 0).expect("has nothing to pay with");
    assert_eq!(w.engine(&debtor).unsold, began);
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
