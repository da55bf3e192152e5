//! Pyth's push price account of before the pull oracle, version 2.
//!
//! Source of the layout: `state.rs` of pyth-sdk-solana 0.10.6 (`SolanaPriceAccount`, `repr(C)`). The Pythnet variant
//! only has more components at the end.
//!
//! Traps:
//! * Publishing ended in 2024. The accounts live on with a status of Unknown while `timestamp` still advances with every
//!   call: only a status of Trading makes `timestamp` the time of the price. Refused here otherwise.
//! * The provider's own getter falls back to the previous price when the status is not Trading. This reader never does.
//! * Pyth's program aggregates by the cluster's clock; components may be up to 25 slots older than `pub_slot`, and no
//!   slot was signed. [`Reading::oldest_slot`] is therefore zero and age is judged by `publish_time`.
//! * `feed_id` is the product's key. One product may have several price accounts: pin the account's key too.

use crate::bytes::{i32_at, i64_at, prefix, take, u32_at, u64_at, u8_at};
use crate::pyth_update::MIN_EXPONENT;
use crate::{Reading, Refusal};

/// Bytes of `SolanaPriceAccount`: the header and 32 components of 96 bytes. Shorter accounts are other versions.
pub const LEN: usize = 3312;
/// The magic number's bytes, first in the account.
pub const MAGIC: [u8; 4] = 0xa1b2_c3d4_u32.to_le_bytes();
/// The only version read.
pub const VERSION: u32 = 2;
/// Account type of a price account.
pub const ACCOUNT_TYPE: u32 = 3;
/// Price type of a price (as opposed to unknown).
pub const PRICE_TYPE: u8 = 1;
/// Status of an aggregate that may be used.
pub const TRADING: u8 = 1;

pub(crate) const VER: usize = 4;
pub(crate) const ATYPE: usize = 8;
pub(crate) const SIZE: usize = 12;
pub(crate) const PTYPE: usize = 16;
pub(crate) const EXPONENT: usize = 20;
pub(crate) const QUOTERS: usize = 28;
pub(crate) const TIMESTAMP: usize = 96;
pub(crate) const MIN_PUBLISHERS: usize = 104;
pub(crate) const PRODUCT: usize = 112;
pub(crate) const AGG_PRICE: usize = 208;
pub(crate) const AGG_CONFIDENCE: usize = 216;
pub(crate) const AGG_STATUS: usize = 224;
pub(crate) const AGG_SLOT: usize = 232;
const _: () = assert!(AGG_SLOT + 8 <= LEN);

/// Reads the current aggregate.
///
/// # Errors
/// [`Refusal::TooShort`], [`Refusal::WrongDiscriminator`], [`Refusal::WrongVersion`], [`Refusal::WrongAccountType`],
/// [`Refusal::NotTrading`], [`Refusal::TooFewSamples`], [`Refusal::NonPositivePrice`],
/// [`Refusal::ExponentOutOfRange`], [`Refusal::NoPublishTime`].
#[inline]
pub fn read(data: &[u8]) -> Result<Reading, Refusal> {
    let data = prefix::<LEN>(data)?;
    if take::<4, LEN>(data, 0) != MAGIC {
        return Err(Refusal::WrongDiscriminator);
    }
    let version = u32_at(data, VER);
    if version != VERSION {
        return Err(Refusal::WrongVersion(version));
    }
    let account_type = u32_at(data, ATYPE);
    if account_type != ACCOUNT_TYPE || u8_at(data, PTYPE) != PRICE_TYPE {
        return Err(Refusal::WrongAccountType(account_type));
    }
    let status = u8_at(data, AGG_STATUS);
    if status != TRADING {
        return Err(Refusal::NotTrading(status));
    }
    let (got, need) = (u32_at(data, QUOTERS), u32::from(u8_at(data, MIN_PUBLISHERS)).max(1));
    if got < need {
        return Err(Refusal::TooFewSamples { got, need });
    }
    let price = i64_at(data, AGG_PRICE);
    if price <= 0 {
        return Err(Refusal::NonPositivePrice);
    }
    let exponent = i32_at(data, EXPONENT);
    if !(MIN_EXPONENT..=0).contains(&exponent) {
        return Err(Refusal::ExponentOutOfRange(exponent));
    }
    let publish_time = i64_at(data, TIMESTAMP);
    if publish_time <= 0 {
        return Err(Refusal::NoPublishTime);
    }
    Ok(Reading {
        mantissa: i128::from(price),
        confidence: u128::from(u64_at(data, AGG_CONFIDENCE)),
        exponent,
        publish_time,
        slot: u64_at(data, AGG_SLOT),
        oldest_slot: 0,
        feed_id: take(data, PRODUCT),
    })
}
