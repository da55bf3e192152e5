//! Writers of the real layouts, for price accounts of a local cluster and for tests.
//!
//! Each fills a whole account from a struct of its fields, at the offsets its reader uses. Nothing is validated: a
//! test must be able to write accounts that the reader refuses. Unlisted fields are zero.
//!
//! No signature or program stands behind these bytes. They only make sense where accounts can be planted.

use crate::bytes::put;
use crate::{pyth_legacy, pyth_update, switchboard_ondemand, switchboard_v2};

/// Fields of a Pyth `PriceUpdateV2`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PythUpdate {
    /// Who may overwrite the account; the account's own address for a push feed.
    pub write_authority: [u8; 32],
    /// The feed.
    pub feed_id: [u8; 32],
    /// Price, times `10^exponent` USD.
    pub price: i64,
    /// Confidence interval, same unit.
    pub confidence: u64,
    /// Power of ten.
    pub exponent: i32,
    /// Unix seconds.
    pub publish_time: i64,
    /// Unix seconds of the update before.
    pub prev_publish_time: i64,
    /// Moving average of the price, same unit.
    pub ema_price: i64,
    /// Moving average of the confidence, same unit.
    pub ema_confidence: u64,
    /// Slot of posting.
    pub posted_slot: u64,
}

/// Writes a fully verified update.
pub fn write_pyth_update(buf: &mut [u8; pyth_update::LEN], fields: &PythUpdate) {
    use pyth_update::*;
    *buf = [0; LEN];
    put(buf, 0, DISCRIMINATOR);
    put(buf, WRITE_AUTHORITY, fields.write_authority);
    put(buf, VERIFICATION, [FULL]);
    put(buf, FEED_ID, fields.feed_id);
    put(buf, PRICE, fields.price.to_le_bytes());
    put(buf, CONFIDENCE, fields.confidence.to_le_bytes());
    put(buf, EXPONENT, fields.exponent.to_le_bytes());
    put(buf, PUBLISH_TIME, fields.publish_time.to_le_bytes());
    put(buf, PREV_PUBLISH_TIME, fields.prev_publish_time.to_le_bytes());
    put(buf, EMA_PRICE, fields.ema_price.to_le_bytes());
    put(buf, EMA_CONFIDENCE, fields.ema_confidence.to_le_bytes());
    put(buf, POSTED_SLOT, fields.posted_slot.to_le_bytes());
}

/// Fields of a Switchboard On-Demand pull feed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OnDemandFeed {
    /// Who may change the feed's definition.
    pub authority: [u8; 32],
    /// The oracle queue.
    pub queue: [u8; 32],
    /// Hash of the feed's jobs: its identity.
    pub feed_hash: [u8; 32],
    /// Name, padded with zeros.
    pub name: [u8; 32],
    /// Median, in 10^-18 USD.
    pub value: i128,
    /// Standard deviation, in 10^-18 USD.
    pub std_dev: i128,
    /// Samples in the result; submissions are written for up to 32.
    pub num_samples: u8,
    /// The feed's minimum of samples.
    pub min_sample_size: u8,
    /// Signed slot of the median and newest sample.
    pub slot: u64,
    /// Signed slot of the oldest sample; not after `slot`, and equal to it if there is one sample.
    pub oldest_slot: u64,
    /// Unix seconds of the last update.
    pub publish_time: i64,
    /// Slots after which the provider's crate calls a submission stale.
    pub max_staleness: u32,
}

/// Writes a feed that the reader and the provider's crate both accept: the result, and submissions around it whose
/// median is `value`, so that the crate's own recomputation agrees. The first submission is the median, signed at
/// `slot`; the last is signed at `oldest_slot`; the others lie one standard deviation to either side.
pub fn write_switchboard_on_demand(buf: &mut [u8; switchboard_ondemand::LEN], fields: &OnDemandFeed) {
    use switchboard_ondemand::*;
    *buf = [0; LEN];
    put(buf, 0, DISCRIMINATOR);
    put(buf, AUTHORITY, fields.authority);
    put(buf, QUEUE, fields.queue);
    put(buf, FEED_HASH, fields.feed_hash);
    put(buf, NAME, fields.name);
    put(buf, INITIALIZED_AT, fields.publish_time.to_le_bytes());
    // The largest variance and the number of responses are the oracles' business; these are common values.
    put(buf, MAX_VARIANCE, 10_000_000_000_u64.to_le_bytes());
    put(buf, MIN_RESPONSES, u32::from(fields.min_sample_size).to_le_bytes());
    put(buf, MIN_SAMPLE_SIZE, [fields.min_sample_size]);
    put(buf, LAST_UPDATE_TIMESTAMP, fields.publish_time.to_le_bytes());
    put(buf, MAX_STALENESS, fields.max_staleness.to_le_bytes());

    let below = fields.value.saturating_sub(fields.std_dev);
    let above = fields.value.saturating_add(fields.std_dev);
    put(buf, VALUE, fields.value.to_le_bytes());
    put(buf, STD_DEV, fields.std_dev.to_le_bytes());
    put(buf, MEAN, fields.value.to_le_bytes());
    put(buf, RANGE, above.saturating_sub(below).to_le_bytes());
    put(buf, MIN_VALUE, below.to_le_bytes());
    put(buf, MAX_VALUE, above.to_le_bytes());
    put(buf, NUM_SAMPLES, [fields.num_samples]);
    put(buf, SLOT, fields.slot.to_le_bytes());
    put(buf, MIN_SLOT, fields.oldest_slot.to_le_bytes());
    put(buf, MAX_SLOT, fields.slot.to_le_bytes());

    let count = usize::from(fields.num_samples).min(SUBMISSIONS);
    for (i, oracle) in (1_u8..).take(count).enumerate() {
        let at = SUBMISSION + i * SUBMISSION_SIZE;
        // One below before one above, so that the upper median of any count is the first value.
        let value = match i {
            0 => fields.value,
            i if i % 2 == 1 => below,
            _ => above,
        };
        let slot = if i > 0 && i + 1 == count { fields.oldest_slot } else { fields.slot };
        put(buf, at, [oracle; 32]);
        put(buf, at + SUBMISSION_SLOT, slot.to_le_bytes());
        put(buf, at + SUBMISSION_LANDED, fields.slot.to_le_bytes());
        put(buf, at + SUBMISSION_VALUE, value.to_le_bytes());
        let time = SUBMISSION_TIMESTAMP + i * 8;
        put(buf, time, fields.publish_time.to_le_bytes());
    }
}

/// Fields of a legacy Pyth price account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PythLegacy {
    /// Key of the product account: the feed's identity.
    pub product: [u8; 32],
    /// Aggregate price, times `10^exponent` USD.
    pub price: i64,
    /// Aggregate confidence, same unit.
    pub confidence: u64,
    /// Power of ten.
    pub exponent: i32,
    /// Unix seconds of the aggregate.
    pub publish_time: i64,
    /// Slot of the aggregate.
    pub slot: u64,
    /// Status: 0 unknown, 1 trading, 2 halted, 3 auction.
    pub status: u8,
    /// Publishers in the aggregate.
    pub quoters: u32,
    /// Publishers it takes.
    pub min_publishers: u8,
}

/// Writes a price account without components.
pub fn write_pyth_legacy(buf: &mut [u8; pyth_legacy::LEN], fields: &PythLegacy) {
    use pyth_legacy::*;
    *buf = [0; LEN];
    put(buf, 0, MAGIC);
    put(buf, VER, VERSION.to_le_bytes());
    put(buf, ATYPE, ACCOUNT_TYPE.to_le_bytes());
    put(buf, SIZE, (LEN as u32).to_le_bytes());
    put(buf, PTYPE, [PRICE_TYPE]);
    put(buf, EXPONENT, fields.exponent.to_le_bytes());
    put(buf, QUOTERS, fields.quoters.to_le_bytes());
    put(buf, TIMESTAMP, fields.publish_time.to_le_bytes());
    put(buf, MIN_PUBLISHERS, [fields.min_publishers]);
    put(buf, PRODUCT, fields.product);
    put(buf, AGG_PRICE, fields.price.to_le_bytes());
    put(buf, AGG_CONFIDENCE, fields.confidence.to_le_bytes());
    put(buf, AGG_STATUS, [fields.status]);
    put(buf, AGG_SLOT, fields.slot.to_le_bytes());
}

/// Fields of a Switchboard V2 aggregator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AggregatorV2 {
    /// Name, padded with zeros.
    pub name: [u8; 32],
    /// Key of the oracle queue.
    pub queue: [u8; 32],
    /// Result of the latest confirmed round: mantissa and number of decimals.
    pub result: (i128, u32),
    /// Its standard deviation: mantissa and number of decimals.
    pub std_deviation: (i128, u32),
    /// Successful responses.
    pub num_success: u32,
    /// Responses it takes.
    pub min_oracle_results: u32,
    /// Slot the round opened at.
    pub slot: u64,
    /// Unix seconds the round opened at.
    pub publish_time: i64,
}

/// Writes an aggregator whose latest confirmed round is closed, without the oracles' single responses.
pub fn write_switchboard_v2(buf: &mut [u8; switchboard_v2::LEN], fields: &AggregatorV2) {
    use switchboard_v2::*;
    *buf = [0; LEN];
    put(buf, 0, DISCRIMINATOR);
    put(buf, NAME, fields.name);
    put(buf, QUEUE, fields.queue);
    put(buf, BATCH_SIZE, fields.num_success.to_le_bytes());
    put(buf, MIN_ORACLE_RESULTS, fields.min_oracle_results.to_le_bytes());
    put(buf, NUM_SUCCESS, fields.num_success.to_le_bytes());
    put(buf, IS_CLOSED, [1]);
    put(buf, ROUND_OPEN_SLOT, fields.slot.to_le_bytes());
    put(buf, ROUND_OPEN_TIMESTAMP, fields.publish_time.to_le_bytes());
    for (at, (mantissa, scale)) in [
        (RESULT, fields.result),
        (STD_DEVIATION, fields.std_deviation),
        (MIN_RESPONSE, fields.result),
        (MAX_RESPONSE, fields.result),
    ] {
        put(buf, at, mantissa.to_le_bytes());
        put(buf, at + SCALE, scale.to_le_bytes());
    }
}
