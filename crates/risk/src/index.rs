//! The profit-only loss index.
//!
//! Sharing a loss multiplies every claim of a market by one fraction. The product of those fractions is kept as
//! `mantissa × 2^-exponent` with a mantissa of 63 significant bits, so any number of losses of any size keeps its
//! precision and no epoch or reset is needed. A claim remembers the index it was last scaled with and is scaled lazily.

use crate::{
    layout,
    num::{mul_div_down, mul_div_shift_down, Result},
    RiskError,
};

/// Mantissa of a fresh index: 2^62.
const ONE: u64 = 1 << 62;

layout! {
    /// A fraction in (0, 1], as a floating pair; its exponent only grows.
    pub struct LossIndex [16] {
        /// Mantissa in [2^61, 2^62].
        pub mantissa: u64,
        /// Binary exponent: the fraction is `mantissa / 2^62 / 2^exponent`.
        pub exponent: u64,
    }
}

impl LossIndex {
    /// The index of a market that has shared no loss.
    pub const NEW: Self = Self { mantissa: ONE, exponent: 0 };

    /// The index after claims shrank from `total` to `left` (`left <= total`), rounded down.
    pub fn shrunk_down(self, left: u64, total: u64) -> Result<Self> {
        if left > total || total > i64::MAX as u64 {
            return Err(RiskError::Overflow);
        }
        if left == 0 {
            // Nothing is left: 64 binary places more make every older claim zero, and newer claims start from here.
            return Ok(Self { mantissa: ONE, exponent: self.exponent.saturating_add(64) });
        }
        // left << places lies in (total/2, total], so the new mantissa loses at most one of its bits.
        let mut places = left.leading_zeros().wrapping_sub(total.leading_zeros());
        if left << places > total {
            places = places.wrapping_sub(1);
        }
        let mut mantissa = mul_div_down(self.mantissa, left << places, total)?;
        let mut exponent = self.exponent.saturating_add(places as u64);
        if mantissa < ONE >> 1 {
            mantissa <<= 1;
            exponent = exponent.saturating_add(1);
        }
        Ok(Self { mantissa, exponent })
    }

    /// `claim`, last scaled at `self`, as it stands at `now`; rounded down.
    pub fn rescale_down(self, now: Self, claim: u64) -> Result<u64> {
        if self == now || claim == 0 {
            return Ok(claim);
        }
        let shift = now.exponent.saturating_sub(self.exponent);
        if shift >= 64 {
            return Ok(0);
        }
        mul_div_shift_down(claim, now.mantissa, self.mantissa, shift as u32)
    }
}
