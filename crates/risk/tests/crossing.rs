//! Prices at which lines are crossed, against every price tried one by one.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

use firebreak_risk::{
    crossing::{span_inward, Line, Span},
    defaults::MAJOR,
    dynamic_margin::Fractions,
    margin::Markets,
    num::Result,
    price::Quality,
    Account, BaseQty, Market, Now, Position, Price, Ratio, RiskError, Rules,
};
use proptest::prelude::*;

const NOW: Now = Now { slot: 1_000, time: 1_000_000 };
/// Prices tried: all of them.
const TRIED: u64 = 600;

struct Book([Market; 2]);

impl Markets for Book {
    fn market(&self, index: u16) -> Result<&Market> {
        self.0.get(index as usize).ok_or(RiskError::NoPosition)
    }
}

fn set(market: &mut Market, price: u64) {
    let p = &mut market.price;
    (p.spot, p.low, p.high, p.stable) = (Price(price), Price(price), Price(price), Price(price));
    (p.slot, p.time, p.quality) = (NOW.slot, NOW.time, Quality::Primary as u8);
}

/// A market at `price` ticks whose lines are `maint` ppm and a bit more each.
fn market(price: u64, maint: u32, crowd: u32) -> Market {
    let mut market = Market::new(MAJOR, Rules::MAJOR);
    set(&mut market, price);
    let lines = Fractions { maint: Ratio(maint), liq_end: Ratio(maint + 7_000), init: Ratio(maint + 20_001) };
    market.margin.lines = [lines; 2];
    market.margin.crowd = Ratio(crowd);
    market.funding.index = 3_333_333;
    market
}

fn position(market: u16, base: i64, entry: i64, result: i64) -> Position {
    Position { market, used: 1, base: BaseQty(base), entry, result, size_term: Ratio(1_001), ..Position::EMPTY }
}

fn account(capital: u64, positions: &[Position]) -> Account {
    let mut account = Account { capital, ..Account::NEW };
    account.positions[..positions.len()].copy_from_slice(positions);
    account
}

fn health_at(account: &Account, book: &Book, line: Line, price: u64) -> i64 {
    let mut book = Book(book.0);
    set(&mut book.0[0], price);
    line.health_down(account, &book, NOW).unwrap()
}

/// Every price of the span holds the line; every other one leaves less than the rounding.
fn check(account: &Account, book: &Book, line: Line) {
    let span = span_inward(account, 0, line, book, NOW).unwrap();
    for price in 1..=TRIED {
        let health = health_at(account, book, line, price);
        let inside = span.is_some_and(|s| s.from.is_none_or(|f| f.0 <= price) && s.to.is_none_or(|t| price <= t.0));
        if inside {
            assert!(health >= 0, "{line:?} at {price} in {span:?}: {health}");
        } else {
            assert!(health < 5, "{line:?} at {price} outside {span:?}: {health}");
        }
    }
}

proptest! {
    #[test]
    fn a_span_is_what_trying_every_price_finds(
        capital in 0u64..40_000,
        lots in 1u64..400,
        long in any::<bool>(),
        at in 1u64..TRIED,
        result in -5_000i64..20_000,
        (maint, crowd) in (1_000u32..900_000, prop_oneof![Just(0u32), 0u32..1_000_000]),
        other in prop_oneof![Just(0i64), -200i64..200],
    ) {
        // A lot of 10^12 is worth one atom a tick, so that prices of a few ticks cross lines.
        let base = lots as i64 * 1_000_000_000_000 * if long { 1 } else { -1 } / 7;
        let entry = (base as i128 * at as i128 / 1_000_000_000_000) as i64;
        let beside = position(1, other * 1_000_000_000_000, other * 90, -3);
        let account = account(capital, &[position(0, base, entry, result), beside]);
        let book = Book([market(at, maint, crowd), market(100, 40_000, 0)]);
        for line in Line::ALL {
            check(&account, &book, line);
        }
    }
}

/// One position without a size term, whose funding is paid.
fn one(capital: u64, base: i64, entry: i64) -> (Account, Book) {
    let position = Position { funding: 3_333_333, size_term: Ratio(0), ..position(0, base, entry, 0) };
    (account(capital, &[position]), Book([market(100, 30_000, 0), market(1, 30_000, 0)]))
}

const LOT: i64 = 1_000_000_000_000;

#[test]
fn a_long_worked_by_hand() {
    // 100 lots bought at 100, 1 000 of capital.
    let (account, book) = one(1_000, 100 * LOT, 10_000);
    let span = |line| span_inward(&account, 0, line, &book, NOW).unwrap().unwrap();
    // 1 000 + 100 p - 10 000 is what is left: bankrupt below 90; with 3 % of 100 p kept below 92.8; with 3.7 % below 93.5.
    assert_eq!(span(Line::Bankrupt), Span { from: Some(Price(91)), to: None }, "at 90 nothing is left, which is within rounding");
    assert_eq!(span(Line::Maint), Span { from: Some(Price(93)), to: None });
    assert_eq!(span(Line::LiqEnd), Span { from: Some(Price(94)), to: None });
    // 5.0001 % of 100 p: below 94.7 it loses too much, above 199 its margin is more than its capital.
    assert_eq!(span(Line::Init), Span { from: Some(Price(95)), to: Some(Price(199)) });
}

#[test]
fn a_short_is_crossed_above() {
    let (account, book) = one(1_000, -100 * LOT, -10_000);
    let to = |line| {
        let span = span_inward(&account, 0, line, &book, NOW).unwrap().unwrap();
        assert_eq!(span.from, None);
        span.to.unwrap().0
    };
    // 11 000 - 100 p, less 3 %, 3.7 % and 5.0001 % of 100 p.
    assert_eq!([to(Line::Bankrupt), to(Line::Maint), to(Line::LiqEnd), to(Line::Init)], [109, 106, 106, 104]);
}

#[test]
fn what_no_price_can_change_is_said() {
    // Rich enough for any fall; too poor for any price; no exposure.
    let (rich, book) = one(1_000_000, 100 * LOT, 10_000);
    assert_eq!(span_inward(&rich, 0, Line::Maint, &book, NOW), Ok(Some(Span { from: None, to: None })));
    let poor = account(0, &[position(0, -100 * LOT, 0, 0)]);
    assert_eq!(span_inward(&poor, 0, Line::Maint, &book, NOW), Ok(None));
    let flat = account(5, &[position(0, 0, 0, 9)]);
    assert_eq!(span_inward(&flat, 0, Line::Maint, &book, NOW), Err(RiskError::NoPosition));
    assert_eq!(span_inward(&rich, 1, Line::Maint, &book, NOW), Err(RiskError::NoPosition));
}

#[test]
fn a_price_that_is_no_longer_usable_is_asked_about_as_if_it_were() {
    let (account, mut book) = one(1_000, 100 * LOT, 10_000);
    let usable = span_inward(&account, 0, Line::Maint, &book, NOW).unwrap();
    book.0[0].price.time = 0;
    assert_eq!(span_inward(&account, 0, Line::Maint, &book, NOW).unwrap(), usable);
}

#[test]
fn the_largest_and_the_smallest_positions_have_an_answer() {
    for base in [1, -1, i64::MAX / 2, -(i64::MAX / 2)] {
        let (account, book) = one(1_000, base, base / 1_000);
        for line in Line::ALL {
            span_inward(&account, 0, line, &book, NOW).unwrap();
        }
    }
}
