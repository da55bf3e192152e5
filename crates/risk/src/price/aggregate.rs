//! Combining the accepted sources.

use super::{accept::Accepted, Quality, MAX_SOURCES};
use crate::num::{sub, Price, Ratio, Result, PPM};

/// The sources' common opinion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Combined {
    /// Central price.
    pub spot: Price,
    /// What an owned thing is surely worth.
    pub low: Price,
    /// What an owed thing may cost.
    pub high: Price,
    /// How far this can be trusted.
    pub quality: Quality,
}

const NOTHING: Combined = Combined { spot: Price(0), low: Price(0), high: Price(0), quality: Quality::Frozen };

/// Combines accepted observations (design, section 5). `None` did not count; those of zero weight do not either.
///
/// Three or more: weighted median, spread = the larger of its median absolute deviation and the median's confidence. Two
/// within `bound` of each other: the middle, spread = the wider confidence plus the gap. Two beyond it: `low` and `high` span
/// both, and `spot` is `last` clamped between them, because nobody can know which is right and the last price both
/// agreed on moves least. One: its own price and confidence, Degraded. None: Frozen.
pub fn combine(sources: &[Option<Accepted>; MAX_SOURCES], bound: Ratio, last: Price) -> Result<Combined> {
    let mut kept = [Accepted::default(); MAX_SOURCES];
    let mut n = 0usize;
    for source in sources.iter().flatten().filter(|s| s.weight > 0) {
        if let Some(slot) = kept.get_mut(n) {
            *slot = *source;
            n = n.saturating_add(1);
        }
    }
    let kept = kept.get_mut(..n).unwrap_or(&mut []);
    kept.sort_unstable_by_key(|s| s.price);
    match kept {
        [] => Ok(NOTHING),
        [one] => Ok(spread(one.price, one.confidence, Quality::Degraded)),
        [a, b] => two(a, b, bound, last),
        many => {
            let median = weighted_median(many);
            let mut away = [Accepted::default(); MAX_SOURCES];
            for (slot, s) in away.iter_mut().zip(many.iter()) {
                *slot = Accepted { price: Price(s.price.0.abs_diff(median.price.0)), ..*s };
            }
            let away = away.get_mut(..n).unwrap_or(&mut []);
            away.sort_unstable_by_key(|s| s.price);
            let mad = weighted_median(away).price;
            Ok(spread(median.price, mad.max(median.confidence), Quality::Primary))
        }
    }
}

fn two(a: &Accepted, b: &Accepted, bound: Ratio, last: Price) -> Result<Combined> {
    let gap = sub(b.price.0, a.price.0)?;
    let wider = a.confidence.max(b.confidence).0;
    // gap / price <= bound, without a division; both products stay below 2^128
    if (gap as u128).saturating_mul(PPM as u128) <= (a.price.0 as u128).saturating_mul(bound.0 as u128) {
        return Ok(spread(sum(a.price, gap >> 1), sum(Price(wider), gap), Quality::Primary));
    }
    Ok(Combined {
        spot: if last.0 == 0 { a.price } else { last.clamp(a.price, b.price) },
        low: lower(a.price, a.confidence),
        high: sum(b.price, b.confidence.0),
        quality: Quality::Degraded,
    })
}

fn spread(spot: Price, half: Price, quality: Quality) -> Combined {
    Combined { spot, low: lower(spot, half), high: sum(spot, half.0), quality }
}

/// A price plus a width, at most the highest number: an absurd source may make `high` useless, it may not stop the refresh.
fn sum(price: Price, more: u64) -> Price {
    Price(price.0.saturating_add(more))
}

/// A price less its confidence, at least one tick.
fn lower(price: Price, half: Price) -> Price {
    Price(price.0.saturating_sub(half.0).max(1))
}

/// The first of the sorted observations at which half of the weight is reached.
fn weighted_median(sorted: &[Accepted]) -> Accepted {
    let total = sorted.iter().fold(0u64, |sum, s| sum.saturating_add(s.weight as u64));
    let mut sum = 0u64;
    for s in sorted {
        sum = sum.saturating_add(s.weight as u64);
        if sum.saturating_mul(2) >= total {
            return *s;
        }
    }
    Accepted::default()
}
