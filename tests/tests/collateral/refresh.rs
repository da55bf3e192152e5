//! A collateral's price: all its sources, in order, judged like a market's.

use anchor_lang::prelude::AccountMeta;
use firebreak_client::{instruction, program::events::CollateralPriceAccepted, risk::price::Quality};
use firebreak_tests::{collateral::COIN, events, Expect, World, E, USD};

#[test]
fn a_price_is_in_ticks_of_the_tokens_decimals() {
    let mut w = World::new();
    let coin = w.list_major(100);
    w.vm.pass(5);
    w.publish_token(coin);
    let meta = w.refresh_collateral(coin).expect("refreshes");
    let event = &events::<CollateralPriceAccepted>(&meta)[0];
    assert_eq!((event.collateral, event.quality, event.counted, event.spot), (coin, 2, 3, 100 * COIN));
    assert_eq!((event.low, event.high), (99_999_990_000, 100_000_010_000));
    assert_eq!(event.haircut, 100_000, "the least, in calm times");
    let price = w.record(coin).engine.price;
    assert_eq!((price.spot.0, price.time), (100 * COIN, w.now().time));
}

#[test]
fn every_source_is_passed_in_its_order() {
    let mut w = World::new();
    let coin = w.list_major(100);
    let other = w.list_major(50);
    w.vm.pass(5);
    w.publish_token(coin);
    let keys: Vec<_> = w.tokens[coin as usize].feeds.iter().map(|f| f.key).collect();
    let mint = w.mint_of(coin);
    let theirs = w.tokens[other as usize].feeds[1].key;
    for wrong in [vec![], vec![keys[0]], vec![keys[1], keys[0]], vec![keys[0], theirs], vec![keys[0], keys[1], theirs]] {
        w.act(&[instruction::refresh_collateral(mint, &wrong)], &[]).refused(E::SourcesMismatch);
    }
    w.refresh_collateral(coin).expect("the right ones");
}

#[test]
fn i13_a_bad_price_changes_nothing() {
    let mut w = World::new();
    let coin = w.list_major(100);
    let before = w.record(coin).engine.0;
    w.vm.pass(5);
    let clock = w.vm.clock();
    // Only one source speaks, and the price is still good: nobody may degrade it.
    w.tokens[coin as usize].feeds[0].clone().publish(&mut w.vm);
    w.vm.pass(85);
    w.tokens[coin as usize].feeds[0].clone().publish(&mut w.vm);
    w.refresh_collateral(coin).refused(E::SourceStale);
    // Beyond their bound of each other, too.
    let mut apart = w.tokens[coin as usize].feeds.clone();
    apart[1].price = 110_00000000;
    for feed in &apart {
        feed.publish(&mut w.vm);
    }
    w.refresh_collateral(coin).refused(E::SourcesDisagree);
    for feed in &mut apart {
        feed.price = -1;
        feed.publish(&mut w.vm);
    }
    w.refresh_collateral(coin).refused(E::SourceNonPositive);
    for feed in &mut apart {
        feed.price = 100_00000000;
        feed.publish_at(&mut w.vm, clock.unix_timestamp + 3_600, clock.slot);
    }
    w.refresh_collateral(coin).refused(E::SourceFromTheFuture);
    assert_eq!(w.record(coin).engine.0, before);
}

#[test]
fn one_source_alone_is_degraded_once_the_price_is_old() {
    let mut w = World::new();
    let coin = w.list_major(100);
    w.vm.pass(200);
    w.tokens[coin as usize].feeds[0].clone().publish(&mut w.vm);
    w.refresh_collateral(coin).expect("degrades");
    assert_eq!(w.record(coin).engine.price.quality, Quality::Degraded as u8);
}

#[test]
fn the_settlement_tokens_peg_is_watched_by_the_same_instruction() {
    let mut w = World::new();
    w.token_price(0, 97_000_000);
    let record = w.record(0);
    assert_eq!(record.engine.price.spot.0, 970_000_000_000);
    assert_eq!(firebreak_client::risk::collateral::peg_shortfall_up(&record.engine), Ok(30_000));
    let ann = w.trader(10);
    w.withdraw(&ann, USD).expect("its holders are not held back");
}

#[test]
fn it_is_refreshed_by_its_own_record() {
    let mut w = World::new();
    let (coin, other) = (w.list_major(100), w.list_major(50));
    w.vm.pass(5);
    w.publish_token(coin);
    let keys: Vec<_> = w.tokens[coin as usize].feeds.iter().map(|f| f.key).collect();
    let mut ix = instruction::refresh_collateral(w.mint_of(other), &keys);
    w.act(std::slice::from_ref(&ix), &[]).refused(E::SourcesMismatch);
    ix.accounts[0] = AccountMeta::new(firebreak_client::address::market(0), false);
    w.act(&[ix], &[]).refused_as("AccountOwnedByWrongProgram");
}
