//! Sequences of operations from bytes: what the fuzzer mutates, and what the smoke run draws at random.

use super::{check::*, strategy::Op, *};

/// Bytes of one operation.
const OP: usize = 12;

/// Runs the operations that `data` describes, at most 200, and checks every promise after each. Panics, naming what broke, when one
/// does not hold.
pub fn run(data: &[u8]) {
    let ops: Vec<Op> = data.chunks_exact(OP).take(200).map(op).collect();
    let result = World::new().run(&ops, |step, world| {
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
    match bytes[0] % 16 {
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
        _ if number % 2 == 0 => Op::Donate { amount: number % (10_000 * USD) },
        _ => Op::Sweep { m },
    }
}
