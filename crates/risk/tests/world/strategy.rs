//! Random operations.

use super::*;
use proptest::{collection::vec, prelude::*};

/// One operation. Accounts and markets are indices; sizes are taken from what there is, so that most operations are possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// Time passes and both markets are refreshed; market `m` moves by `ppm`.
    Refresh {
        m: usize,
        seconds: u32,
        ppm: i64,
        silent: u8,
    },
    /// Time passes without a refresh.
    Wait {
        seconds: u32,
    },
    /// `taker` trades `lots` with `maker` at `worse` ppm from spot.
    Trade {
        taker: usize,
        maker: usize,
        m: usize,
        lots: i64,
        worse: i64,
    },
    /// `taker` closes against `maker`.
    Close {
        taker: usize,
        maker: usize,
        m: usize,
    },
    Settle {
        who: usize,
        m: usize,
        by_owner: bool,
    },
    Convert {
        who: usize,
        m: usize,
    },
    Deposit {
        who: usize,
        amount: u64,
    },
    /// Withdraws `share` ppm of the capital.
    Withdraw {
        who: usize,
        share: u64,
    },
    Flag {
        who: usize,
    },
    /// Takes over at most `share` ppm of the position.
    Liquidate {
        who: usize,
        keeper: usize,
        m: usize,
        share: u64,
    },
    Declare {
        who: usize,
    },
    Share {
        m: usize,
    },
    Donate {
        amount: u64,
    },
    Sweep {
        m: usize,
    },
}

fn market() -> impl Strategy<Value = usize> {
    prop_oneof![3 => Just(0), 1 => Just(1)]
}

fn trader() -> impl Strategy<Value = usize> {
    0..MAKER
}

fn anyone() -> impl Strategy<Value = usize> {
    0..ACCOUNTS
}

/// Calm, nervous and catastrophic moves.
fn change() -> impl Strategy<Value = i64> {
    prop_oneof![
        4 => -30_000i64..30_000,
        3 => -150_000i64..150_000,
        1 => prop_oneof![Just(-500_000i64), Just(-900_000), Just(-999_000), Just(1_000_000), Just(9_000_000)],
    ]
}

/// Sizes up to what 1 000 USD carry at 20× in the first market, never a round number.
fn lots() -> impl Strategy<Value = i64> {
    (-250 * UNIT..250 * UNIT).prop_map(|x| if x == 0 { 1 } else { x })
}

fn refresh() -> impl Strategy<Value = Op> {
    let silent = prop_oneof![6 => Just(0u8), 1 => 0u8..8];
    (market(), prop_oneof![4 => 1u32..20, 1 => 20u32..700], change(), silent).prop_map(|(m, seconds, ppm, silent)| Op::Refresh {
        m,
        seconds,
        ppm,
        silent,
    })
}

/// One operation of a sequence.
pub fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        10 => refresh(),
        1 => (1u32..700).prop_map(|seconds| Op::Wait { seconds }),
        6 => (trader(), anyone(), market(), lots(), prop_oneof![Just(0), -3_000i64..20_000])
            .prop_map(|(taker, maker, m, lots, worse)| Op::Trade { taker, maker, m, lots, worse }),
        3 => (trader(), anyone(), market()).prop_map(|(taker, maker, m)| Op::Close { taker, maker, m }),
        4 => (anyone(), market(), any::<bool>()).prop_map(|(who, m, by_owner)| Op::Settle { who, m, by_owner }),
        5 => (anyone(), market()).prop_map(|(who, m)| Op::Convert { who, m }),
        1 => (anyone(), 1..500 * USD).prop_map(|(who, amount)| Op::Deposit { who, amount }),
        1 => (anyone(), 1u64..=1_000_000).prop_map(|(who, share)| Op::Withdraw { who, share }),
        5 => trader().prop_map(|who| Op::Flag { who }),
        8 => (trader(), anyone(), market(), prop_oneof![3 => Just(1_000_000u64), 1 => 1u64..1_000_000])
            .prop_map(|(who, keeper, m, share)| Op::Liquidate { who, keeper, m, share }),
        6 => trader().prop_map(|who| Op::Declare { who }),
        5 => market().prop_map(|m| Op::Share { m }),
        1 => (1..50 * USD).prop_map(|amount| Op::Donate { amount }),
        1 => market().prop_map(|m| Op::Sweep { m }),
    ]
}

/// A move and what keepers do about it, with anything in between: alone, random operations would hardly ever get this far.
fn crash() -> impl Strategy<Value = Vec<Op>> {
    let still = |m: usize, seconds: u32| Op::Refresh { m, seconds, ppm: 0, silent: 0 };
    let moves = prop_oneof![
        3 => -400_000i64..400_000,
        1 => prop_oneof![Just(-900_000i64), Just(-999_000), Just(9_000_000)],
    ];
    (market(), moves, vec(op(), 5), 0usize..10, 0..ACCOUNTS).prop_map(move |(m, ppm, between, steps, keeper)| {
        let mut ops = vec![Op::Refresh { m, seconds: 1, ppm, silent: 0 }, still(m, 5), between[0]];
        for who in (0..steps).map(|n| n % ACCOUNTS) {
            let share = 1_000_000;
            ops.extend([Op::Flag { who }, Op::Declare { who }, Op::Liquidate { who, keeper, m, share }]);
            ops.extend([Op::Settle { who, m, by_owner: false }, still(m, 3)]);
        }
        ops.extend([between[1], still(m, 30), Op::Share { m }, between[2], still(m, 40), Op::Share { m }, between[3]]);
        if steps > 4 {
            ops.extend([0; 3].map(|_| still(m, 601)));
            ops.extend([0, 1, 2].map(|who| Op::Convert { who, m }));
            ops.push(between[4]);
        }
        ops
    })
}

/// A sequence: an opening, so that there is something to lose, then anything.
pub fn sequence(length: usize) -> impl Strategy<Value = Vec<Op>> {
    let opening = vec((0..MAKER, 0..ACCOUNTS, market(), lots()), 2..7).prop_map(|trades| {
        trades.into_iter().map(|(taker, maker, m, lots)| Op::Trade { taker, maker, m, lots, worse: 0 }).collect::<Vec<_>>()
    });
    let part = prop_oneof![12 => op().prop_map(|op| vec![op]), 1 => crash()];
    (opening, vec(part, 1..length)).prop_map(|(mut first, rest)| {
        first.extend(rest.into_iter().flatten());
        first
    })
}
