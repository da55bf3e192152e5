//! Collateral: what a balance counts, against exact rationals; warm-up, depeg, caps; the health lines of accounts that hold some.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

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
    let day = |n: i64| Now { slot: 0, time: NOW.time + n * DAY };
    assert_eq!(sol.set_cap(2 * PARAMS.cap + 1, NOW), Err(RiskError::CapGrowth));
    sol.set_cap(2 * PARAMS.cap, NOW).unwrap();
    assert_eq!(sol.set_cap(2 * PARAMS.cap + 1, Now { time: NOW.time + DAY - 1, ..NOW }), Err(RiskError::CapGrowth));
    sol.set_cap(4 * PARAMS.cap, day(1)).unwrap();
    sol.set_cap(0, day(1)).unwrap();
    assert_eq!(sol.set_cap(1, day(9)), Err(RiskError::CapGrowth), "from zero by listing only");
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

#[test]
fn i9_zero_collateral_parameters_are_the_strictest() {
    let zeroed = |f: fn(&mut CollateralParams)| {
        let mut p = PARAMS;
        f(&mut p);
        token(p, 200 * SOL)
    };
    let target = |f| zeroed(f).target_up().unwrap();
    assert_eq!(target(|p| p.min_haircut = Ratio(0)), PARAMS.max_haircut);
    assert_eq!(target(|p| p.sigma_multiple = 0), PARAMS.max_haircut);
    assert_eq!(target(|p| (p.sigma_multiple, p.max_haircut) = (0, Ratio(0))), Ratio(1_000_000));
    assert_eq!(zeroed(|p| p.maint_share = Ratio(0)).haircut_up(Use::Maint, Price(SOL)).unwrap(), PARAMS.min_haircut);
    let mut crowd = zeroed(|p| p.full_value = 0);
    crowd.total = 1;
    assert_eq!(counts(&crowd, SOL, Use::Init), 0);
    let mut never = Balance::EMPTY;
    never.add(SOL, 0, NOW).unwrap();
    never.add(SOL, 1, NOW).unwrap();
    assert_eq!(never.counted_down(NOW.time + 1_000 * 365 * DAY).unwrap(), 0, "nor does a later warm-up end it");
    let mut none = zeroed(|p| p.cap = 0);
    assert_eq!(none.deposit(&mut Account::NEW.clone(), 0, 1, NOW), Err(RiskError::CollateralCap));
    let now_only = Collateral { price: RobustPrice { time: NOW.time - 1, ..robust(SOL) }, ..zeroed(|p| p.price_max_age = 0) };
    assert_eq!(counts(&now_only, SOL, Use::Maint), 0);
    // a token that floats, taken for a pegged one, counts less, never more
    let cheap = |floating| token(CollateralParams { floating, ..PARAMS }, SOL / 2);
    assert_eq!((counts(&cheap(0), SOL, Use::Maint), counts(&cheap(1), SOL, Use::Maint)), (0, 475_000));
}

#[test]
fn contradictions_are_named() {
    let bad = token(CollateralParams { min_haircut: Ratio(2), max_haircut: Ratio(1), ..PARAMS }, SOL);
    assert_eq!(bad.target_up(), Err(RiskError::ParameterBounds));
    let deep = token(CollateralParams { decimals: 19, floating: 0, ..PARAMS }, SOL);
    assert_eq!(deep.haircut_up(Use::Maint, Price(1)), Err(RiskError::ParameterBounds));
    let book = market(100 * 100_000_000);
    let mut account = Account::NEW;
    account.collateral_slot(0).unwrap().amount = 1;
    assert_eq!(health(&account, &&book, NOW), Err(RiskError::NoCollateral), "a caller that passes no collateral");
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

proptest! {
    #![proptest_config(cases(2_000))]

    /// The value is the exact one, rounded down at each of its steps and never above it.
    #[test]
    fn values_agree_with_exact_rationals(
        amount in 1u64..1 << 60, spot in 1u64..1 << 50, width in 0u64..1 << 40, stable in 1u64..1 << 50, fall in 0u64..1 << 40,
        live in 100_000u32..600_000, total in 0u64..1 << 60, decimals in 4u8..=14, floating in 0u8..2, quality in 1u8..3,
    ) {
        let mut c = token(CollateralParams { decimals, floating, ..PARAMS }, spot);
        (c.price.low, c.price.stable, c.price.quality) = (Price(spot.saturating_sub(width).max(1)), Price(stable), quality);
        (c.volatility.slow_fall, c.haircut.live, c.total) = (fall, (live as u64) << 32, total);
        for purpose in [Use::Init, Use::Maint] {
            let price = match purpose {
                Use::Init => c.price.low.min(c.price.stable),
                Use::Maint if quality == 2 => c.price.low,
                Use::Maint => c.price.spot,
            };
            let haircut = int(c.haircut_up(purpose, price).unwrap().0 as u64);
            let usd = int(10u64.pow(18 - decimals as u32));
            let depeg = if floating == 1 { int(0) } else { ((int(99) / int(100) - int(price.0) / usd) * int(4_000_000)).max(int(0)) };
            let base = match purpose {
                Use::Init => int(c.target_up().unwrap().0.max(live) as u64),
                Use::Maint => int(live as u64) / int(2),
            };
            let exact = (base + depeg).min(int(PPM));
            prop_assert!(haircut >= exact && haircut < exact + int(6), "one rounding of the base, four of the price");
            let crowd = if purpose == Use::Init && total > PARAMS.full_value { int(PARAMS.full_value) / int(total) } else { int(1) };
            let gross = (int(amount) * int(price.0) / int(1_000_000_000_000)).min(int(1 << 59));
            let exact = gross * (int(PPM) - haircut) / int(PPM) * crowd;
            let got = int(counts(&c, amount, purpose));
            prop_assert!(got <= exact && got > exact - int(3));
        }
    }

    /// A merged balance never counts more than separate deposits would, is continuous at each top-up, and counts in full after the last
    /// warm-up.
    #[test]
    fn a_top_up_counts_at_most_what_separate_deposits_would(deposits in vec((0i64..200_000, 1u64..1 << 50), 1..12), probe in 0i64..400_000) {
        let (mut merged, mut time, mut apart) = (Balance::EMPTY, NOW.time, vec![]);
        let check = |merged: &Balance, apart: &[Balance], t: i64| {
            let separate: u64 = apart.iter().map(|b| b.counted_down(t).unwrap()).sum();
            let counted = merged.counted_down(t).unwrap();
            assert!(counted <= separate + apart.len() as u64, "{counted} > {separate}");
        };
        for (wait, amount) in deposits {
            time += wait;
            check(&merged, &apart, time);
            let now = Now { slot: 0, time };
            let before = merged.counted_down(time).unwrap();
            merged.add(amount, PARAMS.warmup, now).unwrap();
            prop_assert_eq!(merged.counted_down(time).unwrap(), before);
            let mut single = Balance::EMPTY;
            single.add(amount, PARAMS.warmup, now).unwrap();
            apart.push(single);
        }
        check(&merged, &apart, time + probe);
        prop_assert_eq!(merged.counted_down(time + PARAMS.warmup).unwrap(), merged.amount);
    }

    /// Deposits and take-outs in any order: the total is the sum of balances, the count of slots is right, nothing counts that is not held.
    #[test]
    fn i1_collateral_total_is_the_sum_of_balances(ops in vec((any::<bool>(), 0usize..3, 0u64..1 << 40, 0i64..90_000), 1..60)) {
        let mut sol = token(CollateralParams { cap: 1 << 42, ..PARAMS }, 200 * SOL);
        let mut accounts = [Account::NEW; 3];
        let mut now = NOW;
        for (deposit, who, amount, wait) in ops {
            now.time += wait;
            let (old, held) = (sol, accounts[who]);
            let done = if deposit { sol.deposit(&mut accounts[who], 5, amount, now) } else { sol.take(&mut accounts[who], 5, amount, now) };
            if done.is_err() {
                (sol, accounts[who]) = (old, held);
            }
            let sum: u64 = accounts.iter().flat_map(|a| a.collateral.iter()).map(|b| b.amount).sum();
            prop_assert_eq!(sum, sol.total);
            prop_assert!(sol.total <= sol.params.cap);
            for a in &accounts {
                prop_assert_eq!(a.collaterals as usize, a.collateral.iter().filter(|b| b.used != 0).count());
                for b in &a.collateral {
                    prop_assert!(b.counted_down(now.time).unwrap() <= b.amount);
                }
            }
        }
    }

    /// Any record, balance, price, clock: a value or a named error, and at most 2^59 atoms.
    #[test]
    fn total(r in any::<[u32; 8]>(), x in any::<[u64; 12]>(), t in any::<[i64; 4]>(), bytes in any::<[u8; 4]>(), tame in any::<bool>()) {
        let mut p = CollateralParams {
            cap: x[0], full_value: x[1], warmup: t[0], price_max_age: r[0], min_haircut: Ratio(r[1]), max_haircut: Ratio(r[2]), sigma_multiple: r[3],
            jump_discount: Ratio(r[4]), maint_share: Ratio(r[5]), rise: Ratio(r[6]), loosen_slots: r[7], underlying: bytes[0] as u16,
            floating: bytes[1], decimals: bytes[2], reserved: [0; 4],
        };
        if tame {
            (p.min_haircut, p.max_haircut, p.jump_discount, p.decimals) = (Ratio(r[1] % 1_000), Ratio(0), Ratio(r[4] % 1_000_000), bytes[2] % 19);
        }
        let _ = p.validate();
        let mut c = token(p, x[2]);
        (c.price.low, c.price.high, c.price.stable, c.price.quality, c.price.time) = (Price(x[3]), Price(x[4]), Price(x[5]), bytes[3] % 3, t[1]);
        (c.volatility.fast_fall, c.volatility.jump_fall, c.haircut, c.total, c.raised) = (x[6], x[7], Glide { live: x[8], slot: x[9] }, x[10] >> 1, t[3]);
        let now = Now { slot: x[9], time: t[2] };
        let balance = Balance { amount: x[10], cold: x[11], cold_since: t[0], cold_until: t[1], used: 1, ..Balance::EMPTY };
        for purpose in [Use::Init, Use::Maint] {
            if let Ok(v) = c.value_down(&balance, &Account::NEW, &c, purpose, now) {
                prop_assert!(v <= 1 << 59);
            }
        }
        let mut account = Account::NEW;
        let _ = c.deposit(&mut account, 1, x[6], now);
        let _ = c.take(&mut account, 1, x[7], now);
        let _ = c.set_cap(x[8], now);
        let _ = c.refresh(&Combined { spot: Price(x[2]), low: Price(x[3]), high: Price(x[4]), quality: Quality::from_u8(bytes[3]) }, &MAJOR, now);
        let mut b = balance;
        let _ = b.add(x[0], t[3], now);
        let _ = b.take(x[1], now);
    }
}
