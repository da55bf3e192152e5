//! Every interleaving of coarse operations on three accounts, two markets and a market maker, breadth first to a stated depth from
//! five roots: freshly opened, crashed, crashed and resolved, shared, warm. No reachable state breaks an invariant or lacks an exit.
//!
//! Depth 4 from every root in the ordinary run; `EXHAUSTIVE_DEPTH=5 cargo test --release -p firebreak-risk --test exhaustive` is the
//! long profile. The walk is done once; each test reports one invariant of it.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod world;

use std::{
    collections::{hash_map::DefaultHasher, BTreeMap, HashSet},
    hash::{Hash, Hasher},
    sync::OnceLock,
};
use world::{check::*, run::Step, strategy::Op, *};

/// What the walk found: the first failure of each invariant, and how far it came.
struct Walk {
    failures: BTreeMap<&'static str, String>,
    states: usize,
    steps: usize,
}

fn still(seconds: u32) -> Op {
    Op::Refresh { m: 0, seconds, ppm: 0, silent: 0 }
}

/// The moves of the small game.
fn moves() -> Vec<Op> {
    let mut ops = vec![still(11), still(61), still(601), Op::Wait { seconds: 40 }];
    ops.extend([-500_000, 1_000_000].map(|ppm| Op::Refresh { m: 0, seconds: 1, ppm, silent: 0 }));
    ops.push(Op::Refresh { m: 1, seconds: 1, ppm: 500_000, silent: 0 });
    for who in 0..3 {
        ops.extend([Op::Flag { who }, Op::Declare { who }, Op::Withdraw { who, share: 1_000_000 }]);
        for m in 0..MARKETS {
            ops.extend([Op::Settle { who, m, by_owner: true }, Op::Convert { who, m }]);
            ops.extend([Op::Liquidate { who, keeper: MAKER, m, share: 1_000_000 }, Op::Close { taker: who, maker: MAKER, m }]);
        }
    }
    ops.extend([0, 1].map(|m| Op::Share { m }));
    ops.push(Op::Trade { taker: 0, maker: 1, m: 0, lots: 7 * UNIT, worse: 0 });
    ops
}

/// 0 is long against 1 in the first market, 1 long against 2 in the second.
fn roots() -> Vec<World> {
    let mut opened = World::new();
    opened.trade(0, 1, 0, 150 * UNIT + 7, 0).unwrap();
    opened.trade(1, 2, 1, 300 * UNIT + 3, 0).unwrap();
    let mut crashed = opened.clone();
    crashed.crash(0, 40 * TICKS);
    let mut resolved = crashed.clone();
    resolved.settle_all();
    resolved.resolve();
    let mut shared = resolved.clone();
    shared.share_all();
    let mut warm = shared.clone();
    warm.pass(601);
    warm.refeed();
    let mut roots = vec![opened, crashed, resolved, shared, warm];
    for world in &mut roots {
        for (flow, market) in world.flows.iter_mut().zip(&world.markets) {
            flow.paid = market.ledger.pool + flow.converted - flow.covered; // what came in before the game
        }
    }
    roots
}

fn fingerprint(world: &World) -> u64 {
    let h = &mut DefaultHasher::new();
    (world.now.slot, world.now.time, world.vault, world.insurance.fund.assets, world.insurance.fund.day_drawn).hash(h);
    for a in &world.accounts {
        (a.capital, a.bond, a.flagged, a.freed, a.bankrupt).hash(h);
        for p in a.used() {
            (p.market, p.base.0, p.entry, p.result, p.index.mantissa, p.index.exponent).hash(h);
            (p.cold, p.cold_since, p.cold_until, p.cover, p.settled).hash(h);
        }
    }
    for m in &world.markets {
        let (p, l) = (&m.price, &m.ledger);
        (p.spot.0, p.twap.0, p.stable.0, p.slot, p.out_of_band_since, p.degraded_since, p.quality).hash(h);
        (p.lows.map(|x| x.0), p.highs.map(|x| x.0), p.period).hash(h);
        (l.long_base, l.long_entry, l.short_entry, l.pool, l.pot, l.claims, l.debt, l.deficit).hash(h);
        (l.window_deficit, l.window_ends, l.insured_deficit, l.index.mantissa, l.index.exponent).hash(h);
    }
    h.finish()
}

/// Wherever the game stands, everybody gets out.
fn has_exit(world: &World) -> Checked {
    let mut world = world.clone();
    world.wind_down();
    for (who, account) in world.accounts.iter().enumerate() {
        let out = account.holdings().unwrap() == 0 && account.used().next().is_none();
        ensure(out, || format!("i10: account {who} keeps {account:?}"))?;
    }
    world.markets.iter().try_for_each(|m| {
        let l = &m.ledger;
        ensure((l.long_base, l.deficit, l.debt) == (0, 0, 0) && l.pool == l.claims, || format!("i10: {l:?}"))
    })
}

fn walk() -> Walk {
    let depth = std::env::var("EXHAUSTIVE_DEPTH").ok().and_then(|n| n.parse().ok()).unwrap_or(4);
    let (ops, mut seen) = (moves(), HashSet::new());
    let mut found = Walk { failures: BTreeMap::new(), states: 0, steps: 0 };
    let mut level = roots();
    for at in 0..depth {
        let mut next = vec![];
        for world in &level {
            for op in &ops {
                let mut after = world.clone();
                if after.apply(op).is_err() {
                    continue;
                }
                let mut step = Step { before: world.clone(), op: *op };
                if let Op::Refresh { seconds, .. } | Op::Wait { seconds } = *op {
                    step.before.pass(seconds);
                }
                after.count_flows(&step.before);
                found.steps += 1;
                if !seen.insert(fingerprint(&after)) {
                    continue;
                }
                let exit = if at + 2 < depth { has_exit(&after) } else { Ok(()) };
                for (name, result) in [
                    ("i1", after.conservation()),
                    ("i2", after.matched()),
                    ("i3", after.backed()),
                    ("i4", principal_first(&step, &after)),
                    ("i5", isolated(&step, &after)),
                    ("i7", liquidation_helps(&step, &after)),
                    ("i10", exit),
                    ("i13", good_prices(&step, &after)),
                    ("i14", after.sourced()),
                ] {
                    if let Err(why) = result {
                        found.failures.entry(name).or_insert(why);
                    }
                }
                if at + 1 < depth {
                    next.push(after);
                }
            }
        }
        level = next;
    }
    found.states = seen.len();
    println!("{} states, {} steps, depth {depth}", found.states, found.steps);
    found
}

macro_rules! reports {
    ($($name:ident $id:literal)*) => { $(
        #[test]
        fn $name() {
            let walk = WALK.get_or_init(walk);
            assert!(walk.states > 5_000, "only {} states", walk.states);
            if let Some(why) = walk.failures.get($id) {
                panic!("{why}");
            }
        }
    )* };
}

static WALK: OnceLock<Walk> = OnceLock::new();

/// Every order of converting and withdrawing after a shared loss: nobody's total differs by more than an atom per operation.
#[test]
fn i6_no_run_exhaustive() {
    for price in [1, 40, 70, 130, 900] {
        let mut world = World::new();
        world.trade(0, 1, 0, 150 * UNIT + 7, 0).unwrap();
        world.trade(2, 1, 0, 30 * UNIT + 1, 0).unwrap();
        world.trade(3, 4, 0, 77 * UNIT + 5, 0).unwrap();
        world.crash(0, price * TICKS);
        world.settle_all();
        world.resolve();
        world.settle_all();
        world.share_all();
        assert_eq!(world.markets[0].ledger.deficit, 0);
        assert!(world.markets[0].ledger.loss_shared > 0 || world.insurance.fund.drawn > 0);
        world.warm_up();
        let mut straight = [0; ACCOUNTS];
        let mut first = world.clone();
        straight.iter_mut().enumerate().for_each(|(who, total)| *total = first.cash(who));
        permutations(5, &mut |order| {
            let mut world = world.clone();
            for who in order.iter().copied().chain([5, MAKER]) {
                let got = world.cash(who);
                assert!(got.abs_diff(straight[who]) <= 1, "i6: {got} instead of {} in order {order:?}", straight[who]);
            }
        });
    }
}

/// All orders of 0..n.
fn permutations(n: usize, f: &mut impl FnMut(&[usize])) {
    fn go(order: &mut Vec<usize>, at: usize, f: &mut impl FnMut(&[usize])) {
        if at == order.len() {
            return f(order);
        }
        for i in at..order.len() {
            order.swap(at, i);
            go(order, at + 1, f);
            order.swap(at, i);
        }
    }
    go(&mut (0..n).collect(), 0, f);
}

reports! {
    i1_conservation_exhaustive "i1"
    i2_matched_book_exhaustive "i2"
    i3_backed_profit_exhaustive "i3"
    i4_principal_first_exhaustive "i4"
    i5_isolation_exhaustive "i5"
    i7_liquidation_helps_exhaustive "i7"
    i10_always_an_exit_exhaustive "i10"
    i13_bad_prices_exhaustive "i13"
    i14_sourced_claims_exhaustive "i14"
}
