//! Switchboard V2 `AggregatorAccountData`.
//!
//! Source of the layout: `aggregator.rs` of switchboard-solana 0.30.4, fields in the order of declaration without
//! padding, checked on real accounts. The crate itself is no reference with a current compiler: its structs are
//! `repr(packed)` without `C`, which leaves the order of fields to the compiler.
//!
//! Traps:
//! * A round's numbers carry their own decimals, and the standard deviation usually has 28 while the price has few. The
//!   reading has one exponent, so the number with fewer decimals is extended; nothing is rounded.
//! * `publish_time` and slot are those of the round's *opening*: every response is younger. Both are conservative.
//! * In sliding-window mode the result rests on earlier rounds of unknown age: refused.
//! * The crate's `check_variance` and `is_expired` are inverted in 0.30.4.
//! * Every feed of a queue has the same `feed_id` here (the queue's key): only the pinned account key tells them apart.
//! * The service ended in November 2024: for forks and history.

use crate::bytes::{i128_at, i64_at, prefix, take, u32_at, u64_at, u8_at};
use crate::{Reading, Refusal};

/// Bytes of the account, discriminator included.
pub const LEN: usize = 3851;
/// First eight bytes of SHA-256 of `account:AggregatorAccountData`.
pub const DISCRIMINATOR: [u8; 8] = [0xd9, 0xe6, 0x41, 0x65, 0xc9, 0xa2, 0x1b, 0x7d];
/// Most decimals a `SwitchboardDecimal` has; it comes from a 96-bit decimal type with this limit.
pub const MAX_SCALE: u32 = 28;

pub(crate) const NAME: usize = 8;
pub(crate) const QUEUE: usize = 200;
pub(crate) const BATCH_SIZE: usize = 232;
pub(crate) const MIN_ORACLE_RESULTS: usize = 236;
pub(crate) const NUM_SUCCESS: usize = 341;
pub(crate) const IS_CLOSED: usize = 349;
pub(crate) const ROUND_OPEN_SLOT: usize = 350;
pub(crate) const ROUND_OPEN_TIMESTAMP: usize = 358;
/// A decimal is its mantissa (16 bytes), then its number of decimals (4 bytes).
pub(crate) const RESULT: usize = 366;
pub(crate) const STD_DEVIATION: usize = 386;
pub(crate) const MIN_RESPONSE: usize = 406;
pub(crate) const MAX_RESPONSE: usize = 426;
pub(crate) const SCALE: usize = 16;
pub(crate) const RESOLUTION_MODE: usize = 3712;
const _: () = assert!(RESOLUTION_MODE < LEN);

/// Reads the latest confirmed round.
///
/// # Errors
/// [`Refusal::TooShort`], [`Refusal::WrongDiscriminator`], [`Refusal::SlidingWindow`], [`Refusal::RoundNotClosed`],
/// [`Refusal::NoResult`], [`Refusal::TooFewSamples`], [`Refusal::NonPositivePrice`], [`Refusal::NegativeConfidence`],
/// [`Refusal::ScaleOutOfRange`], [`Refusal::NoPublishTime`], and [`Refusal::PriceTooLarge`] or
/// [`Refusal::ConfidenceTooLarge`] when the common number of decimals needs more than 128 bits.
#[inline]
pub fn read(data: &[u8]) -> Result<Reading, Refusal> {
    let data = prefix::<LEN>(data)?;
    if take::<8, LEN>(data, 0) != DISCRIMINATOR {
        return Err(Refusal::WrongDiscriminator);
    }
    if u8_at(data, RESOLUTION_MODE) != 0 {
        return Err(Refusal::SlidingWindow);
    }
    let slot = u64_at(data, ROUND_OPEN_SLOT);
    if slot == 0 {
        return Err(Refusal::NoResult);
    }
    if u8_at(data, IS_CLOSED) != 1 {
        return Err(Refusal::RoundNotClosed);
    }
    let (got, need) = (u32_at(data, NUM_SUCCESS), u32_at(data, MIN_ORACLE_RESULTS).max(1));
    if got < need {
        return Err(Refusal::TooFewSamples { got, need });
    }
    let value = i128_at(data, RESULT);
    if value <= 0 {
        return Err(Refusal::NonPositivePrice);
    }
    let deviation = u128::try_from(i128_at(data, STD_DEVIATION)).map_err(|_| Refusal::NegativeConfidence)?;
    let (value_scale, deviation_scale) = (u32_at(data, RESULT + SCALE), u32_at(data, STD_DEVIATION + SCALE));
    let scale = value_scale.max(deviation_scale);
    if scale > MAX_SCALE {
        return Err(Refusal::ScaleOutOfRange(scale));
    }
    let publish_time = i64_at(data, ROUND_OPEN_TIMESTAMP);
    if publish_time <= 0 {
        return Err(Refusal::NoPublishTime);
    }
    let mantissa = extend(value.unsigned_abs(), scale.wrapping_sub(value_scale))
        .and_then(|value| i128::try_from(value).ok())
        .ok_or(Refusal::PriceTooLarge)?;
    let confidence = extend(deviation, scale.wrapping_sub(deviation_scale)).ok_or(Refusal::ConfidenceTooLarge)?;
    Ok(Reading {
        mantissa,
        confidence,
        exponent: 0_i32.wrapping_sub_unsigned(scale),
        publish_time,
        slot,
        oldest_slot: slot,
        feed_id: take(data, QUEUE),
    })
}

/// `value * 10^decimals`, if it fits.
#[inline(always)]
fn extend(value: u128, decimals: u32) -> Option<u128> {
    10_u128.checked_pow(decimals)?.checked_mul(value)
}
