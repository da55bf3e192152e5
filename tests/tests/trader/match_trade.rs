//! Two signers trade at a price that both agreed on: within the market's Init line, and under every rule of a fill.

use firebreak_client::{
    instruction,
    program::events::{Filled, Held},
    risk::{price::Quality, Rules},
};
use firebreak_tests::{events, params, tripping, Expect, Trader, World, E, UNIT, USD};

const FAIR: u64 = 100_00000000;

fn two(rules: Rules) -> (World, Trader, Trader) {
    let mut w = World::new();
    w.list_ruled(params(), rules, 100);
    let (a, b) = (w.trader(1_000), w.trader(1_000));
    (w, a, b)
}

fn plain() -> (World, Trader, Trader) {
    two(Rules::plain(&params()))
}

#[test]
fn both_sides_get_what_they_signed() {
    let (mut w, a, b) = plain();
    let price = 99_50000000;
    let meta = w.match_trade(&a, &b, 0, 10 * UNIT, price).expect("trades");
    let (long, short) = (w.engine(&a), w.engine(&b));
    assert_eq!((long.positions[0].base.0, short.positions[0].base.0), (10 * UNIT, -10 * UNIT));
    assert_eq!((long.positions[0].entry, short.positions[0].entry), (995_000_000, -995_000_000));
    // A fee of 5 bp, of which the maker has a fifth; a bond of 1 USD each.
    assert_eq!((long.capital, short.capital), (999 * USD - 497_500, 999 * USD + 99_500));
    let event = &events::<Filled>(&meta)[0];
    assert_eq!((event.taker, event.maker, event.base, event.price), (a.account, b.account, 10 * UNIT, price));
    assert_eq!((event.cost, event.fee, event.maker_fee), (995_000_000, 497_500, 99_500));
    let money = |held: &Held| [held.account.capital, held.account.bond];
    assert_eq!((money(&event.taker_held), money(&event.maker_held)), ([long.capital, USD], [short.capital, USD]));
    assert_eq!(event.quoted, None);
    w.match_trade(&b, &a, 0, 10 * UNIT, FAIR).expect("and back");
    assert_eq!(w.ledger(0).long_base, 0);
}

#[test]
fn both_must_sign() {
    let (mut w, a, b) = plain();
    let good = instruction::match_trade((a.owner(), a.account), (b.owner(), b.account), 0, UNIT, FAIR, &[]);
    for side in [0, 1] {
        let mut ix = good.clone();
        ix.accounts[side].is_signer = false;
        w.act(&[ix], &[&a.key, &b.key]).refused_as("AccountNotSigner");
    }
    for (taker, maker) in [(a.owner(), a.owner()), (b.owner(), b.owner()), (b.owner(), a.owner())] {
        let ix = instruction::match_trade((taker, a.account), (maker, b.account), 0, UNIT, FAIR, &[]);
        w.act(&[ix], &[&a.key, &b.key]).refused(E::NotOwner);
    }
    w.match_trade(&a, &a, 0, UNIT, FAIR).refused(E::SelfTrade);
    w.act(&[good], &[&a.key, &b.key]).expect("both");
}

#[test]
fn sizes_have_bounds() {
    let (mut w, a, b) = plain();
    for lots in [0, i64::MIN, i64::MAX, 1 << 62, -(1 << 62)] {
        w.match_trade(&a, &b, 0, lots, FAIR).refused(E::SizeOutOfBounds);
    }
    w.match_trade(&a, &b, 0, (1 << 62) - 1, FAIR).refused(E::BelowInit);
    w.match_trade(&a, &b, 0, 1, FAIR).expect("a lot");
}

#[test]
fn the_price_lies_within_the_init_line() {
    let (mut w, a, b) = plain();
    // 5 % below low and above high, which lie 0.00001 USD beside 100.
    let (low, high) = (94_99999050, 105_00001050);
    for price in [0, 1, low - 1, high + 1, u64::MAX / 4, u64::MAX] {
        let refused = w.match_trade(&a, &b, 0, UNIT, price).expect_err("too far");
        assert!(["PriceOutOfBand", "Overflow"].contains(&refused.name.as_str()), "{price}: {}", refused.name);
    }
    w.match_trade(&a, &b, 0, UNIT, low).expect("the lowest");
    w.match_trade(&a, &b, 0, UNIT, high).expect("the highest");
}

#[test]
fn the_price_must_be_fresh_and_good() {
    let (mut w, a, b) = plain();
    w.match_trade(&a, &b, 0, 5 * UNIT, FAIR).expect("trades");
    w.vm.pass(3);
    w.match_trade(&a, &b, 0, UNIT, FAIR).refused(E::PriceTooOld);
    w.bring(0, Quality::Degraded);
    w.match_trade(&a, &b, 0, UNIT, FAIR).refused(E::QualityTooLow);
    w.match_trade(&b, &a, 0, UNIT, FAIR).expect("both reduce");
    w.bring(0, Quality::Frozen);
    w.match_trade(&b, &a, 0, UNIT, FAIR).refused(E::QualityTooLow);
}

#[test]
fn a_side_below_init_only_reduces_and_at_a_fair_price() {
    let (mut w, rich, _) = plain();
    let thin = w.trader(60);
    w.match_trade(&thin, &rich, 0, 10 * UNIT, FAIR).expect("trades");
    w.price(0, 98_00000000, 3);
    let fair = 98_00000000;
    w.match_trade(&thin, &rich, 0, 1, fair).refused(E::OnlyReduce);
    // Whichever side pays the fee.
    w.match_trade(&rich, &thin, 0, -1, fair).refused(E::OnlyReduce);
    let drained = fair - fair / 90;
    w.match_trade(&thin, &rich, 0, -UNIT, drained).refused(E::PriceTooBadForReduce);
    w.match_trade(&rich, &thin, 0, UNIT, drained).refused(E::PriceTooBadForReduce);
    w.match_trade(&thin, &rich, 0, -UNIT, fair - fair / 110).expect("within the penalty");
}

#[test]
fn nobody_hands_his_last_equity_to_a_friend() {
    let (mut w, friend, _) = plain();
    let thin = w.trader(60);
    w.match_trade(&thin, &friend, 0, 10 * UNIT, FAIR).expect("trades");
    w.price(0, 95_00000000, 3); // 8.5 USD left of 58.5
    let before = firebreak_client::risk::margin::health(&w.engine(&thin), &w.book(), w.now()).expect("health");
    for price in [94_10000000, 94_50000000] {
        let _ = w.match_trade(&thin, &friend, 0, -UNIT, price);
    }
    let after = firebreak_client::risk::margin::health(&w.engine(&thin), &w.book(), w.now()).expect("health");
    assert!(after.solvency >= 0 && before.solvency >= 0);
    w.price(0, 94_00000000, 3);
    w.match_trade(&thin, &friend, 0, -UNIT, 94_00000000).refused(E::MustDeclareBankrupt);
}

#[test]
fn each_level_of_the_breaker() {
    // Long 5 for the first; then the price moves by 3 %.
    let at = |level: u8| {
        let (mut w, a, b) = two(tripping(level));
        w.match_trade(&a, &b, 0, 5 * UNIT, FAIR).expect("trades");
        w.price(0, 97_00000000, 5);
        assert_eq!(w.market(0).engine.breaker.level() as u8, level);
        (w, a, b)
    };
    let (mut w, a, b) = at(1);
    let thin = w.trader(60);
    w.match_trade(&thin, &b, 0, 10 * UNIT, 97_00000000).refused(E::BelowInit);
    w.match_trade(&thin, &b, 0, 7 * UNIT, 97_00000000).expect("at 1.5 times Init");
    w.match_trade(&b, &a, 0, UNIT, 93_00000000).expect("reduces");

    let (mut w, a, b) = at(2);
    w.match_trade(&a, &b, 0, 1, 97_00000000).refused(E::BreakerForbids);
    w.match_trade(&b, &a, 0, UNIT, 93_00000000).expect("reduces anywhere in the band");

    let (mut w, a, b) = at(3);
    w.match_trade(&a, &b, 0, 1, 97_00000000).refused(E::BreakerForbids);
    w.match_trade(&b, &a, 0, UNIT, 95_00000000).refused(E::BreakerForbids);
    w.match_trade(&b, &a, 0, UNIT, 95_10000000).expect("within 2 % of the robust price");
}

#[test]
fn a_bankrupt_side_does_not_trade() {
    let (mut w, rich, _) = plain();
    let thin = w.trader(60);
    w.match_trade(&thin, &rich, 0, 10 * UNIT, FAIR).expect("trades");
    w.price(0, 90_00000000, 3);
    w.match_trade(&thin, &rich, 0, -UNIT, 90_00000000).refused(E::MustDeclareBankrupt);
    w.declare_bankrupt(&thin).expect("declares");
    w.match_trade(&thin, &rich, 0, -UNIT, 90_00000000).refused(E::AccountBankrupt);
    w.match_trade(&rich, &thin, 0, UNIT, 90_00000000).refused(E::AccountBankrupt);
}

#[test]
fn an_owner_may_move_a_position_between_his_accounts() {
    let (mut w, a, b) = plain();
    let second = w.open(&a, 1, firebreak_client::program::instructions::AccountKind::Cross);
    w.transfer(&a, &second, 500 * USD).expect("moves");
    w.match_trade(&a, &b, 0, 5 * UNIT, FAIR).expect("trades");
    w.match_trade(&second, &a, 0, 5 * UNIT, FAIR).expect("one key signs for both");
    assert_eq!(w.engine(&second).positions[0].base.0, 5 * UNIT);
    assert!(!w.engine(&a).has_exposure());
}
