//! Capital moves between an owner's accounts under the rules of a withdrawal, and no token moves.

use firebreak_client::{
    address, instruction,
    program::{events::Transferred, instructions::AccountKind},
    risk::price::Quality,
};
use firebreak_tests::{events, params, tripping, Expect, Trader, World, E, USD};

/// An owner with 200 USD and a second account.
fn two(w: &mut World) -> (Trader, Trader) {
    let ann = w.trader(200);
    let second = w.open(&ann, 1, AccountKind::Cross);
    (ann, second)
}

/// The same, long 10 at 100 USD in the first: 198.5 USD of capital, of which 100 must stay.
fn long() -> (World, Trader, Trader, Trader) {
    ruled(firebreak_client::risk::Rules::plain(&params()))
}

fn ruled(rules: firebreak_client::risk::Rules) -> (World, Trader, Trader, Trader) {
    let mut w = World::new();
    w.list_ruled(params(), rules, 100);
    let maker = w.trader(10_000);
    let (ann, second) = two(&mut w);
    w.quote(&maker, 0, 100);
    w.take(&ann, &maker, 0, 10).expect("takes");
    (w, ann, second, maker)
}

#[test]
fn capital_moves_and_tokens_do_not() {
    let mut w = World::new();
    let (ann, second) = two(&mut w);
    let vault = address::vault(&w.mint);
    let (held, wallet) = (w.tokens(&vault), w.tokens(&ann.wallet));
    let meta = w.transfer(&ann, &second, 50 * USD).expect("moves");
    assert_eq!((w.engine(&ann).capital, w.engine(&second).capital), (150 * USD, 50 * USD));
    assert_eq!((w.tokens(&vault), w.tokens(&ann.wallet)), (held, wallet));
    let event = &events::<Transferred>(&meta)[0];
    assert_eq!((event.from, event.to, event.amount), (ann.account, second.account, 50 * USD));
    assert_eq!((event.from_capital, event.to_capital), (150 * USD, 50 * USD));
    w.transfer(&second, &ann, 50 * USD).expect("and back");
    w.transfer(&ann, &second, 200 * USD).expect("all of it");
}

#[test]
fn amounts_have_bounds() {
    let mut w = World::new();
    let (ann, second) = two(&mut w);
    w.transfer(&ann, &second, 0).refused(E::ZeroAmount);
    for amount in [200 * USD + 1, i64::MAX as u64, u64::MAX] {
        w.transfer(&ann, &second, amount).refused(E::InsufficientCapital);
    }
    w.transfer(&ann, &ann, 1).refused(E::SameAccount);
}

#[test]
fn nothing_moves_between_owners() {
    let mut w = World::new();
    let (ann, _) = two(&mut w);
    let bob = w.trader(100);
    w.transfer(&ann, &bob, 1).refused(E::NotSameOwner);
    let ix = instruction::transfer(bob.owner(), ann.account, bob.account, 1, &[]);
    w.act(&[ix], &[&bob.key]).refused(E::NotSameOwner);
    let mut ix = instruction::transfer(ann.owner(), ann.account, address::account(&ann.owner(), 1), 1, &[]);
    ix.accounts[0].is_signer = false;
    w.act(&[ix], &[&bob.key]).refused_as("AccountNotSigner");
}

#[test]
fn what_a_position_needs_stays() {
    let (mut w, ann, second, _) = long();
    w.transfer(&ann, &second, 99 * USD).refused(E::BelowInit);
    w.transfer(&ann, &second, 98 * USD).expect("down to the transfer floor");
    w.transfer(&ann, &second, USD).refused(E::BelowInit);
}

#[test]
fn an_account_that_owes_gives_nothing() {
    let (mut w, ann, second, maker) = long();
    w.transfer(&ann, &second, 98 * USD).expect("moves");
    w.price(0, 89_00000000, 5);
    w.declare_bankrupt(&ann).expect("declares");
    w.transfer(&ann, &second, 1).refused(E::AccountInDebt);
    // And what its owner holds next door is not touched by that (I5).
    assert_eq!(w.engine(&second).capital, 98 * USD);
    w.quote(&second, 0, 1);
    w.transfer(&second, &ann, USD).expect("arriving is always possible");
    w.settle(&maker, &maker, 0).expect("goes on");
}

#[test]
fn the_quality_of_the_price_counts_only_with_exposure() {
    let (mut w, ann, second, maker) = long();
    w.transfer(&ann, &second, USD).expect("at Primary");
    w.bring(0, Quality::Degraded);
    w.transfer(&ann, &second, USD).expect("at Degraded");
    w.bring(0, Quality::Frozen);
    w.transfer(&ann, &second, USD).refused(E::QualityTooLow);
    w.transfer(&second, &ann, USD).expect("flat");
    let third = w.open(&maker, 1, AccountKind::Cross);
    w.transfer(&maker, &third, USD).refused(E::QualityTooLow);
}

#[test]
fn the_breaker_decides_as_for_a_withdrawal() {
    for (level, refused) in [(1, false), (2, false), (3, true)] {
        let (mut w, ann, second, _) = ruled(tripping(level));
        w.transfer(&ann, &second, 10 * USD).expect("in calm");
        w.price(0, 103_00000000, 5);
        assert_eq!(w.market(0).engine.breaker.level() as u8, level);
        match w.transfer(&ann, &second, 10 * USD) {
            Err(why) if refused => assert_eq!(why.name, "BreakerForbids"),
            other => assert_eq!(other.is_err(), refused),
        }
        w.transfer(&second, &ann, 5 * USD).expect("without exposure nothing depends on a price");
    }
}

#[test]
fn an_isolated_account_takes_and_gives() {
    let mut w = World::with_market();
    let (ann, maker) = (w.trader(200), w.trader(10_000));
    let alone = w.open(&ann, 7, AccountKind::Isolated);
    w.quote(&maker, 0, 100);
    w.transfer(&ann, &alone, 150 * USD).expect("in");
    w.take(&alone, &maker, 0, 10).expect("takes");
    w.transfer(&alone, &ann, 49 * USD).refused(E::BelowInit);
    w.transfer(&alone, &ann, 48 * USD).expect("out, as far as its position lets it");
}
