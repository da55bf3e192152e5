//! Sales: for a debt exactly, at the fixed discount; to the stop line of an account being liquidated; what is sold is the keeper's.

use super::{scene, Scene};
use firebreak_client::{program::events::CollateralSold, risk::margin::health};
use firebreak_tests::{collateral::COIN, events, Expect, Trader, World, E};

fn solvency(w: &World, who: &Trader) -> firebreak_client::risk::margin::Health {
    health(&w.engine(who), &w.book(), w.now()).expect("health")
}

/// The price of the market falls to `usd`, and the coin's is fresh.
fn fall(w: &mut World, price: i64) {
    w.price(0, price, 5);
    w.refresh_tokens();
}

#[test]
fn a_debt_is_sold_for_exactly_whatever_the_accounts_health_and_paid_at_once() {
    let Scene { mut w, debtor, keeper, coin, .. } = scene();
    fall(&mut w, 96_00000000);
    w.settle(&debtor, &debtor, 0).expect("pays what it has");
    let owed = w.engine(&debtor).owed().expect("a number");
    assert!((21_000_000..22_000_000).contains(&owed), "{owed}");
    assert!(solvency(&w, &debtor).maint > 0 && w.engine(&debtor).flagged == 0, "healthy, only in debt");
    w.withdraw(&debtor, 1).refused(E::AccountInDebt);
    w.withdraw_collateral(&debtor, coin, 1).refused(E::AccountInDebt);
    let (pool, before) = (w.ledger(0).pool, w.engine(&keeper));
    let meta = w.liquidate_collateral(&keeper, &debtor, coin).expect("buys");
    let sold = &events::<CollateralSold>(&meta)[0];
    assert_eq!((sold.collateral, sold.account, sold.keeper, sold.discount), (coin, debtor.account, keeper.account, 5_000));
    assert_eq!((sold.paid, sold.debts, sold.state.capital), (owed + 1, owed, 1), "the debt; an atom is the buyer's rounding");
    // Half a per cent below low: 99.49999005 USD a coin, the buyer's last unit rounded up.
    assert_eq!(sold.amount, (owed as u128 * 1_000_000_000_000).div_ceil(99_499_990_050) as u64);
    assert_eq!((w.ledger(0).pool, w.ledger(0).debt), (pool + owed, 0));
    assert_eq!(w.engine(&keeper).capital, before.capital - owed - 1);
    let bought = w.engine(&keeper).collateral[0];
    assert_eq!((bought.collateral, bought.amount), (coin, sold.amount));
    assert_eq!(bought.counted_down(w.now().time), Ok(0), "it warms up like a deposit");
    assert_eq!(w.record(coin).engine.total, COIN, "no token moved");
    w.liquidate_collateral(&keeper, &debtor, coin).refused(E::NotLiquidatable);
    w.withdraw_collateral(&keeper, coin, sold.amount).expect("the keeper takes it home");
}

#[test]
fn a_debt_in_a_market_passed_for_reading_stays_until_it_is_settled() {
    let Scene { mut w, debtor, keeper, coin, .. } = scene();
    fall(&mut w, 96_00000000);
    w.settle(&debtor, &debtor, 0).expect("pays what it has");
    let owed = w.engine(&debtor).owed().expect("a number");
    let needs = (w.needs_of(&debtor, None), w.needs_of(&keeper, None));
    let mut ix = firebreak_client::instruction::liquidate_collateral(
        keeper.owner(),
        keeper.account,
        debtor.account,
        (coin, u64::MAX),
        needs,
    );
    for meta in ix.accounts.iter_mut().skip(6) {
        meta.is_writable = false;
    }
    let meta = w.act(&[ix], &[&keeper.key]).expect("buys");
    let sold = &events::<CollateralSold>(&meta)[0];
    assert_eq!((sold.paid, sold.debts, sold.state.capital), (owed + 1, 0, owed + 1));
    w.liquidate_collateral(&keeper, &debtor, coin).refused(E::NotLiquidatable);
    w.settle(&debtor, &debtor, 0).expect("pays it");
    assert_eq!(w.ledger(0).debt, 0);
}

#[test]
fn an_account_being_liquidated_sells_to_its_stop_line() {
    let Scene { mut w, debtor, keeper, coin, .. } = scene();
    // Nothing else to sell than two more coins: enough to restore it.
    w.deposit_warm(&debtor, coin, 2 * COIN);
    fall(&mut w, 71_00000000);
    assert!(solvency(&w, &debtor).maint < 0 && solvency(&w, &debtor).solvency > 0);
    w.liquidate_collateral(&keeper, &debtor, coin).refused(E::NotFlagged);
    w.flag(&debtor).expect("flags");
    let was = solvency(&w, &debtor);
    let meta = w.liquidate_collateral(&keeper, &debtor, coin).expect("buys");
    let sold = &events::<CollateralSold>(&meta)[0];
    let is = solvency(&w, &debtor);
    assert!(is.liq_end > was.liq_end && is.maint > was.maint);
    if sold.amount < 3 * COIN {
        assert!((0..5).contains(&is.liq_end), "to the stop line, not past it: {}", is.liq_end);
        assert_eq!(w.engine(&debtor).flagged, 0);
        w.liquidate_collateral(&keeper, &debtor, coin).refused(E::NotLiquidatable);
    }
}

#[test]
fn the_discount_rises_with_time_and_depth_up_to_half_of_the_haircut() {
    let Scene { mut w, debtor, keeper, coin, .. } = scene();
    w.deposit_warm(&debtor, coin, 2 * COIN);
    fall(&mut w, 71_00000000);
    w.flag(&debtor).expect("flags");
    let discount = |w: &World, wait: u64| {
        let mut w = w.clone();
        w.pass(wait);
        let meta = w.liquidate_units(&keeper, &debtor, coin, COIN / 2).expect("buys");
        events::<CollateralSold>(&meta)[0].discount
    };
    let (now, later, late) = (discount(&w, 1), discount(&w, 75), discount(&w, 10_000));
    assert!(now <= later && later < late, "{now} {later} {late}");
    assert!(now >= 5_000 && late <= 25_000, "the fixed one at least, half of the haircut of 5 % at most");
}

#[test]
fn an_account_that_cannot_pay_is_sold_out_and_can_then_be_declared_bankrupt() {
    let Scene { mut w, debtor, keeper, coin, .. } = scene();
    fall(&mut w, 80_00000000); // a loss of 200 USD
    assert!(solvency(&w, &debtor).solvency < 0);
    w.declare_bankrupt(&debtor).refused(E::CollateralUnsold);
    w.settle(&debtor, &debtor, 0).refused(E::MustDeclareBankrupt);
    w.flag(&debtor).expect("flags");
    w.liquidate(&keeper, &debtor, 0).refused(E::MustDeclareBankrupt);
    let meta = w.liquidate_collateral(&keeper, &debtor, coin).expect("buys all of it");
    let sold = &events::<CollateralSold>(&meta)[0];
    assert_eq!((sold.amount, sold.discount, sold.debts), (COIN, 5_000, 0));
    assert_eq!(w.engine(&debtor).collaterals, 0);
    w.declare_bankrupt(&debtor).expect("declares");
    assert_eq!(w.ledger(0).pool, sold.state.capital, "what the coin brought pays those it owes");
    w.liquidate(&keeper, &debtor, 0).expect("takes over");
}

#[test]
fn a_keeper_may_buy_less_but_leaves_no_dust() {
    let Scene { mut w, debtor, keeper, coin, .. } = scene();
    fall(&mut w, 80_00000000);
    w.flag(&debtor).expect("flags");
    w.liquidate_units(&keeper, &debtor, coin, 0).refused(E::ZeroAmount);
    w.liquidate_units(&keeper, &debtor, coin, COIN - COIN / 10).refused(E::DustLeft);
    w.liquidate_units(&keeper, &debtor, coin, COIN / 2).expect("half");
    w.liquidate_units(&keeper, &debtor, coin, COIN / 2).expect("and the rest");
}

#[test]
fn cold_units_go_first_and_bring_their_whole_price() {
    let Scene { mut w, debtor, keeper, coin, .. } = scene();
    w.deposit_collateral(&debtor, coin, COIN).expect("cold");
    w.price(0, 91_00000000, 5);
    w.refresh_tokens();
    w.flag(&debtor).expect("flags: the cold coin counts little");
    let counted = w.engine(&debtor).collateral[0].counted_down(w.now().time).expect("a number");
    let meta = w.liquidate_collateral(&keeper, &debtor, coin).expect("buys");
    let sold = &events::<CollateralSold>(&meta)[0];
    assert!(sold.amount < COIN / 4, "{}", sold.amount);
    assert_eq!(w.engine(&debtor).collateral[0].counted_down(w.now().time), Ok(counted), "what counted counts");
    assert!(solvency(&w, &debtor).liq_end >= 0);
}

#[test]
fn it_is_paid_in_a_settlement_token_below_its_peg_at_what_that_is_worth() {
    let Scene { mut w, debtor, keeper, coin, .. } = scene();
    fall(&mut w, 96_00000000);
    w.settle(&debtor, &debtor, 0).expect("pays what it has");
    let owed = w.engine(&debtor).owed().expect("a number");
    w.token_price(0, 50_000_000);
    let meta = w.liquidate_collateral(&keeper, &debtor, coin).expect("buys");
    let sold = &events::<CollateralSold>(&meta)[0];
    assert!(sold.paid >= owed && sold.paid <= owed + 3, "{} for {owed}", sold.paid);
    // Twice as much of it buys a coin: half the coin pays the same debt.
    let usual = owed * 10_000 / 995;
    assert!(sold.amount.abs_diff(usual / 2) < usual / 100, "{} of {usual}", sold.amount);
    assert_eq!(w.ledger(0).debt, 0);
}
