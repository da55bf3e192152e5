//! Switchboard On-Demand `PullFeedAccountData`.
//!
//! Source of the layout: `pull_feed.rs` of switchboard-on-demand 0.13.0 (`repr(C)`, offsets below include the eight
//! bytes of discriminator). The struct wants an alignment of 16 with current compilers while account data offers 8, so
//! the crate's own `parse` fails by chance of address; reading by offset does not.
//!
//! The value is the account's `result`: the provider's median over the submissions that were fresh when it was computed.
//! The crate's `get_value` recomputes another median from all submissions, and gives a price even where there is no result.
//!
//! Traps:
//! * `publish_time` is `last_update_timestamp`: the cluster's clock when the last update *landed*. It says nothing about
//!   when the samples were signed. The slots do: [`Reading::slot`] is the signed slot of the median sample and
//!   [`Reading::oldest_slot`] that of the oldest sample used. A caller bounds the age of **both** time and oldest slot.
//! * Those slots are the oracles' own declarations, and can be ahead of the cluster: refuse slots in the future.
//! * `slot` is not the newest sample's. `max_slot` is, and is not used: one fresh sample does not make a median fresh.
//! * A standard deviation of zero is no sign of agreement: one sample has it always, three may have it by chance.
//!   `num_samples` is held against the feed's `min_sample_size`, which the feed's authority may set to one.
//! * `permit_write_by_authority` would let one key write the price: refused.
//! * The provider is reported closed since September 2026 and its programs remain upgradeable: see the documentation
//!   before configuring a source of this kind.

use crate::bytes::{i128_at, i64_at, prefix, take, u64_at, u8_at};
use crate::{Reading, Refusal};

/// Bytes of the account, discriminator included.
pub const LEN: usize = 3208;
/// First eight bytes of SHA-256 of `account:PullFeedAccountData`.
pub const DISCRIMINATOR: [u8; 8] = [0xc4, 0x1b, 0x6c, 0xc4, 0x0a, 0xd7, 0xdb, 0x28];
/// All values are integers of 10^-18.
pub const EXPONENT: i32 = -18;
/// Places for submissions.
pub const SUBMISSIONS: usize = 32;

/// Submission `i` starts at `SUBMISSION + i * SUBMISSION_SIZE`: oracle, slot, landing slot, value.
pub(crate) const SUBMISSION: usize = 8;
pub(crate) const SUBMISSION_SIZE: usize = 64;
pub(crate) const SUBMISSION_SLOT: usize = 32;
pub(crate) const SUBMISSION_LANDED: usize = 40;
pub(crate) const SUBMISSION_VALUE: usize = 48;
pub(crate) const AUTHORITY: usize = 2056;
pub(crate) const QUEUE: usize = 2088;
pub(crate) const FEED_HASH: usize = 2120;
pub(crate) const INITIALIZED_AT: usize = 2152;
pub(crate) const MAX_VARIANCE: usize = 2168;
pub(crate) const MIN_RESPONSES: usize = 2176;
pub(crate) const NAME: usize = 2180;
pub(crate) const PERMIT_WRITE_BY_AUTHORITY: usize = 2213;
pub(crate) const MIN_SAMPLE_SIZE: usize = 2215;
pub(crate) const LAST_UPDATE_TIMESTAMP: usize = 2216;
pub(crate) const VALUE: usize = 2264;
pub(crate) const STD_DEV: usize = 2280;
pub(crate) const MEAN: usize = 2296;
pub(crate) const RANGE: usize = 2312;
pub(crate) const MIN_VALUE: usize = 2328;
pub(crate) const MAX_VALUE: usize = 2344;
pub(crate) const NUM_SAMPLES: usize = 2360;
pub(crate) const SLOT: usize = 2368;
pub(crate) const MIN_SLOT: usize = 2376;
pub(crate) const MAX_SLOT: usize = 2384;
pub(crate) const MAX_STALENESS: usize = 2392;
/// Unix time of submission `i` at `SUBMISSION_TIMESTAMP + 8 * i`.
pub(crate) const SUBMISSION_TIMESTAMP: usize = 2952;
const _: () = assert!(SUBMISSION_TIMESTAMP + 8 * SUBMISSIONS == LEN);

/// Reads the current result.
///
/// # Errors
/// [`Refusal::TooShort`], [`Refusal::WrongDiscriminator`], [`Refusal::NoResult`], [`Refusal::TooFewSamples`],
/// [`Refusal::SlotsOutOfOrder`], [`Refusal::NonPositivePrice`], [`Refusal::NegativeConfidence`],
/// [`Refusal::WritableByAuthority`], [`Refusal::NoPublishTime`].
#[inline]
pub fn read(data: &[u8]) -> Result<Reading, Refusal> {
    let data = prefix::<LEN>(data)?;
    if take::<8, LEN>(data, 0) != DISCRIMINATOR {
        return Err(Refusal::WrongDiscriminator);
    }
    let slot = u64_at(data, SLOT);
    if slot == 0 {
        return Err(Refusal::NoResult);
    }
    let (got, need) = (u32::from(u8_at(data, NUM_SAMPLES)), u32::from(u8_at(data, MIN_SAMPLE_SIZE)).max(1));
    if got < need {
        return Err(Refusal::TooFewSamples { got, need });
    }
    let oldest_slot = u64_at(data, MIN_SLOT);
    if oldest_slot == 0 || oldest_slot > slot || slot > u64_at(data, MAX_SLOT) {
        return Err(Refusal::SlotsOutOfOrder);
    }
    let value = i128_at(data, VALUE);
    if value <= 0 {
        return Err(Refusal::NonPositivePrice);
    }
    let confidence = u128::try_from(i128_at(data, STD_DEV)).map_err(|_| Refusal::NegativeConfidence)?;
    if u8_at(data, PERMIT_WRITE_BY_AUTHORITY) != 0 {
        return Err(Refusal::WritableByAuthority);
    }
    let publish_time = i64_at(data, LAST_UPDATE_TIMESTAMP);
    if publish_time <= 0 {
        return Err(Refusal::NoPublishTime);
    }
    Ok(Reading {
        mantissa: value,
        confidence,
        exponent: EXPONENT,
        publish_time,
        slot,
        oldest_slot,
        feed_id: take(data, FEED_HASH),
    })
}
