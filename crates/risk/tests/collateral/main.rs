//! Collateral: what a balance counts, against exact rationals; warm-up, depeg, caps; the health lines of accounts that hold some.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod edges;
mod forfeited;
mod props;
mod terms;

use firebreak_risk::{
    collateral::{Balance, Collateral, CollateralParams, DAY, MAX_COLLATERALS, OF_NO_MARKET},
    defaults::MAJOR,
    glide::Glide,
    margin::{health, init_health, Markets},
    num::{BaseQty, Result, PPM},
    ops::accrue,
    price::{Combined, Quality, RobustPrice, Use},
    volatility::{Volatility, VolatilityParams},
    Account, Market, Now, Position, Price, Ratio, RiskError, Rules,
};
use num_rational::BigRational as Exact;
use proptest::{collection::vec, prelude::*};

const NOW: Now = Now { slot: 1_000, time: 1_700_000_000 };
const SOL: u64 = 1_000_000_000;
const USD: u64 = 1_000_000;

/// SOL: 9 decimals, so 10^9 ticks a USD. Haircut 10 to 60 %.
const PARAMS: CollateralParams = CollateralParams {
    cap: 1_000_000 * SOL,
    full_value: 100_000 * SOL,
    warmup: 172_800,
    price_max_age: 60,
    min_haircut: Ratio(100_000),
    max_haircut: Ratio(600_000),
    sigma_multiple: 4_000_000,
    jump_discount: Ratio(500_000),
    maint_share: Ratio(500_000),
    rise: Ratio(10),
    loosen_slots: 51_937,
    underlying: 1 + 3,
    floating: 1,
    decimals: 9,
    reserved: [0; 4],
};

fn cases(n: u32) -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(n) }
}

fn int(x: u64) -> Exact {
    Exact::from_integer(x.into())
}

fn robust(spot: u64) -> RobustPrice {
    let p = Price(spot);
    RobustPrice { spot: p, low: p, high: p, stable: p, twap: p, slot: NOW.slot, time: NOW.time, quality: 2, ..RobustPrice::NEW }
}

fn token(params: CollateralParams, spot: u64) -> Collateral {
    Collateral {
        params,
        measured: VolatilityParams::MAJOR,
        price: robust(spot),
        volatility: Volatility::NEW,
        haircut: Glide { live: (params.min_haircut.0 as u64) << 32, slot: NOW.slot },
        total: 0,
        raised: 0,
        reserved: [0; 72],
    }
}

fn usdc(spot: u64) -> Collateral {
    token(CollateralParams { decimals: 6, floating: 0, ..PARAMS }, spot)
}

const PAR: u64 = 1_000_000_000_000;

fn warm(amount: u64) -> Balance {
    Balance { amount, used: 1, ..Balance::EMPTY }
}

fn counts(c: &Collateral, amount: u64, purpose: Use) -> u64 {
    c.value_down(&warm(amount), &Account::NEW, &usdc(PAR), purpose, NOW).unwrap()
}

struct Book {
    market: Market,
    collaterals: Vec<Collateral>,
    usdc: Collateral,
}

impl Markets for Book {
    fn market(&self, _: u16) -> Result<&Market> {
        Ok(&self.market)
    }
    fn collateral(&self, index: u16) -> Result<&Collateral> {
        self.collaterals.get(index as usize).ok_or(RiskError::NoCollateral)
    }
    fn settlement(&self) -> Result<&Collateral> {
        Ok(&self.usdc)
    }
}

fn market(spot: u64) -> Market {
    let params = MAJOR.for_asset(8, u64::MAX / 4);
    let mut market = Market { price: robust(spot), ..Market::new(params, Rules::plain(&params)) };
    accrue(&mut market, 0, NOW).unwrap();
    market
}

#[test]
fn a_balance_counts_its_value_less_the_haircut() {
    PARAMS.validate().unwrap();
    let sol = token(PARAMS, 200 * SOL);
    assert_eq!(counts(&sol, 3 * SOL, Use::Init), 540 * USD);
    assert_eq!(counts(&sol, 3 * SOL, Use::Maint), 570 * USD);
    // Init: the worse of low and stable; Maint: low, or spot while two sources disagree
    let price = RobustPrice { low: Price(190 * SOL), stable: Price(180 * SOL), ..sol.price };
    let wide = Collateral { price, ..sol };
    assert_eq!(counts(&wide, SOL, Use::Init), 162 * USD);
    assert_eq!(counts(&wide, SOL, Use::Maint), 180_500_000);
    let apart = Collateral { price: RobustPrice { quality: 1, ..price }, ..sol };
    assert_eq!(counts(&apart, SOL, Use::Maint), 190 * USD);
}

#[test]
fn without_a_price_it_counts_zero() {
    let sol = token(PARAMS, 200 * SOL);
    let old = Collateral { price: RobustPrice { time: NOW.time - 61, ..sol.price }, ..sol };
    let frozen = Collateral { price: RobustPrice { quality: 0, ..sol.price }, ..sol };
    for c in [old, frozen, Collateral { price: RobustPrice::NEW, ..sol }] {
        assert_eq!((counts(&c, SOL, Use::Init), counts(&c, SOL, Use::Maint)), (0, 0));
    }
}

#[test]
fn it_counts_zero_beside_a_long_in_itself() {
    let sol = token(PARAMS, 200 * SOL);
    let with = |market: u16, base: i64, c: &Collateral| {
        let mut account = Account::NEW;
        let slot = account.slot(market).unwrap();
        account.positions[slot].base = BaseQty(base);
        c.value_down(&warm(SOL), &account, &usdc(PAR), Use::Maint, NOW).unwrap()
    };
    assert_eq!(with(3, 1, &sol), 0);
    assert!(with(3, -1, &sol) > 0 && with(2, 1, &sol) > 0 && with(3, 0, &sol) > 0);
    let unknown = Collateral { params: CollateralParams { underlying: 0, ..PARAMS }, ..sol };
    assert_eq!(with(2, 1, &unknown), 0, "i9: unknown counts zero beside any long");
    let none = Collateral { params: CollateralParams { underlying: OF_NO_MARKET, ..PARAMS }, ..sol };
    assert!(with(3, 1, &none) > 0);
}

#[test]
fn a_broken_peg_costs_four_times_its_distance_at_once() {
    let usdt = |price| token(CollateralParams { decimals: 6, floating: 0, maint_share: Ratio(0), ..PARAMS }, price);
    let haircut = |price| usdt(price).haircut_up(Use::Maint, Price(price)).unwrap().0;
    assert_eq!(haircut(PAR), 100_000);
    assert_eq!(haircut(PAR / 100 * 99), 100_000);
    assert_eq!(haircut(PAR / 100 * 98), 140_000);
    assert_eq!(haircut(PAR / 100 * 99 - 1), 100_004);
    assert_eq!(haircut(PAR / 10), 1_000_000);
    assert_eq!(counts(&usdt(PAR / 2), 1_000 * USD, Use::Maint), 0);
}

#[test]
fn a_settlement_token_below_its_peg_is_worth_its_high_price() {
    let at = |spot: u64, high: u64, quality: u8| {
        let mut t = usdc(spot);
        (t.price.high, t.price.quality) = (Price(high), quality);
        t.from_usd_down(990 * USD, NOW).unwrap()
    };
    assert_eq!(at(PAR, PAR * 2, 2), 990 * USD);
    assert_eq!(at(PAR / 100 * 99, PAR, 2), 990 * USD);
    assert_eq!(at(PAR / 10 * 9, PAR / 100 * 99, 2), 1_000 * USD);
    assert_eq!(at(PAR / 10 * 9, PAR / 100 * 90, 1), 1_100 * USD);
    assert_eq!(at(PAR / 10 * 9, PAR / 100 * 90, 0), 990 * USD, "no price: one for one");
    assert_eq!(at(1, 1, 2), 99_000 * USD, "never below a cent");
}

#[test]
fn deposits_warm_up_and_a_top_up_keeps_what_counts() {
    let (mut sol, mut account) = (token(PARAMS, 200 * SOL), Account::NEW);
    let later = |t: i64| Now { slot: NOW.slot, time: NOW.time + t };
    let counted = |a: &Account, t: i64| a.collateral[0].counted_down(NOW.time + t).unwrap();
    sol.deposit(&mut account, 7, 100 * SOL, NOW).unwrap();
    assert_eq!((counted(&account, 0), counted(&account, DAY), counted(&account, 2 * DAY)), (0, 50 * SOL, 100 * SOL));
    sol.deposit(&mut account, 7, 300 * SOL, later(DAY)).unwrap();
    assert_eq!(counted(&account, DAY), 50 * SOL, "continuous");
    assert_eq!(counted(&account, 2 * DAY), 225 * SOL);
    assert_eq!((counted(&account, 3 * DAY), account.collaterals), (400 * SOL, 1));
    // taking out what is cold changes nothing of what counts
    sol.take(&mut account, 7, 150 * SOL, later(DAY)).unwrap();
    assert_eq!((counted(&account, DAY), counted(&account, 3 * DAY)), (50 * SOL, 250 * SOL));
    assert_eq!(sol.take(&mut account, 7, 251 * SOL, NOW), Err(RiskError::Overflow), "more than all accounts hold");
    sol.total = 1_000 * SOL;
    assert_eq!(sol.take(&mut account, 7, 251 * SOL, NOW), Err(RiskError::NoCollateral));
    assert_eq!(sol.take(&mut account, 6, 1, NOW), Err(RiskError::NoCollateral));
    sol.take(&mut account, 7, 250 * SOL, later(DAY)).unwrap();
    assert_eq!(account, Account::NEW);
}

#[test]
fn eight_collaterals_and_no_more() {
    let (mut sol, mut account) = (token(PARAMS, SOL), Account::NEW);
    for index in 0..MAX_COLLATERALS as u16 {
        sol.deposit(&mut account, index, 1, NOW).unwrap();
    }
    assert_eq!(sol.deposit(&mut account, 8, 1, NOW), Err(RiskError::NoFreeCollateral));
    assert_eq!(sol.total, 8);
    assert_eq!(sol.deposit(&mut account, 0, PARAMS.cap, NOW), Err(RiskError::CollateralCap));
    assert_eq!(sol.deposit(&mut account, 0, 0, NOW), Err(RiskError::ZeroAmount));
}

#[test]
fn a_cap_at_most_doubles_in_a_day() {
    let mut sol = token(PARAMS, SOL);
    let day = |n: i64| Now { slot: NOW.slot, time: NOW.time + n * DAY };
    let cap = |cap: u64| CollateralParams { cap, ..PARAMS };
    assert_eq!(sol.set_params(&cap(2 * PARAMS.cap + 1), NOW), Err(RiskError::CapGrowth));
    sol.set_params(&cap(2 * PARAMS.cap), NOW).unwrap();
    assert_eq!(sol.set_params(&cap(2 * PARAMS.cap + 1), Now { time: NOW.time + DAY - 1, ..NOW }), Err(RiskError::CapGrowth));
    sol.set_params(&cap(4 * PARAMS.cap), day(1)).unwrap();
    assert_eq!(sol.lower_cap(4 * PARAMS.cap + 1), Err(RiskError::CapGrowth));
    sol.lower_cap(0).unwrap();
    assert_eq!(sol.set_params(&cap(1), day(1)), Err(RiskError::CapGrowth), "within the day of the last rise");
    sol.set_params(&cap(7), day(9)).unwrap();
    assert_eq!(sol.params.cap, 7, "from zero it begins anew: `review` makes it wait as long as a listing");
}

#[test]
fn crowding_lowers_init_only() {
    let mut sol = token(PARAMS, 200 * SOL);
    sol.total = 4 * PARAMS.full_value;
    assert_eq!((counts(&sol, SOL, Use::Init), counts(&sol, SOL, Use::Maint)), (45 * USD, 190 * USD));
}

/// Volatility raises Init's haircut at once and Maint's by the capped rate.
#[test]
fn i8_a_shock_reaches_maint_slowly() {
    let mut sol = Collateral { price: RobustPrice::NEW, haircut: Glide::NEW, ..token(PARAMS, 0) };
    let mut push = |spot: u64, slot: u64| {
        let p = Price(spot);
        let seen = Combined { spot: p, low: p, high: p, quality: Quality::Primary };
        sol.refresh(&seen, &MAJOR, Now { slot, time: NOW.time + slot as i64 / 2 }).unwrap();
        (sol.haircut_up(Use::Init, p).unwrap().0, sol.haircut_up(Use::Maint, p).unwrap().0)
    };
    let mut calm = (0, 0);
    for slot in 1..2_000 {
        calm = push(200 * SOL + slot % 2 * 1_000, slot);
    }
    assert_eq!(calm, (100_000, 50_000));
    assert_eq!(push(180 * SOL, 2_000), (600_000, 50_005));
    assert_eq!(push(180 * SOL, 2_001), (600_000, 50_010));
}

/// An account without collateral asks for none, and its health is what it was.
#[test]
fn without_collateral_nothing_changes() {
    let market = market(100 * 100_000_000);
    let mut account = Account { capital: 50 * USD, ..Account::NEW };
    account.positions[0] = Position { base: BaseQty(10_000_000_000), entry: 100 * USD as i64, used: 1, ..Position::EMPTY };
    let h = health(&account, &&market, NOW).unwrap();
    assert_eq!((h.maint, h.liq_end, h.solvency, h.collateral), (47_000_000, 46_000_000, 50_000_000, 0));
    let book = Book { market, collaterals: vec![token(PARAMS, 200 * SOL)], usdc: usdc(PAR) };
    account.collateral[0] = warm(SOL);
    account.collaterals = 1;
    let with = health(&account, &book, NOW).unwrap();
    assert_eq!(
        (with.maint - h.maint, with.liq_end - h.liq_end, with.solvency - h.solvency, with.collateral),
        (190_000_000, 190_000_000, 190_000_000, 190 * USD)
    );
    assert_eq!(init_health(&account, &book, false, NOW).unwrap(), (50 + 180 - 5) * USD as i64);
}
