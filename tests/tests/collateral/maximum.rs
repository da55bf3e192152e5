//! I12: an account with 16 positions and 8 collaterals is liquidated in one transaction, by a keeper that is as large.

use anchor_lang::{prelude::Pubkey, solana_program::instruction::Instruction};
use firebreak_client::instruction;
use firebreak_tests::{scenes::Wide, UNIT};
use std::collections::BTreeSet;

/// Bytes that a transaction may have on the wire.
const WIRE: usize = 1_232;
/// Compute units that a transaction has without asking for more.
const UNASKED: u64 = 200_000;

/// Bytes of a version 0 transaction of this instruction alone, signed by one key that also pays; the program is named in full, every
/// other account is found in one lookup table.
fn bytes_with_table(ix: &Instruction) -> usize {
    let compact = |n: usize| if n < 128 { 1 } else { 2 };
    let keys: BTreeSet<Pubkey> =
        ix.accounts.iter().filter(|m| !m.is_signer && m.pubkey != ix.program_id).map(|m| m.pubkey).collect();
    let (signature, header, named, blockhash) = (1 + 64, 1 + 3, 1 + 2 * 32, 32);
    let call = 1 + 1 + compact(ix.accounts.len()) + ix.accounts.len() + compact(ix.data.len()) + ix.data.len();
    let table = 1 + 32 + 1 + 1 + keys.len();
    signature + header + named + blockhash + call + table
}

#[test]
fn the_largest_account_is_liquidated_in_one_transaction() {
    for keeper_holds in [0, 8] {
        let Wide { mut w, holder, keeper, .. } = Wide::with_collaterals(16, 16, (8, keeper_holds)).flagged();
        for market in [0, 15] {
            let needs = w.needs_of(&holder, Some(market)).then(w.needs_of(&keeper, Some(market)));
            assert_eq!(needs.len(), 30 + 9 + if keeper_holds > 0 { 9 } else { 0 });
            let ix = instruction::liquidate(keeper.owner(), keeper.account, holder.account, market, UNIT as u64, &needs);
            let bytes = bytes_with_table(&ix);
            assert!(bytes <= WIRE, "{bytes} bytes");
            let meta = w.act(&[ix], &[&keeper.key]).expect("takes over");
            assert!(meta.compute_units_consumed < UNASKED / 2, "{}", meta.compute_units_consumed);
        }
    }
}

#[test]
fn its_collateral_is_sold_in_one_transaction_and_it_is_resolved() {
    let Wide { mut w, holder, keeper, .. } = Wide::with_collaterals(16, 16, (8, 0)).insolvent();
    w.flag(&holder).expect("flags");
    for coin in 1..=8 {
        let needs = (w.needs_of(&holder, None), w.needs_of(&keeper, None));
        let ix = instruction::liquidate_collateral(keeper.owner(), keeper.account, holder.account, (coin, u64::MAX), needs);
        let bytes = bytes_with_table(&ix);
        assert!(bytes <= WIRE, "{bytes} bytes");
        let meta = w.act(&[ix], &[&keeper.key]).expect("buys");
        assert!(meta.compute_units_consumed < UNASKED / 2, "{}", meta.compute_units_consumed);
    }
    assert_eq!(w.engine(&keeper).collaterals, 8);
    w.declare_bankrupt(&holder).expect("declares");
    for market in (0..16).rev() {
        w.liquidate(&keeper, &holder, market).expect("takes over");
    }
    assert_eq!(w.engine(&holder).bankrupt, 0);
}
