//! Integers of two registers and more: what a clearing engine's sums and products are made of.

use super::ops::{Gen, Sink};

pub fn unsigned(g: &mut Gen, out: &mut Sink) {
    for _ in 0..16 {
        let (a, b) = (g.u128(), g.u128());
        out.u128(a.wrapping_add(b));
        out.u128(a.wrapping_sub(b));
        out.u128(a.wrapping_mul(b));
        let (product, overflow) = a.overflowing_mul(b);
        out.u128(product);
        out.bool(overflow);
        out.u128(a.saturating_mul(b));
        out.option(a.checked_add(b));
        out.option(a.checked_sub(b));
        out.option(a.checked_mul(b));
        out.u128(a / 1_000_000_007);
        if let Some(quotient) = a.checked_div(b) {
            out.u128(quotient);
            out.u128(a % b);
            out.u128(a.div_ceil(b));
        }
    }
    out.u128(g.u128().isqrt());
}

pub fn signed(g: &mut Gen, out: &mut Sink) {
    for _ in 0..16 {
        let (a, b) = (g.u128() as i128, g.u128() as i128);
        out.i128(a.wrapping_mul(b));
        let (product, overflow) = a.overflowing_mul(b);
        out.i128(product);
        out.bool(overflow);
        out.i128(a.saturating_mul(b));
        out.i128(a.saturating_sub(b));
        out.i128(a.wrapping_neg());
        out.u128(a.unsigned_abs());
        out.option(a.checked_mul(b).map(|v| v as u128));
        out.option(a.checked_add(b).map(|v| v as u128));
        out.option(i64::try_from(a).ok().map(|v| v as u128));
        if b != 0 {
            out.i128(a.wrapping_div(b));
            out.i128(a.wrapping_rem(b));
            out.i128(a.wrapping_div_euclid(b));
        }
    }
}

pub fn shifts(g: &mut Gen, out: &mut Sink) {
    for _ in 0..24 {
        let (a, by) = (g.u128(), g.u64() as u32);
        out.u128(a.wrapping_shl(by));
        out.u128(a.wrapping_shr(by));
        out.i128((a as i128).wrapping_shr(by));
        out.u128(a.rotate_left(by % 128));
        out.option(a.checked_shl(by % 160));
        out.u64(u64::from(a.leading_zeros()) << 16 | u64::from(a.trailing_zeros()) << 8 | u64::from(a.count_ones()));
    }
}

/// `a * b / c` with the product widened, rounded down and up, and the remainder's sign.
pub fn mul_div(g: &mut Gen, out: &mut Sink) {
    for _ in 0..24 {
        let (a, b, c) = (g.u64(), g.u64(), g.u64() | 1);
        let product = u128::from(a) * u128::from(b);
        out.u128(product);
        out.option(u64::try_from(product / u128::from(c)).ok().map(u128::from));
        out.option(u64::try_from(product.div_ceil(u128::from(c))).ok().map(u128::from));
        let signed = i128::from(a as i64) * i128::from(b as i64);
        out.i128(signed / i128::from(c as i64));
        out.i128(signed.rem_euclid(i128::from(c)));
        out.i128(signed.div_euclid(1_000_000));
    }
}

/// 128 × 128 → 256 bits by limbs with carries.
pub fn limbs(g: &mut Gen, out: &mut Sink) {
    for _ in 0..16 {
        let (a, b) = ([g.u64(), g.u64()], [g.u64(), g.u64()]);
        let mut r = [0u64; 4];
        for i in 0..2 {
            let mut carry = 0u128;
            for j in 0..2 {
                let t = u128::from(a[i]) * u128::from(b[j]) + u128::from(r[i + j]) + carry;
                r[i + j] = t as u64;
                carry = t >> 64;
            }
            r[i + 2] = carry as u64;
        }
        for limb in r {
            out.u64(limb);
        }
    }
}
