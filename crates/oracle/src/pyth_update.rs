//! Pyth `PriceUpdateV2`.
//!
//! Source of the layout: `price_update.rs` of pyth-solana-receiver-sdk 2.0.0 and `messages.rs` of pythnet-sdk 3.0.0.
//! It is Borsh, so the verification level (one byte for Full, two for Partial) moves every later field: the offsets
//! below are those of Full, and are used only after byte 40 was seen to say Full.
//!
//! Traps, all left to the caller unless said otherwise:
//! * Anybody may post any *signed* message, old ones too, of any feed. Owner and discriminator prove neither feed nor
//!   age: pin the account's key, compare `feed_id`, judge `publish_time`.
//! * `posted_slot` (read as [`Reading::slot`]) is the slot of the last *posting*. A replayed message gets a new one, so
//!   it says nothing about age; [`Reading::oldest_slot`] is therefore zero.
//! * Outside the push program's addresses the write authority may put an older message, or another feed, in the
//!   account, or close it, at any time. Publish times must not be accepted going backwards.
//! * `publish_time` may lie in the future of the cluster's clock.

use crate::bytes::{i32_at, i64_at, prefix, take, u64_at, u8_at};
use crate::{Reading, Refusal};

/// Bytes of the account; one more than a fully verified update uses.
pub const LEN: usize = 134;
/// First eight bytes of SHA-256 of `account:PriceUpdateV2`.
pub const DISCRIMINATOR: [u8; 8] = [0x22, 0xf1, 0x23, 0x63, 0x9d, 0x7e, 0xf4, 0xcd];
/// The verification tag that stands for Full.
pub const FULL: u8 = 1;
/// Smallest exponent accepted: Pyth's feeds use -12 to 0, and 18 decimals are the most any price needs.
pub const MIN_EXPONENT: i32 = -18;

pub(crate) const WRITE_AUTHORITY: usize = 8;
pub(crate) const VERIFICATION: usize = 40;
pub(crate) const FEED_ID: usize = 41;
pub(crate) const PRICE: usize = 73;
pub(crate) const CONFIDENCE: usize = 81;
pub(crate) const EXPONENT: usize = 89;
pub(crate) const PUBLISH_TIME: usize = 93;
pub(crate) const PREV_PUBLISH_TIME: usize = 101;
pub(crate) const EMA_PRICE: usize = 109;
pub(crate) const EMA_CONFIDENCE: usize = 117;
pub(crate) const POSTED_SLOT: usize = 125;
const _: () = assert!(POSTED_SLOT + 8 < LEN);

/// Reads a fully verified update.
///
/// # Errors
/// [`Refusal::TooShort`], [`Refusal::WrongDiscriminator`], [`Refusal::NotFullyVerified`],
/// [`Refusal::NonPositivePrice`], [`Refusal::ExponentOutOfRange`], [`Refusal::NoPublishTime`].
#[inline]
pub fn read(data: &[u8]) -> Result<Reading, Refusal> {
    let data = prefix::<LEN>(data)?;
    if take::<8, LEN>(data, 0) != DISCRIMINATOR {
        return Err(Refusal::WrongDiscriminator);
    }
    let tag = u8_at(data, VERIFICATION);
    if tag != FULL {
        return Err(Refusal::NotFullyVerified(tag));
    }
    let price = i64_at(data, PRICE);
    if price <= 0 {
        return Err(Refusal::NonPositivePrice);
    }
    let exponent = i32_at(data, EXPONENT);
    if !(MIN_EXPONENT..=0).contains(&exponent) {
        return Err(Refusal::ExponentOutOfRange(exponent));
    }
    let publish_time = i64_at(data, PUBLISH_TIME);
    if publish_time <= 0 {
        return Err(Refusal::NoPublishTime);
    }
    Ok(Reading {
        mantissa: i128::from(price),
        confidence: u128::from(u64_at(data, CONFIDENCE)),
        exponent,
        publish_time,
        slot: u64_at(data, POSTED_SLOT),
        oldest_slot: 0,
        feed_id: take(data, FEED_ID),
    })
}
