//! Liquidation against quotes: never dearer for the account than a take-over, and no keeper capital.

use super::liquidate::{flagged, health_of, Scene};
use firebreak_client::{
    oracle::Kind,
    program::{events::LiquidatedIntoQuote, instructions::InitialiseArgs},
    risk::{price::Quality, trade::QuoteTerms, MarketParams, Price, Ratio},
};
use firebreak_tests::{events, initial, params, prices::Feed, terms, Expect, Trader, World, E, UNIT, USD};

const ALL: u64 = u64::MAX / 4;

/// The flagged account with its ramp over, a maker of its own for it, somebody who collects.
fn scene() -> (World, Trader, Trader, Trader, Trader) {
    let Scene { mut w, thin, keeper, .. } = flagged();
    let (bidder, collector) = (w.trader(10_000), w.collector());
    w.quote(&bidder, 0, 100);
    w.pass(25);
    (w, thin, keeper, bidder, collector)
}

/// What is the account's if all is marked at spot.
fn wealth(w: &World, t: &Trader) -> i64 {
    let (engine, spot) = (w.engine(t), w.market(0).engine.price.spot);
    let open: i64 = engine.used().map(|p| p.result + p.unrealised_down(spot).expect("small")).sum();
    engine.capital as i64 + engine.bond as i64 + open
}

#[test]
fn one_step_restores_the_stop_line_without_keeper_capital() {
    let (mut w, thin, _, bidder, collector) = scene();
    let (before, pot, fees) = (w.engine(&thin), w.ledger(0).pot, w.ledger(0).insurance_fees);
    let had = w.engine(&bidder);
    let meta = w.into_quotes(&collector, &bidder, &thin, 0, ALL).expect("liquidates");
    let e = &events::<LiquidatedIntoQuote>(&meta)[0];
    assert_eq!((e.market, e.account, e.maker, e.keeper), (0, thin.account, bidder.account, collector.account));
    assert_eq!((e.price, e.long, e.reward, e.deficit), (96_99999000, true, USD / 10, 0), "the bid, from low");
    let (a, m, l) = (w.engine(&thin), w.engine(&bidder), w.ledger(0));
    assert_eq!(m.positions[0].base.0, e.lots as i64);
    assert_eq!(m.positions[0].entry, e.notional as i64);
    assert_eq!(m.capital, had.capital + e.maker_fee - USD, "its bond is set aside");
    assert_eq!(a.capital, before.capital - e.fee - e.penalty);
    assert_eq!(e.held.account.capital, a.capital);
    assert_eq!(a.bond, before.bond - e.reward);
    assert_eq!(w.engine(&collector).capital, USD / 10);
    assert!(l.pot > pot + e.penalty && l.insurance_fees > fees, "the fee is a fill's, the penalty the market's");
    assert_eq!(w.quote_of(&bidder, 0).terms.bid_size, 100 * UNIT as u64 - e.lots);
    let line = health_of(&w, &thin).liq_end;
    assert!((0..2_000).contains(&line), "at its line, not beyond, though it cost less than a take-over: {line}");
    assert_eq!((a.flagged, a.freed), (0, 0));
    assert_eq!((l.liquidations, l.liquidated_base), (1, e.lots));
}

#[test]
fn it_never_costs_the_account_more_than_a_take_over_of_the_same_size() {
    for offset in [0, 100, 500, 1_000, 1_500, 2_000, 2_500, 2_700] {
        for lots in [UNIT as u64 / 3, UNIT as u64, 2 * UNIT as u64] {
            let (mut w, thin, keeper, bidder, collector) = scene();
            w.quote_with(&bidder, 0, QuoteTerms { bid_offset: Ratio(offset), ..terms(100) }).expect("quotes");
            let mut over = w.clone();
            over.liquidate_lots(&keeper, &thin, 0, lots).expect("takes over");
            match w.into_quotes(&collector, &bidder, &thin, 0, lots) {
                Ok(meta) => {
                    let e = &events::<LiquidatedIntoQuote>(&meta)[0];
                    assert_eq!(over.engine(&thin).positions[0].base, w.engine(&thin).positions[0].base);
                    assert!(wealth(&w, &thin) >= wealth(&over, &thin), "{offset} {lots}: {e:?}");
                }
                Err(why) => assert!(why.name == "QuoteTooDear" && offset >= 2_700, "{offset} {lots}: {}", why.name),
            }
        }
    }
}

#[test]
fn a_quote_that_is_too_dear_is_refused() {
    let (mut w, thin, _, bidder, collector) = scene();
    for terms in [
        QuoteTerms { bid_offset: Ratio(3_000), ..terms(100) },
        QuoteTerms { max_bid: Price(96_00000000), ..terms(100) },
        QuoteTerms { max_bid: Price(1), ..terms(100) },
    ] {
        w.quote_with(&bidder, 0, terms).expect("quotes");
        w.into_quotes(&collector, &bidder, &thin, 0, ALL).refused(E::QuoteTooDear);
    }
}

#[test]
fn at_the_flag_there_is_next_to_no_allowance() {
    let Scene { mut w, thin, .. } = flagged();
    let (bidder, collector) = (w.trader(10_000), w.collector());
    w.quote(&bidder, 0, 100);
    let meta = w.into_quotes(&collector, &bidder, &thin, 0, ALL).expect("at the robust price it may go at once");
    let e = &events::<LiquidatedIntoQuote>(&meta)[0];
    assert!(
        e.fee + e.penalty <= e.allowed && e.allowed < e.notional / 100_000 * 2,
        "what a fill would charge does not fit: {e:?}"
    );
    w.quote_with(&bidder, 0, QuoteTerms { bid_offset: Ratio(500), ..terms(100) }).expect("quotes");
    w.pass(5);
    w.into_quotes(&collector, &bidder, &thin, 0, ALL).refused(E::QuoteTooDear);
}

#[test]
fn a_short_is_closed_alike() {
    let mut w = World::with_market();
    let (maker, thin, seller, collector) = (w.trader(10_000), w.trader(60), w.trader(10_000), w.collector());
    w.quote(&maker, 0, 100);
    w.quote(&seller, 0, 100);
    w.take(&thin, &maker, 0, -10).expect("takes");
    w.price(0, 103_00000000, 5);
    w.flag(&thin).expect("flags");
    w.pass(25);
    let meta = w.into_quotes(&collector, &seller, &thin, 0, ALL).expect("liquidates");
    let e = &events::<LiquidatedIntoQuote>(&meta)[0];
    assert_eq!((e.long, e.price), (false, 103_00001000));
    assert_eq!(w.engine(&seller).positions[0].base.0, -(e.lots as i64));
    assert!(health_of(&w, &thin).liq_end >= 0);
}

#[test]
fn the_quote_bounds_the_size() {
    let (mut w, thin, _, bidder, collector) = scene();
    w.quote(&bidder, 0, 1);
    let meta = w.into_quotes(&collector, &bidder, &thin, 0, ALL).expect("as far as it goes");
    let e = &events::<LiquidatedIntoQuote>(&meta)[0];
    assert_eq!((e.lots, e.reward), (UNIT as u64, 0));
    w.into_quotes(&collector, &bidder, &thin, 0, ALL).refused(E::ZeroAmount);
    w.quote(&bidder, 0, 100);
    w.into_quotes(&collector, &bidder, &thin, 0, 0).refused(E::ZeroAmount);
}

#[test]
fn quotes_of_the_same_owner_are_refused() {
    let (mut w, thin, _, bidder, collector) = scene();
    let second = w.second_account(&thin, 0);
    w.act(
        &[firebreak_client::instruction::deposit(bidder.owner(), second.account, bidder.wallet, w.mint, 1_000 * USD)],
        &[&bidder.key],
    )
    .expect("deposits");
    w.quote(&second, 0, 100);
    w.into_quotes(&collector, &second, &thin, 0, ALL).refused(E::SameOwner);
    w.quote(&thin, 0, 100);
    w.into_quotes(&collector, &thin, &thin, 0, ALL).refused(E::SelfTrade);
}

#[test]
fn the_reward_goes_neither_to_the_account_nor_to_the_maker() {
    let (mut w, thin, _, bidder, _) = scene();
    w.into_quotes(&thin, &bidder, &thin, 0, ALL).refused(E::AccountsMismatch);
    w.into_quotes(&bidder, &bidder, &thin, 0, ALL).refused(E::AccountsMismatch);
}

#[test]
fn age_and_expiry_are_those_of_a_fill() {
    let (mut w, thin, _, bidder, collector) = scene();
    w.vm.pass(3);
    w.into_quotes(&collector, &bidder, &thin, 0, ALL).refused(E::PriceTooOld);
    w.pass(1);
    let now = w.now().slot;
    w.quote_with(&bidder, 0, QuoteTerms { expires: now - 1, ..terms(100) }).expect("quotes");
    w.into_quotes(&collector, &bidder, &thin, 0, ALL).refused(E::QuoteExpired);
    w.quote_with(&bidder, 0, QuoteTerms { expires: now, ..terms(100) }).expect("quotes");
    w.into_quotes(&collector, &bidder, &thin, 0, ALL).expect("its last slot");
}

#[test]
fn the_maker_passes_its_lines() {
    let (mut w, thin, _, _, collector) = scene();
    let poor = w.trader(10);
    w.quote(&poor, 0, 100);
    w.into_quotes(&collector, &poor, &thin, 0, ALL).refused(E::BelowInit);
    w.into_quotes(&collector, &poor, &thin, 0, UNIT as u64).expect("as much as it can carry");
    w.pass(80);
    let broke = w.trader(0);
    w.quote(&broke, 0, 100);
    w.into_quotes(&collector, &broke, &thin, 0, UNIT as u64).refused(E::BelowInit);
}

#[test]
fn it_asks_what_a_take_over_asks() {
    let mut w = World::with_market();
    let (maker, thin, bidder, collector) = (w.trader(10_000), w.trader(60), w.trader(10_000), w.collector());
    w.quote(&maker, 0, 100);
    w.quote(&bidder, 0, 100);
    w.take(&thin, &maker, 0, 10).expect("takes");
    w.price(0, 97_00000000, 5);
    w.into_quotes(&collector, &bidder, &thin, 0, ALL).refused(E::NotFlagged);
    w.flag(&thin).expect("flags");
    w.into_quotes(&collector, &bidder, &thin, 0, ALL).expect("a quarter");
    w.into_quotes(&collector, &bidder, &thin, 0, ALL).refused(E::RampNotReached);
    w.price(0, 90_00000000, 3);
    w.into_quotes(&collector, &bidder, &thin, 0, ALL).refused(E::MustDeclareBankrupt);
    w.price(0, 99_00000000, 3);
    w.into_quotes(&collector, &bidder, &thin, 0, ALL).refused(E::AboveStopLine);
    w.bring(0, Quality::Frozen);
    w.into_quotes(&collector, &bidder, &thin, 0, ALL).refused(E::QualityTooLow);
}

#[test]
fn a_bankrupt_goes_to_a_quote_at_the_robust_price_only() {
    let mut w = World::with(InitialiseArgs { ..initial() });
    let exact = |kind, n| Feed { confidence: 0, ..Feed::new(kind, n, 100) };
    w.list_with(
        MarketParams { twap_band: Ratio(1_000_000), ..params() },
        vec![exact(Kind::PythUpdate, 0), exact(Kind::SwitchboardOnDemand, 1)],
    );
    let (maker, thin, bidder, collector) = (w.trader(10_000), w.trader(60), w.trader(10_000), w.collector());
    w.quote(&maker, 0, 100);
    w.take(&thin, &maker, 0, 10).expect("takes");
    w.price(0, 90_00000000, 3);
    w.declare_bankrupt(&thin).expect("declares");
    w.quote_with(&bidder, 0, QuoteTerms { bid_offset: Ratio(1), ..terms(100) }).expect("quotes");
    w.into_quotes(&collector, &bidder, &thin, 0, ALL).refused(E::QuoteTooDear);
    w.quote(&bidder, 0, 100);
    let meta = w.into_quotes(&collector, &bidder, &thin, 0, ALL).expect("whole, at once");
    let e = &events::<LiquidatedIntoQuote>(&meta)[0];
    assert_eq!((e.lots, e.price, e.fee, e.penalty, e.reward), (10 * UNIT as u64, 90_00000000, 0, 0, USD / 10));
    assert!(e.deficit > 0 && e.deficit == w.ledger(0).deficit);
    assert!(w.engine(&thin).used().next().is_none());
}
