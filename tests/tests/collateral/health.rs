//! What collateral counts: margin for trading and withdrawing, nothing without a fresh price, nothing beside a long in itself, less in a
//! settlement token that has lost its peg; and the records that have to be shown for it.

use super::{scene, top_up, Scene};
use anchor_lang::prelude::AccountMeta;
use firebreak_client::{
    address, instruction,
    risk::{
        collateral::CollateralParams,
        collateral_rules::CollateralRules,
        margin::{health, init_health},
    },
};
use firebreak_tests::{
    collateral::{major, COIN, OPEN},
    Expect, Trader, World, E,
};

fn init(w: &World, who: &Trader) -> i64 {
    init_health(&w.engine(who), &w.book(), false, w.now()).expect("health")
}

#[test]
fn a_warm_coin_margins_a_position_and_a_cold_one_does_not() {
    let mut w = World::with_market();
    let coin = w.list_major(100);
    let (maker, ann) = (w.trader(100_000), w.trader(20));
    w.quote(&maker, 0, 1_000);
    w.deposit_collateral(&ann, coin, COIN).expect("deposits");
    w.pass(1);
    w.take(&ann, &maker, 0, 10).refused(E::BelowInit);
    w.pass(200);
    w.take(&ann, &maker, 0, 10).expect("takes");
    // 90 of 100 USD for Init: the least haircut is a tenth.
    let capital = w.engine(&ann).capital as i64;
    let with = init(&w, &ann);
    let without = init_health(&firebreak_client::risk::Account { collaterals: 0, ..w.engine(&ann) }, &w.book(), false, w.now());
    assert_eq!(with - without.expect("health"), 89_999_991, "low is 99.99999");
    assert!(with < capital + 90_000_000);
}

#[test]
fn a_stale_price_counts_zero_and_blocks_neither_deposits_nor_reducing() {
    let Scene { mut w, maker, debtor, coin, .. } = scene();
    let fresh = health(&w.engine(&debtor), &w.book(), w.now()).expect("health");
    assert_eq!(fresh.collateral, 94_999_990, "95 % of low");
    // The market stays fresh, the coin's feeds stop.
    for _ in 0..3 {
        w.vm.pass(60);
        w.publish(0);
        w.refresh(0).expect("refreshes");
    }
    assert_eq!(health(&w.engine(&debtor), &w.book(), w.now()).expect("health").collateral, 0);
    w.withdraw(&debtor, 1).refused(E::BelowInit);
    w.withdraw_collateral(&debtor, coin, 1).refused(E::BelowInit);
    w.take(&debtor, &maker, 0, 1).refused(E::OnlyReduce);
    top_up(&mut w, &debtor, 1);
    w.settle(&debtor, &debtor, 0).expect("settles");
    w.take(&debtor, &maker, 0, -9).expect("reduces");
    w.take(&debtor, &maker, 0, -1).expect("and closes");
    w.withdraw_collateral(&debtor, coin, COIN).expect("without positions it needs no price");
}

#[test]
fn with_positions_open_collateral_leaves_only_down_to_the_transfer_floor() {
    let Scene { mut w, debtor, coin, .. } = scene();
    w.withdraw_collateral(&debtor, coin, COIN).refused(E::BelowInit);
    // 10 % of a notional of 1 000 USD is the floor: what the coin must still cover.
    let line = init_health(&w.engine(&debtor), &w.book(), true, w.now()).expect("health");
    assert!((7_000_000..9_000_000).contains(&line), "{line}");
    let units = (line as u64) * 1_000_000_000 / 90_000_000;
    w.withdraw_collateral(&debtor, coin, units + 1_000_000).refused(E::BelowInit);
    w.withdraw_collateral(&debtor, coin, units - 1_000_000).expect("what is free");
}

#[test]
fn it_counts_zero_beside_a_long_in_itself() {
    let mut w = World::with_markets(2);
    let own = w.list_token(CollateralParams { underlying: 1, ..major() }, CollateralRules::MAJOR, OPEN, 100);
    let (maker, ann) = (w.trader(100_000), w.trader(1));
    w.quote(&maker, 0, 1_000);
    w.quote(&maker, 1, 1_000);
    w.deposit_warm(&ann, own, COIN);
    w.take(&ann, &maker, 0, 1).refused(E::BelowInit);
    w.take(&ann, &maker, 0, -1).expect("a short in it is fine");
    w.take(&ann, &maker, 1, 1).expect("and a long in something else");
}

#[test]
fn a_broken_peg_of_the_settlement_token_makes_collateral_worth_more_of_it() {
    let Scene { mut w, debtor, .. } = scene();
    let par = health(&w.engine(&debtor), &w.book(), w.now()).expect("health").collateral;
    w.token_price(0, 90_000_000);
    let broken = health(&w.engine(&debtor), &w.book(), w.now()).expect("health").collateral;
    let high = w.record(0).engine.price.high.0;
    assert_eq!(broken as u128, par as u128 * 1_000_000_000_000 / high as u128);
    w.vm.pass(5);
    w.publish(0);
    w.refresh(0).expect("refreshes");
    w.token_price(0, 99_000_000);
    assert_eq!(health(&w.engine(&debtor), &w.book(), w.now()).expect("health").collateral, par, "0.99 is at par");
}

#[test]
fn a_depegged_stable_token_loses_four_times_its_distance() {
    let mut w = World::with_market();
    let params = CollateralParams { floating: 0, ..major() };
    let stable = w.list_token(params, CollateralRules::STABLE, OPEN, 1);
    let ann = w.trader(0);
    w.deposit_warm(&ann, stable, 100 * COIN);
    let counts = |w: &World| health(&w.engine(&ann), &w.book(), w.now()).expect("health").collateral;
    assert_eq!(counts(&w), 94_999_050, "a tenth of haircut, half of it in Maint, of low");
    w.vm.pass(5);
    w.token_price(stable, 96_000_000);
    // Below 0.99 by 0.03 and its width: 12 % more, at once.
    let counted = counts(&w);
    assert!((79_000_000..80_000_000).contains(&counted), "{counted}");
}

#[test]
fn the_records_of_what_is_held_come_after_the_markets_in_order_with_the_settlement_tokens_last() {
    let mut w = World::with_markets(2);
    let (one, two) = (w.list_major(100), w.list_major(50));
    let three = w.list_major(10);
    let (maker, ann) = (w.trader(100_000), w.trader(100));
    for market in 0..2 {
        w.quote(&maker, market, 1_000);
        w.take(&ann, &maker, market, 1).expect("takes");
    }
    for coin in [one, two] {
        w.deposit_collateral(&ann, coin, COIN).expect("deposits");
    }
    let good = instruction::settle(ann.owner(), ann.account, 0, w.needs_of(&ann, Some(0)));
    let fixed = good.accounts.len() - 4;
    let records: Vec<_> = (0..4).map(|index| address::collateral(&w.mint_of(index))).collect();
    let key = |index: u16| records[index as usize];
    let meta = |k| AccountMeta::new_readonly(k, false);
    assert_eq!(good.accounts[fixed + 1..].iter().map(|m| m.pubkey).collect::<Vec<_>>(), [key(one), key(two), key(0)]);
    let fake = anchor_lang::prelude::Pubkey::new_from_array([240; 32]);
    let bytes = w.vm.svm.get_account(&key(one)).expect("exists").data;
    let (foreign, strange) = (meta(fake), [meta(key(three)), meta(address::market(1)), meta(maker.account), meta(fake)]);
    w.vm.plant(foreign.pubkey, anchor_lang::prelude::Pubkey::new_from_array([66; 32]), bytes);
    let list = good.accounts[fixed + 1..].to_vec();
    let mut wrong = vec![];
    for i in 0..3 {
        let (mut fewer, mut swapped) = (list.clone(), list.clone());
        fewer.remove(i);
        swapped.swap(i, (i + 1) % 3);
        wrong.extend([fewer, swapped]);
        for other in &strange {
            let mut replaced = list.clone();
            replaced[i] = other.clone();
            wrong.push(replaced);
        }
    }
    for records in wrong {
        let mut ix = good.clone();
        ix.accounts.truncate(fixed + 1);
        ix.accounts.extend(records);
        w.act(&[ix], &[&ann.key]).refused(E::CollateralsMismatch);
    }
    let mut more = good.clone();
    more.accounts.push(meta(key(three)));
    w.act(&[more], &[&ann.key]).refused(E::MarketsMismatch);
    let mut later = w.clone();
    let mut account = later.vm.svm.get_account(&key(one)).expect("exists");
    account.data[8] = 2;
    later.vm.plant(key(one), firebreak_client::ID, account.data);
    later.act(std::slice::from_ref(&good), &[&ann.key]).refused(E::WrongVersion);
    w.act(&[good], &[&ann.key]).expect("the right ones");
}
