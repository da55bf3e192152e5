//! Floating point: no protocol code uses it, but formatting and dependencies may.

use super::ops::{Gen, Sink};

pub fn run(g: &mut Gen, out: &mut Sink) {
    for _ in 0..12 {
        let (a, b) = (g.u64() as i64 as f64 / 1024.0, g.u64() as f64 / 3.0);
        for v in [a + b, a - b, a * b, a / b, -a, a.abs(), a.min(b), a.max(b)] {
            out.u64(bits(v));
        }
        out.bool(a < b);
        out.bool(a == b);
        out.bool(a >= b);
        out.bool(a != b);
        out.u64(a as u64);
        out.i64(b as i64);
        out.i64(i64::from(a as i32));
        out.u64(u64::from(b as u8));
        out.i128(a as i128);
        let (x, y) = (a as f32, b as f32);
        for v in [x + y, x - y, x * y, x / y] {
            out.u64(bits(f64::from(v)));
        }
        out.u64(bits(f64::from(g.u64() as i32 as f32)));
        out.u64(bits(g.u128() as f64));
        out.u64(bits(f64::from(g.u128() as i128 as f32)));
    }
}

/// The sign and payload of "not a number", and the sign of a minimum of two zeros, are not defined: machines differ.
fn bits(v: f64) -> u64 {
    if v.is_nan() {
        return 1;
    }
    if v == 0.0 {
        return 0;
    }
    v.to_bits()
}
