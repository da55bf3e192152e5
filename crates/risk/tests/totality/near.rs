//! Whole operations on states that fit together but for a few figures: further into each operation than states that fit nowhere come.

use crate::{
    wild::Wild,
    world::{strategy::live_sequence, *},
};
use firebreak_risk::{Account, Market, Position};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};

/// States that sequences of the small world pass through.
const STATES: usize = 400;
/// Damages of each.
const DAMAGES: u64 = 12;

fn spoil_position(p: &mut Position, w: &mut Wild) {
    let other = w.position();
    match w.u64() % 12 {
        0 => p.base = other.base,
        1 => p.entry = other.entry,
        2 => p.result = other.result,
        3 => p.index = other.index,
        4 => (p.cold, p.cold_since, p.cold_until) = (other.cold, other.cold_since, other.cold_until),
        5 => p.cover = other.cover,
        6 => p.settled = other.settled,
        7 => p.funding = other.funding,
        8 => (p.lost, p.insured) = (other.lost, other.insured),
        9 => (p.accepted, p.size_term) = (other.accepted, other.size_term),
        10 => p.market = other.market,
        _ => p.used = other.used,
    }
}

fn spoil_account(a: &mut Account, w: &mut Wild) {
    match w.u64() % 6 {
        0 => a.capital = w.u64(),
        1 => a.bond = w.u64(),
        2 => (a.flagged, a.freed) = (w.u64(), w.u64()),
        3 => a.bankrupt = w.u8(),
        _ => {
            let slot = w.u64() as usize % 3;
            spoil_position(&mut a.positions[slot], w);
        }
    }
}

fn spoil_market(m: &mut Market, w: &mut Wild) {
    let (params, now) = (w.params(), w.now());
    let other = w.market(now);
    match w.u64() % 24 {
        0 => m.params = params,
        1 => m.rules = other.rules,
        2 => m.price = other.price,
        3 => (m.price.spot, m.price.low, m.price.high) = (other.price.spot, other.price.low, other.price.high),
        4 => (m.price.twap, m.price.stable) = (other.price.twap, other.price.stable),
        5 => m.price.slot = other.price.slot,
        6 => m.ledger = other.ledger,
        7 => (m.ledger.long_base, m.ledger.short_base) = (other.ledger.long_base, other.ledger.short_base),
        8 => (m.ledger.long_entry, m.ledger.short_entry) = (other.ledger.long_entry, other.ledger.short_entry),
        9 => m.ledger.pool = other.ledger.pool,
        10 => (m.ledger.claims, m.ledger.debt) = (other.ledger.claims, other.ledger.debt),
        11 => (m.ledger.deficit, m.ledger.window_deficit) = (other.ledger.deficit, other.ledger.window_deficit),
        12 => m.ledger.index = other.ledger.index,
        13 => m.volatility = other.volatility,
        14 => m.margin = other.margin,
        15 => m.depth = other.depth,
        16 => m.funding = other.funding,
        17 => m.throttle = other.throttle,
        18 => m.breaker = other.breaker,
        19 => m.settlement = other.settlement,
        20 => m.limit = other.limit,
        21 => m.rules.dynamic = other.rules.dynamic,
        22 => m.ledger.pot = other.ledger.pot,
        _ => m.returned = other.returned,
    }
}

/// Every operation once, on whatever stands there.
fn every_operation(world: &World, w: &mut Wild) -> u32 {
    let (who, other) = (w.u64() as usize % ACCOUNTS, w.u64() as usize % ACCOUNTS);
    let (m, keeper) = (w.u64() as usize % MARKETS, w.u64() as usize % ACCOUNTS);
    let (number, base, worse) = (w.u64(), w.i64(), (w.u64() % 60_000) as i64);
    // Each on a copy: a damage that makes one succeed must not hide the next.
    let run = |f: &dyn Fn(&mut World) -> bool| u32::from(f(&mut world.clone()));
    let lots = w.u64() as i64 % (200 * UNIT);
    run(&|x| x.trade(who, other, m, lots, worse).is_ok())
        + run(&|x| x.trade(who, other, m, base, 0).is_ok())
        + run(&|x| x.match_trade(who, other, m, lots, worse).is_ok())
        + run(&|x| x.settle(who, m, number.is_multiple_of(2)).is_ok())
        + run(&|x| x.convert(who, m).is_ok())
        + run(&|x| x.withdraw(who, number).is_ok())
        + run(&|x| x.flag(who).is_ok())
        + run(&|x| x.liquidate(who, MAKER, m, number).is_ok())
        + run(&|x| x.quoted_step([who, MAKER, keeper], m, number, worse as u32).is_ok())
        + run(&|x| x.declare(who).is_ok())
        + run(&|x| x.deleverage(who, other, m).is_ok())
        + run(&|x| x.dust(who, other, m).is_ok())
        + run(&|x| x.recover(who, m).is_ok())
        + run(&|x| x.share(m).is_ok())
        + run(&|x| x.accrue(m).is_ok())
        + run(&|x| x.feed(m, [Some(number), Some(number), Some(number / 2)]).is_ok())
        + run(&|x| x.run_reduce(who, MAKER, m, number, worse as u32).is_ok())
        + run(&|x| x.run_top_up(who, other, number).is_ok())
        + run(&|x| x.transfer(who, other, number).is_ok())
        + run(&|x| x.clear(who).is_ok())
        + run(&|x| x.allot(m).is_ok())
        + run(&|x| x.hold(1).is_ok())
        + run(&|x| x.pay_out(1).is_ok())
        + run(&|x| x.end(m).is_ok())
}

#[test]
fn operations_on_nearly_sound_states() {
    let mut runner = TestRunner::deterministic();
    let sequences = live_sequence(30);
    let mut succeeded = 0;
    for n in 0..STATES {
        let mut sound = World::live();
        let ops = sequences.new_tree(&mut runner).unwrap().current();
        for op in ops.iter().take(4 + n % 60) {
            let _ = sound.apply(&sound.aim(op));
        }
        for k in 0..DAMAGES {
            let w = &mut Wild((n as u64 * DAMAGES + k + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
            let mut world = sound.clone();
            for _ in 0..1 + w.u64() % 2 {
                let (who, m) = (w.u64() as usize % ACCOUNTS, w.u64() as usize % MARKETS);
                match w.u64() % 5 {
                    0 => (0..ACCOUNTS).for_each(|who| spoil_account(&mut world.accounts[who], w)),
                    1 => spoil_account(&mut world.accounts[who], w),
                    2 => (world.now.slot, world.now.time) = (w.u64(), w.i64()),
                    _ => spoil_market(&mut world.markets[m], w),
                }
            }
            succeeded += every_operation(&world, w);
        }
    }
    println!("{succeeded} operations succeeded all the same");
    assert!(succeeded > 1_000, "{succeeded}");
}
