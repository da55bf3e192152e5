//! The end of a market, recoveries, healing.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

use firebreak_risk::{
    defaults::MAJOR,
    price::RobustPrice,
    recovery::*,
    settle::{convert, gap_up},
    settlement::*,
    trade::{cost, fill},
    waterfall::{close_bankrupt, declare, pay_pro_rata, share_loss, InsuranceFund},
    Account, BaseQty, Ledger, Market, Now, Position, Price, Ratio, RiskError, Rules,
};
use proptest::prelude::*;

/// Cases of a property; `PROPTEST_CASES` asks for more.
fn cases(least: u32) -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(least)
}

const TICKS: u64 = 100_000_000;
const UNIT: i64 = 10_000_000_000;
const T: i64 = 1_000_000;

fn at(time: i64) -> Now {
    Now { slot: 1, time }
}

fn market(spot: u64, twap: u64) -> Market {
    let params = MAJOR.for_asset(8, u64::MAX >> 1);
    let price = RobustPrice { spot: Price(spot), twap: Price(twap), time: T, first_time: 1, quality: 2, ..RobustPrice::NEW };
    Market { price, ..Market::new(params, Rules::plain(&params)) }
}

fn no_fund() -> InsuranceFund {
    InsuranceFund {
        assets: 0,
        floor: 0,
        event_cap: Ratio(0),
        day_cap: Ratio(0),
        day_start: 0,
        day_assets: 0,
        day_drawn: 0,
        drawn: 0,
        reserved: 0,
    }
}

/// A position that left a loss of `lost`, of which insurance covered at most `insured`.
fn record(lost: u64, insured: u64) -> Position {
    Position { used: 1, lost, insured, ..Position::EMPTY }
}

fn held(m: &Market, accounts: &[Account]) -> u64 {
    accounts.iter().map(|a| a.capital).sum::<u64>() + m.ledger.holdings().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(600), failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the book, the fixed price and the order in which accounts settle: conservation, I2 and I14 after each step; everybody
    /// gets out without an admin and without a price; and the order changes nobody's total by more than an atom per step (I6, I10).
    #[test]
    fn i10_an_ended_market_empties_in_any_order(
        trades in prop::collection::vec((0usize..5, 0usize..5, 1i64..50 * UNIT, 1u64..300), 1..12),
        capital in prop::collection::vec(0u64..20_000_000_000, 5),
        end in 1u64..300,
        orders in (Just([0usize, 1, 2, 3, 4]).prop_shuffle(), Just([0usize, 1, 2, 3, 4]).prop_shuffle()),
    ) {
        let mut m = market(100 * TICKS, end * TICKS + 3);
        let mut accounts: Vec<Account> = capital.iter().map(|c| { let mut a = Account::NEW; a.capital = *c; a }).collect();
        for (a, b, lots, price) in trades {
            if a != b {
                let paid = cost(Price(price * TICKS + 1), BaseQty(lots)).unwrap();
                for (who, lots, paid) in [(a, lots, paid), (b, -lots, -paid)] {
                    let slot = accounts[who].slot(0).unwrap();
                    fill(&mut m, &mut accounts[who], slot, BaseQty(lots), paid, at(T)).unwrap();
                }
            }
        }
        m.rules.frozen_limit = 0;
        let dead = at(T + LONGEST_FROZEN);
        prop_assert_eq!(enter(&mut m, false, dead), Ok(Price(end * TICKS + 3)));
        let run = |order: [usize; 5]| -> Vec<u64> {
            let (mut m, mut accounts) = (m, accounts.clone());
            let all = held(&m, &accounts);
            for who in order {
                let a = &mut accounts[who];
                let slot = a.slot(0).unwrap();
                let mut trial = (m, *a);
                let (capital, position) = trial.1.split(slot).unwrap();
                close(&mut trial.0, capital, position, dead).unwrap();
                if trial.1.owes() {
                    // Bankrupt: nobody prefers one market by settling; here there is one.
                    let (_, position) = a.split(slot).unwrap();
                    let owed = close_unpaid(&mut m, position, dead).unwrap();
                    declare(a, owed).unwrap();
                    let capital = a.capital;
                    let mut left = capital;
                    pay_pro_rata(&mut m.ledger, &mut left, &mut a.positions[slot], capital, owed, true).unwrap();
                    a.capital = left;
                    close_bankrupt(&mut m, a, slot, dead).unwrap();
                } else {
                    (m, *a) = trial;
                }
                m.invariant().unwrap();
                assert_eq!(held(&m, &accounts), all);
            }
            assert_eq!(open(&m), Ok((0, 0)));
            let late = at(dead.time + 100_000);
            while m.ledger.deficit > 0 && m.ledger.claims > 0 {
                share_loss(&mut m, &mut no_fund(), 0, late).unwrap();
            }
            for who in order {
                let a = &mut accounts[who];
                let (capital, position) = a.split(0).unwrap();
                match convert(&mut m, capital, position, late) {
                    Ok(_) => assert_eq!(position.result, 0),
                    Err(why) => assert!(why == RiskError::NothingWarm, "{why:?} {:?}", m.ledger),
                }
                m.invariant().unwrap();
            }
            assert_eq!(held(&m, &accounts), all);
            accounts.iter().map(|a| a.capital).collect()
        };
        let (first, second) = (run(orders.0), run(orders.1));
        for (a, b) in first.iter().zip(&second) {
            prop_assert!(a.abs_diff(*b) <= 2, "{first:?} {second:?}");
        }
    }

    /// A recovery is conserved and keeps I14; the deficit comes first; insurance never gets back more than it paid; parts over several
    /// markets take the whole amount, never more than is owed.
    #[test]
    fn recoveries_go_to_who_paid(deficit in 0u64..1_000_000, drawn in 0u64..1_000_000, lost in prop::collection::vec(1u64..1_000_000, 1..6), insured in 0u64..1_000_000, amount in 0u64..4_000_000) {
        let mut records: Vec<Position> = lost.iter().map(|lost| record(*lost, insured.min(*lost))).collect();
        let total: u64 = lost.iter().sum();
        let (mut capital, mut left, mut sum) = (amount, amount.min(total), 0);
        for r in &mut records {
            let mut m = market(1, 1);
            m.ledger = Ledger { deficit, insured_deficit: deficit, window_deficit: deficit, claims: deficit, insurance_drawn: drawn, ..Ledger::NEW };
            m.returned = drawn / 3;
            let part = part_up(r.lost, total, amount, left).unwrap();
            let before = r.lost;
            let got = recover(&mut m, &mut capital, r, part).unwrap();
            m.invariant().unwrap();
            let (ledger, returned) = (m.ledger, m.returned);
            prop_assert_eq!(got.healed + got.insurance + got.pot, part);
            prop_assert_eq!(got.healed, part.min(deficit));
            prop_assert_eq!((ledger.pool, ledger.insurance_fees, ledger.pot), (got.healed, got.insurance, got.pot));
            prop_assert!(returned <= drawn.max(drawn / 3) && r.lost == before - part);
            left -= part;
            sum += part;
        }
        prop_assert_eq!(sum, amount.min(total), "nothing stays while something is owed");
        prop_assert_eq!(capital, amount - sum);
    }

    #[test]
    fn settlement_and_recovery_are_total(base: i64, entry: i64, result: i64, capital: u64, price: u64, done: u64, l: [u64; 8], e: (i64, i64), limit: i64, t: i64, voted: bool) {
        let mut m = market(price, price);
        m.ledger = Ledger { long_base: l[0], short_base: l[1], pool: l[2], claims: l[3], debt: l[4], deficit: l[5], insurance_drawn: l[6], long_entry: e.0, short_entry: e.1, ..Ledger::NEW };
        let mut p = Position { base: BaseQty(base), entry, result, used: 1, ..Position::EMPTY };
        m.rules.frozen_limit = limit;
        let _ = enter(&mut m, voted, at(t));
        m.settlement = Settlement { price: Price(price), time: t, long_done: done, short_done: done };
        let mut cap = capital;
        let _ = (open(&m), gap_up(&m), enter(&mut m, voted, at(t)));
        let _ = convert(&mut m, &mut cap, &mut p, at(t));
        let _ = close(&mut m, &mut cap, &mut p, at(t));
        let _ = close_unpaid(&mut m, &mut p, at(t));
        let mut r = record(l[0], l[1]);
        m.returned = l[7];
        let _ = part_up(r.lost, l[2], l[3], l[4]);
        let _ = recover(&mut m, &mut cap, &mut r, l[5]);
        let _ = (earn_pot(&mut m.ledger, l[6]), heal(&mut m.ledger, l[7]));
    }
}

#[test]
fn who_may_end_a_market_and_when() {
    let m = market(7 * TICKS, 90 * TICKS);
    let end = |mut m: Market, limit, voted, time| {
        m.rules.frozen_limit = limit;
        enter(&mut m, voted, at(T + time))
    };
    let enter = |limit, voted, time| end(m, limit, voted, time);
    assert_eq!(enter(7_200, false, 7_199), Err(RiskError::PriceNotFrozen));
    assert_eq!(enter(7_200, false, 7_200), Ok(Price(90 * TICKS)), "at the TWAP, not at the last print");
    assert_eq!(enter(1, false, SHORTEST_FROZEN - 1), Err(RiskError::PriceNotFrozen));
    assert_eq!(enter(0, false, LONGEST_FROZEN - 1), Err(RiskError::PriceNotFrozen), "zero is the longest");
    assert_eq!(enter(0, false, LONGEST_FROZEN), Ok(Price(90 * TICKS)));
    assert_eq!(enter(0, true, 0), Ok(Price(90 * TICKS)));
    let fixed = Market { settlement: Settlement { price: Price(1), ..Settlement::NONE }, ..m };
    assert_eq!(end(fixed, 0, true, 0), Err(RiskError::PriceNotFrozen), "final");
    assert_eq!(end(market(0, 0), 0, true, 0), Err(RiskError::QualityTooLow));
}

#[test]
fn nothing_is_closed_before_the_end_and_nothing_exposed_converts() {
    let mut m = market(7 * TICKS, 90 * TICKS);
    let mut p = Position { base: BaseQty(5), used: 1, ..Position::EMPTY };
    assert_eq!(close(&mut m, &mut 0, &mut p, at(T)), Err(RiskError::QualityTooLow));
    m.settlement.price = Price(5);
    assert_eq!(convert(&mut m, &mut 0, &mut p, at(T)), Err(RiskError::NothingWarm));
}

/// While a side has profit that is not booked, nobody is paid: who settles first does not run with the pool.
#[test]
fn i6_no_run_in_an_ended_market() {
    let (mut m, mut a, mut b, mut c) = (market(100 * TICKS, 100 * TICKS), Account::NEW, Account::NEW, Account::NEW);
    for long in [&mut a, &mut c] {
        let (short, lots) = (&mut b, UNIT);
        long.capital = 1_000_000_000;
        short.capital = 50_000_000; // a quarter of what it will lose
        let paid = cost(Price(100 * TICKS), BaseQty(lots)).unwrap();
        let (x, y) = (long.slot(0).unwrap(), short.slot(0).unwrap());
        fill(&mut m, long, x, BaseQty(lots), paid, at(T)).unwrap();
        fill(&mut m, short, y, BaseQty(-lots), -paid, at(T)).unwrap();
    }
    m.price.twap = Price(200 * TICKS);
    enter(&mut m, true, at(T)).unwrap();
    let (capital, position) = a.split(0).unwrap();
    close(&mut m, capital, position, at(T)).unwrap();
    let warm = at(T + 10_000);
    assert_eq!(convert(&mut m, capital, position, warm), Err(RiskError::MarketNotWhole));
    let owed = close_unpaid(&mut m, &mut b.positions[0], warm).unwrap();
    assert_eq!(owed, 200_000_000);
    declare(&mut b, owed).unwrap();
    close_bankrupt(&mut m, &mut b, 0, warm).unwrap();
    let (capital, position) = c.split(0).unwrap();
    close(&mut m, capital, position, warm).unwrap();
    let late = at(T + 30_000);
    share_loss(&mut m, &mut no_fund(), 0, late).unwrap();
    for x in [&mut a, &mut c] {
        let (capital, position) = x.split(0).unwrap();
        assert_eq!(convert(&mut m, capital, position, late), Ok(25_000_000));
    }
    assert_eq!(m.ledger.pool, 0);
}

#[test]
fn pot_income_heals_first() {
    let mut l = Ledger { deficit: 70, window_deficit: 50, insured_deficit: 60, claims: 70, ..Ledger::NEW };
    earn_pot(&mut l, 30).unwrap();
    assert_eq!((l.pool, l.deficit, l.window_deficit, l.insured_deficit, l.pot), (30, 40, 20, 40, 0));
    earn_pot(&mut l, 50).unwrap();
    assert_eq!((l.pool, l.deficit, l.window_deficit, l.insured_deficit, l.pot), (70, 0, 0, 0, 10));
    l.invariant().unwrap();
}

#[test]
fn recoveries_to_the_atom() {
    // Pro rata over markets, the first part rounded up, the last one what is left.
    assert_eq!(part_up(300, 400, 41, 41), Ok(31));
    assert_eq!(part_up(100, 400, 41, 10), Ok(10));
    assert_eq!(part_up(300, 400, 9_999, 9_999), Ok(300));
    assert_eq!(part_up(0, 0, 5, 5), Ok(0));
    // Within one: an open deficit, then a third to insurance, which covered a third; rounded down, the pot has the rest.
    let mut m = market(1, 1);
    m.ledger = Ledger { deficit: 10, claims: 10, insurance_drawn: 1_000, ..Ledger::NEW };
    let (mut capital, mut lost) = (500, record(300, 100));
    let got = recover(&mut m, &mut capital, &mut lost, 30).unwrap();
    assert_eq!(got, Recovered { healed: 10, insurance: 6, pot: 14 });
    assert_eq!((lost.lost, lost.insured, m.returned, capital), (270, 94, 6, 470));
    // Insurance has drawn only 50 here: with 44 left to return, it gets no more than its part of that.
    m.ledger.insurance_drawn = 50;
    let got = recover(&mut m, &mut capital, &mut lost, 270).unwrap();
    assert_eq!((got.insurance, got.pot, m.returned), (44, 226, 50));
    assert_eq!((lost.lost, lost.insured, capital), (0, 0, 200));
}

#[test]
fn the_gap_is_each_side_s_unbooked_profit() {
    let mut m = market(100 * TICKS, 100 * TICKS);
    m.ledger = Ledger {
        long_base: UNIT as u64,
        short_base: UNIT as u64,
        long_entry: 100_000_000,
        short_entry: -90_000_000,
        ..Ledger::NEW
    };
    let gap = |usd| {
        let mut ended = m;
        ended.settlement.price = Price(usd * TICKS);
        gap_up(&ended).unwrap()
    };
    assert_eq!((gap(150), gap(60), gap(95)), (50_000_000, 30_000_000, 0));
}
