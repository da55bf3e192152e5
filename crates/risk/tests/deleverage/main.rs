//! Rank, boards and deleveraging.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod props;

use firebreak_risk::{
    defaults::MAJOR,
    deleverage::{against, begin, Counterparty},
    margin::{health, Health},
    ops::accrue,
    price::RobustPrice,
    rank::*,
    trade::{cost, fill},
    waterfall::{close_bankrupt, declare, mark_unpaid},
    Account, BaseQty, Market, Now, Position, Price, RiskError, Rules,
};
use proptest::prelude::*;

/// Cases of a property; `PROPTEST_CASES` asks for more.
fn cases(least: u32) -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(least)
}

const NOW: Now = Now { slot: 10_000, time: 1_000_000 };
const TICKS: u64 = 100_000_000;

fn market(spot: u64) -> Market {
    let p = Price(spot);
    let price = RobustPrice {
        spot: p,
        low: p,
        high: p,
        twap: p,
        stable: p,
        stable_anchor: p,
        slot: NOW.slot,
        time: NOW.time,
        first_time: 1,
        lows: [p; 2],
        highs: [p; 2],
        quality: 2,
        ..RobustPrice::NEW
    };
    let params = MAJOR.for_asset(8, u64::MAX >> 1);
    let mut market = Market { price, ..Market::new(params, Rules::plain(&params)) };
    accrue(&mut market, 0, NOW).unwrap();
    market
}

fn at(market: &mut Market, spot: u64) {
    let fresh = self::market(spot);
    market.price = fresh.price;
}

/// A bankrupt long (or short) against several counterparties with entries of their own, and a rest that nobody closes.
fn scene(long: bool, sizes: &[u64], entries: &[u64], spot: u64) -> (Market, Account, Vec<Account>) {
    let mut m = market(entries[0]);
    let mut loser = Account::NEW;
    loser.capital = 1_000_000;
    let sign = if long { 1 } else { -1 };
    let mut others = Vec::new();
    for (&size, &entry) in sizes.iter().zip(entries) {
        let mut other = Account::NEW;
        other.capital = 1 << 50;
        let base = BaseQty(size as i64 * sign);
        let paid = cost(Price(entry), base).unwrap();
        let (a, b) = (loser.slot(0).unwrap(), other.slot(0).unwrap());
        fill(&mut m, &mut loser, a, base, paid, NOW).unwrap();
        fill(&mut m, &mut other, b, base.negated().unwrap(), -paid, NOW).unwrap();
        others.push(other);
    }
    m.invariant().unwrap();
    at(&mut m, spot);
    (m, loser, others)
}

fn bankrupt(m: &mut Market, loser: &mut Account) -> Option<Health> {
    let owed = mark_unpaid(m, &mut loser.positions[0], NOW).unwrap();
    declare(loser, owed).ok()?;
    let h = health(loser, &&*m, NOW).unwrap();
    Some(h)
}

fn wealth(m: &Market, a: &Account) -> i128 {
    let p = &a.positions[0];
    let unrealised = if p.base.is_flat() { 0 } else { p.unrealised_down(m.price.spot).unwrap() };
    a.capital as i128 + p.result_now_down(&m.ledger).unwrap() as i128 + unrealised as i128
}

#[test]
fn board_is_a_floor_not_a_list() {
    let mut board = Board::NEW;
    for i in 1..=16u8 {
        assert_eq!(board.put(&[i; 32], LONG, i as u64 * 10), Placed::Entered);
    }
    // An equal score pushes nobody out, a higher one takes the lowest place.
    assert_eq!(board.put(&[99; 32], LONG, 10), Placed::NotRanked);
    assert_eq!(board.put(&[99; 32], LONG, 11), Placed::Entered);
    assert_eq!(board.floor(LONG, &[]), 160);
    assert_eq!(board.floor(SHORT, &[]), 0);
    // Somebody who is not on it may be used when no live entry that is skipped scores higher.
    assert!(require_rank(160, board.floor(LONG, &[])).is_ok());
    assert_eq!(require_rank(159, board.floor(LONG, &[])), Err(RiskError::RankTooLow));
    // Shown: with the score of now; and for nothing when it cannot be acted on.
    let shown = |score, actionable| [Shown { key: [16; 32], score, actionable }];
    assert_eq!(board.floor(LONG, &shown(155, true)), 155);
    assert_eq!(board.floor(LONG, &shown(900, true)), 900);
    assert_eq!(board.floor(LONG, &shown(900, false)), 150);
    // Anyone evicts a dead entry, which frees its place.
    assert_eq!(board.put(&[16; 32], LONG, 0), Placed::Evicted);
    assert_eq!(board.put(&[16; 32], LONG, 0), Placed::NotRanked);
    assert_eq!(board.put(&[50; 32], LONG, 1), Placed::Entered);
    assert_eq!(board.put(&[50; 32], SHORT, 2), Placed::Updated);
    assert_eq!(board.floor(SHORT, &[]), 2);
}

#[test]
fn an_address_of_zeroes_is_no_free_place() {
    let mut board = Board::NEW;
    assert_eq!(board.put(&[0; 32], LONG, 0), Placed::NotRanked);
    assert_eq!(board.put(&[0; 32], LONG, 5), Placed::Entered);
    assert_eq!(board.put(&[0; 32], LONG, 6), Placed::Updated);
}

#[test]
fn skipping_cuts_the_reward_to_thirty_per_cent() {
    assert_eq!(ordered_reward_down(1_000, 7, 7), Ok(1_000));
    assert_eq!(ordered_reward_down(1_000, 6, 7), Ok(300));
    assert_eq!(ordered_reward_down(1, 0, 1), Ok(0));
}

#[test]
fn score_is_profit_times_leverage() {
    let m = market(200 * TICKS);
    let lots = 10_000_000_000; // one unit
    let p = Position { base: BaseQty(lots), entry: 100_000_000, used: 1, ..Position::EMPTY };
    // 100 USD of profit on 200 USD notional: with 100 USD of capital at 1×, with none at 2×.
    let unit = u32::MAX as u64;
    assert_eq!(winner_score_down(&p, &m, 100_000_000, 0), Ok(100_000_000 * 1_000_000 / unit));
    assert_eq!(winner_score_down(&p, &m, 0, 0), Ok(100_000_000 * 2_000_000 / unit));
    assert_eq!(winner_score_down(&p, &m, -5, 0), Ok(100_000_000 * 2_000_000 / unit));
    // Large enough by nothing; too small, no profit, no exposure.
    assert!(winner_score_down(&p, &m, 0, 200_000_000).unwrap() > 0);
    assert_eq!(winner_score_down(&p, &m, 0, 200_000_001), Ok(0));
    assert_eq!(winner_score_down(&Position { entry: 200_000_000, ..p }, &m, 0, 0), Ok(0));
    assert_eq!(winner_score_down(&Position { base: BaseQty(0), entry: 0, result: 50, ..p }, &m, 0, 0), Ok(0));
}

#[test]
fn i9_zero_minimum_exempts_nobody() {
    let m = market(TICKS * 1_000_000);
    let p = Position { base: BaseQty(10_000), entry: -90_000_000, used: 1, ..Position::EMPTY };
    assert!(winner_score_down(&p, &m, 0, 0).unwrap() > 0);
}

#[test]
fn worst_score_needs_a_flag_or_a_breach() {
    let mut a = Account::NEW;
    let h = Health { maint: 5, liq_end: -20, ..Health::default() };
    assert_eq!(worst_score(&a, &h), 0);
    assert_eq!(worst_score(&a, &Health { maint: 0, ..h }), 0, "at Maint is not below it");
    a.flagged = 3;
    assert_eq!(worst_score(&a, &h), 20);
    assert_eq!(worst_score(&a, &Health { liq_end: 1, ..h }), 0);
    assert_eq!(worst_score(&Account::NEW, &Health { maint: -1, liq_end: i64::MIN, ..h }), 1 << 63);
}

#[test]
fn refusals_by_name() {
    let unit = 10_000_000_000;
    let (mut m, mut loser, mut others) = scene(true, &[unit], &[100 * TICKS], 10 * TICKS);
    let h = health(&loser, &&m, NOW).unwrap();
    assert_eq!(begin(&m, &loser, 0, &h, NOW), Err(RiskError::NotBankrupt), "not declared");
    let h = bankrupt(&mut m, &mut loser).unwrap();
    assert_eq!(begin(&m, &loser, 0, &Health { solvency: 0, ..h }, NOW), Err(RiskError::NotBankrupt), "came back");
    assert_eq!(begin(&m, &loser, 1, &h, NOW), Err(RiskError::NoPosition));
    assert_eq!(begin(&m, &loser, 99, &h, NOW), Err(RiskError::NoPosition));
    let mut stale = m;
    stale.price.time -= 1_000;
    assert_eq!(begin(&stale, &loser, 0, &h, NOW), Err(RiskError::QualityTooLow));
    let mut waits = m;
    waits.price.degraded_since = NOW.slot;
    assert_eq!(begin(&waits, &loser, 0, &h, NOW), Err(RiskError::WaitingForConfirmation));
    let mut closing = begin(&m, &loser, 0, &h, NOW).unwrap();

    let before = (m, others[0]);
    let mut run = |m: &mut Market, other: &mut Account, solvency, score, floor| {
        let mut loser = loser;
        against(m, (&mut loser, 0), Counterparty { account: other, slot: 0, solvency, score }, &mut closing, floor, NOW)
    };
    assert_eq!(run(&mut m, &mut others[0], 0, 4, 5), Err(RiskError::RankTooLow));
    assert_eq!(run(&mut m, &mut others[0], -1, 5, 5), Err(RiskError::MustDeclareBankrupt));
    assert_eq!((m, others[0]), before);
    let mut same = loser;
    assert_eq!(run(&mut m, &mut same, 0, 5, 5), Err(RiskError::NotOpposite));
    let step = run(&mut m, &mut others[0], 0, 5, 5).unwrap();
    assert_eq!((step.lots, step.notional), (unit, 10_000_000));
}

#[test]
fn degraded_closes_at_spot_not_at_the_side_better_for_the_bankrupt() {
    let unit = 10_000_000_000;
    let (mut m, mut loser, mut others) = scene(true, &[unit], &[100 * TICKS], 10 * TICKS);
    m.price.quality = 1;
    m.price.high = Price(20 * TICKS);
    let h = bankrupt(&mut m, &mut loser).unwrap();
    let mut closing = begin(&m, &loser, 0, &h, NOW).unwrap();
    let before = wealth(&m, &others[0]);
    let party = Counterparty { account: &mut others[0], slot: 0, solvency: 0, score: 0 };
    let step = against(&mut m, (&mut loser, 0), party, &mut closing, 0, NOW).unwrap();
    assert_eq!(step.notional, 10_000_000);
    assert_eq!(wealth(&m, &others[0]), before);
    m.invariant().unwrap();
}

#[test]
fn two_bankrupts_close_each_other() {
    let unit = 10_000_000_000;
    let (mut m, mut loser, mut others) = scene(true, &[unit], &[100 * TICKS], 10 * TICKS);
    let h = bankrupt(&mut m, &mut loser).unwrap();
    let mut closing = begin(&m, &loser, 0, &h, NOW).unwrap();
    others[0].bankrupt = 1;
    let party = Counterparty { account: &mut others[0], slot: 0, solvency: -1, score: 0 };
    against(&mut m, (&mut loser, 0), party, &mut closing, 0, NOW).unwrap();
    assert_eq!((m.ledger.long_base, m.ledger.short_base), (0, 0));
    m.invariant().unwrap();
}
