//! Profit becomes money when it has warmed up and its market is whole: in full or not at all.

use firebreak_client::{instruction, program::events::Converted};
use firebreak_tests::{events, Expect, Trader, World, E, UNIT, USD};

const WARMUP_SLOTS: u64 = 1_500; // 600 seconds

/// A taker long 10 units at 100.00001 and a maker short, the price at 110.
fn winner() -> (World, Trader, Trader) {
    let mut w = World::with_market();
    let (maker, taker) = (w.trader(1_000), w.trader(1_000));
    w.quote(&maker, 0, 100);
    w.take(&taker, &maker, 0, 10).expect("takes");
    w.price(0, 110_00000000, 5);
    (w, maker, taker)
}

const WON: u64 = 99_999_900;

#[test]
fn a_warm_claim_is_paid_to_the_atom() {
    let (mut w, maker, taker) = winner();
    w.settle(&taker, &taker, 0).expect("settles");
    w.settle(&maker, &maker, 0).expect("pays");
    assert_eq!((w.ledger(0).pool, w.ledger(0).claims), (WON, WON));
    w.pass(WARMUP_SLOTS);
    let before = w.engine(&taker);
    let meta = w.convert(&taker, 0).expect("converts");
    let after = w.engine(&taker);
    assert_eq!(after.capital, before.capital + WON);
    assert_eq!((after.positions[0].result, after.positions[0].base.0), (0, 10 * UNIT));
    assert_eq!((w.ledger(0).pool, w.ledger(0).claims), (0, 0));
    let event = &events::<Converted>(&meta)[0];
    assert_eq!((event.market, event.account, event.gain, event.amount), (0, taker.account, 0, WON));
    w.convert(&taker, 0).refused(E::NothingWarm);
}

#[test]
fn a_claim_warms_up_linearly() {
    let (mut w, maker, taker) = winner();
    w.settle(&maker, &maker, 0).expect("pays");
    w.convert(&taker, 0).refused(E::NothingWarm);
    w.settle(&taker, &taker, 0).expect("the clock starts");
    w.convert(&taker, 0).refused(E::NothingWarm);
    w.pass(WARMUP_SLOTS / 2);
    let before = w.engine(&taker).capital;
    w.convert(&taker, 0).expect("half is warm");
    assert_eq!(w.engine(&taker).capital - before, WON / 2);
    w.convert(&taker, 0).refused(E::NothingWarm);
    w.pass(WARMUP_SLOTS / 2);
    w.convert(&taker, 0).expect("the other half");
    assert_eq!(w.engine(&taker).capital - before, WON);
}

#[test]
fn a_claim_waits_until_its_market_is_whole() {
    let (mut w, maker, taker) = winner();
    w.settle(&taker, &taker, 0).expect("settles");
    w.pass(WARMUP_SLOTS);
    w.convert(&taker, 0).refused(E::MarketNotWhole);
    w.settle(&maker, &maker, 0).expect("the loser pays");
    w.convert(&taker, 0).expect("converts");
}

#[test]
fn after_a_large_move_unsettled_profit_is_counted_too() {
    let (mut w, maker, taker) = winner();
    let late = w.trader(1_000);
    w.take(&late, &maker, 0, 10).expect("takes at 110");
    w.settle(&taker, &taker, 0).expect("settles");
    w.settle(&maker, &maker, 0).expect("pays");
    w.price(0, 121_00000000, 5); // 10 % within the warm-up period: beyond Maint
    w.pass(WARMUP_SLOTS - 5);
    // The pool covers what is booked; a side's profit since then is nowhere yet.
    w.convert(&taker, 0).refused(E::MarketNotWhole);
    w.settle(&maker, &maker, 0).expect("pays");
    w.settle(&late, &late, 0).expect("books");
    w.convert(&taker, 0).expect("whole again");
}

#[test]
fn while_a_loss_is_not_shared_nobody_converts() {
    let (mut w, maker, taker) = winner();
    let (thin, keeper) = (w.trader(70), w.trader(10_000));
    w.quote(&keeper, 0, 100);
    w.take(&thin, &keeper, 0, -10).expect("goes short at 110");
    w.settle(&taker, &taker, 0).expect("settles");
    w.settle(&maker, &maker, 0).expect("pays");
    w.price(0, 121_00000000, 5);
    w.declare_bankrupt(&thin).expect("owes 110 USD");
    w.liquidate(&keeper, &thin, 0).expect("takes over");
    w.settle(&maker, &maker, 0).expect("settles");
    w.pass(WARMUP_SLOTS);
    assert!(w.ledger(0).deficit > 0);
    w.convert(&taker, 0).refused(E::MarketNotWhole);
    w.settle(&keeper, &keeper, 0).expect("settles");
    w.share_loss(0).expect("shares");
    assert_eq!(w.ledger(0).deficit, 0);
    w.convert(&taker, 0).expect("converts what is left");
}

#[test]
fn converted_profit_is_money() {
    let (mut w, maker, taker) = winner();
    w.settle(&maker, &maker, 0).expect("pays");
    w.take(&taker, &maker, 0, -10).expect("closes");
    let free = w.engine(&taker).capital;
    w.withdraw(&taker, free + 1).refused(E::InsufficientCapital);
    w.pass(WARMUP_SLOTS);
    w.convert(&taker, 0).expect("converts");
    assert_eq!(w.engine(&taker).positions[0].used, 0, "nothing is left of the position");
    // Sold at 109.99999: 0.0001 USD less than the mark.
    w.withdraw(&taker, free + WON - 100).expect("with the profit");
    assert_eq!(w.engine(&taker).capital, 0);
}

#[test]
fn nobody_converts_for_another() {
    let (mut w, maker, taker) = winner();
    w.act(&[instruction::convert(maker.owner(), taker.account, 0, &[])], &[&maker.key]).refused(E::NotOwner);
    let mut ix = instruction::convert(taker.owner(), taker.account, 0, &[]);
    ix.accounts[0].is_signer = false;
    w.act(&[ix], &[&maker.key]).refused_as("AccountNotSigner");
}

#[test]
fn without_a_position_there_is_nothing_to_convert() {
    let mut w = World::with_markets(2);
    let ann = w.trader(100);
    w.convert(&ann, 0).refused(E::NoPosition);
    let maker = w.trader(1_000);
    w.quote(&maker, 0, 10);
    w.take(&ann, &maker, 0, 1).expect("takes");
    w.convert(&ann, 1).refused(E::NoPosition);
}

#[test]
fn an_account_that_cannot_pay_converts_nothing() {
    let mut w = World::with_markets(2);
    let (maker, thin) = (w.trader(10_000), w.trader(120));
    for market in 0..2 {
        w.quote(&maker, market, 100);
        w.take(&thin, &maker, market, 10).expect("takes");
    }
    w.price(0, 105_00000000, 3);
    w.settle(&maker, &maker, 0).expect("pays");
    w.settle(&thin, &thin, 0).expect("a claim of 50 USD");
    w.pass(WARMUP_SLOTS);
    w.price(1, 85_00000000, 3);
    // It owes 150 USD in the other market: what it earned here is for those it owes, once it is declared.
    w.convert(&thin, 0).refused(E::MustDeclareBankrupt);
    assert!(w.engine(&thin).capital < 120 * USD);
}
