//! The insurance fund in a real bank.

use super::market;
use firebreak_client::{address, instruction, program::state::Insurance};
use firebreak_tests::{Expect, E, UNIT, USD};

#[tokio::test]
async fn gifts_and_fees_reach_the_fund() {
    let (mut bank, maker, taker) = market(1_000).await;
    let sweep = instruction::sweep_fees(0);
    bank.act(std::slice::from_ref(&sweep), &[]).await.refused(E::ZeroAmount);
    bank.refresh(0).await.expect("refreshes");
    let take = instruction::take(taker.owner(), taker.account, maker.account, 0, 10 * UNIT, u64::MAX, &[]);
    bank.act(&[take], &[&taker.key]).await.expect("takes");
    let fund = |atoms| instruction::fund_insurance(taker.owner(), taker.wallet, bank.mint, atoms);
    let (nothing, some) = (fund(0), fund(5 * USD));
    bank.act(&[nothing], &[&taker.key]).await.refused(E::ZeroAmount);
    bank.act(&[some], &[&taker.key]).await.expect("funds");
    bank.act(&[sweep], &[]).await.expect("sweeps");
    let insurance: Insurance = bank.read(&address::insurance()).await;
    assert_eq!(insurance.engine.fund.assets, 5 * USD + 150_000);
    assert_eq!(bank.market(0).await.engine.ledger.insurance_fees, 0);
}
