//! Speed of what the chain, the keeper and the simulator do most (issue: at least 5 million 1-position and 500 thousand 16-position health
//! evaluations a second on one core). Run: `cargo bench -p firebreak-risk --bench health`.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, missing_docs)]

use criterion::{criterion_group, criterion_main, Criterion};
use firebreak_risk::{
    collateral::{Balance, Collateral, CollateralParams, MAX_COLLATERALS, OF_NO_MARKET},
    defaults::MAJOR,
    glide::Glide,
    index::LossIndex,
    liquidation::{flag, plan},
    margin::{health, init_health, Markets},
    num::{BaseQty, Result},
    ops::accrue,
    price::{combine, judge, weigh, Accepted, Quality, RobustPrice, Standing, StrikeRule, MAX_SOURCES},
    volatility::{Volatility, VolatilityParams},
    Account, Market, Now, Price, Ratio, RiskError, Rules, MAX_POSITIONS,
};
use std::hint::black_box;

const NOW: Now = Now { slot: 1_000, time: 1_700_000_000 };
const USD: u64 = 1_000_000;
/// Lots of a unit and ticks of a USD at 8 decimals.
const UNIT: i64 = 10_000_000_000;
const TICKS: u64 = 100_000_000;

struct Book {
    markets: Vec<Market>,
    collaterals: Vec<Collateral>,
}

impl Markets for Book {
    fn market(&self, index: u16) -> Result<&Market> {
        self.markets.get(index as usize).ok_or(RiskError::NoPosition)
    }
    fn collateral(&self, index: u16) -> Result<&Collateral> {
        self.collaterals.get(index as usize).ok_or(RiskError::NoCollateral)
    }
    fn settlement(&self) -> Result<&Collateral> {
        self.collateral(0)
    }
}

fn robust(ticks: u64) -> RobustPrice {
    let (spot, low, high) = (Price(ticks), Price(ticks - ticks / 2_000), Price(ticks + ticks / 2_000));
    let quality = Quality::Primary as u8;
    RobustPrice { spot, low, high, stable: spot, twap: spot, slot: NOW.slot, time: NOW.time, quality, ..RobustPrice::NEW }
}

fn market(i: u64) -> Market {
    let params = MAJOR.for_asset(8, u64::MAX / 4);
    let rules = Rules::MAJOR.for_asset(1_000_000 * UNIT as u64, 10_000_000 * USD, u64::MAX / 4);
    let mut market = Market { price: robust((100 + 13 * i) * TICKS + 12_345), ..Market::new(params, rules) };
    accrue(&mut market, 0, NOW).unwrap();
    market
}

fn collateral(i: u64) -> Collateral {
    let params = CollateralParams {
        cap: u64::MAX,
        full_value: u64::MAX,
        warmup: 172_800,
        price_max_age: 60,
        min_haircut: Ratio(100_000),
        max_haircut: Ratio(600_000),
        sigma_multiple: 4_000_000,
        jump_discount: Ratio(500_000),
        maint_share: Ratio(500_000),
        rise: Ratio(10),
        loosen_slots: 51_937,
        underlying: if i.is_multiple_of(2) { OF_NO_MARKET } else { 1_000 },
        floating: (i > 1) as u8,
        decimals: if i < 2 { 6 } else { 9 },
        reserved: [0; 4],
    };
    let price = if i < 2 { robust(1_000_000_000_000) } else { robust(170_000_000_000 + i * 1_234_567) };
    let volatility = Volatility { slow_fall: 4_600_000_000, fast_fall: 9_100_000_000, jump_fall: 3_000_000, ..Volatility::NEW };
    let haircut = Glide { live: 110_000 << 32, slot: NOW.slot };
    Collateral { params, measured: VolatilityParams::MAJOR, price, volatility, haircut, total: 0, raised: 0, reserved: [0; 72] }
}

/// An account with `positions` and `collaterals`; every second position is short, every third has a claim.
fn account(positions: usize, collaterals: usize, book: &Book) -> Account {
    let mut account = Account { capital: 20 * USD * positions as u64, ..Account::NEW };
    for i in 0..positions {
        let slot = account.slot(i as u16).unwrap();
        let base = if i % 2 == 0 { 3 * UNIT } else { -2 * UNIT } + 777 * i as i64;
        let cost = book.markets[i].price.spot.0 as i128 * base as i128 / 1_000_000_000_000;
        let p = &mut account.positions[slot];
        (p.base, p.entry, p.index) = (BaseQty(base), cost as i64 + 1_000_000 * (i as i64 % 5 - 2), LossIndex::NEW);
        (p.size_term, p.accepted) = (Ratio(17 * i as u32), Ratio(30_000));
        p.result = if i % 3 == 0 { 5 * USD as i64 } else { 0 };
    }
    for i in 0..collaterals {
        *account.collateral_slot(i as u16).unwrap() = Balance {
            amount: 12_345_678,
            cold: 1_000,
            cold_since: NOW.time,
            cold_until: NOW.time + 1,
            collateral: i as u16,
            used: 1,
            ..Balance::EMPTY
        };
    }
    account
}

fn bench(c: &mut Criterion) {
    let book = Book {
        markets: (0..MAX_POSITIONS as u64).map(market).collect(),
        collaterals: (0..MAX_COLLATERALS as u64).map(collateral).collect(),
    };
    for (positions, collaterals) in [(1, 0), (4, 0), (16, 0), (16, 8)] {
        let a = account(positions, collaterals, &book);
        c.bench_function(&format!("health, {positions} positions, {collaterals} collaterals"), |b| {
            b.iter(|| health(black_box(&a), black_box(&book), NOW).unwrap())
        });
        c.bench_function(&format!("init health, {positions} positions, {collaterals} collaterals"), |b| {
            b.iter(|| init_health(black_box(&a), black_box(&book), false, NOW).unwrap())
        });
    }

    let mut short = account(16, 8, &book);
    short.capital = 1_000 * USD;
    // A loss that leaves it 1 USD below Maint, and solvent.
    let above = health(&short, &book, NOW).unwrap().maint;
    short.positions[1].entry += above + USD as i64;
    let line = health(&short, &book, NOW).unwrap();
    assert!(line.maint < 0 && line.solvency > 0);
    flag(&mut short, &line, NOW).unwrap();
    let later = Now { slot: NOW.slot + 50, ..NOW };
    plan(&short, 1, &book.markets[1], &line, later).unwrap();
    c.bench_function("liquidation plan, health known", |b| {
        b.iter(|| plan(black_box(&short), 1, black_box(&book.markets[1]), black_box(&line), later).unwrap())
    });
    c.bench_function("liquidation plan with health, 16 positions, 8 collaterals", |b| {
        b.iter(|| {
            let line = health(black_box(&short), black_box(&book), NOW).unwrap();
            plan(&short, 1, &book.markets[1], &line, later).unwrap()
        })
    });

    c.bench_function("accrue", |b| {
        b.iter(|| {
            let mut market = black_box(book.markets[1]);
            accrue(&mut market, 0, NOW).unwrap();
            market
        })
    });

    let mut sources = [None; MAX_SOURCES];
    for (slot, price) in sources.iter_mut().zip([10_000_100u64, 9_999_000, 10_003_000, 10_000_000, 10_001_000]) {
        *slot = Some(Accepted { price: Price(price), confidence: Price(4_000), weight: 3 });
    }
    c.bench_function("combine 5 sources", |b| b.iter(|| combine(black_box(&sources), Ratio(5_000), Price(10_000_000)).unwrap()));
    let rule = StrikeRule { tolerance: Ratio(1_000), recovery: 25, reserved: 0 };
    c.bench_function("weigh, combine, judge 5 sources", |b| {
        b.iter(|| {
            let (mut sources, mut standings) = (black_box(sources), [Standing::NEW; MAX_SOURCES]);
            weigh(&mut sources, &standings, Some(4)).unwrap();
            let found = combine(&sources, Ratio(5_000), Price(10_000_000)).unwrap();
            judge(&mut standings, &sources, &found, Some(4), &rule, NOW).unwrap();
            (found, standings)
        })
    });
    let mut v = Volatility::NEW;
    v.feed(Price(1_000_000), Quality::Primary, &VolatilityParams::MAJOR, NOW).unwrap();
    c.bench_function("volatility: feed and both sigmas", |b| {
        b.iter(|| {
            let (mut v, p) = (black_box(v), VolatilityParams::MAJOR);
            v.feed(Price(1_000_700), Quality::Primary, &p, later).unwrap();
            (v, v.sigma_against_up(true, &p).unwrap(), v.sigma_against_up(false, &p).unwrap())
        })
    });
}

criterion_group!(benches, bench);
criterion_main!(benches);
