//! What a fill is refused for.

use firebreak_client::{
    address, instruction,
    risk::{trade::QuoteTerms, MarketParams, Ratio},
};
use firebreak_tests::{params, terms, Expect, Trader, World, E, UNIT};

/// A maker of 100 units and a taker of 60 USD who is long 10 at 100 USD.
fn thin(params: MarketParams) -> (World, Trader, Trader) {
    let mut w = World::new();
    w.list(params, 100);
    let (maker, thin) = (w.trader(10_000), w.trader(60));
    w.quote(&maker, 0, 100);
    w.take(&thin, &maker, 0, 10).expect("takes");
    (w, maker, thin)
}

#[test]
fn sizes_that_cannot_be_are_refused() {
    let mut w = World::with_market();
    let (maker, taker) = (w.trader(1_000), w.trader(1_000));
    w.quote(&maker, 0, 10);
    for lots in [0, i64::MIN, i64::MIN + 1, i64::MAX, 11 * UNIT, -11 * UNIT] {
        w.take_lots(&taker, &maker, 0, lots).refused(E::SizeOutOfBounds);
    }
}

#[test]
fn an_expired_quote_is_no_quote() {
    let mut w = World::with_market();
    let (maker, taker) = (w.trader(1_000), w.trader(1_000));
    let expires = w.now().slot + 1;
    w.quote_with(&maker, 0, QuoteTerms { expires, ..terms(10) }).expect("quotes");
    w.pass(1);
    w.take(&taker, &maker, 0, 1).expect("in its last slot");
    w.pass(1);
    w.take(&taker, &maker, 0, 1).refused(E::QuoteExpired);
}

#[test]
fn an_account_cannot_trade_with_itself() {
    let mut w = World::with_market();
    let ann = w.trader(1_000);
    w.quote(&ann, 0, 10);
    w.take(&ann, &ann, 0, 1).refused(E::SelfTrade);
}

#[test]
fn a_quote_serves_its_own_maker_and_market_only() {
    let mut w = World::with_markets(2);
    let (maker, other, taker) = (w.trader(1_000), w.trader(1_000), w.trader(1_000));
    w.quote(&maker, 0, 10);
    w.quote(&maker, 1, 10);
    w.quote(&other, 0, 10);
    let good = instruction::take(taker.owner(), taker.account, maker.account, 0, UNIT, u64::MAX, &[]);
    for quote in [(&other, 0), (&maker, 1)].map(|(t, m)| address::quote(&t.account, &address::market(m))) {
        let mut ix = good.clone();
        ix.accounts[4].pubkey = quote;
        w.act(&[ix], &[&taker.key]).refused(E::WrongQuote);
    }
    w.act(&[good], &[&taker.key]).expect("its own");
}

#[test]
fn nobody_trades_with_anothers_account() {
    let mut w = World::with_market();
    let (maker, ann, thief) = (w.trader(1_000), w.trader(1_000), w.trader(1_000));
    w.quote(&maker, 0, 10);
    let ix = instruction::take(thief.owner(), ann.account, maker.account, 0, UNIT, u64::MAX, &[]);
    w.act(&[ix], &[&thief.key]).refused(E::NotOwner);
    let mut ix = instruction::take(ann.owner(), ann.account, maker.account, 0, UNIT, u64::MAX, &[]);
    ix.accounts[0].is_signer = false;
    w.act(&[ix], &[&thief.key]).refused_as("AccountNotSigner");
}

#[test]
fn open_interest_has_a_cap() {
    let mut w = World::new();
    w.list(MarketParams { max_open_interest: 10 * UNIT as u64, ..params() }, 100);
    // At the cap Init is the whole notional.
    let (maker, taker, other) = (w.trader(10_000), w.trader(2_000), w.trader(1_000));
    w.quote(&maker, 0, 100);
    w.take_lots(&taker, &maker, 0, 10 * UNIT + 1).refused(E::OpenInterestCap);
    w.take(&taker, &maker, 0, 10).expect("up to the cap");
    w.take_lots(&other, &maker, 0, 1).refused(E::OpenInterestCap);
    w.take_lots(&taker, &maker, 0, -UNIT).expect("reducing is free");
    w.take_lots(&other, &maker, 0, UNIT).expect("room again");
}

#[test]
fn a_market_with_a_cap_of_zero_lets_nobody_open() {
    let mut w = World::new();
    w.list(MarketParams { max_open_interest: 0, ..params() }, 100);
    let (maker, taker) = (w.trader(10_000), w.trader(1_000));
    w.quote(&maker, 0, 100);
    w.take_lots(&taker, &maker, 0, 1).refused(E::OpenInterestCap);
}

#[test]
fn both_sides_end_above_init() {
    let mut w = World::with_market();
    let (rich, poor) = (w.trader(10_000), w.trader(10));
    w.quote(&rich, 0, 100);
    w.quote(&poor, 0, 100);
    w.take(&poor, &rich, 0, 2).refused(E::BelowInit);
    w.take(&rich, &poor, 0, 2).refused(E::BelowInit);
    w.take(&poor, &rich, 0, 1).expect("5 USD of margin and 1 of bond, out of 10");
}

#[test]
fn an_account_without_capital_opens_nothing() {
    let mut w = World::with_market();
    let (maker, nobody) = (w.trader(10_000), w.trader(0));
    w.quote(&maker, 0, 100);
    w.take_lots(&nobody, &maker, 0, UNIT).refused(E::BelowInit);
}

#[test]
fn below_init_an_account_may_only_reduce() {
    let (mut w, maker, thin) = thin(params());
    w.price(0, 98_00000000, 3); // 38.5 USD of equity: between Maint, 29.4, and Init, 49
    w.take_lots(&thin, &maker, 0, 1).refused(E::OnlyReduce);
    w.take(&thin, &maker, 0, -21).refused(E::OnlyReduce);
    w.take(&thin, &maker, 0, -1).expect("reduces");
}

#[test]
fn below_init_an_account_cannot_sell_itself_short() {
    let (mut w, maker, thin) = thin(params());
    w.price(0, 98_00000000, 3);
    // The highest penalty is 1 %: a price that is worse than that would drain the account to a friend.
    w.quote_with(&maker, 0, QuoteTerms { bid_offset: Ratio(10_100), ..terms(100) }).expect("quotes");
    w.take(&thin, &maker, 0, -1).refused(E::PriceTooBadForReduce);
    w.quote_with(&maker, 0, QuoteTerms { bid_offset: Ratio(9_900), ..terms(100) }).expect("quotes");
    w.take(&thin, &maker, 0, -1).expect("within the penalty");
}

#[test]
fn a_side_that_ends_above_init_may_trade_anywhere() {
    let mut w = World::with_market();
    let (maker, taker) = (w.trader(10_000), w.trader(1_000));
    w.quote(&maker, 0, 100);
    w.take(&taker, &maker, 0, 10).expect("takes");
    w.quote_with(&maker, 0, QuoteTerms { bid_offset: Ratio(500_000), ..terms(100) }).expect("quotes");
    w.take(&taker, &maker, 0, -1).expect("a bad trade is the taker's own business");
}

#[test]
fn a_fill_needs_a_price_of_at_most_two_slots() {
    let mut w = World::with_market();
    let (maker, taker) = (w.trader(1_000), w.trader(1_000));
    w.quote(&maker, 0, 10);
    w.vm.pass(2);
    w.take(&taker, &maker, 0, 1).expect("two slots old");
    w.vm.pass(1);
    w.take(&taker, &maker, 0, 1).refused(E::PriceTooOld);
    w.take(&taker, &maker, 0, -1).refused(E::PriceTooOld);
}

#[test]
fn an_account_that_cannot_pay_does_not_trade() {
    let (mut w, maker, thin) = thin(params());
    w.price(0, 90_00000000, 3);
    w.take(&thin, &maker, 0, -1).refused(E::MustDeclareBankrupt);
    w.take(&thin, &maker, 0, 1).refused(E::OnlyReduce);
    w.declare_bankrupt(&thin).expect("declares");
    for units in [-1, -10, 1] {
        w.take(&thin, &maker, 0, units).refused(E::AccountBankrupt);
    }
    // Nor may it be traded with.
    w.quote(&thin, 0, 5);
    w.take(&maker, &thin, 0, 1).refused(E::AccountBankrupt);
}

#[test]
fn a_market_with_a_deficit_only_reduces() {
    let (mut w, maker, thin) = thin(params());
    let (keeper, fresh) = (w.trader(10_000), w.trader(1_000));
    w.price(0, 90_00000000, 3);
    w.declare_bankrupt(&thin).expect("declares");
    w.liquidate(&keeper, &thin, 0).expect("takes over");
    assert!(w.ledger(0).deficit > 0);
    w.take(&fresh, &maker, 0, 1).refused(E::MarketReduceOnly);
    w.quote(&keeper, 0, 5);
    w.take(&maker, &keeper, 0, 5).expect("maker and keeper both reduce");
}
