//! Fills: what both sides, the market and the funds hold afterwards, to the atom.
//!
//! The market stands at 100 USD with a confidence of 0.00001: asks are at 100.00001, bids at 99.99999.

use firebreak_client::{
    program::events::Filled,
    risk::{trade::QuoteTerms, MarketParams, Price, Ratio},
};
use firebreak_tests::{events, params, terms, Expect, Trader, World, E, UNIT, USD};

fn two(params: MarketParams) -> (World, Trader, Trader) {
    let mut w = World::new();
    w.list(params, 100);
    let (maker, taker) = (w.trader(1_000), w.trader(1_000));
    w.quote(&maker, 0, 100);
    (w, maker, taker)
}

#[test]
fn buying_pays_the_ask_and_the_fee() {
    let (mut w, maker, taker) = two(params());
    let meta = w.take(&taker, &maker, 0, 10).expect("takes");

    let (t, m) = (w.engine(&taker), w.engine(&maker));
    let fee = 500_001; // 500 ppm of 1 000.0001 USD, rounded up
    assert_eq!((t.positions[0].base.0, t.positions[0].entry), (10 * UNIT, 1_000_000_100));
    assert_eq!((m.positions[0].base.0, m.positions[0].entry), (-10 * UNIT, -1_000_000_100));
    assert_eq!((t.capital, t.bond), (1_000 * USD - fee - USD, USD));
    assert_eq!((m.capital, m.bond), (1_000 * USD + 100_000 - USD, USD), "a fifth of the fee, and a bond of its own");
    let l = w.ledger(0);
    assert_eq!((l.pot, l.insurance_fees, l.treasury_fees), (150_000, 150_000, 100_001), "30 %, 30 %, the rest");
    assert_eq!((l.long_base, l.short_base), (10 * UNIT as u64, 10 * UNIT as u64));
    assert_eq!((l.long_entry, l.short_entry), (1_000_000_100, -1_000_000_100));
    assert_eq!((l.pool, l.claims, l.debt, l.fills), (0, 0, 0, 1));
    assert_eq!(t.positions[0].cover, 150_000, "insurance covers once what was paid to it");
    let q = w.quote_of(&maker, 0).terms;
    assert_eq!((q.ask_size, q.bid_size), (90 * UNIT as u64, 100 * UNIT as u64));
    let event = &events::<Filled>(&meta)[0];
    assert_eq!((event.taker, event.maker, event.market), (taker.account, maker.account, 0));
    assert_eq!((event.base, event.cost, event.fee, event.maker_fee), (10 * UNIT, 1_000_000_100, fee, 100_000));
}

#[test]
fn selling_receives_the_bid() {
    let (mut w, maker, taker) = two(params());
    w.take(&taker, &maker, 0, -10).expect("takes");
    let (t, m) = (w.engine(&taker), w.engine(&maker));
    assert_eq!((t.positions[0].base.0, t.positions[0].entry), (-10 * UNIT, -999_999_900));
    assert_eq!((m.positions[0].base.0, m.positions[0].entry), (10 * UNIT, 999_999_900));
    assert_eq!(t.capital, 1_000 * USD - 500_000 - USD);
    let q = w.quote_of(&maker, 0).terms;
    assert_eq!((q.ask_size, q.bid_size), (100 * UNIT as u64, 90 * UNIT as u64));
}

#[test]
fn a_round_trip_turns_the_move_into_a_claim_that_the_loser_has_paid() {
    let (mut w, maker, taker) = two(params());
    w.take(&taker, &maker, 0, 10).expect("buys");
    w.price(0, 110_00000000, 3);
    let before = (w.engine(&taker), w.engine(&maker));
    w.take(&taker, &maker, 0, -10).expect("sells at 109.99999");

    let won = 1_099_999_900 - 1_000_000_100;
    let (t, m, l) = (w.engine(&taker), w.engine(&maker), w.ledger(0));
    assert_eq!((t.positions[0].base.0, t.positions[0].entry, t.positions[0].result), (0, 0, won as i64));
    assert_eq!((t.capital, t.bond), (before.0.capital - 550_000 + USD, 0), "the bond is back, the profit is not money yet");
    assert_eq!(m.positions[0].used, 0, "nothing is left of the loser's position");
    assert_eq!((m.capital, m.bond), (before.1.capital - won + 110_000 + USD, 0));
    assert_eq!((l.pool, l.claims, l.debt, l.long_base), (won, won, 0, 0));
}

#[test]
fn a_fill_adds_to_a_position_and_may_turn_it_around() {
    let (mut w, maker, taker) = two(params());
    w.take(&taker, &maker, 0, 10).expect("buys");
    w.take(&taker, &maker, 0, 5).expect("buys more");
    assert_eq!(w.engine(&taker).positions[0].base.0, 15 * UNIT);
    assert_eq!(w.engine(&taker).positions[0].entry, 1_500_000_150);
    w.take(&taker, &maker, 0, -20).expect("sells through zero");
    let p = w.engine(&taker).positions[0];
    assert_eq!((p.base.0, p.entry), (-5 * UNIT, 1_500_000_150 - 1_999_999_800));
    assert_eq!(w.ledger(0).long_base, 5 * UNIT as u64);
}

#[test]
fn the_makers_offsets_and_limits_make_the_price() {
    let (mut w, maker, taker) = two(params());
    let offset = QuoteTerms { bid_offset: Ratio(100), ask_offset: Ratio(100), ..terms(100) };
    let cases = [
        (offset, 1, 100_010_011),
        (offset, -1, -99_989_990), // what the taker receives is rounded down
        (QuoteTerms { min_ask: Price(101_00000000), max_bid: Price(0), ..terms(100) }, 1, 101_000_000),
        (QuoteTerms { max_bid: Price(99_00000000), ..terms(100) }, -1, -99_000_000),
        (QuoteTerms { max_bid: Price(101_00000000), ..terms(100) }, -1, -99_999_990),
    ];
    for (terms, units, cost) in cases {
        w.quote_with(&maker, 0, terms).expect("quotes");
        let meta = w.take(&taker, &maker, 0, units).expect("takes");
        assert_eq!(events::<Filled>(&meta)[0].cost, cost, "{terms:?}");
    }
}

#[test]
fn a_limit_is_kept_to_the_tick() {
    let (mut w, maker, taker) = two(params());
    w.take_at(&taker, &maker, 0, UNIT, 100_00001000 - 1).refused(E::LimitPrice);
    w.take_at(&taker, &maker, 0, UNIT, 100_00001000).expect("at the limit");
    w.take_at(&taker, &maker, 0, -UNIT, 99_99999000 + 1).refused(E::LimitPrice);
    w.take_at(&taker, &maker, 0, -UNIT, 99_99999000).expect("at the limit");
    w.take_at(&taker, &maker, 0, UNIT, 0).refused(E::LimitPrice);
}

#[test]
fn a_quote_can_be_taken_to_its_last_lot_and_no_further() {
    let (mut w, maker, taker) = two(params());
    w.quote(&maker, 0, 3);
    w.take(&taker, &maker, 0, 2).expect("takes");
    w.take_lots(&taker, &maker, 0, UNIT + 1).refused(E::SizeOutOfBounds);
    w.take_lots(&taker, &maker, 0, UNIT).expect("the last");
    w.take_lots(&taker, &maker, 0, 1).refused(E::SizeOutOfBounds);
    w.take_lots(&taker, &maker, 0, -1).expect("the other side still stands");
}

#[test]
fn a_fee_is_counted_as_charged_never_as_requested() {
    // A capital of less than the fee: the rest is not charged, and nobody receives it.
    let (mut w, maker, _) = two(MarketParams { taker_fee: Ratio(7_500), ..params() });
    let poor = w.trader(60);
    w.take(&poor, &maker, 0, 10).expect("takes");
    w.price(0, 95_00000000, 3);
    let capital = w.engine(&poor).capital;
    assert_eq!(capital, 60 * USD - 7_500_001 - USD);
    w.settle(&poor, &poor, 0).expect("pays 50 USD of loss");
    let left = w.engine(&poor).capital;
    assert_eq!(left, capital - 50_000_100);
    let before = w.ledger(0);
    w.take(&poor, &maker, 0, -10).expect("closes");
    let charged = left - 100; // the bid is 0.00001 below the mark
    let fees = |l: &firebreak_client::risk::Ledger| l.pot + l.insurance_fees + l.treasury_fees;
    assert_eq!(w.engine(&poor).capital, USD, "the bond");
    assert_eq!(fees(&w.ledger(0)) - fees(&before), charged - charged / 5, "all but the maker's fifth of what there was");
}
