//! Integers of one register and less.

use super::ops::{Gen, Sink};

pub fn unsigned(g: &mut Gen, out: &mut Sink) {
    for _ in 0..24 {
        let (a, b) = (g.u64(), g.u64());
        out.u64(a.wrapping_add(b));
        out.u64(a.wrapping_sub(b));
        out.u64(a.wrapping_mul(b));
        let (product, overflow) = a.overflowing_mul(b);
        out.u64(product);
        out.bool(overflow);
        out.u64(a.saturating_mul(b));
        out.u64(a.saturating_add(b));
        out.u64(a.saturating_sub(b));
        out.u64(a.abs_diff(b));
        out.u64(a / 7 + a % 1000);
        out.u64(a.isqrt());
        if let Some(quotient) = a.checked_div(b) {
            out.u64(quotient);
            out.u64(a % b);
            out.u64(a.div_ceil(b));
        }
    }
}

pub fn signed(g: &mut Gen, out: &mut Sink) {
    for _ in 0..24 {
        let (a, b) = (g.u64() as i64, g.u64() as i64);
        out.i64(a.wrapping_mul(b));
        let (product, overflow) = a.overflowing_mul(b);
        out.i64(product);
        out.bool(overflow);
        out.i64(a.saturating_mul(b));
        out.i64(a.saturating_add(b));
        out.i64(a.saturating_sub(b));
        out.i64(a.wrapping_neg());
        out.i64(a.signum());
        out.u64(a.unsigned_abs());
        out.u64(a.abs_diff(b));
        out.i64(a / 7);
        out.i64(a % -1000);
        out.i64(a / 4096);
        if b != 0 {
            out.i64(a.wrapping_div(b));
            out.i64(a.wrapping_rem(b));
            out.i64(a.wrapping_div_euclid(b));
            out.i64(a.wrapping_rem_euclid(b));
        }
    }
}

pub fn narrow(g: &mut Gen, out: &mut Sink) {
    for _ in 0..24 {
        let (a, b) = (g.u64(), g.u64());
        let (x, y) = (a as u32, b as u32);
        out.u64(u64::from(x.wrapping_mul(y)));
        out.u64(u64::from(x.wrapping_sub(y).rotate_left(y % 32)));
        out.u64(u64::from(x / (y | 1)));
        out.u64(u64::from(x.saturating_add(y)));
        let (x, y) = (a as i32, b as i32);
        out.i64(i64::from(x.wrapping_mul(y)));
        out.i64(i64::from(x.wrapping_div(y | 1)));
        out.i64(i64::from(x.wrapping_rem(y | 1)));
        out.i64(i64::from(x.wrapping_shr(y as u32)));
        out.i64(i64::from(x.saturating_sub(y)));
        let (x, y) = (a as i16, b as i16);
        out.i64(i64::from(x.wrapping_mul(y)));
        out.i64(i64::from(x.wrapping_div(y | 1)));
        out.i64(i64::from(x.saturating_add(y)));
        let (x, y) = (a as i8, b as i8);
        out.i64(i64::from(x.wrapping_mul(y)));
        out.i64(i64::from(x.wrapping_rem(y | 1)));
        out.i64(i64::from(x.wrapping_neg()));
        out.u64(u64::from((a as u8).wrapping_shl(b as u32)));
        out.u64(u64::from((a as u16).wrapping_shr(b as u32)));
    }
}

pub fn checked(g: &mut Gen, out: &mut Sink) {
    for _ in 0..16 {
        let (a, b) = (g.u64(), g.u64());
        out.option(a.checked_add(b).map(u128::from));
        out.option(a.checked_sub(b).map(u128::from));
        out.option(a.checked_mul(b).map(u128::from));
        out.option(a.checked_div(b).map(u128::from));
        out.option(a.checked_shl(b as u32 % 80).map(u128::from));
        out.option(a.checked_pow(b as u32 % 5).map(u128::from));
        let (a, b) = (a as i64, b as i64);
        out.option(a.checked_add(b).map(|v| v as u128));
        out.option(a.checked_sub(b).map(|v| v as u128));
        out.option(a.checked_mul(b).map(|v| v as u128));
        out.option(a.checked_div(b).map(|v| v as u128));
        out.option(a.checked_rem(b).map(|v| v as u128));
        out.option(a.checked_neg().map(|v| v as u128));
        out.option((a as u32).checked_mul(b as u32).map(u128::from));
        out.option((a as i32).checked_sub(b as i32).map(|v| v as u128));
        out.option(u32::try_from(a).ok().map(u128::from));
    }
}
