//! Volatility of a price, measured from the updates it accepts (design, section 6).
//!
//! A *return* is the move since the last update as a fraction of the price before, in units of 10^-9. Rises and falls are kept
//! apart, because a long is hurt by falls only. For each there is a fast mean (half-life about 5 minutes), a slow one (about 4
//! hours) of the squared return per slot (units of 10^-18: a *semivariance*), and a jump, which decays.
//!
//! The mean over a time constant of `T` slots, after an update `dt` slots later with return `r`, is `(T·v + r²) / (T + dt)`. For updates
//! in every slot that is an exponential mean with half-life `T·ln 2`; over a gap it forgets more slowly than an exponential
//! does, which is the careful side. While less than `T` slots have been seen, `T` is what has been seen: the mean of all so far.
//!
//! **What a manipulator can do.** Only the first update of a slot counts, and a return counts at most `clip` of the price's
//! quality. So in one slot each mean rises by at most `clip² / (T + 1)` and none ever passes `clip²`; the jump can reach
//! `clip` at once. What that may do to open positions is bounded by the glide, not here. Source: `ideas.md` (a); no peer does it.

use crate::{
    layout,
    market::Now,
    num::{add, mul_div_up, sub, Price, Ratio, Result},
    params::ParamError,
    price::{Quality, RobustPrice},
    sqrt::sqrt_up,
    RiskError,
};

/// One, as a return: 100 %.
pub const RETURN_ONE: u64 = 1_000_000_000;
/// The longest horizon, in slots: an hour.
pub const MAX_HORIZON: u32 = 9_000;
/// Parts of a slot in which the horizon is kept.
const HORIZON_PARTS: u64 = 1_024;
/// One measured delay moves the horizon by this part of the distance when it is longer …
const LONGER: u64 = 8;
/// … and by this part when it is shorter: one quick liquidation is no evidence that the next will be quick.
const SHORTER: u64 = 64;

layout! {
    /// What governance sets for the measurement. Zeros are read as strictly as can be; [`VolatilityParams::validate`] refuses them.
    pub struct VolatilityParams [48] {
        /// Time constant of the fast mean in slots (half-life × 1.4427); 0: it never falls.
        pub fast_slots: u32,
        /// Time constant of the slow mean in slots; 0: it never falls.
        pub slow_slots: u32,
        /// Time constant of a jump's decay in slots; 0: it never decays.
        pub jump_slots: u32,
        /// A return counts at most this at Primary quality; 0: 100 %.
        pub clip_primary: Ratio,
        /// The same at Degraded quality; 0: 100 %.
        pub clip_degraded: Ratio,
        /// A return of more than this many slow standard deviations is a jump; 0: every return is.
        pub jump_sigmas: u32,
        /// The horizon is at least this many slots; 0: it is always the cap.
        pub horizon_floor: u32,
        /// The horizon is at most this many slots; 0: an hour.
        pub horizon_cap: u32,
        /// Atoms closed at which a measured delay counts in full, a smaller one in proportion; 0: longer ones in full, shorter ones not.
        pub horizon_notional: u64,
        /// Room to grow; zero.
        pub reserved: [u8; 8],
    }
}

layout! {
    /// Volatility as measured so far. Zeroed bytes are the state before the first update.
    pub struct Volatility [128] {
        /// Fast mean of squared rises per slot, 10^-18.
        pub fast_rise: u64,
        /// Fast mean of squared falls per slot, 10^-18.
        pub fast_fall: u64,
        /// Slow mean of squared rises per slot, 10^-18.
        pub slow_rise: u64,
        /// Slow mean of squared falls per slot, 10^-18.
        pub slow_fall: u64,
        /// Largest recent rise that was a jump, decayed, 10^-9.
        pub jump_rise: u64,
        /// Largest recent fall that was a jump, decayed, 10^-9.
        pub jump_fall: u64,
        /// Price of the last update that counted, in ticks.
        pub last: Price,
        /// Its slot.
        pub slot: u64,
        /// Slot of the first update.
        pub since: u64,
        /// Mean delay from flag to close, in 1/1024 slots; 0 before the first measurement.
        pub horizon: u64,
        /// Slot of the last measurement.
        pub measured: u64,
        /// Updates that counted.
        pub updates: u32,
        /// Room to grow; zero.
        pub reserved: [u8; 36],
    }
}

impl VolatilityParams {
    /// Checks every figure.
    pub fn validate(&self) -> core::result::Result<(), ParamError> {
        let one = 1_000_000;
        let checks: [(bool, &'static str, &'static str); 9] = [
            (self.fast_slots > 0, "fast_slots", "greater than zero"),
            (self.slow_slots >= self.fast_slots, "slow_slots", "at least fast_slots"),
            (self.jump_slots > 0, "jump_slots", "greater than zero"),
            (self.clip_primary.0 > 0 && self.clip_primary.0 <= one, "clip_primary", "1 to 1 000 000 ppm"),
            (self.clip_degraded.0 > 0 && self.clip_degraded <= self.clip_primary, "clip_degraded", "1 ppm to clip_primary"),
            (self.horizon_floor > 0 && self.horizon_floor <= self.horizon_cap, "horizon_floor", "1 to horizon_cap"),
            (self.horizon_cap <= MAX_HORIZON, "horizon_cap", "at most 9 000 slots"),
            (self.horizon_notional > 0, "horizon_notional", "greater than zero"),
            (self.reserved == [0; 8], "reserved", "zero"),
        ];
        match checks.iter().find(|check| !check.0) {
            Some(&(_, field, bound)) => Err(ParamError { field, bound }),
            None => Ok(()),
        }
    }

    /// The largest return that counts at `quality`, 10^-9.
    pub fn clip(&self, quality: Quality) -> u64 {
        let clip = if quality == Quality::Primary { self.clip_primary } else { self.clip_degraded };
        match clip.0 {
            0 => RETURN_ONE,
            ppm => (ppm as u64).saturating_mul(1_000).min(RETURN_ONE),
        }
    }

    /// Floor and cap of the horizon, zeros resolved.
    fn bounds(&self) -> Result<(u32, u32)> {
        let cap = if self.horizon_cap == 0 { MAX_HORIZON } else { self.horizon_cap };
        let floor = if self.horizon_floor == 0 { cap } else { self.horizon_floor };
        if floor > cap || cap > MAX_HORIZON {
            return Err(RiskError::ParameterBounds);
        }
        Ok((floor, cap))
    }
}

impl Volatility {
    /// Before the first update.
    pub const NEW: Self = Self {
        fast_rise: 0,
        fast_fall: 0,
        slow_rise: 0,
        slow_fall: 0,
        jump_rise: 0,
        jump_fall: 0,
        last: Price(0),
        slot: 0,
        since: 0,
        horizon: 0,
        measured: 0,
        updates: 0,
        reserved: [0; 36],
    };

    /// Takes in an accepted price. A second update in a slot changes nothing: the next slot's return starts from the first. Means
    /// and jumps are rounded up. Refuses a price that is none, and a slot before the last.
    pub fn feed(&mut self, price: Price, quality: Quality, params: &VolatilityParams, now: Now) -> Result<()> {
        if price.0 == 0 || quality == Quality::Frozen {
            return Err(RiskError::QualityTooLow);
        }
        if self.updates == 0 {
            (self.last, self.slot, self.since, self.updates) = (price, now.slot, now.slot, 1);
            return Ok(());
        }
        let dt = now.slot.checked_sub(self.slot).ok_or(RiskError::ClockWentBack)?;
        if dt == 0 {
            return Ok(());
        }
        let age = sub(self.slot, self.since)?;
        let size = return_up(self.last, price, params.clip(quality))?;
        let (rise, fall) = if price > self.last { (size, 0) } else { (0, size) };
        self.jump_rise = jump_up(self.jump_rise, rise, self.slow_rise, dt, params)?;
        self.jump_fall = jump_up(self.jump_fall, fall, self.slow_fall, dt, params)?;
        for (mean, r, slots) in [
            (&mut self.fast_rise, rise, params.fast_slots),
            (&mut self.fast_fall, fall, params.fast_slots),
            (&mut self.slow_rise, rise, params.slow_slots),
            (&mut self.slow_fall, fall, params.slow_slots),
        ] {
            *mean = mean_up(*mean, slots as u64, age, r, dt)?;
        }
        (self.last, self.slot) = (price, now.slot);
        self.updates = self.updates.saturating_add(1);
        Ok(())
    }

    /// Takes in the market's last accepted price, if that has not happened yet: once a price, by whoever comes first, the accrual of it or
    /// the refresh that replaces it.
    pub fn catch_up(&mut self, price: &RobustPrice, params: &VolatilityParams) -> Result<()> {
        let quality = Quality::from_u8(price.quality);
        if quality == Quality::Frozen || self.updates > 0 && self.slot >= price.slot {
            return Ok(());
        }
        self.feed(price.spot, quality, params, Now { slot: price.slot, time: price.time })
    }

    /// Takes in how many slots a liquidation of `notional` atoms took from its flag to its close. One a slot counts. Rounded to the
    /// longer side.
    pub fn measure(&mut self, slots: u64, notional: u64, params: &VolatilityParams, now: Now) -> Result<()> {
        if now.slot < self.measured {
            return Err(RiskError::ClockWentBack);
        }
        let (floor, cap) = params.bounds()?;
        if now.slot == self.measured {
            return Ok(());
        }
        self.measured = now.slot;
        let seen = slots.clamp(floor as u64, cap as u64).saturating_mul(HORIZON_PARTS);
        let held = if self.horizon == 0 { (cap as u64).saturating_mul(HORIZON_PARTS) } else { self.horizon };
        let full = params.horizon_notional;
        let moved = |distance: u64, part: u64| mul_div_up(distance, notional.min(full), full.max(1).saturating_mul(part));
        self.horizon = if seen >= held {
            let distance = sub(seen, held)?;
            add(held, if full == 0 { distance } else { moved(distance, LONGER)? })?
        } else if full == 0 {
            held
        } else {
            // Rounded up the step would shorten by one part more than it should: what is left is rounded up instead.
            sub(held, moved(sub(held, seen)?, SHORTER)?.saturating_sub(1))?
        };
        Ok(())
    }

    /// Slots for which margin must last: the measured delay between floor and cap, the cap before anything was measured.
    pub fn horizon_up(&self, params: &VolatilityParams) -> Result<u32> {
        let (floor, cap) = params.bounds()?;
        if self.horizon == 0 {
            return Ok(cap);
        }
        let slots = self.horizon.div_ceil(HORIZON_PARTS);
        Ok(u32::try_from(slots).unwrap_or(u32::MAX).clamp(floor, cap))
    }

    /// Mean squared return per slot against a long or a short, the faster or the slower mean, whichever is larger; 10^-18.
    pub fn semivariance(&self, long: bool) -> u64 {
        if long {
            self.fast_fall.max(self.slow_fall)
        } else {
            self.fast_rise.max(self.slow_rise)
        }
    }

    /// The decayed jump against a long or a short, rounded up.
    pub fn jump_against_up(&self, long: bool) -> Ratio {
        let jump = if long { self.jump_fall } else { self.jump_rise };
        Ratio(u32::try_from(jump.div_ceil(1_000)).unwrap_or(u32::MAX))
    }

    /// The standard deviation against a long or a short over the horizon, rounded up.
    pub fn sigma_against_up(&self, long: bool, params: &VolatilityParams) -> Result<Ratio> {
        sigma_up(self.semivariance(long), self.horizon_up(params)?)
    }
}

/// `√(2 · semivariance · slots)`: of a price that rises and falls alike, twice the semivariance is the variance.
pub fn sigma_up(semivariance: u64, slots: u32) -> Result<Ratio> {
    let variance = (semivariance as u128).saturating_mul(2).saturating_mul(slots as u128);
    u32::try_from(sqrt_up(variance).div_ceil(1_000)).map(Ratio).map_err(|_| RiskError::Overflow)
}

fn return_up(from: Price, to: Price, clip: u64) -> Result<u64> {
    match mul_div_up(from.0.abs_diff(to.0), RETURN_ONE, from.0) {
        Ok(size) => Ok(size.min(clip)),
        Err(RiskError::Overflow) => Ok(clip),
        Err(why) => Err(why),
    }
}

/// The mean after a return `r` that took `dt` slots. Two roundings, each up.
fn mean_up(mean: u64, slots: u64, age: u64, r: u64, dt: u64) -> Result<u64> {
    let square = r.saturating_mul(r);
    if slots == 0 {
        return Ok(mean.max(square.div_ceil(dt.max(1))));
    }
    let kept = slots.min(age);
    let span = kept.saturating_add(dt).max(1);
    Ok(add(mul_div_up(mean, kept, span)?, square.div_ceil(span))?.min(RETURN_ONE.saturating_mul(RETURN_ONE)))
}

fn jump_up(jump: u64, r: u64, slow: u64, dt: u64, params: &VolatilityParams) -> Result<u64> {
    let slots = params.jump_slots as u64;
    let left = if slots == 0 { jump } else { mul_div_up(jump, slots, slots.saturating_add(dt))? };
    // r > sigmas × √(2 · slow · dt), squared
    let k = (params.jump_sigmas as u128).saturating_mul(params.jump_sigmas as u128);
    let usual = k.saturating_mul(2).saturating_mul(slow as u128).saturating_mul(dt as u128);
    let is_jump = (r as u128).saturating_mul(r as u128) > usual;
    Ok(if is_jump { left.max(r) } else { left })
}
