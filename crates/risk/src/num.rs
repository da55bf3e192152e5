//! Scales, quantities and the only divisions of the engine.
//!
//! * Settlement amounts: **atoms** (`u64`; signed sums `i64`, so nothing passes 2^63 - 1 atoms, about 9.2e12 USD).
//! * [`Price`]: ticks, where one tick is 10^-k USD per base unit and `k` is the market's `decimals`.
//! * [`BaseQty`]: lots, where one lot is 10^-(18 - k) base units, positive for long.
//!
//! Whatever `k`, price × size ÷ 10^12 is atoms of a 6-decimal settlement token, so the engine knows one scale only. With
//! k = 8 a price of 1e7 USD is 1e15 ticks; with k = 18 a price of 1e-9 USD is 1e9 ticks: every asset in between has a
//! `k` that keeps nine significant digits and room for a hundredfold move.
//!
//! 128-bit division costs 200 to 360 CU on SBF, so the two constant divisors are written as 2^a·5^b: a shift and a long
//! division by a number below 2^32, which needs 64-bit divisions only (13 CU each).

use crate::error::RiskError;

/// Result of the engine's functions.
pub type Result<T> = core::result::Result<T, RiskError>;

/// Ticks × lots in one atom.
pub const NOTIONAL_SCALE: u64 = 1_000_000_000_000;
/// One, as a [`Ratio`].
pub const PPM: u64 = 1_000_000;

const NOTIONAL_SHIFT: u32 = 12;
const NOTIONAL_ODD: u64 = 244_140_625; // 5^12
const PPM_SHIFT: u32 = 6;
const PPM_ODD: u64 = 15_625; // 5^6

macro_rules! quantity {
    ($(#[$m:meta])* $name:ident($inner:ty)) => {
        $(#[$m])*
        #[repr(transparent)]
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
        #[cfg_attr(feature = "pod", derive(bytemuck::Pod, bytemuck::Zeroable))]
        pub struct $name(pub $inner);

        impl crate::layout::FieldType for $name {
            const TYPE: crate::layout::Type = <$inner as crate::layout::FieldType>::TYPE;
        }
    };
}

quantity!(
    /// A price in ticks of 10^-k USD per base unit; never negative, zero means "none".
    Price(u64)
);
quantity!(
    /// A size in lots, positive for long, negative for short.
    BaseQty(i64)
);
quantity!(
    /// A fraction in parts per million.
    Ratio(u32)
);

impl BaseQty {
    /// Absolute size in lots.
    pub const fn abs(self) -> u64 {
        self.0.unsigned_abs()
    }
    /// Whether the position gains when the price rises.
    pub const fn is_long(self) -> bool {
        self.0 > 0
    }
    /// Whether there is no exposure.
    pub const fn is_flat(self) -> bool {
        self.0 == 0
    }
    /// Sum of two sizes.
    pub fn plus(self, other: Self) -> Result<Self> {
        self.0.checked_add(other.0).map(Self).ok_or(RiskError::Overflow)
    }
    /// The same size on the other side.
    pub fn negated(self) -> Result<Self> {
        self.0.checked_neg().map(Self).ok_or(RiskError::Overflow)
    }
}

/// Quotient and "was there a remainder" of `x / d` for `0 < d < 2^32`.
#[allow(clippy::arithmetic_side_effects)] // d is a non-zero constant below 2^32: r < d, so r << 32 | 32 bits fits 64
const fn div_small(x: u128, d: u64) -> (u128, bool) {
    let (hi, lo) = ((x >> 64) as u64, x as u64);
    let (q2, r2) = (hi / d, hi % d);
    let t1 = (r2 << 32) | (lo >> 32);
    let (q1, r1) = (t1 / d, t1 % d);
    let t0 = (r1 << 32) | (lo & 0xffff_ffff);
    let (q0, r0) = (t0 / d, t0 % d);
    (((q2 as u128) << 64) | (((q1 << 32) | q0) as u128), r0 != 0)
}

fn narrow(x: u128) -> Result<u64> {
    if x > i64::MAX as u128 {
        return Err(RiskError::Overflow);
    }
    Ok(x as u64)
}

fn wide(a: u64, b: u64) -> u128 {
    (a as u128).wrapping_mul(b as u128) // 64 × 64 bits never wraps 128
}

fn scaled(product: u128, shift: u32, odd: u64, up: bool) -> Result<u64> {
    let low = (product as u64) & (1u64 << shift).wrapping_sub(1);
    let (q, rem) = div_small(product >> shift, odd);
    let q = narrow(q)?;
    if up && (rem || low != 0) {
        return add(q, 1);
    }
    Ok(q)
}

/// Atoms of `lots` at `price`, rounded down.
pub fn notional_down(price: Price, lots: u64) -> Result<u64> {
    scaled(wide(price.0, lots), NOTIONAL_SHIFT, NOTIONAL_ODD, false)
}

/// Atoms of `lots` at `price`, rounded up.
pub fn notional_up(price: Price, lots: u64) -> Result<u64> {
    scaled(wide(price.0, lots), NOTIONAL_SHIFT, NOTIONAL_ODD, true)
}

/// `amount × ratio`, rounded down.
pub fn ratio_down(amount: u64, ratio: Ratio) -> Result<u64> {
    scaled(wide(amount, ratio.0 as u64), PPM_SHIFT, PPM_ODD, false)
}

/// `amount × ratio`, rounded up.
pub fn ratio_up(amount: u64, ratio: Ratio) -> Result<u64> {
    scaled(wide(amount, ratio.0 as u64), PPM_SHIFT, PPM_ODD, true)
}

/// `a × b / d`, rounded down.
#[allow(clippy::arithmetic_side_effects)] // d is checked; the quotient is narrowed
pub fn mul_div_down(a: u64, b: u64, d: u64) -> Result<u64> {
    if d == 0 {
        return Err(RiskError::DivisionByZero);
    }
    let x = wide(a, b);
    if x >> 64 == 0 {
        return narrow((x as u64 / d) as u128);
    }
    if d <= u32::MAX as u64 {
        return narrow(div_small(x, d).0);
    }
    narrow(x / d as u128)
}

/// `a × b / d`, rounded up.
#[allow(clippy::arithmetic_side_effects)] // as above
pub fn mul_div_up(a: u64, b: u64, d: u64) -> Result<u64> {
    if d == 0 {
        return Err(RiskError::DivisionByZero);
    }
    let x = wide(a, b);
    let (q, rem) = if x >> 64 == 0 {
        ((x as u64 / d) as u128, !(x as u64).is_multiple_of(d))
    } else if d <= u32::MAX as u64 {
        div_small(x, d)
    } else {
        (x / d as u128, !x.is_multiple_of(d as u128))
    };
    add(narrow(q)?, rem as u64)
}

/// `a × b / d / 2^shift`, rounded down; `shift` below 128.
#[allow(clippy::arithmetic_side_effects)] // d is checked
pub fn mul_div_shift_down(a: u64, b: u64, d: u64, shift: u32) -> Result<u64> {
    if d == 0 {
        return Err(RiskError::DivisionByZero);
    }
    narrow((wide(a, b) / d as u128).checked_shr(shift).unwrap_or(0))
}

/// Lots worth at least `atoms` at `price`, rounded up.
pub fn lots_up(atoms: u64, price: Price) -> Result<u64> {
    mul_div_up(atoms, NOTIONAL_SCALE, price.0)
}

/// Lots worth at most `atoms` at `price`, rounded down.
pub fn lots_down(atoms: u64, price: Price) -> Result<u64> {
    mul_div_down(atoms, NOTIONAL_SCALE, price.0)
}

/// Fraction `part / whole`, rounded down, at most `u32::MAX` ppm (every use compares it with a smaller bound).
pub fn fraction_down(part: u64, whole: u64) -> Result<Ratio> {
    match mul_div_down(part, PPM, whole) {
        Ok(x) => Ok(Ratio(u32::try_from(x).unwrap_or(u32::MAX))),
        Err(RiskError::Overflow) => Ok(Ratio(u32::MAX)),
        Err(why) => Err(why),
    }
}

/// `a + b`.
pub fn add(a: u64, b: u64) -> Result<u64> {
    match a.checked_add(b) {
        Some(x) if x <= i64::MAX as u64 => Ok(x),
        _ => Err(RiskError::Overflow),
    }
}

/// `a - b`; an error when `b` is larger.
pub fn sub(a: u64, b: u64) -> Result<u64> {
    a.checked_sub(b).ok_or(RiskError::Overflow)
}

/// `a + b`, signed.
pub fn sadd(a: i64, b: i64) -> Result<i64> {
    a.checked_add(b).ok_or(RiskError::Overflow)
}

/// `a - b`, signed.
pub fn ssub(a: i64, b: i64) -> Result<i64> {
    a.checked_sub(b).ok_or(RiskError::Overflow)
}

/// An amount as a signed number.
pub fn signed(a: u64) -> Result<i64> {
    i64::try_from(a).map_err(|_| RiskError::Overflow)
}

/// Value in atoms of `base` at `price`, signed like `base`, rounded against its holder.
pub fn value_down(price: Price, base: BaseQty) -> Result<i64> {
    if base.is_long() {
        signed(notional_down(price, base.abs())?)
    } else {
        ssub(0, signed(notional_up(price, base.abs())?)?)
    }
}
