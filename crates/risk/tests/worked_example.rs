//! The worked example of design section 9, to the atom: a symmetric book of open interest N, one slot, a gap through everybody's
//! margin. Three accounts a side of unequal size, one that holds nothing, and a market maker with ample capital: it takes the
//! bankrupt positions over at the robust price, where a later slice deleverages against the winners. No fees and no bonds, so that
//! the design's round figures are exact.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod world;

use firebreak_risk::{
    defaults::MAJOR,
    tranches::{Insurance, Limit},
    waterfall::InsuranceFund,
    MarketParams, Ratio,
};
use world::*;

/// Open interest in USD at a price of 1.00, which is also its number of units.
const N: u64 = 1_000_000;
/// What each of three accounts a side has of it, in per cent.
const PARTS: [u64; 3] = [50, 30, 20];
const LONGS: [usize; 3] = [0, 1, 2];
const SHORTS: [usize; 3] = [3, 4, 5];
/// 1.00 USD in ticks.
const ONE: u64 = TICKS;

struct Case {
    /// Leverage of longs and shorts.
    leverage: [u64; 2],
    /// Entry price of each of the three pairs, in ticks, highest first.
    entries: [u64; 3],
    /// The price after the gap, in ticks.
    after: u64,
    fee: Ratio,
    insurance: u64,
    floor: u64,
}

const SYMMETRIC: Case = Case { leverage: [20, 20], entries: [ONE; 3], after: ONE / 10, fee: Ratio(0), insurance: 0, floor: 0 };

/// What came out, in atoms.
struct Outcome {
    world: World,
    /// What the losers paid in.
    pool: u64,
    /// The winners' profit before sharing, and what each received.
    claims: u64,
    profits: [u64; 3],
    received: [u64; 3],
    deficit: u64,
}

fn parameters(case: &Case) -> MarketParams {
    let params = MarketParams {
        taker_fee: case.fee,
        cover_multiple: u32::MAX,
        small_loss: Ratio(0),
        claim_warmup: 3_600,
        activation_time: 1,
        activation_updates: 1,
        ..MAJOR.for_asset(8, 10 * N * UNIT as u64).insured(u64::MAX)
    };
    params.validate().unwrap();
    params
}

/// Opens the book, lets the price jump once, and follows the loss through every step of section 9.
fn play(case: &Case, order: [usize; 3]) -> Outcome {
    let mut world = World::at([ONE; 2], parameters(case), [USD; MAKER], 1);
    world.accounts = [firebreak_risk::Account::NEW; ACCOUNTS];
    (world.bond, world.reward, world.confidence) = (0, 0, 0);
    let caps = InsuranceFund { floor: case.floor, event_cap: Ratio(1_000_000), day_cap: Ratio(1_000_000), ..NO_CAPS };
    (world.vault, world.insurance) = (0, Insurance::new(caps, 3_600, Ratio(0)));
    world.donate(case.insurance).unwrap();
    world.markets.iter_mut().for_each(|m| m.limit = Limit::NONE);
    world.insurance.grant(&mut world.markets[0].limit, case.insurance.saturating_sub(case.floor)).unwrap();
    world.deposit(MAKER, 1_000 * N * USD).unwrap();
    world.pass(1);
    world.refeed();
    open(&mut world, case);

    // The gap: one update, then the wait for its confirmation.
    jump(&mut world, case.after);
    let (winners, losers) = if case.after < ONE { (SHORTS, LONGS) } else { (LONGS, SHORTS) };
    for who in losers {
        world.declare(who).unwrap();
    }
    let pool = world.markets[0].ledger.pool;
    for who in winners {
        world.settle(who, 0, true).unwrap();
    }
    for who in losers {
        world.liquidate(who, MAKER, 0, u64::MAX).unwrap();
        assert_eq!((world.accounts[who].capital, world.base(who, 0).0), (0, 0));
    }
    let ledger = world.markets[0].ledger;
    let profits = winners.map(|who| world.accounts[who].position(0).unwrap().result as u64);

    // The window ends; the loss is shared; positions close against the market maker; claims warm up and are paid.
    let ends = ledger.window_ends;
    if ledger.deficit > 0 {
        let _ = world.share(0); // the pot and insurance need not wait
        assert!(ledger.loss_shared == 0 && world.now.time <= ends);
        while world.now.time <= ends {
            world.pass(20);
            world.refeed();
        }
        if world.markets[0].ledger.deficit > 0 {
            world.share(0).unwrap();
        }
    }
    for who in winners {
        let base = world.base(who, 0).0;
        world.trade(MAKER, who, 0, base, 0).unwrap();
    }
    for _ in 0..2 {
        world.pass(3_601);
        world.refeed();
    }
    let mut received = [0; 3];
    for i in order {
        received[i] = world.convert(winners[i], 0).unwrap();
    }
    reopened(&mut world);
    Outcome { world, pool, claims: ledger.claims, profits, received, deficit: ledger.deficit }
}

/// Each long opens against the short of the same size, at its entry price, with exactly its Init margin or more.
fn open(world: &mut World, case: &Case) {
    for (i, part) in PARTS.into_iter().enumerate() {
        if world.markets[0].price.spot.0 != case.entries[i] {
            jump(world, case.entries[i]);
            for _ in 0..8 {
                world.pass(25); // until the stable price has followed
                world.refeed();
            }
        }
        let notional = N * part / 100 * case.entries[i] / ONE * USD;
        let fee = notional * case.fee.0 as u64 / 1_000_000;
        world.deposit(LONGS[i], notional / case.leverage[0] + fee).unwrap();
        world.deposit(SHORTS[i], notional / case.leverage[1]).unwrap();
        world.trade(LONGS[i], SHORTS[i], 0, (N * part / 100) as i64 * UNIT, 0).unwrap();
    }
}

fn jump(world: &mut World, price: u64) {
    world.pass(1);
    world.refeed();
    world.pass(1);
    world.refeed_at(0, price);
    // In steps of 20 seconds, of 50 slots each.
    for _ in 0..=world.markets[0].params.confirm_slots / 50 {
        world.pass(20);
        world.refeed();
    }
}

/// Nothing is left of the loss and a newcomer can trade.
fn reopened(world: &mut World) {
    let ledger = world.markets[0].ledger;
    assert_eq!((ledger.long_base, ledger.short_base, ledger.deficit, ledger.debt), (0, 0, 0, 0));
    world.conservation().and(world.matched()).and(world.sourced()).unwrap();
    let mut next = world.clone();
    next.deposit(0, 1_000 * USD).unwrap();
    next.trade(0, MAKER, 0, UNIT, 0).unwrap();
}

/// Winners receive the whole pool, each in proportion to its profit, in whatever order they come.
fn check(case: &Case, pool: u64, claims: u64) {
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        let out = play(case, order);
        assert_eq!((out.pool, out.claims, out.deficit), (pool, claims, claims - pool));
        assert_eq!(out.world.markets[0].ledger.loss_shared, claims - pool);
        for (profit, received) in out.profits.into_iter().zip(out.received) {
            let exact = profit as u128 * pool as u128 / claims as u128;
            assert!(exact - received as u128 <= 1, "{received} of {exact} for a profit of {profit}");
        }
        let total: u64 = out.received.iter().sum();
        assert!(pool - total <= 3, "{total} of {pool} was paid");
    }
}

const fn usd(ppm_of_n: u64) -> u64 {
    N * ppm_of_n // N USD in atoms is N × 10^6
}

#[test]
fn at_20x_a_fall_of_90_per_cent() {
    check(&SYMMETRIC, usd(50_000), usd(900_000));
}

#[test]
fn at_20x_one_index_of_an_eighteenth() {
    let index = play(&SYMMETRIC, [0, 1, 2]).world.markets[0].ledger.index;
    let claim = 900_000_000_000_000_000;
    let left = firebreak_risk::index::LossIndex::NEW.rescale_down(index, claim).unwrap();
    assert!((claim / 18).abs_diff(left) <= 1, "{left}");
}

#[test]
fn at_20x_a_fall_of_99_9_per_cent() {
    check(&Case { after: ONE / 1_000, ..SYMMETRIC }, usd(50_000), usd(999_000));
}

#[test]
fn at_20x_a_rise_of_900_per_cent() {
    check(&Case { after: 10 * ONE, ..SYMMETRIC }, usd(50_000), usd(9_000_000));
}

#[test]
fn longs_20x_against_shorts_2x_fall() {
    check(&Case { leverage: [20, 2], ..SYMMETRIC }, usd(50_000), usd(900_000));
}

#[test]
fn longs_20x_against_shorts_2x_rise() {
    check(&Case { leverage: [20, 2], after: 10 * ONE, ..SYMMETRIC }, usd(500_000), usd(9_000_000));
}

#[test]
fn at_10x_and_5x() {
    check(&Case { leverage: [10, 10], ..SYMMETRIC }, usd(100_000), usd(900_000));
    check(&Case { leverage: [5, 5], ..SYMMETRIC }, usd(200_000), usd(900_000));
}

/// Half of the longs entered at 1.00, half at 0.97; each has a twentieth of its own notional.
#[test]
fn longs_at_1_00_and_0_97() {
    let case = Case { leverage: [20, 2], entries: [ONE, ONE * 97 / 100, ONE * 97 / 100], ..SYMMETRIC };
    check(&case, usd(49_250), usd(500_000 * 9 / 10 + 500_000 * 87 / 100));
}

/// Insurance of 2 % of open interest pays until its floor and not an atom further; the winners receive what it added.
#[test]
fn insurance_of_2_per_cent_ends_at_its_floor_or_above() {
    for floor_ppm in [0, 5_000, 15_000, 20_000] {
        let (insurance, floor) = (usd(20_000), usd(floor_ppm));
        let out = play(&Case { fee: Ratio(500), insurance, floor, ..SYMMETRIC }, [0, 1, 2]);
        let assets = out.world.insurance.fund.assets;
        assert!(assets >= floor, "{assets} below {floor}");
        assert_eq!(assets, floor, "a loss of 85 % of open interest uses all that is above the floor");
        let covered = out.world.flows[0].covered;
        assert_eq!(covered, insurance - floor + usd(500) / 4); // and the pot: a quarter of the fees
        let total: u64 = out.received.iter().sum();
        assert!(out.pool + covered - total <= 3);
    }
}

/// Whoever held nothing keeps every atom.
#[test]
fn flat_accounts_keep_every_atom() {
    let out = play(&SYMMETRIC, [2, 0, 1]);
    let maker = out.world.accounts[MAKER].capital;
    assert_eq!(maker, 1_000 * N * USD, "the market maker took over and closed at the same price");
}
