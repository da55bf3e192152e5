//! Sequences of operations from bytes: what the fuzzer mutates, and what the smoke run draws at random.

use super::{check::*, strategy::Op, *};

/// Bytes of one operation.
const OP: usize = 12;

/// Runs the operations that `data` describes, at most 200, and checks every promise after each. The first byte says whether the markets
/// move by themselves. Panics, naming what broke, when a promise does not hold.
pub fn run(data: &[u8]) {
    let Some((kind, data)) = data.split_first() else { return };
    let mut world = if kind.is_multiple_of(2) { World::new() } else { World::live() };
    let ops: Vec<Op> = data.chunks_exact(OP).take(200).map(op).collect();
    let result = world.run(&ops, |step, world| {
        world.conservation()?;
        world.matched()?;
        world.backed()?;
        world.sourced()?;
        principal_first(step, world)?;
        isolated(step, world)?;
        liquidation_helps(step, world)?;
        good_prices(step, world)
    });
    if let Err(why) = result {
        panic!("{why}");
    }
}

/// One operation: its kind, its actors, one number. Every byte string is one, so no mutation is wasted.
fn op(bytes: &[u8]) -> Op {
    let who = bytes[1] as usize % ACCOUNTS;
    let other = bytes[2] as usize % ACCOUNTS;
    let m = bytes[3] as usize % MARKETS;
    let number = u64::from_le_bytes(bytes[4..12].try_into().expect("eight bytes"));
    let small = number as i64 % 1_000_000;
    let seconds = (number % 4_000) as u32;
    match bytes[0] % 26 {
        0 | 1 => Op::Refresh { m, seconds: seconds % 90, ppm: small.max(-950_000), silent: bytes[1] % 8 },
        2 => Op::Wait { seconds },
        3 | 4 => Op::Trade { taker: who, maker: MAKER, m, lots: small * (UNIT / 10_000), worse: i64::from(bytes[2]) * 10 },
        5 => Op::Trade { taker: who, maker: other, m, lots: small * (UNIT / 10_000), worse: 0 },
        6 => Op::Close { taker: who, maker: MAKER, m },
        7 => Op::Settle { who, m, by_owner: bytes[2].is_multiple_of(2) },
        8 => Op::Convert { who, m },
        9 => Op::Deposit { who, amount: number % (1_000_000 * USD) },
        10 => Op::Withdraw { who, share: number % 1_100_000 },
        11 => Op::Flag { who },
        12 => Op::Liquidate { who, keeper: other, m, share: number % 1_100_000 },
        13 => Op::Declare { who },
        14 => Op::Share { m },
        15 => Op::Deleverage { who, other, m },
        16 => Op::Recover { who, m },
        17 => match number % 4 {
            0 => Op::Accrue { m },
            1 => Op::Treasury { m },
            2 => Op::End { m },
            _ => Op::Wait { seconds: [3_601, 14_500, 172_801][bytes[1] as usize % 3] },
        },
        18 => match number % 3 {
            0 => Op::Stake { who, amount: number % (100 * USD) + 1 },
            1 => Op::Request { who, share: number % 1_000_001 },
            _ => Op::PayOut { who },
        },
        19 if bytes[1].is_multiple_of(3) => Op::Apply { m },
        19 => {
            let (which, ppm) = (number as usize % live::MOVED, (number % 300_000) as u32);
            if bytes[1] % 3 == 1 {
                Op::Tighten { m, which, ppm }
            } else {
                Op::Propose { m, which, ppm }
            }
        }
        20 => Op::Match { taker: who, maker: other, m, lots: small * (UNIT / 10_000), worse: i64::from(bytes[0]) * 400 - 50_000 },
        21 | 22 => {
            let (keeper, away) = (bytes[0] as usize / 26 % ACCOUNTS, (number >> 32) as u32 % 60_000);
            Op::IntoQuote { who, maker: other, keeper, m, share: number % 1_100_000, away }
        }
        23 => match number % 3 {
            0 => Op::Reduce { who, maker: other, m, share: number % 1_000_001, away: (number >> 32) as u32 % 60_000 },
            1 => Op::TopUp { who, source: other, share: number % 1_000_001 },
            _ => Op::Transfer { from: who, to: other, share: number % 1_000_001 },
        },
        24 => match number % 4 {
            0 | 1 => Op::Dust { who, other, m },
            2 => Op::Clear { who },
            _ if who.is_multiple_of(2) => Op::Allot { m },
            _ => Op::Hold { who },
        },
        _ if number % 2 == 0 => Op::Donate { amount: number % (10_000 * USD) },
        _ => Op::Sweep { m },
    }
}
