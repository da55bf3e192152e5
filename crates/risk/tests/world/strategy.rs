//! Random operations.

pub use super::operation::Op;
use super::*;
use proptest::{collection::vec, prelude::*};

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

/// Sizes up to what 1 000 USD carry at 20× in the first market, never a round number; now and then dust.
fn lots() -> impl Strategy<Value = i64> {
    prop_oneof![7 => -250 * UNIT..250 * UNIT, 1 => -UNIT / 25..UNIT / 25].prop_map(|x| if x == 0 { 1 } else { x })
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
        8 => standing(),
    ]
}

/// What is done against standing quotes, by standing orders, between accounts, and with what is left over.
fn standing() -> impl Strategy<Value = Op> {
    let share = || prop_oneof![2 => Just(1_000_000u64), 1 => 1u64..1_000_000];
    let away = || prop_oneof![1 => Just(0u32), 2 => 0u32..3_000, 1 => 0u32..60_000];
    prop_oneof![
        2 => (trader(), anyone(), market(), lots(), -60_000i64..60_000)
            .prop_map(|(taker, maker, m, lots, worse)| Op::Match { taker, maker, m, lots, worse }),
        5 => (trader(), anyone(), anyone(), market(), share(), away())
            .prop_map(|(who, maker, keeper, m, share, away)| Op::IntoQuote { who, maker, keeper, m, share, away }),
        3 => (trader(), anyone(), market(), share(), away())
            .prop_map(|(who, maker, m, share, away)| Op::Reduce { who, maker, m, share, away }),
        2 => (trader(), trader(), share()).prop_map(|(who, source, share)| Op::TopUp { who, source, share }),
        1 => (anyone(), anyone(), share()).prop_map(|(from, to, share)| Op::Transfer { from, to, share }),
        2 => (trader(), anyone(), market()).prop_map(|(who, other, m)| Op::Dust { who, other, m }),
        1 => anyone().prop_map(|who| Op::Clear { who }),
        1 => market().prop_map(|m| Op::Allot { m }),
    ]
}

/// One operation of a sequence in markets that move by themselves.
pub fn live_op() -> impl Strategy<Value = Op> {
    let which = || 0usize..live::MOVED;
    prop_oneof![
        50 => op(),
        3 => market().prop_map(|m| Op::Accrue { m }),
        3 => (trader(), anyone(), market()).prop_map(|(who, other, m)| Op::Deleverage { who, other, m }),
        3 => (anyone(), market()).prop_map(|(who, m)| Op::Recover { who, m }),
        1 => (anyone(), 1..100 * USD).prop_map(|(who, amount)| Op::Stake { who, amount }),
        1 => (1usize..3, 1u64..=1_000_000).prop_map(|(who, share)| Op::Request { who, share }),
        2 => (1usize..3).prop_map(|who| Op::PayOut { who }),
        1 => (1usize..3).prop_map(|who| Op::Hold { who }),
        1 => market().prop_map(|m| Op::Treasury { m }),
        1 => market().prop_map(|m| Op::End { m }),
        1 => (market(), which(), 1u32..250_000).prop_map(|(m, which, ppm)| Op::Tighten { m, which, ppm }),
        1 => (market(), which(), 1u32..250_000).prop_map(|(m, which, ppm)| Op::Propose { m, which, ppm }),
        1 => market().prop_map(|m| Op::Apply { m }),
        1 => prop_oneof![Just(3_601u32), Just(14_500), Just(172_801)].prop_map(|seconds| Op::Wait { seconds }),
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
            ops.extend([Op::Flag { who }, Op::Declare { who }]);
            if (who + keeper) % 3 > 0 {
                ops.push(Op::Liquidate { who, keeper, m, share });
            } else {
                ops.extend([Op::Dust { who, other: MAKER, m }, Op::IntoQuote { who, maker: MAKER, keeper, m, share, away: 100 }]);
            }
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

/// A move after which the winners, not keepers, take the bankrupt positions, and later losses are recovered.
fn live_crash() -> impl Strategy<Value = Vec<Op>> {
    let still = |m: usize, seconds: u32| Op::Refresh { m, seconds, ppm: 0, silent: 0 };
    let moves =
        prop_oneof![2 => -80_000i64..80_000, 1 => -500_000i64..500_000, 1 => prop_oneof![Just(-900_000i64), Just(3_000_000)]];
    (market(), moves, vec(live_op(), 4), any::<bool>()).prop_map(move |(m, ppm, between, ends)| {
        let mut ops = vec![Op::Refresh { m, seconds: 1, ppm, silent: 0 }, still(m, 5), between[0], still(m, 6)];
        for who in 0..MAKER {
            ops.extend([Op::Flag { who }, Op::Declare { who }, Op::Deleverage { who, other: who, m }]);
            ops.push(Op::Liquidate { who, keeper: MAKER, m, share: 1_000_000 });
            ops.extend([Op::Settle { who, m, by_owner: who % 2 == 0 }, still(m, 4)]);
        }
        if ends {
            ops.extend([Op::Wait { seconds: 4_000 }, Op::End { m }]);
            ops.extend((0..ACCOUNTS).map(|who| Op::Settle { who, m, by_owner: false }));
        }
        ops.extend([between[1], still(m, 61), Op::Share { m }, between[2], still(m, 601), still(m, 601)]);
        ops.extend([0, 1, 2, 3].map(|who| Op::Recover { who, m }));
        ops.extend([0, 1, 2, 3].map(|who| Op::Convert { who, m }));
        ops.push(between[3]);
        ops
    })
}

/// A change that is proposed, waited for and made.
fn change_of_rules() -> impl Strategy<Value = Vec<Op>> {
    (market(), 0usize..live::MOVED, 1u32..250_000, vec(live_op(), 2)).prop_map(|(m, which, ppm, between)| {
        let fresh = Op::Refresh { m, seconds: 1, ppm: 0, silent: 0 };
        let wait = Op::Wait { seconds: 172_801 };
        vec![Op::Propose { m, which, ppm }, between[0], wait, fresh, between[1], Op::Apply { m }, fresh]
    })
}

/// A staker who leaves when the cooldown is over, whatever has happened meanwhile.
fn leaving() -> impl Strategy<Value = Vec<Op>> {
    (1usize..3, 1u64..=1_000_000, vec(live_op(), 2)).prop_map(|(who, share, between)| {
        let fresh = Op::Refresh { m: 0, seconds: 1, ppm: 0, silent: 0 };
        let cooled = [Op::Wait { seconds: 3_601 }, fresh, Op::Hold { who }, between[1], fresh, Op::PayOut { who }];
        [Op::Request { who, share }, between[0]].into_iter().chain(cooled).collect()
    })
}

fn opening() -> impl Strategy<Value = Vec<Op>> {
    vec((0..MAKER, 0..ACCOUNTS, market(), lots()), 2..7).prop_map(|trades| {
        trades.into_iter().map(|(taker, maker, m, lots)| Op::Trade { taker, maker, m, lots, worse: 0 }).collect()
    })
}

fn joined(first: Vec<Op>, rest: Vec<Vec<Op>>) -> Vec<Op> {
    first.into_iter().chain(rest.into_iter().flatten()).collect()
}

/// A sequence: an opening, so that there is something to lose, then anything.
pub fn sequence(length: usize) -> impl Strategy<Value = Vec<Op>> {
    let part = prop_oneof![12 => op().prop_map(|op| vec![op]), 1 => crash()];
    (opening(), vec(part, 1..length)).prop_map(|(first, rest)| joined(first, rest))
}

/// The same for markets that move by themselves.
pub fn live_sequence(length: usize) -> impl Strategy<Value = Vec<Op>> {
    let part = prop_oneof![48 => live_op().prop_map(|op| vec![op]), 2 => crash(), 2 => live_crash(), 1 => change_of_rules(), 1 => leaving()];
    (opening(), vec(part, 1..length)).prop_map(|(first, rest)| joined(first, rest))
}
