//! Cases that must stop the program, for some seeds: overflow checks are on, as in the main program.

use super::ops::{Gen, Sink};
use std::hint::black_box;

type Trap = (&'static str, fn(&mut Gen) -> u64);

pub const TRAPS: [Trap; 12] = [
    ("u64 add", |g| black_box(g.u64()) + black_box(g.u64())),
    ("u64 sub", |g| black_box(g.u64()) - black_box(g.u64())),
    ("u64 mul", |g| black_box(g.u64()) * black_box(g.u64())),
    ("i64 mul", |g| (black_box(g.u64() as i64) * black_box(g.u64() as i64)) as u64),
    ("u64 div", |g| black_box(g.u64()) / black_box(g.u64())),
    ("i64 div", |g| (black_box(g.u64() as i64) / black_box(-1)) as u64),
    ("i128 add", |g| (black_box(g.u128() as i128) + black_box(g.u128() as i128)) as u64),
    ("u128 mul", |g| (black_box(g.u128()) * black_box(g.u128())) as u64),
    ("shift", |g| black_box(g.u64()) << black_box(g.below(128) as u32)),
    ("index", |g| black_box([1u64, 2, 3])[g.below(6) as usize]),
    ("unwrap", |g| g.u64().checked_add(1 << 63).unwrap()),
    ("try_from", |g| u64::from(u32::try_from(g.u64()).expect("fits"))),
];

/// Runs one case: it either panics or writes its result.
pub fn run(trap: usize, seed: u64, out: &mut [u8]) -> usize {
    let mut sink = Sink::new(out);
    sink.u64(TRAPS[trap].1(&mut Gen::new(seed)));
    sink.written()
}
