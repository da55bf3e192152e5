//! Marking a position to the robust price: by its owner any time, by others on the grounds the design names.

use firebreak_client::{instruction, program::events::Settled};
use firebreak_tests::{events, Expect, Trader, World, E, UNIT, USD};

/// A taker long 10 units at 100.00001 and a maker short, each with 1 000 USD.
fn pair() -> (World, Trader, Trader) {
    let mut w = World::with_market();
    let (maker, taker) = (w.trader(1_000), w.trader(1_000));
    w.quote(&maker, 0, 100);
    w.take(&taker, &maker, 0, 10).expect("takes");
    (w, maker, taker)
}

#[test]
fn a_loser_pays_into_the_pool_to_the_atom() {
    let (mut w, _, taker) = pair();
    w.price(0, 97_00000000, 5);
    let before = w.engine(&taker);
    let meta = w.settle(&taker, &taker, 0).expect("settles");
    let lost = 30_000_100;
    let after = w.engine(&taker);
    assert_eq!(after.capital, before.capital - lost);
    let p = after.positions[0];
    assert_eq!((p.base.0, p.entry, p.result, p.settled), (10 * UNIT, 970 * USD as i64, 0, w.now().time));
    let l = w.ledger(0);
    assert_eq!((l.pool, l.claims, l.debt), (lost, 0, 0));
    let event = &events::<Settled>(&meta)[0];
    assert_eq!((event.market, event.account, event.gain, event.paid), (0, taker.account, -(lost as i64), lost));
}

#[test]
fn a_winner_holds_a_claim_and_no_money() {
    let (mut w, maker, _) = pair();
    w.price(0, 97_00000000, 5);
    let before = w.engine(&maker);
    w.settle(&maker, &maker, 0).expect("settles");
    let after = w.engine(&maker);
    assert_eq!(after.capital, before.capital);
    assert_eq!(after.positions[0].result, 30_000_100);
    assert_eq!((w.ledger(0).pool, w.ledger(0).claims), (0, 30_000_100));
}

#[test]
fn a_loss_cancels_the_claim_before_it_touches_capital() {
    let (mut w, _, taker) = pair();
    w.price(0, 105_00000000, 5);
    w.settle(&taker, &taker, 0).expect("a claim of 50 USD");
    let before = w.engine(&taker);
    w.price(0, 101_00000000, 5);
    w.settle(&taker, &taker, 0).expect("40 of it are gone");
    assert_eq!(w.engine(&taker).capital, before.capital);
    assert_eq!(w.engine(&taker).positions[0].result, 9_999_900);
    w.price(0, 99_00000000, 5);
    w.settle(&taker, &taker, 0).expect("the rest, and 10 USD more");
    assert_eq!(w.engine(&taker).capital, before.capital - 10_000_100);
    assert_eq!((w.ledger(0).claims, w.ledger(0).pool), (0, 10_000_100));
}

#[test]
fn settling_twice_changes_nothing_more() {
    let (mut w, _, taker) = pair();
    w.price(0, 97_00000000, 5);
    w.settle(&taker, &taker, 0).expect("settles");
    let before = w.margin(&taker);
    w.settle(&taker, &taker, 0).expect("nothing to do is not an error");
    assert_eq!(w.margin(&taker).engine, before.engine);
}

#[test]
fn a_stranger_needs_a_reason() {
    let (mut w, maker, taker) = pair();
    w.settle(&maker, &taker, 0).refused(E::SettleNotPermitted);
    w.price(0, 101_00000000, 5);
    // The maker shows a loss, and the market is whole: nobody waits for it.
    w.settle(&taker, &maker, 0).refused(E::SettleNotPermitted);
    w.settle(&maker, &taker, 0).refused(E::SettleNotPermitted);
}

#[test]
fn a_stranger_settles_an_account_below_init() {
    let (mut w, maker, _) = pair();
    let (thin, stranger) = (w.trader(60), w.trader(0));
    w.take(&thin, &maker, 0, 10).expect("takes");
    w.settle(&stranger, &thin, 0).refused(E::SettleNotPermitted);
    w.price(0, 99_00000000, 5);
    w.settle(&stranger, &thin, 0).expect("48.5 USD are below 5 % of 990");
}

#[test]
fn a_stranger_settles_a_loss_that_the_market_waits_for() {
    let (mut w, maker, taker) = pair();
    w.price(0, 101_00000000, 5);
    w.settle(&taker, &taker, 0).expect("a claim");
    w.settle(&taker, &maker, 0).expect("the loser");
    w.settle(&maker, &taker, 0).refused(E::SettleNotPermitted);
}

#[test]
fn a_stranger_settles_anybody_while_a_loss_window_is_open() {
    let (mut w, maker, taker) = pair();
    let (thin, keeper) = (w.trader(60), w.trader(10_000));
    w.take(&thin, &maker, 0, 10).expect("takes");
    w.price(0, 90_00000000, 5);
    w.declare_bankrupt(&thin).expect("declares");
    w.liquidate(&keeper, &thin, 0).expect("takes over");
    assert!(w.ledger(0).window_deficit > 0);
    w.settle(&keeper, &maker, 0).expect("a winner");
    w.settle(&keeper, &taker, 0).expect("a loser");
    w.pass(155); // 62 seconds
    w.settle(&keeper, &maker, 0).refused(E::SettleNotPermitted);
}

#[test]
fn a_stranger_settles_what_nobody_has_settled_for_a_day() {
    let (mut w, maker, taker) = pair();
    w.pass(215_995);
    w.settle(&maker, &taker, 0).refused(E::SettleNotPermitted);
    w.pass(5);
    w.settle(&maker, &taker, 0).expect("86 400 seconds");
    w.settle(&maker, &taker, 0).refused(E::SettleNotPermitted);
}

#[test]
fn the_caller_signs() {
    let (mut w, maker, taker) = pair();
    // Otherwise anybody could name the owner.
    let mut ix = instruction::settle(taker.owner(), taker.account, 0, &[]);
    ix.accounts[0].is_signer = false;
    w.act(&[ix], &[&maker.key]).refused_as("AccountNotSigner");
}

#[test]
fn there_must_be_a_position() {
    let mut w = World::with_markets(2);
    let (maker, taker) = (w.trader(1_000), w.trader(1_000));
    w.quote(&maker, 0, 100);
    w.settle(&taker, &taker, 0).refused(E::NoPosition);
    w.take(&taker, &maker, 0, 1).expect("takes");
    w.settle(&taker, &taker, 1).refused(E::NoPosition);
    w.settle(&maker, &taker, 1).refused(E::NoPosition);
}

#[test]
fn an_account_that_cannot_pay_must_be_declared() {
    let (mut w, maker, _) = pair();
    let thin = w.trader(60);
    w.take(&thin, &maker, 0, 10).expect("takes");
    w.price(0, 94_00000000, 5);
    w.settle(&thin, &thin, 0).refused(E::MustDeclareBankrupt);
    w.settle(&maker, &thin, 0).refused(E::MustDeclareBankrupt);
    w.deposit(&thin, 10 * USD).expect("its owner may still save it");
    w.settle(&thin, &thin, 0).expect("and it pays");
    assert_eq!(w.ledger(0).debt, 0);
}

#[test]
fn settling_clears_the_flag_of_an_account_back_at_its_stop_line() {
    let (mut w, maker, _) = pair();
    let thin = w.trader(60);
    w.take(&thin, &maker, 0, 10).expect("takes");
    w.price(0, 97_00000000, 5);
    w.flag(&thin).expect("flags");
    w.price(0, 98_00000000, 5); // above Maint, below LiqEnd
    w.settle(&thin, &thin, 0).expect("settles");
    assert_ne!(w.engine(&thin).flagged, 0);
    w.price(0, 99_50000000, 5);
    w.settle(&thin, &thin, 0).expect("settles");
    assert_eq!(w.engine(&thin).flagged, 0);
}
