//! Arithmetic.

use super::{run, scene::UNIT};
use firebreak_risk::{
    index::LossIndex,
    num::{mul_div_down, mul_div_up, notional_up, ratio_up, Price, Ratio, Result},
};

/// What measuring itself adds to every row.
pub fn nothing(call: bool) -> Result<()> {
    run(call, &mut 0u64, |_| Ok(()))
}

pub fn notional(call: bool) -> Result<()> {
    run(call, &mut (Price(10_000_012_345), 30 * UNIT as u64 + 777), |(price, lots)| notional_up(*price, *lots))
}

pub fn ratio(call: bool) -> Result<()> {
    run(call, &mut (30_123_456_789, Ratio(30_001)), |(amount, ratio)| ratio_up(*amount, *ratio))
}

fn mul_div(call: bool, d: u64, a: u64) -> Result<()> {
    run(call, &mut (a, 9_876_543_210u64, d), |(a, b, d)| mul_div_down(*a, *b, *d))
}

pub fn mul_div_short(call: bool) -> Result<()> {
    mul_div(call, 1_234_567, 3_600)
}

pub fn mul_div_medium(call: bool) -> Result<()> {
    mul_div(call, 1_234_567_891, 1 << 59)
}

pub fn mul_div_long(call: bool) -> Result<()> {
    let mut numbers = ((1 << 62) + 12_345, (1 << 62) + 54_321, (1 << 62) + 999_999);
    run(call, &mut numbers, |(a, b, d)| mul_div_up(*a, *b, *d))
}

pub fn shrink(call: bool) -> Result<()> {
    let index = LossIndex { mantissa: LossIndex::NEW.mantissa / 9 * 7, exponent: 3 };
    run(call, &mut (index, 123_456_789_012, 987_654_321_098), |(index, left, total)| index.shrunk_down(*left, *total))
}

pub fn rescale(call: bool) -> Result<()> {
    let now = LossIndex { mantissa: LossIndex::NEW.mantissa / 9 * 7, exponent: 3 };
    run(call, &mut (LossIndex::NEW, now, 123_456_789_012), |(then, now, claim)| then.rescale_down(*now, *claim))
}
