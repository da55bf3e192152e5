//! The circuit breaker of one market, or of all (design, section 10).
//!
//! Nine triggers, each with its own level, timer and strikes. Whoever brings an update runs all of them: tripping and
//! releasing need nobody's permission, and nobody's vote. A trigger that fires again soon after its release comes back one level higher
//! and for twice as long, up to a halt of four hours; the market's end (Settlement) is never reached by a trigger.
//!
//! The return is measured in σ, over several windows, from *anchors*. A real and lasting move must not trip for ever (marginfi's breaker
//! does, until an admin clears it): while tripped, only a further move away from both the anchor and the price of the trip counts,
//! and the release takes the confirmed new price as the anchor. So a step of any size trips once.

use crate::{
    layout,
    levels::Level,
    market::Now,
    num::{mul_div_up, Price, Ratio, Result, PPM},
};

/// Triggers.
pub const REASONS: usize = 9;
/// Windows over which the return is measured.
pub const WINDOWS: usize = 3;
/// The longest timer, and what a timer of zero means: four hours in seconds.
pub const LONGEST_TIMER: i64 = 14_400;

/// Why a breaker trips: its bit, and the unit of its measure and bound. It fires when the measure is *above* the bound, so that a
/// bound of zero fires on anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Reason {
    /// Return, in thousandths of σ.
    Return = 0,
    /// Dispersion of the sources, ppm.
    Disagreement = 1,
    /// Age of the price, seconds.
    Staleness = 2,
    /// Confidence of the price, ppm.
    Confidence = 3,
    /// Notional taken over in its window, atoms.
    Liquidations = 4,
    /// Part of insurance drawn in its window, ppm.
    Insurance = 5,
    /// Growth of open interest in its window, ppm.
    OpenInterest = 6,
    /// Net outflow of the settlement vault in a day, as part of the limit of a day, ppm.
    Outflow = 7,
    /// How far the settlement token stands below one USD, ppm.
    Peg = 8,
}

layout! {
    /// What governance sets for one trigger. Zeroes: a halt for the longest time, on anything.
    pub struct TriggerRule [16] {
        /// It fires above this; unit by trigger.
        pub bound: u64,
        /// Seconds until it may be released; 0: the longest.
        pub timer: u32,
        /// Level it sets: 1 Caution, 2 ReduceOnly, anything else Halt.
        pub level: u8,
        /// Room to grow; zero.
        pub reserved: [u8; 3],
    }
}

layout! {
    /// What governance sets for a breaker.
    pub struct BreakerRules [168] {
        /// One rule a trigger, in the order of [`Reason`].
        pub triggers: [TriggerRule; REASONS],
        /// Lengths of the return's windows in slots; 0: its anchor moves at a release only.
        pub windows: [u32; WINDOWS],
        /// A return below this trips nothing, however small σ is; 0: no return is too small.
        pub least_return: Ratio,
        /// During a halt positions are reduced within this band around the robust price.
        pub halt_band: Ratio,
        /// Room to grow; zero.
        pub reserved: u32,
    }
}

layout! {
    /// One trigger's state.
    pub struct Tripped [24] {
        /// When it may be released, unix seconds.
        pub until: i64,
        /// A trip before this counts as a repeat.
        pub probation: i64,
        /// [`Level`] it has set; 0 when it is not tripped.
        pub level: u8,
        /// Repeats so far.
        pub strikes: u8,
        /// Room to grow; zero.
        pub reserved: [u8; 6],
    }
}

layout! {
    /// What the return of one window is measured from: the price at the start of the current window and of the one before.
    pub struct Anchor [32] {
        /// Prices; 0: none yet.
        pub price: [Price; 2],
        /// Their slots.
        pub slot: [u64; 2],
    }
}

layout! {
    /// A breaker's state. Zeroes: Normal, nothing measured yet.
    pub struct Breaker [328] {
        /// One state a trigger.
        pub tripped: [Tripped; REASONS],
        /// One anchor a window.
        pub anchors: [Anchor; WINDOWS],
        /// Price at which the return tripped last.
        pub trip_price: Price,
        /// Its slot.
        pub trip_slot: u64,
    }
}

/// What an update measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured {
    /// The robust price; 0 without a usable one, and then no return is measured.
    pub price: Price,
    /// Whether it is usable and waits for no confirmation: an anchor for a release.
    pub confirmed: bool,
    /// Variance of the return per slot, in 10^-18.
    pub variance: u64,
    /// The other measures, in the order of [`Reason`]; the first is not read.
    pub values: [u64; REASONS],
}

impl Breaker {
    /// Normal.
    pub const NEW: Self = Self {
        tripped: [Tripped { until: 0, probation: 0, level: 0, strikes: 0, reserved: [0; 6] }; REASONS],
        anchors: [Anchor { price: [Price(0); 2], slot: [0; 2] }; WINDOWS],
        trip_price: Price(0),
        trip_slot: 0,
    };

    /// The level now: the highest of all triggers.
    pub fn level(&self) -> Level {
        self.tripped.iter().map(|t| Level::from_u8(t.level)).max().unwrap_or(Level::Halt)
    }

    /// Whether one trigger is tripped.
    pub fn is_tripped(&self, reason: Reason) -> bool {
        self.tripped.get(reason as usize).is_none_or(|t| t.level != 0)
    }

    /// A bit for each trigger that is tripped.
    pub fn reasons(&self) -> u16 {
        self.tripped.iter().rev().fold(0, |bits, t| bits << 1 | (t.level != 0) as u16)
    }

    /// Runs every trigger: trips those that fire, releases those that are quiet and whose timer has ended. Returns the level.
    pub fn update(&mut self, rules: &BreakerRules, seen: &Measured, now: Now) -> Result<Level> {
        let mut next = *self;
        next.run_return(rules, seen, now)?;
        let others = next.tripped.iter_mut().zip(&rules.triggers).zip(&seen.values).skip(1);
        for ((state, rule), value) in others {
            if *value > rule.bound {
                state.fire(rule, now);
            } else {
                state.release(rule, now);
            }
        }
        *self = next;
        Ok(self.level())
    }

    /// Lets one trigger fire if `value`, in its unit, is above its bound: for what a later update could no longer see.
    pub fn found(&mut self, reason: Reason, value: u64, rules: &BreakerRules, now: Now) {
        let at = reason as usize;
        if let (Some(state), Some(rule)) = (self.tripped.get_mut(at), rules.triggers.get(at)) {
            if value > rule.bound {
                state.fire(rule, now);
            }
        }
    }

    /// Sets a level by hand for one trigger, as if it had fired; for those who can prove a trigger outside an update.
    pub fn trip(&mut self, reason: Reason, rules: &BreakerRules, now: Now) {
        let at = reason as usize;
        if let (Some(state), Some(rule)) = (self.tripped.get_mut(at), rules.triggers.get(at)) {
            state.trip(rule, now);
        }
    }

    fn run_return(&mut self, rules: &BreakerRules, seen: &Measured, now: Now) -> Result<()> {
        if seen.price.0 == 0 {
            return Ok(());
        }
        let ([state, ..], [rule, ..]) = (&mut self.tripped, &rules.triggers);
        let far = |from: Price, slot: u64| exceeds(rules, rule.bound, seen, from, now.slot.saturating_sub(slot));
        let mut fires = false;
        for anchor in &self.anchors {
            for (price, slot) in anchor.price.iter().zip(&anchor.slot) {
                fires = fires || far(*price, *slot)?;
            }
        }
        if state.level != 0 {
            fires = fires && far(self.trip_price, self.trip_slot)?;
        }
        if fires {
            state.trip(rule, now);
            (self.trip_price, self.trip_slot) = (seen.price, now.slot);
        } else if state.level == 0 {
            for (anchor, length) in self.anchors.iter_mut().zip(&rules.windows) {
                anchor.roll(seen.price, *length, now.slot);
            }
        } else if seen.confirmed && state.release(rule, now) {
            self.anchors = [Anchor { price: [seen.price; 2], slot: [now.slot; 2] }; WINDOWS];
        }
        Ok(())
    }
}

impl Tripped {
    fn timer(&self, rule: &TriggerRule) -> i64 {
        let first = if rule.timer == 0 { LONGEST_TIMER } else { (rule.timer as i64).min(LONGEST_TIMER) };
        first.saturating_mul(1i64.checked_shl(self.strikes as u32).unwrap_or(i64::MAX)).min(LONGEST_TIMER)
    }

    /// Trips, or lasts if it is tripped already: still the same event, no repeat.
    fn fire(&mut self, rule: &TriggerRule, now: Now) {
        if self.level == 0 {
            self.trip(rule, now);
        } else {
            self.until = now.time.saturating_add(self.timer(rule)).max(self.until);
        }
    }

    /// Trips: a first time, or as a repeat when it is tripped still or has been released lately.
    fn trip(&mut self, rule: &TriggerRule, now: Now) {
        let repeat = self.level != 0 || now.time < self.probation;
        // Three strikes reach a halt from any level and the longest timer from half an hour; more would change nothing.
        self.strikes = if repeat { self.strikes.saturating_add(1).min(8) } else { 0 };
        self.level = Level::of_rule(rule.level).raised(self.strikes) as u8;
        self.until = now.time.saturating_add(self.timer(rule));
    }

    /// Releases once the timer has ended; says whether it did. Until twice the timer has passed, the next trip is a repeat.
    fn release(&mut self, rule: &TriggerRule, now: Now) -> bool {
        if self.level == 0 || now.time < self.until {
            return false;
        }
        self.level = 0;
        self.probation = now.time.saturating_add(self.timer(rule).saturating_mul(2));
        true
    }
}

impl Anchor {
    /// Starts at the first price; moves on when the window has passed.
    fn roll(&mut self, price: Price, length: u32, slot: u64) {
        let ([before, start], [before_slot, start_slot]) = (&mut self.price, &mut self.slot);
        if start.0 == 0 {
            (*before, *start, *before_slot, *start_slot) = (price, price, slot, slot);
        } else if length != 0 && slot.saturating_sub(*start_slot) >= length as u64 {
            (*before, *before_slot) = (*start, *start_slot);
            (*start, *start_slot) = (price, slot);
        }
    }
}

/// Whether the return from `from` over `slots` slots is more than `bound` thousandths of σ: `r²·S² > k²·variance·dt`, in integers and
/// without a root (design, section 10; M01 in the research). A variance of zero makes any return more.
fn exceeds(rules: &BreakerRules, bound: u64, seen: &Measured, from: Price, slots: u64) -> Result<bool> {
    if from.0 == 0 || from == seen.price {
        return Ok(false);
    }
    // Rounded up; a return beyond u32 ppm (4 294 times the price) counts as that.
    let distance = seen.price.0.abs_diff(from.0);
    let r = mul_div_up(distance, PPM, from.0).unwrap_or(u64::MAX).min(u32::MAX as u64) as u128;
    if r < rules.least_return.0 as u128 {
        return Ok(false);
    }
    // Left: ppm² is 10^-12, the variance 10^-18, k² 10^-6: 10^12 brings both to one scale, below 2^104. The right side may exceed
    // 2^128; saturated, it is still the larger.
    let left = r.saturating_mul(r).saturating_mul(1_000_000_000_000);
    let k = bound as u128;
    let right = k.saturating_mul(k).saturating_mul(seen.variance as u128).saturating_mul(slots.max(1) as u128);
    Ok(left > right)
}
