//! What nobody bought in time has a way out still: anybody buys it out of custody, and insurance has the price.

use super::{scene, Scene};
use firebreak_client::{
    address, instruction,
    program::events::ForfeitedSold,
    risk::{collateral_rules::CollateralRules, outflow::OutflowRules},
    Pubkey,
};
use firebreak_tests::{
    collateral::{major, COIN},
    events, params, Expect, Trader, World, E, USD,
};

/// The debtor's coin is in custody and has a price of 100 USD again.
fn held() -> (World, Trader, u16) {
    let Scene { mut w, debtor, keeper, coin, .. } = scene();
    w.price(0, 60_00000000, 5);
    w.refresh_tokens();
    w.flag(&debtor).expect("flags");
    w.forfeit_collateral(&debtor, coin).expect("the time for sale begins");
    w.vm.pass(216_000);
    w.publish(0);
    w.refresh(0).expect("refreshes");
    w.forfeit_collateral(&debtor, coin).expect("nobody bought it");
    w.refresh_tokens();
    (w, keeper, coin)
}

#[test]
fn anybody_buys_it_and_insurance_has_the_price() {
    let (mut w, keeper, coin) = held();
    let (before, fund) = (w.engine(&keeper), w.insurance().engine.fund.assets);
    let record = w.record(coin);
    assert_eq!((record.forfeited, record.engine.total), (COIN, 0));
    let meta = w.buy_forfeited(&keeper, coin, COIN / 4).expect("buys a part");
    let sold = &events::<ForfeitedSold>(&meta)[0];
    assert_eq!((sold.collateral, sold.keeper, sold.amount, sold.discount), (coin, keeper.account, COIN / 4, 5_000));
    // A quarter of 99.9999 USD less half a per cent, an atom for the buyer's rounding.
    let low = record.engine.price.low.0;
    let exact = low as u128 * 995 / 1_000 * (COIN / 4) as u128 / 1_000_000_000_000;
    assert!((exact as u64..=exact as u64 + 2).contains(&sold.paid), "{} against {exact}", sold.paid);
    assert_eq!(w.engine(&keeper).capital, before.capital - sold.paid);
    assert_eq!(w.insurance().engine.fund.assets, fund + sold.paid);
    assert_eq!((w.record(coin).forfeited, w.record(coin).engine.total), (COIN / 4 * 3, COIN / 4));
    let bought = w.engine(&keeper).collateral[0];
    assert_eq!((bought.collateral, bought.amount, bought.counted_down(w.now().time)), (coin, COIN / 4, Ok(0)));
    // All that is left, whatever more was asked for; and then there is none.
    w.buy_forfeited(&keeper, coin, u64::MAX).expect("buys the rest");
    assert_eq!((w.record(coin).forfeited, w.record(coin).engine.total), (0, COIN));
    w.buy_forfeited(&keeper, coin, 1).refused(E::ZeroAmount);
    w.withdraw_collateral(&keeper, coin, COIN).expect("takes it home");
    assert_eq!(w.tokens(&address::vault(&w.mint_of(coin))), 0, "custody is empty, and so is the vault");
}

#[test]
fn the_discount_rises_until_somebody_comes_and_is_half_of_the_haircut_at_most() {
    let (w, keeper, coin) = held();
    let discount = |slots: u64| {
        let mut w = w.clone();
        w.pass(slots);
        let meta = w.buy_forfeited(&keeper, coin, COIN).expect("buys");
        events::<ForfeitedSold>(&meta)[0].discount
    };
    let (now, later, late) = (discount(1), discount(200), discount(10_000));
    assert!(now < later && later < late, "{now} {later} {late}");
    let record = w.record(coin);
    assert_eq!(now, record.feed.rules.fixed_discount.0);
    assert!(late <= record.engine.haircut.live_up().0 / 2, "never for as little as the protocol counts it");
}

#[test]
fn i13_it_is_sold_at_a_fresh_price_only() {
    let (mut w, keeper, coin) = held();
    w.vm.pass(200);
    w.publish(0);
    w.refresh(0).expect("refreshes");
    w.buy_forfeited(&keeper, coin, COIN).refused(E::QualityTooLow);
    // A price that came out of nowhere waits for its confirmation.
    w.token_price(coin, 60_00000000);
    w.buy_forfeited(&keeper, coin, COIN).refused(E::WaitingForConfirmation);
    w.vm.pass(5);
    w.token_price(coin, 100_00000000);
    w.buy_forfeited(&keeper, coin, COIN).expect("the price is back");
}

#[test]
fn the_buyer_pays_owes_nothing_and_stands_at_init_afterwards() {
    let (mut w, keeper, coin) = held();
    let poor = w.trader(99);
    w.buy_forfeited(&poor, coin, COIN).refused(E::InsufficientCapital);
    w.buy_forfeited(&keeper, coin, 0).refused(E::ZeroAmount);
    w.buy_forfeited(&keeper, 0, COIN).refused(E::SettlementIsCapital);
    let other = w.list_major(5);
    w.buy_forfeited(&keeper, other, COIN).refused(E::ZeroAmount);
    // Somebody whose capital margins a position does not spend it.
    let maker = w.trader(10_000);
    let busy = w.trader(110);
    w.quote(&maker, 0, 1_000);
    w.take(&busy, &maker, 0, 20).expect("takes 1 200 USD of notional");
    w.buy_forfeited(&busy, coin, COIN).refused(E::BelowInit);
    let mut ix = instruction::buy_forfeited(keeper.owner(), keeper.account, (w.mint_of(coin), w.mint), COIN, &[]);
    let last = ix.accounts.len() - 1;
    ix.accounts.remove(last);
    w.act(&[ix], &[&keeper.key]).refused(E::CollateralsMismatch);
}

#[test]
fn somebody_who_holds_the_token_already_buys_more_of_it() {
    let (mut w, keeper, coin) = held();
    w.deposit_warm(&keeper, coin, COIN);
    w.buy_forfeited(&keeper, coin, COIN).expect("buys");
    let held = w.engine(&keeper).collateral[0];
    assert_eq!((held.amount, held.counted_down(w.now().time)), (2 * COIN, Ok(COIN)), "what counted counts");
    assert_eq!(w.record(coin).engine.total, 2 * COIN);
}

/// Custody is no way around the vault's limits.
#[test]
fn what_was_bought_leaves_within_the_vaults_limits() {
    let mut w = World::new();
    w.list(params(), 100);
    let limits = OutflowRules { hour: COIN / 10, day: COIN / 4, free: COIN / 100 };
    let coin = w.list_token(major(), CollateralRules::MAJOR, limits, 100);
    let (maker, debtor, keeper) = (w.trader(100_000), w.trader(60), w.trader(10_000));
    w.quote(&maker, 0, 1_000);
    w.take(&debtor, &maker, 0, 10).expect("takes");
    w.forfeited(&debtor, coin);
    w.buy_forfeited(&keeper, coin, COIN).expect("buys");
    w.withdraw_collateral(&keeper, coin, COIN / 5).refused(E::OutflowLimit);
    w.withdraw_collateral(&keeper, coin, COIN / 10).expect("an hour's limit");
    assert!(w.engine(&keeper).capital > 9_000 * USD);
}

/// The buyer's market and records, then what is sold and the settlement token: all, in order, and no other.
#[test]
fn every_account_that_judges_the_buyer_is_asked_for() {
    let (mut w, keeper, coin) = held();
    let maker = w.trader(10_000);
    w.quote(&maker, 0, 1_000);
    w.take(&keeper, &maker, 0, 1).expect("takes");
    w.deposit_warm(&keeper, coin, COIN);
    let other = w.list_major(5);
    let (needs, mints) = (w.needs_of(&keeper, None), (w.mint_of(coin), w.mint));
    let good = instruction::buy_forfeited(keeper.owner(), keeper.account, mints, COIN, needs);
    let fixed = good.accounts.len() - 5;
    let fake = Pubkey::new_from_array([66; 32]);
    let bytes = w.vm.svm.get_account(&address::collateral(&mints.0)).expect("exists").data;
    w.vm.plant(fake, Pubkey::new_from_array([67; 32]), bytes);
    let record = address::collateral(&w.mint_of(other));
    let mut wrong = vec![];
    for i in fixed..good.accounts.len() {
        let mut left_out = good.clone();
        left_out.accounts.remove(i);
        wrong.push(left_out);
        for key in [record, fake, keeper.account, address::market(0), address::insurance()] {
            let mut replaced = good.clone();
            replaced.accounts[i].pubkey = key;
            wrong.push(replaced);
        }
        let mut twice = good.clone();
        twice.accounts.insert(i, good.accounts[i].clone());
        wrong.push(twice);
    }
    wrong.retain(|ix| ix.accounts != good.accounts);
    assert!(wrong.len() > 30);
    for ix in wrong {
        let refused = w.act(&[ix], &[&keeper.key]).expect_err("refused").name;
        assert!(["MarketsMismatch", "CollateralsMismatch"].contains(&refused.as_str()), "{refused}");
    }
    w.act(&[good], &[&keeper.key]).expect("the right ones");
}
