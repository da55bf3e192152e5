//! Health from the book's columns is the engine's health of the whole account, refusals included; and who is due comes worst first.

use super::scene::{key, margin, market, put, put_market, robust, NOW, TICKS, UNIT, USD};
use firebreak_client::risk::{
    index::LossIndex,
    margin::{health, Markets},
    num::Result,
    price::Quality,
    Account, BaseQty, Market, Now, Position, Price, Ratio, RiskError,
};
use firebreak_keeper::{Book, Pubkey};
use proptest::prelude::*;

const MARKETS: u16 = 70;

struct All(Vec<Market>);

impl Markets for All {
    fn market(&self, index: u16) -> Result<&Market> {
        self.0.get(index as usize).ok_or(RiskError::NoPosition)
    }
}

fn index() -> impl Strategy<Value = LossIndex> {
    prop_oneof![
        4 => Just(LossIndex::NEW),
        2 => (1u64..100).prop_map(|left| LossIndex::NEW.shrunk_down(left, 100).expect("a part")),
        1 => Just(LossIndex::NEW.shrunk_down(0, 1).expect("nothing")),
    ]
}

/// Any size that an account may hold, with absurd ones among them.
fn amount() -> impl Strategy<Value = i64> {
    prop_oneof![6 => -2_000 * USD as i64..2_000 * USD as i64, 1 => Just(0), 1 => any::<i64>()]
}

fn position(market: u16) -> impl Strategy<Value = Position> {
    let base = prop_oneof![6 => -50 * UNIT..50 * UNIT, 1 => Just(0), 1 => any::<i64>()];
    (base, amount(), amount(), index(), -1_000_000i64..1_000_000, 0u32..200_000).prop_map(
        move |(base, entry, result, index, funding, term)| Position {
            base: BaseQty(base),
            entry,
            result,
            index,
            funding,
            size_term: Ratio(term),
            market,
            used: 1,
            ..Position::EMPTY
        },
    )
}

fn account() -> impl Strategy<Value = Account> {
    let markets = proptest::sample::subsequence((0..MARKETS + 1).collect::<Vec<u16>>(), 0..=16);
    let positions = markets.prop_flat_map(|markets| markets.into_iter().map(position).collect::<Vec<_>>());
    let capital = prop_oneof![6 => 0..5_000 * USD, 1 => any::<u64>()];
    (positions, capital, any::<bool>()).prop_map(|(positions, capital, flagged)| {
        let mut account = Account { capital, flagged: u64::from(flagged), ..Account::NEW };
        for (place, position) in account.positions.iter_mut().zip(positions) {
            *place = position;
        }
        account
    })
}

/// A market at any price and quality, with losses shared and funding moved, ended or not.
fn state() -> impl Strategy<Value = Market> {
    let price = prop_oneof![8 => 1..1_000 * TICKS, 1 => Just(1), 1 => Just(u64::MAX / 8)];
    let quality = prop_oneof![4 => Just(Quality::Primary), 1 => Just(Quality::Degraded), 1 => Just(Quality::Frozen)];
    (price, quality, index(), -1_000_000i64..1_000_000, 0i64..200, prop::bool::weighted(0.1)).prop_map(
        |(price, quality, index, funding, age, ended)| {
            let mut market = market(0, 100).engine.0;
            market.price = robust(price, quality);
            market.price.time = NOW.time - age;
            market.ledger.index = index;
            market.funding.index = funding;
            if ended {
                market.settlement.price = Price(price / 2 + 1);
            }
            market
        },
    )
}

fn fill(accounts: &[Account], states: &[Market]) -> (Book, All) {
    let mut book = Book::new();
    let mut all = vec![];
    for n in 0..MARKETS {
        let mut market = market(n, 100);
        market.engine.0 = states[n as usize % states.len()];
        put_market(&mut book, &market);
        all.push(market.engine.0);
    }
    for (n, account) in accounts.iter().enumerate() {
        put(&mut book, key(n as u64), NOW.slot, &margin(*account));
    }
    (book, All(all))
}

fn is_due(account: &Account, all: &All, now: Now) -> Option<i64> {
    let health = health(account, all, now).ok()?;
    (health.maint < 0 || account.flagged != 0).then_some(health.liq_end)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn health_is_the_engines(
        accounts in proptest::collection::vec(account(), 1..12),
        states in proptest::collection::vec(state(), 1..4),
        later in 0i64..100,
    ) {
        let (book, all) = fill(&accounts, &states);
        let now = Now { time: NOW.time + later, ..NOW };
        let table = book.table();
        for (n, account) in accounts.iter().enumerate() {
            let of_book = book.health(&key(n as u64), &table, now).expect("it is there");
            prop_assert_eq!(of_book.map(|(health, _)| health), health(account, &all, now), "account {}", n);
            prop_assert_eq!(&book.account(&key(n as u64)).expect("it is there").engine.0, account, "its bytes are kept");
        }
    }

    #[test]
    fn the_due_come_worst_first_and_nobody_is_left_out(
        accounts in proptest::collection::vec(account(), 1..40),
        states in proptest::collection::vec(state(), 1..4),
        moved in 0..MARKETS,
    ) {
        let (book, all) = fill(&accounts, &states);
        let all_due = |only: Option<u16>| {
            // An account without any position is looked at in no scan: it can owe nothing.
            let holds = |a: &Account| a.active().any(|p| only.is_none_or(|m| p.market == m));
            let mut due: Vec<(i64, Pubkey)> = accounts.iter().enumerate().filter(|(_, a)| holds(a))
                .filter_map(|(n, a)| Some((is_due(a, &all, NOW)?, key(n as u64)))).collect();
            due.sort_unstable_by_key(|(health, key)| (*health, u64::from_le_bytes(key.to_bytes()[..8].try_into().expect("8"))));
            due
        };
        for (only, markets) in [(None, vec![]), (Some(moved), vec![moved])] {
            let found = book.rescore(&markets, NOW, 2);
            let worst: Vec<_> = found.worst(&book).map(|due| (due.liq_end, due.key)).collect();
            prop_assert_eq!(&worst, &all_due(only));
            prop_assert_eq!(worst.len(), found.len());
            let holders = accounts.iter().filter(|a| only.is_none_or(|m| a.active().any(|p| p.market == m)));
            let holders = holders.filter(|a| a.active().next().is_some()).count();
            prop_assert_eq!(found.judged + found.unjudged, holders);
        }
    }

    #[test]
    fn accounts_that_change_are_moved_and_forgotten(
        steps in proptest::collection::vec((0u64..6, proptest::option::weighted(0.8, account())), 1..40),
        states in proptest::collection::vec(state(), 1..3),
    ) {
        let (mut book, all) = fill(&[], &states);
        let mut known: std::collections::BTreeMap<u64, Account> = Default::default();
        for (at, (n, step)) in steps.iter().enumerate() {
            let slot = NOW.slot + at as u64;
            match step {
                Some(account) => {
                    put(&mut book, key(*n), slot, &margin(*account));
                    known.insert(*n, *account);
                }
                None => {
                    prop_assert_eq!(book.remove(&key(*n), slot), known.remove(n).is_some());
                }
            }
            let table = book.table();
            for n in 0..6 {
                let of_book = book.health(&key(n), &table, NOW).map(|h| h.map(|(health, _)| health));
                prop_assert_eq!(of_book, known.get(&n).map(|a| health(a, &all, NOW)));
            }
            prop_assert_eq!(book.count(), known.len());
        }
    }
}

#[test]
fn threads_change_nothing() {
    let (mut book, _) = fill(&[], &[market(0, 100).engine.0]);
    for n in 0..10_000u64 {
        let entry = (1_000 * USD) as i64;
        let mut account = Account { capital: n % 97 * USD, ..Account::NEW };
        let slot = account.slot((n % 5) as u16).expect("a place");
        let p = &mut account.positions[slot];
        (p.base, p.entry) = (BaseQty(10 * UNIT), entry + (n % 13) as i64 * USD as i64);
        put(&mut book, key(n), NOW.slot, &margin(account));
    }
    let one = book.rescore(&[], NOW, 1);
    let order: Vec<_> = one.worst(&book).collect();
    assert!(order.len() > 1_000 && order.windows(2).all(|w| w[0].liq_end <= w[1].liq_end));
    for threads in [2, 3, 7] {
        assert_eq!(book.rescore(&[], NOW, threads).worst(&book).collect::<Vec<_>>(), order);
    }
}

#[test]
fn more_loss_indices_than_rows_can_number_are_judged_from_the_bytes() {
    let (mut book, all) = fill(&[], &[market(0, 100).engine.0]);
    for n in 0..70_000u64 {
        let mut account = Account { capital: 10 * USD, ..Account::NEW };
        let slot = account.slot(0).expect("a place");
        let p = &mut account.positions[slot];
        (p.base, p.result) = (BaseQty(UNIT / 100), 3 * USD as i64);
        p.index = LossIndex::NEW.shrunk_down(1_000_000 - n, 1_000_000).expect("a part");
        put(&mut book, key(n), NOW.slot, &margin(account));
        if n % 7_000 == 0 || n > 69_990 {
            let of_book = book.health(&key(n), &book.table(), NOW).expect("there").map(|(health, _)| health);
            assert_eq!(of_book, health(&account, &all, NOW));
        }
    }
}
