//! A transaction happens once, whole, or not at all.

use firebreak_client::instruction;
use firebreak_tests::{Expect, World, E, UNIT, USD};
use solana_transaction::Transaction;

#[test]
fn a_transaction_that_fails_in_the_middle_leaves_nothing() {
    let mut w = World::with_market();
    let (maker, ann) = (w.trader(1_000), w.trader(100));
    w.quote(&maker, 0, 10);
    let deposit = instruction::deposit(ann.owner(), ann.account, ann.wallet, w.mint, 50 * USD);
    let take = instruction::take(ann.owner(), ann.account, maker.account, 0, UNIT, u64::MAX, &[]);
    let greedy = instruction::withdraw(ann.owner(), ann.account, ann.wallet, w.mint, 145 * USD, &[0]);
    // World::act compares every account's bytes after a refusal.
    w.act(&[deposit.clone(), take.clone(), greedy], &[&ann.key]).refused(E::BelowInit);
    assert_eq!(w.engine(&ann).capital, 100 * USD);
    let modest = instruction::withdraw(ann.owner(), ann.account, ann.wallet, w.mint, 100 * USD, &[0]);
    w.act(&[deposit, take, modest], &[&ann.key]).expect("all three");
    assert_eq!(w.engine(&ann).positions[0].base.0, UNIT);
}

#[test]
fn the_same_transaction_counts_once() {
    let mut w = World::new();
    let ann = w.trader(100);
    let ix = instruction::deposit(ann.owner(), ann.account, ann.wallet, w.mint, USD);
    let hash = w.vm.svm.latest_blockhash();
    let tx = Transaction::new_signed_with_payer(&[ix], Some(&ann.owner()), &[&ann.key], hash);
    w.vm.svm.send_transaction(tx.clone()).expect("the first");
    let again = w.vm.svm.send_transaction(tx.clone()).expect_err("the second");
    assert_eq!(again.err.to_string(), "This transaction has already been processed");
    w.vm.svm.expire_blockhash();
    let late = w.vm.svm.send_transaction(tx).expect_err("and not after its blockhash has expired");
    assert_eq!(late.err.to_string(), "Blockhash not found");
    assert_eq!(w.engine(&ann).capital, 101 * USD);
}
