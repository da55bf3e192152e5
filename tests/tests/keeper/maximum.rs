//! I12: at the maximum of 16 positions on both sides everything still fits one transaction.

use firebreak_client::instruction;
use firebreak_tests::{scenes::Wide, Expect, E, UNIT};
use solana_transaction::Transaction;

/// Bytes that a transaction may have on the wire.
const WIRE: usize = 1_232;
/// Compute units that a transaction has without asking for more.
const UNASKED: u64 = 200_000;

#[test]
fn the_largest_account_is_liquidated_by_the_largest_keeper_in_one_transaction() {
    let Wide { mut w, holder, keeper, .. } = Wide::new(16, 16).flagged();
    for market in [0, 7, 15] {
        let others = w.needs_of(&holder, Some(market)).then(w.needs_of(&keeper, Some(market)));
        assert_eq!(others.len(), 30);
        let ix = instruction::liquidate(keeper.owner(), keeper.account, holder.account, market, UNIT as u64, &others);
        let hash = w.vm.svm.latest_blockhash();
        let tx = Transaction::new_signed_with_payer(std::slice::from_ref(&ix), Some(&keeper.owner()), &[&keeper.key], hash);
        let bytes = bincode::serialize(&tx).expect("serialises").len();
        assert!(bytes <= WIRE, "{bytes} bytes");
        let meta = w.act(&[ix], &[&keeper.key]).expect("takes over");
        assert!(meta.compute_units_consumed < UNASKED / 2, "{}", meta.compute_units_consumed);
    }
}

#[test]
fn the_largest_account_is_settled_flagged_declared_and_closed() {
    let Wide { mut w, holder, keeper, .. } = Wide::new(16, 16);
    w.crash(97_50000000, 5);
    let settled = w.settle(&keeper, &holder, 15).expect("settles");
    assert!(settled.compute_units_consumed < UNASKED / 4);
    w.crash(90_00000000, 5);
    w.flag(&holder).expect("flags");
    w.declare_bankrupt(&holder).expect("declares");
    for market in (0..16).rev() {
        w.liquidate(&keeper, &holder, market).expect("takes over");
    }
    assert!(w.engine(&holder).used().next().is_none());
    assert_eq!(w.engine(&holder).bankrupt, 0);
}

#[test]
fn a_seventeenth_position_is_refused() {
    let Wide { mut w, maker, holder, .. } = Wide::new(16, 0);
    let market = w.list(firebreak_tests::params(), 100);
    let other = w.trader(1_000);
    w.quote(&other, market, 10);
    w.take(&holder, &other, market, 1).refused(E::NoFreePosition);
    w.pass(1);
    w.take(&holder, &maker, 3, -10).expect("closes one");
    assert_eq!(w.markets_of(&holder, None).len(), 15, "its small loss is paid, its place is free");
    w.publish(market);
    w.refresh(market).expect("refreshes");
    w.take(&holder, &other, market, 1).expect("and can be used");
}
