//! I9 for everything that governance sets: which test shows what a zero of each figure means. A test fails when a figure is missing here or
//! names a test that does not exist. What is set for the protocol, a vault, a collateral and the insurance fund is shown here where no
//! mechanism's own test does.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod sale;
mod shown;
#[path = "../world/mod.rs"]
mod world;

use firebreak_risk::{
    collateral::{Balance, Collateral, CollateralParams},
    collateral_rules::CollateralRules,
    fees::split_down,
    glide::Glide,
    governance::{settings::Settings, Class, Delays, LIST_DELAY, LOOSEN_DELAY},
    layout::{FieldType, Type},
    outflow::OutflowRules,
    price::{Quality, RobustPrice, Use},
    tranches::Insurance,
    volatility::{Volatility, VolatilityParams},
    waterfall::InsuranceFund,
    Account, BaseQty, MarketParams, Now, Price, Ratio, Rules,
};
use shown::SHOWN;
use std::{fs, path::Path};
use world::*;

/// Every figure below `ty`, by its path.
fn figures(ty: &Type, path: &str, into: &mut Vec<String>) {
    match ty {
        Type::Struct(_, fields) => {
            for field in fields.iter().filter(|f| f.name != "reserved") {
                let path = if path.is_empty() { field.name.into() } else { format!("{path}.{}", field.name) };
                figures(&field.ty, &path, into);
            }
        }
        Type::Array(item, _) => figures(item, path, into),
        Type::Int(_) => into.push(path.into()),
    }
}

/// The text of every test, the program's included.
fn tests(dir: &Path, into: &mut String) {
    for entry in fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()) {
        if entry.is_dir() {
            tests(&entry, into);
        } else if entry.extension().is_some_and(|x| x == "rs") {
            into.push_str(&fs::read_to_string(&entry).unwrap());
        }
    }
}

#[test]
fn i9_every_figure_has_a_test_of_its_zero() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut text = String::new();
    tests(&root.join("tests"), &mut text);
    tests(&root.join("../../tests/tests"), &mut text);
    let types = [
        &MarketParams::TYPE,
        &Rules::TYPE,
        &CollateralParams::TYPE,
        &CollateralRules::TYPE,
        &OutflowRules::TYPE,
        &Settings::TYPE,
    ];
    assert_eq!(types.len(), SHOWN.len());
    for (ty, (name, shown)) in types.into_iter().zip(SHOWN) {
        let mut all = Vec::new();
        figures(ty, "", &mut all);
        let named: Vec<&str> = shown.iter().map(|(figure, _)| *figure).collect();
        assert_eq!(all, named, "{name}");
        for (figure, test) in *shown {
            assert!(text.contains(&format!("fn {test}(")), "{name}.{figure} names {test}, which is no test");
        }
    }
}

const NOW: Now = Now { slot: 1_000, time: 1_700_000_000 };
const SOL: u64 = 1_000_000_000;

fn listed() -> CollateralParams {
    CollateralParams::MAJOR.for_token(9, 3, 1_000_000 * SOL, 100_000 * SOL)
}

#[test]
fn i9_zero_collateral_figures_are_refused_by_name() {
    listed().validate().unwrap();
    type Zero = (&'static str, fn(&mut CollateralParams));
    let zeroes: [Zero; 9] = [
        ("full_value", |p| p.full_value = 0),
        ("warmup", |p| p.warmup = 0),
        ("price_max_age", |p| p.price_max_age = 0),
        ("min_haircut", |p| p.min_haircut = Ratio(0)),
        ("max_haircut", |p| p.max_haircut = Ratio(0)),
        ("sigma_multiple", |p| p.sigma_multiple = 0),
        ("rise", |p| p.rise = Ratio(0)),
        ("loosen_slots", |p| p.loosen_slots = 0),
        ("decimals", |p| p.decimals = 0),
    ];
    for (name, zero) in zeroes {
        let mut p = listed();
        zero(&mut p);
        assert_eq!(p.validate().unwrap_err().field, name);
    }
}

#[test]
fn i9_zero_collateral_counts_jumps_in_full_and_beside_no_long() {
    let price = Price(200 * SOL);
    let token = |f: fn(&mut CollateralParams)| {
        let mut params = listed();
        f(&mut params);
        Collateral {
            params,
            measured: VolatilityParams::MAJOR,
            price: RobustPrice {
                spot: price,
                low: price,
                high: price,
                stable: price,
                time: NOW.time,
                quality: Quality::Primary as u8,
                ..RobustPrice::NEW
            },
            volatility: Volatility { jump_fall: 400_000_000, ..Volatility::NEW },
            haircut: Glide::NEW,
            total: 0,
            raised: 0,
            reserved: [0; 72],
        }
    };
    let (whole, part) = (token(|p| p.jump_discount = Ratio(0)), token(|p| p.jump_discount = Ratio(500_000)));
    assert!(whole.target_up().unwrap() > part.target_up().unwrap());
    // What underlies no market that anybody named is taken for every market's.
    let mut account = Account::NEW;
    let position = &mut account.positions[0];
    (position.base, position.used, position.market) = (BaseQty(1), 1, 7);
    let held = Balance { amount: SOL, used: 1, ..Balance::EMPTY };
    let dollar = Collateral { price: RobustPrice::NEW, ..token(|_| ()) };
    let counts = |token: &Collateral| token.value_down(&held, &account, &dollar, Use::Maint, NOW).unwrap();
    assert_eq!(counts(&token(|p| p.underlying = 0)), 0);
    assert!(counts(&token(|_| ())) > 0, "beside a long in something else it counts");
}

#[test]
fn i9_zero_fees_and_shares_charge_nothing() {
    let mut world = World::new();
    world.markets[0].rules.fees.skew_full = 1 << 60; // at zero any skew is the highest
    world.markets[0].params.taker_fee = Ratio(0);
    assert_eq!(world.trade(0, 1, 0, 50 * UNIT, 0), Ok(0));
    world.markets[0].params.taker_fee = Ratio(500);
    assert!(world.trade(0, 1, 0, 50 * UNIT, 0).unwrap() > 0);
    // Whose share is zero receives nothing; the treasury has the rest, and nothing is lost.
    let shares: [fn(&mut MarketParams); 3] =
        [|p| p.maker_share = Ratio(0), |p| p.pot_share = Ratio(0), |p| p.insurance_share = Ratio(0)];
    for (i, zero) in shares.into_iter().enumerate() {
        let mut p = params();
        zero(&mut p);
        let parts = split_down(999_999, &p).unwrap();
        assert_eq!([parts.maker, parts.pot, parts.insurance][i], 0);
        assert_eq!(parts.maker + parts.pot + parts.insurance + parts.treasury, 999_999);
    }
}

#[test]
fn i9_zero_penalty_takes_nothing() {
    let fallen = || {
        let mut world = World::new();
        world.trade(0, 1, 0, 150 * UNIT, 0).unwrap();
        world.crash(0, 9_550_000_000);
        world.flag(0).unwrap();
        world.pass(1);
        world
    };
    let keeper = |world: &World| world.accounts[MAKER].capital as i64;
    for (penalty, share) in [(20_000, 0), (0, 500_000), (20_000, 500_000)] {
        let mut world = fallen();
        (world.markets[0].params.max_penalty, world.markets[0].params.keeper_share) = (Ratio(penalty), Ratio(share));
        let (pot, capital, before) = (world.markets[0].ledger.pot, world.accounts[0].capital, keeper(&world));
        world.liquidate(0, MAKER, 0, u64::MAX).unwrap();
        assert_eq!(world.accounts[0].capital < capital, penalty > 0);
        assert_eq!(world.markets[0].ledger.pot > pot, penalty > 0);
        // The bond a keeper sets aside for its own position apart.
        let earned = keeper(&world) + world.accounts[MAKER].bond as i64 - before;
        assert_eq!(earned > 0, penalty > 0 && share > 0, "{earned}");
    }
}

#[test]
fn i9_zero_uninsured_interest_needs_insurance() {
    let mut rules = Rules::MAJOR.for_asset(1_000, 1_000_000 * USD, 1_000 * UNIT as u64);
    let cap = |rules: &Rules, insurance| {
        rules.dynamic.open_interest_cap_down(&params(), insurance, Ratio(1_000), Ratio(30_000), Price(100 * TICKS)).unwrap()
    };
    assert!(cap(&rules, 0) > 0);
    rules.dynamic.uninsured = 0;
    assert_eq!(cap(&rules, 0), 0);
    assert!(cap(&rules, 1_000 * USD) > 0);
}

#[test]
fn i9_zero_bond_and_reward_set_nothing_aside() {
    let mut world = World::new();
    (world.bond, world.reward) = (0, 0);
    world.trade(0, 1, 0, 150 * UNIT, 0).unwrap();
    assert_eq!(world.accounts[0].bond, 0);
    // A reward without a bond pays nothing either: it comes from the bond alone.
    let mut account = Account::NEW;
    assert_eq!(account.pay_keeper(USD), Ok(0));
    account.bond = USD;
    assert_eq!((account.pay_keeper(0), account.bond), (Ok(0), USD));
}

/// The one zero that is not the strictest, as the README says: the caps bound what is drawn.
#[test]
fn i9_zero_floor_is_no_floor_and_the_caps_still_hold() {
    let drawn = |floor, event_cap, day_cap| {
        let mut world = World::new();
        let fund = &mut world.insurance.fund;
        (fund.floor, fund.event_cap, fund.day_cap) = (floor, Ratio(event_cap), Ratio(day_cap));
        let l = &mut world.markets[0].ledger;
        (l.deficit, l.insured_deficit) = (1_000 * USD, 1_000 * USD);
        let (ledger, now) = (world.markets[0].ledger, world.now);
        firebreak_risk::waterfall::drawable_down(&world.insurance.fund, &ledger, u64::MAX, now).unwrap()
    };
    assert_eq!(drawn(0, 1_000_000, 1_000_000), 300 * USD);
    assert_eq!(drawn(300 * USD, 1_000_000, 1_000_000), 0);
    assert_eq!((drawn(0, 0, 1_000_000), drawn(0, 1_000_000, 0)), (0, 0));
    assert_eq!(drawn(0, 100_000, 1_000_000), 30 * USD);
}

#[test]
fn i9_zero_senior_share_earns_senior_nothing() {
    let caps = InsuranceFund { event_cap: Ratio(1), day_cap: Ratio(1), ..NO_CAPS };
    for (share, senior) in [(0, 0), (300_000, 30 * USD)] {
        let mut insurance = Insurance::new(caps, 3_600, Ratio(share));
        insurance.earn(100 * USD).unwrap();
        assert_eq!((insurance.senior.assets, insurance.junior.assets), (senior, 100 * USD - senior));
    }
}

#[test]
fn i9_zero_delays_are_the_shortest_permitted() {
    let zero = Delays { loosen: 0, list: 0 };
    assert_eq!((zero.of(Class::Loosen), zero.of(Class::List)), (LOOSEN_DELAY, LIST_DELAY));
    assert_eq!((LOOSEN_DELAY, LIST_DELAY), (48 * 3_600, 7 * 24 * 3_600));
    assert_eq!(Delays { loosen: -1, list: -1 }.of(Class::Tighten), LOOSEN_DELAY, "what the guardian may not do waits too");
}
