//! Breadth first over operations.

use crate::world::{check::*, run::Step, strategy::Op, *};
use std::{
    collections::{hash_map::DefaultHasher, BTreeMap, HashSet},
    hash::{Hash, Hasher},
};

/// What a walk found: the first failure of each invariant, and how far it came.
pub struct Walk {
    pub failures: BTreeMap<&'static str, String>,
    pub states: usize,
    pub steps: usize,
}

/// How deep to go: `EXHAUSTIVE_DEPTH` moves, or as many as `depth` says; `less` fewer than asked for.
pub fn depth(depth: usize, less: usize) -> usize {
    let asked: Option<usize> = std::env::var("EXHAUSTIVE_DEPTH").ok().and_then(|n| n.parse().ok());
    asked.map_or(depth, |n| n.saturating_sub(less))
}

/// Whether the run was asked to go less deep than the ordinary one: then it need not reach what the ordinary one reaches.
pub fn is_short() -> bool {
    depth(4, 0) < 4
}

fn fingerprint(world: &World) -> u64 {
    let h = &mut DefaultHasher::new();
    let fund = &world.insurance.fund;
    (world.now.slot, world.now.time, world.vault, fund.assets, fund.day_drawn, world.insurance.limits).hash(h);
    for a in &world.accounts {
        (a.capital, a.bond, a.flagged, a.freed, a.bankrupt).hash(h);
        for p in a.used() {
            (p.market, p.base.0, p.entry, p.result, p.index.mantissa, p.index.exponent).hash(h);
            (p.cold, p.cold_since, p.cold_until, p.cover, p.settled).hash(h);
            (p.funding, p.lost, p.insured, p.accepted.0, p.size_term.0).hash(h);
        }
    }
    for m in &world.markets {
        let (p, l) = (&m.price, &m.ledger);
        (p.spot.0, p.twap.0, p.stable.0, p.slot, p.out_of_band_since, p.degraded_since, p.quality).hash(h);
        (p.lows.map(|x| x.0), p.highs.map(|x| x.0), p.period).hash(h);
        (l.long_base, l.long_entry, l.short_entry, l.pool, l.pot, l.claims, l.debt, l.deficit).hash(h);
        (l.window_deficit, l.window_ends, l.insured_deficit, l.index.mantissa, l.index.exponent).hash(h);
        let (v, f, margin) = (&m.volatility, &m.funding, &m.margin);
        (v.fast_rise, v.fast_fall, v.slow_rise, v.slow_fall, v.jump_rise, v.jump_fall, v.horizon).hash(h);
        (f.index, f.index_rest, f.moved_rest, f.rate, f.skew, m.limit.left, m.returned).hash(h);
        (margin.glides.map(|g| g.live), margin.raise.level, margin.cap, margin.slot, margin.crowd.0).hash(h);
        (m.depth.filled, m.throttle.window.current, m.throttle.window.previous).hash(h);
        m.breaker.tripped.iter().for_each(|t| (t.level, t.until, t.probation, t.strikes).hash(h));
        (m.settlement.price.0, m.settlement.long_done, m.settlement.short_done).hash(h);
    }
    h.finish()
}

/// Every interleaving of `ops` from every root, to `depth`; from each state but those of the last two steps, `exit` must be possible.
pub fn walk(roots: Vec<World>, ops: &[Op], exit: fn(&World) -> Checked, depth: usize) -> Walk {
    let mut seen = HashSet::new();
    let mut found = Walk { failures: BTreeMap::new(), states: 0, steps: 0 };
    let mut level = roots;
    for at in 0..depth {
        let mut next = vec![];
        for world in &level {
            for op in ops {
                // Whom it is closed against is the board's to say.
                let op = if matches!(op, Op::Deleverage { .. }) { world.aim(op) } else { *op };
                let mut after = world.clone();
                if after.apply(&op).is_err() {
                    continue;
                }
                let mut step = Step { before: world.clone(), op };
                if let Op::Refresh { seconds, .. } | Op::Wait { seconds } = op {
                    step.before.pass(seconds);
                }
                after.count_flows(&step.before);
                found.steps += 1;
                if !seen.insert(fingerprint(&after)) {
                    continue;
                }
                let out = if at + 2 < depth { exit(&after) } else { Ok(()) };
                for (name, result) in [
                    ("i1", after.conservation()),
                    ("i2", after.matched()),
                    ("i3", after.backed()),
                    ("i4", principal_first(&step, &after)),
                    ("i5", isolated(&step, &after)),
                    ("i7", liquidation_helps(&step, &after)),
                    ("i10", out),
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

/// One test for each invariant: that the walk did not break it.
#[macro_export]
macro_rules! reports {
    ($walk:expr; $($name:ident $id:literal)*) => { $(
        #[test]
        fn $name() {
            let walk = $walk;
            assert!($crate::walk::is_short() || walk.states > 5_000, "only {} states", walk.states);
            if let Some(why) = walk.failures.get($id) {
                panic!("{why}");
            }
        }
    )* };
}
