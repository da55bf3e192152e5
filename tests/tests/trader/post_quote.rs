//! A quote is its maker's alone; figures that no fill could honour are refused.

use firebreak_client::{
    address, instruction,
    program::events::QuotePosted,
    risk::{trade::QuoteTerms, Price, Ratio},
};
use firebreak_tests::{events, terms, Expect, World, E, UNIT};

#[test]
fn a_quote_holds_its_terms_and_can_be_changed() {
    let mut w = World::with_market();
    let maker = w.trader(0);
    let first = QuoteTerms {
        bid_offset: Ratio(100),
        ask_offset: Ratio(200),
        max_bid: Price(5),
        min_ask: Price(6),
        expires: 77,
        ..terms(3)
    };
    let meta = w.quote_with(&maker, 0, first).expect("quotes");
    let quote = w.quote_of(&maker, 0);
    assert_eq!((quote.version, quote.market, quote.account), (1, 0, maker.account));
    assert_eq!(quote.terms.0, first);
    let event = &events::<QuotePosted>(&meta)[0];
    assert_eq!(
        (event.account, event.market, event.terms.bid_size, event.terms.ask_size),
        (maker.account, 0, 3 * UNIT as u64, 3 * UNIT as u64)
    );

    let second = QuoteTerms { bid_size: 0, ..terms(1) };
    w.quote_with(&maker, 0, second).expect("changes");
    assert_eq!(w.quote_of(&maker, 0).terms.0, second);
}

#[test]
fn each_market_has_a_quote_of_its_own() {
    let mut w = World::with_markets(2);
    let maker = w.trader(0);
    w.quote(&maker, 0, 1);
    w.quote(&maker, 1, 2);
    assert_eq!((w.quote_of(&maker, 0).terms.bid_size, w.quote_of(&maker, 1).terms.bid_size), (UNIT as u64, 2 * UNIT as u64));
    assert_eq!((w.quote_of(&maker, 0).market, w.quote_of(&maker, 1).market), (0, 1));
}

#[test]
fn sizes_and_offsets_have_bounds() {
    let mut w = World::with_market();
    let maker = w.trader(0);
    let too_big = i64::MAX as u64 / 2 + 1;
    for size in [too_big, i64::MAX as u64, u64::MAX] {
        w.quote_with(&maker, 0, QuoteTerms { bid_size: size, ..terms(1) }).refused(E::SizeOutOfBounds);
        w.quote_with(&maker, 0, QuoteTerms { ask_size: size, ..terms(1) }).refused(E::SizeOutOfBounds);
    }
    for offset in [500_001, u32::MAX] {
        w.quote_with(&maker, 0, QuoteTerms { bid_offset: Ratio(offset), ..terms(1) }).refused(E::QuoteOutOfBounds);
        w.quote_with(&maker, 0, QuoteTerms { ask_offset: Ratio(offset), ..terms(1) }).refused(E::QuoteOutOfBounds);
    }
    w.quote_with(&maker, 0, QuoteTerms { max_bid: Price(8), min_ask: Price(7), ..terms(1) }).refused(E::QuoteOutOfBounds);
    w.quote_with(&maker, 0, QuoteTerms { reserved: 1, ..terms(1) }).refused(E::QuoteOutOfBounds);
    let widest = QuoteTerms {
        bid_size: too_big - 1,
        ask_size: too_big - 1,
        bid_offset: Ratio(500_000),
        ask_offset: Ratio(500_000),
        max_bid: Price(7),
        min_ask: Price(7),
        ..terms(1)
    };
    w.quote_with(&maker, 0, widest).expect("the bounds themselves are allowed");
}

#[test]
fn nobody_quotes_for_another() {
    let mut w = World::with_market();
    let (maker, thief) = (w.trader(100), w.trader(100));
    w.quote(&maker, 0, 1);
    w.act(&[instruction::post_quote(thief.owner(), maker.account, 0, terms(5))], &[&thief.key]).refused(E::NotOwner);
    let mut ix = instruction::post_quote(maker.owner(), maker.account, 0, terms(5));
    ix.accounts[0].is_signer = false;
    w.act(&[ix], &[&thief.key]).refused_as("AccountNotSigner");
}

#[test]
fn a_quote_lies_at_the_address_of_its_account_and_market() {
    let mut w = World::with_markets(2);
    let (maker, other) = (w.trader(100), w.trader(100));
    for market in 0..2 {
        w.quote(&maker, market, 1);
        w.quote(&other, market, 1);
    }
    let wrong = [(&maker, 1), (&other, 0)].map(|(t, m)| address::quote(&t.account, &address::market(m)));
    for quote in wrong {
        let mut ix = instruction::post_quote(maker.owner(), maker.account, 0, terms(5));
        ix.accounts[3].pubkey = quote;
        w.act(&[ix], &[&maker.key]).refused_as("ConstraintSeeds");
    }
}
