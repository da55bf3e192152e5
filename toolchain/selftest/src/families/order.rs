//! Comparisons of every width and sign, and what is built on them.

use super::ops::{Gen, Sink};
use std::cmp::{Ordering, Reverse};

pub fn compare(g: &mut Gen, out: &mut Sink) {
    for _ in 0..24 {
        let (a, b) = (g.u128(), g.u128());
        let orders: [Ordering; 8] = [
            a.cmp(&b),
            (a as i128).cmp(&(b as i128)),
            (a as u64).cmp(&(b as u64)),
            (a as i64).cmp(&(b as i64)),
            (a as i32).cmp(&(b as i32)),
            (a as u8).cmp(&(b as u8)),
            (a as u8, b as u64).cmp(&(b as u8, a as u64)),
            a.to_be_bytes().cmp(&b.to_be_bytes()),
        ];
        for o in orders {
            out.bytes(&[o as i8 as u8]);
        }
        out.u128(a.max(b));
        out.i128((a as i128).min(b as i128));
        let (low, high) = (a.min(b) as i64, a.max(b) as i64);
        out.i64((a as i64).clamp(low.min(high), low.max(high)));
        out.bool((a as u64) < (b as u64) && a as u32 != b as u32);
        out.bool(a as i16 >= b as i16);
    }
}

pub fn sort(g: &mut Gen, out: &mut Sink) {
    let mut words = [0u64; 90];
    for w in &mut words {
        *w = g.u64();
    }
    let mut v = words.to_vec();
    v.sort_unstable();
    record(out, &v);
    v.sort_by_key(|x| (x % 8, x.reverse_bits()));
    record(out, &v);
    v.sort_by_key(|x| Reverse(*x as i64));
    v.dedup();
    record(out, &v);
    out.u64(v.binary_search_by(|x| 5i64.cmp(&(*x as i64))).unwrap_or_else(|at| at) as u64);
    let (_, median, _) = words.select_nth_unstable(45);
    out.u64(*median);
    let mut few: Vec<(i128, u8)> = (0..12).map(|_| (g.u128() as i128, g.u64() as u8)).collect();
    few.sort();
    for (wide, tag) in few {
        out.i128(wide);
        out.bytes(&[tag]);
    }
}

fn record(out: &mut Sink, v: &[u64]) {
    for x in v {
        out.u64(*x);
    }
}
