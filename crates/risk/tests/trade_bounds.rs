//! The borders of what a fill may do: quotes, reductions, the age of a price, the cap.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod world;

use firebreak_risk::{
    levels::Level,
    trade::{check_market, check_side, increases, QuoteTerms},
    BaseQty, Price, Ratio, RiskError,
};
use world::*;

/// A side increases when it grows or changes sides, also to a smaller size; what only shrinks, closes or stays does not.
#[test]
fn an_increase_is_growth_or_another_side() {
    for (before, after, increased) in
        [(0, 0, false), (5, 5, false), (5, 3, false), (5, 0, false), (5, 6, true), (5, -3, true), (5, -5, true), (0, 1, true)]
    {
        assert_eq!(increases(BaseQty(before), BaseQty(after)), increased, "{before} to {after}");
        assert_eq!(increases(BaseQty(-before), BaseQty(-after)), increased, "{} to {}", -before, -after);
    }
}

/// A quote stands in its last slot, and a bid of nothing buys nothing.
#[test]
fn a_quote_ends_after_its_last_slot() {
    let world = World::new();
    let market = &world.markets[0];
    let quote = |max_bid, expires| QuoteTerms {
        bid_size: 7,
        ask_size: 9,
        bid_offset: Ratio(0),
        ask_offset: Ratio(0),
        max_bid: Price(max_bid),
        min_ask: Price(0),
        expires,
        reserved: 0,
    };
    let (buy, sell) = (BaseQty(1), BaseQty(-1));
    for (late, stands) in [(0, true), (1, false)] {
        let quote = quote(u64::MAX, world.now.slot - late);
        for (base, offer) in [(buy, (market.price.high, 9)), (sell, (market.price.low, 7))] {
            let want = if stands { Ok(offer) } else { Err(RiskError::QuoteExpired) };
            assert_eq!(quote.offer(market, base, world.now), want);
        }
    }
    assert_eq!(quote(u64::MAX, u64::MAX).offer(market, buy, world.now), Ok((market.price.high, 9)), "long before its end");
    assert_eq!(quote(0, u64::MAX).offer(market, sell, world.now), Ok((Price(0), 0)));
}

/// The day after which anybody may settle a position runs from its opening or its last settlement: adding to it, or opening again
/// beside a claim, does not put it off.
#[test]
fn a_fill_does_not_renew_the_day_of_settlement() {
    let mut world = World::new();
    world.trade(0, 1, 0, UNIT, 0).unwrap();
    let opened = world.now.time;
    assert_eq!(world.accounts[0].position(0).unwrap().settled, opened);
    world.crash(0, 101 * TICKS);
    for base in [UNIT, -2 * UNIT, UNIT] {
        world.trade(0, 1, 0, base, 0).unwrap();
        assert_eq!(world.accounts[0].position(0).unwrap().settled, opened, "{base}");
    }
    assert!(world.accounts[0].position(0).unwrap().result > 0);
}

/// Fills need a price of the last `trade_price_slots`, that slot included.
#[test]
fn a_fill_needs_a_price_of_the_last_slots() {
    let world = World::new();
    let market = &world.markets[0];
    let slots = market.params.trade_price_slots as u64;
    for (age, want) in [(0, Ok(())), (slots, Ok(())), (slots + 1, Err(RiskError::PriceTooOld))] {
        let mut now = world.now;
        now.slot = market.price.slot + age;
        assert_eq!(check_market(market, false, now), want, "{age}");
    }
}

/// Open interest may reach its cap and not pass it; above a cap that was lowered, reducing is possible.
#[test]
fn open_interest_may_reach_its_cap() {
    let world = World::new();
    let mut market = world.markets[0];
    market.params.max_open_interest = 10;
    for (long_base, increased, want) in
        [(9, true, Ok(())), (10, true, Ok(())), (11, true, Err(RiskError::OpenInterestCap)), (11, false, Ok(()))]
    {
        market.ledger.long_base = long_base;
        assert_eq!(check_market(&market, increased, world.now), want, "{long_base}");
    }
}

/// An account that owes exactly what it has may still reduce at the robust price, and at no tick worse; one atom less, and it has to be
/// declared.
#[test]
fn an_account_without_equity_may_reduce_at_the_robust_price() {
    for side in [1, -1] {
        let mut world = World::new();
        world.trade(0, 1, 0, side * 100 * UNIT, 0).unwrap();
        world.crash(0, (100 - 5 * side) as u64 * TICKS);
        let (spot, before) = (world.markets[0].price.spot.0, world.base(0, 0));
        let check = |world: &World, price| {
            let reduced = (BaseQty(-side * UNIT), Price(price));
            check_side(&world.markets[0], &world.accounts[0], world, before, reduced, Level::Normal, world.now)
        };
        world.accounts[0].capital = 500 * USD;
        assert_eq!(world.health(0).unwrap().solvency, 0);
        assert_eq!(check(&world, spot), Ok(()));
        let (worse, better) = (spot.wrapping_add_signed(-side), spot.wrapping_add_signed(side));
        assert_eq!(check(&world, worse), Err(RiskError::PriceTooBadForReduce));
        assert_eq!(check(&world, better), Ok(()));
        world.accounts[0].capital -= 1;
        assert_eq!(check(&world, spot), Err(RiskError::MustDeclareBankrupt));
    }
}

/// While a market has a deficit it only reduces, and so does an account that is below Init or has been declared bankrupt, each by its own
/// refusal.
#[test]
fn each_refusal_of_an_increase_has_its_name() {
    let mut world = World::new();
    let spot = world.markets[0].price.spot;
    let check = |world: &World, before: i64, base: i64| {
        check_side(&world.markets[0], &world.accounts[0], world, BaseQty(before), (BaseQty(base), spot), Level::Normal, world.now)
    };
    assert_eq!(check(&world, 0, UNIT), Ok(()));
    world.markets[0].ledger.deficit = 1;
    assert_eq!(check(&world, 0, UNIT), Err(RiskError::MarketReduceOnly));
    assert_eq!(check(&world, UNIT, -UNIT), Ok(()));
    world.markets[0].ledger.deficit = 0;
    world.accounts[0].bankrupt = 1;
    assert_eq!(check(&world, 0, UNIT), Err(RiskError::AccountBankrupt));
    assert_eq!(check(&world, UNIT, -UNIT), Err(RiskError::AccountBankrupt));
}

/// What is taken of a quote is gone from the side that gave it, to its last lot and no further.
#[test]
fn a_quote_gives_each_lot_once() {
    let mut quote = World::new().quote(0);
    (quote.bid_size, quote.ask_size) = (7, 9);
    quote.consume(BaseQty(4)).unwrap();
    assert_eq!((quote.bid_size, quote.ask_size), (7, 5), "who buys takes the ask");
    quote.consume(BaseQty(-7)).unwrap();
    assert_eq!((quote.bid_size, quote.ask_size), (0, 5));
    assert!(quote.consume(BaseQty(-1)).is_err() && quote.consume(BaseQty(6)).is_err());
    assert_eq!((quote.bid_size, quote.ask_size), (0, 5));
}

/// A fee leaves the taker and arrives: the maker's part, the pot's, the insurers' and the treasury's, none twice and none nowhere.
#[test]
fn a_fee_arrives() {
    let mut world = World::new();
    let (taker, maker) = (world.accounts[0].capital, world.accounts[1].capital);
    let charged = world.trade(0, 1, 0, 100 * UNIT, 0).unwrap();
    assert_eq!(charged, 5 * USD, "5 basis points of 10 000 USD");
    assert_eq!(world.accounts[0].capital, taker - charged - world.bond);
    let (p, l) = (world.markets[0].params, world.markets[0].ledger);
    let part = |share: Ratio| charged * share.0 as u64 / 1_000_000;
    assert_eq!(world.accounts[1].capital, maker + part(p.maker_share) - world.bond);
    assert_eq!((l.pot, l.insurance_fees), (part(p.pot_share), part(p.insurance_share)));
    assert_eq!(l.treasury_fees, charged - part(p.maker_share) - l.pot - l.insurance_fees);
    assert_eq!(world.accounts[0].position(0).unwrap().cover, l.insurance_fees * p.cover_multiple as u64 / 1_000_000);
}
