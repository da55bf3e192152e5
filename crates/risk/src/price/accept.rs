//! Whether one source's observation counts.

use crate::{
    layout,
    num::{Price, Ratio, PPM},
};
use core::fmt;

/// A publisher's clock may be this many seconds ahead of the chain's.
pub const MAX_FUTURE_SECONDS: i64 = 2;

layout! {
    /// What governance set for a source.
    pub struct SourceRule [16] {
        /// Weight in the median; 0 lets the source not count.
        pub weight: u32,
        /// Older observations are stale, in seconds; 0 accepts only the current second.
        pub max_age: u32,
        /// Wider confidence is refused, as a fraction of the price; 0 accepts none but an exact price.
        pub max_confidence: Ratio,
        /// Room to grow; zero.
        pub reserved: u32,
    }
}

layout! {
    /// What was last accepted from a source.
    pub struct SourceState [24] {
        /// Price in ticks; 0 before the first.
        pub price: Price,
        /// Its publish time, unix seconds.
        pub publish_time: i64,
        /// Its confidence, in ticks.
        pub confidence: Price,
    }
}

/// What an account says now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Observation {
    /// Price in ticks.
    pub price: Price,
    /// Half-width of the publisher's confidence interval, in ticks.
    pub confidence: Price,
    /// Unix seconds.
    pub publish_time: i64,
}

/// An observation that counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Accepted {
    /// Price in ticks.
    pub price: Price,
    /// Confidence in ticks.
    pub confidence: Price,
    /// Weight in the median.
    pub weight: u32,
}

/// Why an observation does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The price is zero.
    NonPositive,
    /// Older than the source's limit.
    Stale,
    /// Published after the chain's clock, beyond the permitted skew.
    FromTheFuture,
    /// Older than the last accepted one.
    Backward,
    /// Another price with the time of the last accepted one.
    Contradiction,
    /// Confidence wider than the source's limit.
    Unconfident,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NonPositive => "price must be greater than zero",
            Self::Stale => "publish_time is older than the source's max_age",
            Self::FromTheFuture => "publish_time is more than 2 seconds ahead of the chain's clock",
            Self::Backward => "publish_time is before that of the last accepted price",
            Self::Contradiction => "the price differs from the last accepted one of the same publish_time",
            Self::Unconfident => "confidence exceeds the source's max_confidence",
        })
    }
}

/// Applies every acceptance rule of design section 5 that concerns one source alone.
pub fn accept(rule: &SourceRule, last: &SourceState, seen: &Observation, time: i64) -> Result<Accepted, Refusal> {
    if seen.price.0 == 0 {
        return Err(Refusal::NonPositive);
    }
    let age = time.saturating_sub(seen.publish_time);
    if age < MAX_FUTURE_SECONDS.wrapping_neg() {
        return Err(Refusal::FromTheFuture);
    }
    if age > rule.max_age as i64 {
        return Err(Refusal::Stale);
    }
    if last.price.0 != 0 {
        if seen.publish_time < last.publish_time {
            return Err(Refusal::Backward);
        }
        if seen.publish_time == last.publish_time && seen.price != last.price {
            return Err(Refusal::Contradiction);
        }
    }
    // confidence / price <= limit, without a division; both products stay below 2^128
    let width = (seen.confidence.0 as u128).saturating_mul(PPM as u128);
    let bound = (seen.price.0 as u128).saturating_mul(rule.max_confidence.0 as u128);
    if width > bound {
        return Err(Refusal::Unconfident);
    }
    Ok(Accepted { price: seen.price, confidence: seen.confidence, weight: rule.weight })
}
