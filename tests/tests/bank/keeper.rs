//! A crash in a real bank: flag, take-over along the ramp, bankruptcy, the loss shared.

use super::market;
use firebreak_client::instruction;
use firebreak_tests::{Expect, E, UNIT};

#[tokio::test]
async fn a_crash_is_carried_through() {
    let (mut bank, maker, thin) = market(60).await;
    let keeper = bank.trader(10_000).await;
    bank.refresh(0).await.expect("refreshes");
    let take = instruction::take(thin.owner(), thin.account, maker.account, 0, 10 * UNIT, u64::MAX, &[]);
    bank.act(&[take], &[&thin.key]).await.expect("takes");

    let flag = instruction::flag(thin.account, &[0]);
    let liquidate = instruction::liquidate(keeper.owner(), keeper.account, thin.account, 0, u64::MAX, &[]);
    let declare = instruction::declare_bankrupt(thin.account, &[0]);
    let settle = |t: &firebreak_tests::Trader| instruction::settle(keeper.owner(), t.account, 0, &[]);
    bank.act(std::slice::from_ref(&flag), &[]).await.refused(E::NotLiquidatable);
    bank.act(&[settle(&maker)], &[&keeper.key]).await.refused(E::SettleNotPermitted);

    bank.price(0, 97_00000000).await;
    bank.act(std::slice::from_ref(&liquidate), &[&keeper.key]).await.refused(E::NotFlagged);
    bank.act(&[flag], &[]).await.expect("flags");
    bank.act(std::slice::from_ref(&liquidate), &[&keeper.key]).await.expect("the first quarter");
    bank.act(std::slice::from_ref(&liquidate), &[&keeper.key]).await.refused(E::RampNotReached);
    bank.act(std::slice::from_ref(&declare), &[]).await.refused(E::NotBankrupt);

    bank.price(0, 90_00000000).await;
    bank.act(std::slice::from_ref(&liquidate), &[&keeper.key]).await.refused(E::MustDeclareBankrupt);
    bank.act(&[declare], &[]).await.expect("declares");
    bank.act(&[liquidate], &[&keeper.key]).await.expect("takes over");
    let engine = bank.margin(&thin).await.engine;
    assert_eq!((engine.capital, engine.bankrupt, engine.used().count()), (0, 0, 0));

    bank.act(&[settle(&maker)], &[&keeper.key]).await.expect("a loss window is open");
    let share = instruction::share_loss(0);
    bank.act(std::slice::from_ref(&share), &[]).await.expect("the pot");
    bank.act(std::slice::from_ref(&share), &[]).await.refused(E::LossWindowOpen);
    bank.pass(155).await;
    bank.act(std::slice::from_ref(&share), &[]).await.expect("claims");
    bank.act(&[share], &[]).await.refused(E::NoDeficit);
    let ledger = bank.market(0).await.engine.ledger;
    assert_eq!((ledger.deficit, ledger.debt, ledger.bankruptcies), (0, 0, 1));
    assert!(ledger.loss_shared > 0);
}
