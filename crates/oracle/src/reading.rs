//! What an account says, and its conversion to the protocol's integers.

use crate::Refusal;

/// One price as its account states it: exact, unjudged as to age and width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Price in USD is `mantissa * 10^exponent`. Always positive when it comes from [`crate::read`].
    pub mantissa: i128,
    /// Half-width around the price in the same unit as `mantissa`: Pyth's confidence interval, Switchboard's standard
    /// deviation. Zero is possible and means little: three samples that agree by chance also give zero.
    pub confidence: u128,
    /// Power of ten, -28 to 0.
    pub exponent: i32,
    /// Unix seconds, positive. What it dates differs, see each provider's module.
    pub publish_time: i64,
    /// Slot the account gives for the value. Provider's own meaning; not proof of age (see each module).
    pub slot: u64,
    /// Oldest slot that the value rests on; zero only where the provider has no such slot (both Pyth layouts), never
    /// for Switchboard.
    pub oldest_slot: u64,
    /// What tells this feed from others: Pyth's feed id, On-Demand's feed hash, legacy Pyth's product key, Switchboard
    /// V2's queue key. The caller compares it with the market's.
    pub feed_id: [u8; 32],
}

impl Reading {
    /// Price and confidence in units of 10^-`decimals` USD: the price rounded to nearest (halves up), the confidence
    /// rounded up, so that rounding never makes a price look better known than it is.
    ///
    /// # Errors
    /// [`Refusal::BelowOneTick`] when the price rounds to zero, [`Refusal::PriceTooLarge`] or
    /// [`Refusal::ConfidenceTooLarge`] when a result exceeds 64 bits, [`Refusal::NonPositivePrice`] for a hand-made
    /// reading without a price.
    #[inline]
    pub fn scaled(&self, decimals: u8) -> Result<(u64, u64), Refusal> {
        if self.mantissa <= 0 {
            return Err(Refusal::NonPositivePrice);
        }
        let shift = self.exponent.saturating_add(i32::from(decimals));
        let mantissa = self.mantissa.unsigned_abs();
        let (price, confidence) = if shift >= 0 {
            let shift = shift.unsigned_abs() as usize;
            (grow(mantissa, shift), grow(self.confidence, shift))
        } else {
            let shift = shift.unsigned_abs() as usize;
            match POW10.get(shift) {
                Some(&unit) => {
                    (shrink(mantissa, shift, unit, unit >> 1), shrink(self.confidence, shift, unit, unit.wrapping_sub(1)))
                }
                // The unit exceeds every u128 twice over: a price rounds to zero, a confidence up to one.
                None => (Some(0), Some(u64::from(self.confidence > 0))),
            }
        };
        match price {
            None => Err(Refusal::PriceTooLarge),
            Some(0) => Err(Refusal::BelowOneTick),
            Some(price) => Ok((price, confidence.ok_or(Refusal::ConfidenceTooLarge)?)),
        }
    }
}

/// `value * 10^shift`, if it fits.
#[inline(always)]
fn grow(value: u128, shift: usize) -> Option<u64> {
    if value == 0 {
        return Some(0);
    }
    // A comparison instead of a checked multiplication, which costs four times as much on chain.
    let value = u64::try_from(value).ok()?;
    let (&unit, &limit) = (POW10.get(shift)?, LIMIT.get(shift)?);
    (value <= limit).then(|| value.wrapping_mul(unit as u64))
}

/// `(value + bias) / unit` rounded down, where `unit` is `10^shift` and `shift > 0`, if it fits.
#[inline(always)]
fn shrink(value: u128, shift: usize, unit: u128, bias: u128) -> Option<u64> {
    if let (Ok(value), Ok(unit), Ok(bias)) = (u64::try_from(value), u64::try_from(unit), u64::try_from(bias)) {
        if let Some(sum) = value.checked_add(bias) {
            return sum.checked_div(unit);
        }
    }
    let sum = value.checked_add(bias)?;
    match POW5.get(shift) {
        Some(&odd) => shrink_by_halves(sum, shift as u32, odd),
        None => u64::try_from(sum.checked_div(unit)?).ok(),
    }
}

/// `value / (2^shift * odd)` rounded down, for `odd < 2^32` and `0 < shift < 14`, if it fits.
///
/// `10^n = 2^n * 5^n`: after shifting, what is left is a division by less than 32 bits, which two 64-bit divisions do.
/// This is the usual case of Switchboard's 18 decimals and about a fifth of the cost of a 128-bit division.
#[inline(always)]
fn shrink_by_halves(value: u128, shift: u32, odd: u64) -> Option<u64> {
    let (high, low) = ((value >> 64) as u64, value as u64);
    let low = low.wrapping_shr(shift) | high.wrapping_shl(64_u32.wrapping_sub(shift));
    let high = high.wrapping_shr(shift);
    if high >= odd {
        return None;
    }
    let upper = (high << 32) | (low >> 32);
    let first = upper.checked_div(odd)?;
    let rest = upper.wrapping_sub(first.wrapping_mul(odd));
    let lower = (rest << 32) | (low & u64::from(u32::MAX));
    Some((first << 32) | lower.checked_div(odd)?)
}

/// Powers of ten that fit 128 bits.
const POW10: [u128; 39] = {
    let mut table = [1_u128; 39];
    let mut i = 1;
    while i < table.len() {
        table[i] = table[i - 1] * 10;
        i += 1;
    }
    table
};

/// Largest 64-bit number that may be multiplied by `10^i`.
const LIMIT: [u64; 20] = {
    let mut table = [0_u64; 20];
    let mut i = 0;
    while i < table.len() {
        table[i] = (u64::MAX as u128 / POW10[i]) as u64;
        i += 1;
    }
    table
};

/// Powers of five below 2^32.
const POW5: [u64; 14] = {
    let mut table = [1_u64; 14];
    let mut i = 1;
    while i < table.len() {
        table[i] = table[i - 1] * 5;
        i += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(mantissa: i128, confidence: u128, exponent: i32) -> Reading {
        Reading { mantissa, confidence, exponent, publish_time: 1, slot: 1, oldest_slot: 0, feed_id: [0; 32] }
    }

    #[test]
    fn rounds_price_to_nearest_and_confidence_up() {
        // 132.72457249 USD, ± 0.13518041
        let r = reading(13_272_457_249, 13_518_041, -8);
        assert_eq!(r.scaled(8), Ok((13_272_457_249, 13_518_041)));
        assert_eq!(r.scaled(6), Ok((132_724_572, 135_181)));
        assert_eq!(r.scaled(4), Ok((1_327_246, 1_352)));
        assert_eq!(r.scaled(0), Ok((133, 1)));
        assert_eq!(r.scaled(9), Ok((132_724_572_490, 135_180_410)));
    }

    #[test]
    fn halves_round_up() {
        assert_eq!(reading(25, 20, -1).scaled(0), Ok((3, 2)));
        assert_eq!(reading(24, 21, -1).scaled(0), Ok((2, 3)));
    }

    #[test]
    fn below_one_tick_is_refused() {
        assert_eq!(reading(4, 0, -1).scaled(0), Err(Refusal::BelowOneTick));
        assert_eq!(reading(5, 0, -1).scaled(0), Ok((1, 0)));
        assert_eq!(reading(1, 1, i32::MIN).scaled(8), Err(Refusal::BelowOneTick));
        assert_eq!(reading(0, 1, 0).scaled(8), Err(Refusal::NonPositivePrice));
    }

    #[test]
    fn overflow_is_refused() {
        assert_eq!(reading(1, 0, 0).scaled(19), Ok((POW10[19] as u64, 0)));
        assert_eq!(reading(1, 0, 0).scaled(20), Err(Refusal::PriceTooLarge));
        assert_eq!(reading(1, 0, i32::MAX).scaled(255), Err(Refusal::PriceTooLarge));
        assert_eq!(reading(i128::MAX, 0, -18).scaled(8), Err(Refusal::PriceTooLarge));
        assert_eq!(reading(1, u128::MAX, 0).scaled(8), Err(Refusal::ConfidenceTooLarge));
        assert_eq!(reading(POW10[18] as i128, u128::MAX, -18).scaled(8), Err(Refusal::ConfidenceTooLarge));
    }

    #[test]
    fn long_mantissas_divide_exactly() {
        // 177.351466043000981... as Switchboard states it, 18 decimals.
        let r = reading(177_351_466_043_000_981_234, 4_652_830_479_302_014, -18);
        assert_eq!(r.scaled(8), Ok((17_735_146_604, 465_284)));
        assert_eq!(r.scaled(4), Ok((1_773_515, 47)));
        // Quotients next to 2^64, on both sides, with 5^10 and 2^10.
        let edge = (u64::MAX as i128) * (POW10[10] as i128);
        assert_eq!(reading(edge, 0, -10).scaled(0), Ok((u64::MAX, 0)));
        assert_eq!(reading(edge + POW10[10] as i128, 0, -10).scaled(0), Err(Refusal::PriceTooLarge));
    }
}
