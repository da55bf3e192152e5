//! A quote is removed by its maker, whose account may be gone already.

use firebreak_client::{address, instruction, program::events::QuoteRemoved};
use firebreak_tests::{events, Expect, World, E, UNIT};

#[test]
fn the_rent_goes_back_and_nobody_takes_it_any_more() {
    let mut w = World::with_market();
    let (maker, taker) = (w.trader(1_000), w.trader(1_000));
    let quote = address::quote(&maker.account, &address::market(0));
    w.quote(&maker, 0, 10);
    let (rent, before) = (w.lamports(&quote), w.lamports(&maker.owner()));
    let meta = w.remove_quote(&maker, 0).expect("removes");
    assert_eq!((w.lamports(&quote), w.lamports(&maker.owner())), (0, before + rent));
    let event = &events::<QuoteRemoved>(&meta)[0];
    assert_eq!((event.account, event.market), (maker.account, 0));
    let take = instruction::take(taker.owner(), taker.account, maker.account, 0, UNIT, u64::MAX, &[]);
    w.act(&[take], &[&taker.key]).refused_as("AccountOwnedByWrongProgram");
    w.remove_quote(&maker, 0).refused_as("AccountOwnedByWrongProgram");
    w.quote(&maker, 0, 10);
    w.take(&taker, &maker, 0, 1).expect("a new one is taken");
}

#[test]
fn a_quote_of_a_closed_account_is_removed_too() {
    let mut w = World::with_market();
    let maker = w.trader(0);
    w.quote(&maker, 0, 10);
    w.vm.pass(1);
    w.close(&maker).expect("closes");
    w.remove_quote(&maker, 0).expect("removes");
}

#[test]
fn a_maker_removes_his_own_only() {
    let mut w = World::with_markets(2);
    let (maker, thief) = (w.trader(100), w.trader(100));
    w.quote(&maker, 0, 10);
    w.quote(&thief, 0, 10);
    let quote = address::quote(&maker.account, &address::market(0));
    // The thief's own account with the other's quote; the other's account; another sub-account.
    let mut ix = instruction::remove_quote(thief.owner(), 0, 0);
    ix.accounts[2].pubkey = quote;
    w.act(std::slice::from_ref(&ix), &[&thief.key]).refused(E::WrongQuote);
    ix.accounts[1].pubkey = maker.account;
    w.act(&[ix], &[&thief.key]).refused_as("ConstraintSeeds");
    let mut ix = instruction::remove_quote(maker.owner(), 1, 0);
    ix.accounts[2].pubkey = quote;
    w.act(&[ix], &[&maker.key]).refused(E::WrongQuote);
}
