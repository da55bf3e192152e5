//! A trader's round trip in a real bank: deposit, quote, take, settle, convert, withdraw.

use super::market;
use firebreak_client::{address, instruction, program::state::Quote};
use firebreak_tests::{Expect, E, UNIT, USD};
use solana_transaction::Transaction;

#[tokio::test]
async fn profit_becomes_money_and_leaves() {
    let (mut bank, maker, taker) = market(1_000).await;
    let take = |units: i64| {
        let limit = if units > 0 { u64::MAX } else { 0 };
        instruction::take(taker.owner(), taker.account, maker.account, 0, units * UNIT, limit, &[])
    };
    bank.refresh(0).await.expect("refreshes");
    bank.act(&[take(0)], &[&taker.key]).await.refused(E::SizeOutOfBounds);
    bank.act(&[take(10)], &[&taker.key]).await.expect("takes");
    let quote: Quote = bank.read(&address::quote(&maker.account, &address::market(0))).await;
    assert_eq!(quote.terms.ask_size, 90 * UNIT as u64);
    bank.pass(10).await;
    bank.act(&[take(1)], &[&taker.key]).await.refused(E::PriceTooOld);

    bank.price(0, 110_00000000).await;
    bank.act(&[take(-10)], &[&taker.key]).await.expect("closes");
    let won = 99_999_800;
    let account = bank.margin(&taker).await;
    assert_eq!(account.engine.positions[0].result, won);
    let convert = instruction::convert(taker.owner(), taker.account, 0, &[]);
    bank.act(std::slice::from_ref(&convert), &[&taker.key]).await.refused(E::NothingWarm);
    bank.pass(1_500).await;
    bank.act(std::slice::from_ref(&convert), &[&taker.key]).await.refused(E::QualityTooLow);
    bank.refresh(0).await.expect("refreshes");
    bank.act(&[convert], &[&taker.key]).await.expect("converts");

    let all = bank.margin(&taker).await.engine.capital;
    assert_eq!(all, account.engine.capital + won as u64);
    let withdraw = |atoms| instruction::withdraw(taker.owner(), taker.account, taker.wallet, bank.mint, atoms, &[]);
    let (too_much, exact) = (withdraw(all + 1), withdraw(all));
    bank.act(&[too_much], &[&taker.key]).await.refused(E::InsufficientCapital);
    bank.act(&[exact], &[&taker.key]).await.expect("withdraws");
    assert_eq!(bank.tokens(&taker.wallet).await, 1_000 * USD + all);
}

#[tokio::test]
async fn the_same_transaction_counts_once() {
    let (mut bank, _, taker) = market(1_000).await;
    let ix = instruction::deposit(taker.owner(), taker.account, taker.wallet, bank.mint, USD);
    let hash = bank.context.get_new_latest_blockhash().await.expect("a blockhash");
    let tx = Transaction::new_signed_with_payer(std::slice::from_ref(&ix), Some(&taker.owner()), &[&taker.key], hash);
    bank.context.banks_client.process_transaction(tx.clone()).await.expect("the first");
    // The bank knows the signature: it answers as before and does nothing.
    bank.context.banks_client.process_transaction(tx).await.ok();
    assert_eq!(bank.margin(&taker).await.engine.capital, 1_001 * USD);
    let mut greedy = ix;
    greedy.data = instruction::deposit(taker.owner(), taker.account, taker.wallet, bank.mint, 1_000 * USD).data;
    bank.act(&[greedy], &[&taker.key]).await.refused(E::InsufficientTokens);
}
