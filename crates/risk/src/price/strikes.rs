//! Which sources deserve their weight (design, section 5): strikes, recovery, and the venue's own price.
//!
//! With three or more sources counting, one is *far* when it differs from the median by more than 4 times the dispersion that
//! [`combine`](super::combine) found (the MAD, or the median's own confidence where that is wider) and by more than `tolerance`. Five far
//! updates in a row halve its share of its configured weight. The share grows back in time, by `recovery` ppm a slot, while the source is
//! not far. Below an eighth it never falls, so a source always counts as a source: whoever discredits sources one by one cannot bring a
//! market below three, nor shut a source out for good. With two sources nobody can know which is wrong, and nothing is judged.
//!
//! The other way round, no source may gain a majority because others were struck: with three or more counting, each weighs less than half
//! of all. The venue's own fill TWAP counts only beside at least two others, and weighs at most a third of all.
//!
//! **What a manipulator can do.** To strike a source he must hold the median itself for five updates in five slots, which is to have the
//! price already. Source: `ideas.md` (m); the floor and the majority rule are ours.

use super::{Accepted, Combined, Quality, MAX_SOURCES};
use crate::{
    layout,
    market::Now,
    num::{mul_div_down, ratio_down, Ratio, Result},
    RiskError,
};

/// Far updates in a row that halve a source's share.
pub const STRIKES: u32 = 5;
/// The full share. Weights are multiplied by it, so that a halved weight of 1 is still a weight.
pub const FULL_SHARE: u32 = 1 << 20;
/// The least share: an eighth.
pub const LEAST_SHARE: u32 = FULL_SHARE / 8;
/// A configured weight is at most this, so that weights times shares fit 32 bits.
pub const MOST_WEIGHT: u32 = 4_000;
/// How many times the dispersion is far.
const FAR: u64 = 4;

layout! {
    /// How sources are judged.
    pub struct StrikeRule [16] {
        /// A difference of at most this fraction of the median is never far; 0: one tick may be.
        pub tolerance: Ratio,
        /// Parts of 2^20 of its share that a source earns back a slot; 0: none, ever.
        pub recovery: u32,
        /// Room to grow; zero.
        pub reserved: u64,
    }
}

layout! {
    /// The standing of one source.
    pub struct Standing [24] {
        /// Weight lost, in parts of 2^20. Zeroed bytes are a source in full standing.
        pub lost: u32,
        /// Far updates in a row.
        pub far: u32,
        /// Slot of the last judgement.
        pub slot: u64,
        /// Room to grow; zero.
        pub reserved: u64,
    }
}

impl Standing {
    /// Full standing.
    pub const NEW: Self = Self { lost: 0, far: 0, slot: 0, reserved: 0 };

    /// Share of its configured weight, in parts of 2^20.
    pub fn share(&self) -> u32 {
        FULL_SHARE.saturating_sub(self.lost).max(LEAST_SHARE)
    }

    /// Judges one update: once a slot. Refuses a slot before the last judgement.
    pub fn judge(&mut self, is_far: bool, rule: &StrikeRule, now: Now) -> Result<()> {
        let dt = now.slot.checked_sub(self.slot).ok_or(RiskError::ClockWentBack)?;
        if dt == 0 {
            return Ok(());
        }
        self.slot = now.slot;
        if !is_far {
            self.far = 0;
            let earned = (rule.recovery as u64).saturating_mul(dt);
            self.lost = (self.lost as u64).saturating_sub(earned) as u32;
            return Ok(());
        }
        self.far = self.far.saturating_add(1);
        if self.far >= STRIKES {
            self.far = 0;
            let halved = (self.share() >> 1).max(LEAST_SHARE);
            self.lost = FULL_SHARE.saturating_sub(halved);
        }
        Ok(())
    }
}

/// Judges every source that counted against what they said together. Only with three or more counting, the venue's own price not
/// among them: it has no vote on others, but may itself be far.
pub fn judge(
    standings: &mut [Standing; MAX_SOURCES],
    sources: &[Option<Accepted>; MAX_SOURCES],
    combined: &Combined,
    venue: Option<usize>,
    rule: &StrikeRule,
    now: Now,
) -> Result<()> {
    let others = sources.iter().enumerate().filter(|(i, s)| Some(*i) != venue && s.is_some_and(|s| s.weight > 0)).count();
    if others < 3 || combined.quality != Quality::Primary {
        return Ok(());
    }
    let spot = combined.spot.0;
    let dispersion = combined.high.0.saturating_sub(spot).saturating_mul(FAR);
    let bound = dispersion.max(ratio_down(spot, rule.tolerance)?);
    for (standing, source) in standings.iter_mut().zip(sources) {
        if let Some(source) = source {
            standing.judge(source.price.0.abs_diff(spot) > bound, rule, now)?;
        }
    }
    Ok(())
}

/// Sets the weights with which accepted sources enter [`combine`](super::combine): configured weight × share, the venue's own at most a
/// third, none half of all. A source of configured weight zero stays at zero.
pub fn weigh(
    sources: &mut [Option<Accepted>; MAX_SOURCES],
    standings: &[Standing; MAX_SOURCES],
    venue: Option<usize>,
) -> Result<()> {
    for (source, standing) in sources.iter_mut().zip(standings) {
        if let Some(source) = source {
            if source.weight > MOST_WEIGHT {
                return Err(RiskError::ParameterBounds);
            }
            // at most 4 000 × 2^20 < 2^32
            source.weight = source.weight.saturating_mul(standing.share());
        }
    }
    let mut weights = [0u64; MAX_SOURCES];
    for (weight, source) in weights.iter_mut().zip(sources.iter()) {
        *weight = source.map_or(0, |s| s.weight as u64);
    }
    let own = venue.and_then(|v| weights.get_mut(v)).map(core::mem::take).unwrap_or(0);
    no_majority(&mut weights);
    let others = weights.iter().filter(|w| **w > 0).count();
    if own > 0 && others == 2 {
        // Of two, the heavier may have at most thrice the lighter's weight: then a venue of a third leaves neither a majority.
        let lighter = weights.iter().copied().filter(|w| *w > 0).min().unwrap_or(0);
        let most = lighter.saturating_mul(3).saturating_sub(2);
        weights.iter_mut().for_each(|w| *w = (*w).min(most));
    }
    let sum = weights.iter().fold(0u64, |sum, w| sum.saturating_add(*w));
    if let Some(weight) = venue.and_then(|v| weights.get_mut(v)) {
        // others : venue at least 2 : 1
        *weight = if others < 2 { 0 } else { own.min(mul_div_down(sum, 1, 2)?) };
    }
    no_majority(&mut weights);
    for (source, weight) in sources.iter_mut().zip(weights) {
        if let Some(source) = source {
            source.weight = u32::try_from(weight).unwrap_or(u32::MAX);
        }
    }
    Ok(())
}

/// With three or more weights, lowers the heaviest to one less than the others together.
fn no_majority(weights: &mut [u64; MAX_SOURCES]) {
    if weights.iter().filter(|w| **w > 0).count() < 3 {
        return;
    }
    let sum = weights.iter().fold(0u64, |sum, w| sum.saturating_add(*w));
    if let Some(heaviest) = weights.iter_mut().max() {
        let others = sum.saturating_sub(*heaviest);
        *heaviest = (*heaviest).min(others.saturating_sub(1));
    }
}
