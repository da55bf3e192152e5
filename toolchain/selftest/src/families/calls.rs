//! Calls with more arguments or larger results than SBF has registers for.

use super::ops::{Gen, Sink};
use std::hint::black_box;

// Ten arguments are the point.
#[allow(clippy::too_many_arguments)]
#[inline(never)]
fn ten(a: u64, b: u64, c: u64, d: u64, e: u64, f: u64, g: u64, h: u64, i: u64, j: u64) -> u64 {
    let front = a ^ b.rotate_left(1) ^ c.rotate_left(2) ^ d.rotate_left(3) ^ e.rotate_left(4);
    let back = f.rotate_left(5) ^ g.rotate_left(6) ^ h.rotate_left(7) ^ i.rotate_left(8) ^ j.rotate_left(9);
    front.wrapping_mul(3) ^ back
}

#[allow(clippy::too_many_arguments)]
#[inline(never)]
fn ten_reversed(a: u64, b: u64, c: u64, d: u64, e: u64, f: u64, g: u64, h: u64, i: u64, j: u64) -> u64 {
    ten(j, i, h, g, f, e, d, c, b, a).wrapping_add(1)
}

#[inline(never)]
fn mixed(a: u128, b: i128, tag: u8, text: &str, pair: (u128, u64), flag: bool) -> i128 {
    let base = (a ^ pair.0).wrapping_mul(u128::from(pair.1) | 1) as i128 ^ b;
    let add = i128::from(tag) + text.len() as i128;
    if flag {
        base.wrapping_add(add)
    } else {
        base.wrapping_sub(add)
    }
}

pub fn arguments(g: &mut Gen, out: &mut Sink) {
    type Ten = fn(u64, u64, u64, u64, u64, u64, u64, u64, u64, u64) -> u64;
    let both: [Ten; 2] = [ten, ten_reversed];
    for _ in 0..24 {
        let v: [u64; 10] = std::array::from_fn(|_| g.u64());
        let f = both[g.below(2) as usize];
        out.u64(f(v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8], v[9]));
        let text = &"firebreak"[..g.below(9) as usize];
        let wide = mixed(g.u128(), g.u128() as i128, v[0] as u8, text, (g.u128(), v[1]), v[2] & 1 == 1);
        out.i128(wide);
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Record {
    id: u64,
    amounts: [i64; 24],
    total: i128,
    tag: u8,
}

#[inline(never)]
fn record(g: &mut Gen) -> Record {
    let amounts = std::array::from_fn(|_| g.u64() as i64);
    let total = amounts.iter().map(|a| i128::from(*a)).sum();
    Record { id: g.u64(), amounts, total, tag: g.u64() as u8 }
}

#[inline(never)]
fn halve(r: Record) -> Result<(Record, u64), u128> {
    if r.tag.is_multiple_of(4) {
        return Err(r.total.unsigned_abs());
    }
    let amounts = r.amounts.map(|a| a / 2);
    Ok((Record { amounts, tag: r.tag / 2, ..r }, r.id.rotate_left(3)))
}

#[inline(never)]
fn maybe(v: u128) -> Option<i128> {
    i128::try_from(v).ok().and_then(|x| x.checked_mul(3))
}

pub fn results(g: &mut Gen, out: &mut Sink) {
    for _ in 0..10 {
        let r = black_box(record(g));
        out.i128(r.total);
        match halve(r) {
            Ok((half, id)) => {
                out.u64(id);
                out.i64(half.amounts[usize::from(half.tag) % 24]);
                out.i128(half.amounts.iter().fold(0, |sum, a| sum * 31 % 1_000_000_007 + i128::from(*a)));
                out.bool(half == r);
            }
            Err(total) => out.u128(total),
        }
        out.option(maybe(g.u128()).map(|v| v as u128));
    }
}

trait Shape {
    fn area(&self, scale: u128, bytes: &[u8], shift: i64, times: u32, tag: u8) -> (u128, i64, String);
    fn pair(&self) -> (u64, u64);
}

struct Square(u64);
struct Named(String);

impl Shape for Square {
    #[inline(never)]
    fn area(&self, scale: u128, bytes: &[u8], shift: i64, times: u32, tag: u8) -> (u128, i64, String) {
        let side = u128::from(self.0) ^ bytes.len() as u128;
        (scale.wrapping_mul(side), shift.wrapping_mul(i64::from(times)), format!("square {tag}"))
    }

    fn pair(&self) -> (u64, u64) {
        (self.0, !self.0)
    }
}

impl Shape for Named {
    #[inline(never)]
    fn area(&self, scale: u128, bytes: &[u8], shift: i64, times: u32, tag: u8) -> (u128, i64, String) {
        let sum: u128 = bytes.iter().map(|b| u128::from(*b)).sum();
        (scale ^ sum, shift.wrapping_sub(i64::from(times)), format!("{}:{tag}", self.0))
    }

    fn pair(&self) -> (u64, u64) {
        (self.0.len() as u64, 7)
    }
}

#[inline(never)]
fn depth(n: u64, sum: &mut u64) -> u64 {
    let frame = black_box([n; 16]);
    *sum = frame.iter().fold(*sum, |s, x| s.wrapping_mul(31).wrapping_add(*x));
    if n == 0 {
        1
    } else {
        depth(n - 1, sum).wrapping_mul(3) ^ n
    }
}

pub fn dynamic(g: &mut Gen, out: &mut Sink) {
    let shapes: [Box<dyn Shape>; 2] = [Box::new(Square(g.u64())), Box::new(Named(format!("n{}", g.below(100))))];
    for _ in 0..12 {
        let shape = &shapes[g.below(2) as usize];
        let bytes = g.u64().to_le_bytes();
        let part = &bytes[..g.below(9) as usize];
        let (area, shift, name) = shape.area(g.u128(), part, g.u64() as i64, g.u64() as u32, g.u64() as u8);
        out.u128(area);
        out.i64(shift);
        out.bytes(name.as_bytes());
        let (a, b) = shape.pair();
        out.u64(a ^ b);
    }
    let mut sum = g.u64();
    let levels = g.below(40);
    out.u64(depth(levels, &mut sum));
    out.u64(sum);
}
