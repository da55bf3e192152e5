//! Markets under a major's rules, with stakers, an end, and no market maker's capital to leave by.

use crate::{
    reports,
    walk::{depth, walk, Walk},
    world::{check::*, strategy::Op, *},
};
use std::sync::OnceLock;

fn still(seconds: u32) -> Op {
    Op::Refresh { m: 0, seconds, ppm: 0, silent: 0 }
}

/// The moves of the small game.
fn moves() -> Vec<Op> {
    let mut ops = vec![still(11), still(61), still(601), Op::Wait { seconds: 40 }, Op::Wait { seconds: 3_601 }];
    ops.extend([-500_000, 60_000, 1_000_000].map(|ppm| Op::Refresh { m: 0, seconds: 1, ppm, silent: 0 }));
    ops.push(Op::Refresh { m: 1, seconds: 1, ppm: 500_000, silent: 0 });
    for who in 0..3 {
        ops.extend([Op::Flag { who }, Op::Declare { who }, Op::Withdraw { who, share: 500_000 }]);
        for m in 0..MARKETS {
            ops.extend([Op::Settle { who, m, by_owner: true }, Op::Convert { who, m }, Op::Recover { who, m }]);
            ops.extend([Op::Liquidate { who, keeper: MAKER, m, share: 1_000_000 }, Op::Close { taker: who, maker: MAKER, m }]);
        }
    }
    ops.extend([0, 1].map(|who| Op::Deleverage { who, other: MAKER, m: 0 }));
    for m in 0..MARKETS {
        ops.extend([Op::Share { m }, Op::Accrue { m }, Op::End { m }]);
    }
    ops.extend([Op::Request { who: 1, share: 1_000_000 }, Op::PayOut { who: 1 }]);
    ops.push(Op::Trade { taker: 0, maker: 1, m: 0, lots: 7 * UNIT, worse: 0 });
    for who in 0..2 {
        ops.push(Op::IntoQuote { who, maker: MAKER, keeper: 3, m: 0, share: 1_000_000, away: 100 });
        ops.push(Op::Reduce { who, maker: MAKER, m: 0, share: 500_000, away: 100 });
    }
    ops.extend([Op::TopUp { who: 0, source: 2, share: 500_000 }, Op::Transfer { from: 1, to: 0, share: 300_000 }]);
    ops
}

/// 0 is long against 1 in the first market, 1 long against 2 in the second.
fn roots() -> Vec<World> {
    let mut opened = World::live();
    opened.trade(0, 1, 0, 120 * UNIT + 7, 0).unwrap();
    opened.trade(1, 2, 1, 200 * UNIT + 3, 0).unwrap();
    let mut crashed = opened.clone();
    crashed.crash(0, 40 * TICKS);
    let mut resolved = crashed.clone();
    resolved.settle_all();
    resolved.deleverage_all();
    let mut shared = resolved.clone();
    shared.share_all();
    let mut ended = crashed.clone();
    ended.pass(3_601);
    ended.end(0).unwrap();
    let mut roots = vec![opened, crashed, resolved, shared, ended];
    for world in &mut roots {
        for (flow, market) in world.flows.iter_mut().zip(&world.markets) {
            flow.paid = market.ledger.pool + flow.converted - flow.covered; // what came in before the game
        }
    }
    roots
}

/// Wherever the game stands, everybody gets out: against each other, or through the end of both markets.
fn has_exit(world: &World) -> Checked {
    [false, true].into_iter().try_for_each(|ended| {
        let mut world = world.clone();
        world.wind_down_alone(ended);
        world.is_empty().map_err(|why| format!("{why} (ended: {ended})"))
    })
}

static WALK: OnceLock<Walk> = OnceLock::new();

fn walked() -> &'static Walk {
    WALK.get_or_init(|| walk(roots(), &moves(), has_exit, depth(3, 1)))
}

reports! {
    walked();
    i1_conservation_live_exhaustive "i1"
    i2_matched_book_live_exhaustive "i2"
    i3_backed_profit_live_exhaustive "i3"
    i4_principal_first_live_exhaustive "i4"
    i5_isolation_live_exhaustive "i5"
    i7_liquidation_helps_live_exhaustive "i7"
    i10_always_an_exit_live_exhaustive "i10"
    i13_bad_prices_live_exhaustive "i13"
    i14_sourced_claims_live_exhaustive "i14"
}
