//! Markets in which nothing moves by itself.

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
    for who in 0..2 {
        ops.push(Op::IntoQuote { who, maker: MAKER, keeper: 3, m: 0, share: 1_000_000, away: 100 });
        ops.push(Op::Reduce { who, maker: MAKER, m: 0, share: 500_000, away: 100 });
    }
    ops.extend([Op::TopUp { who: 0, source: 2, share: 500_000 }, Op::Transfer { from: 1, to: 0, share: 300_000 }]);
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

static WALK: OnceLock<Walk> = OnceLock::new();

fn walked() -> &'static Walk {
    WALK.get_or_init(|| walk(roots(), &moves(), has_exit, depth(4, 0)))
}

reports! {
    walked();
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
