//! How a raised margin reaches open positions (design, section 6; promise I8).
//!
//! Two bounds, because neither is enough alone:
//!
//! 1. The live fraction follows its target by at most `rise` ppm a slot, and what nobody refreshed does not add up beyond a minute. An
//!    account that stands `b` ppm of its notional above the line therefore has at least `b / rise` slots to react, whatever
//!    governance, volatility or a model does. It loosens at the speed of the slow volatility mean only.
//! 2. All open interest may stand just above the line, and then any rate is too fast. So an account that only raised margin
//!    makes liquidatable is flagged out of a budget ([`RaiseBudget`]): a leaky bucket of half a share of open interest that
//!    empties in a minute. Over any 150 slots, however they are chosen, what is flagged that way is at most the share
//!    (or, where one account alone is larger than half of it, that account and half the share).
//!
//! After BULK's transition between regimes and Mango's linear weight shift (`peers.md` M04, M05); the budget is our own.

use crate::{
    layout,
    market::Now,
    num::{add, mul_div_down, mul_div_up, ratio_down, sub, Ratio, Result, PPM},
    RiskError,
};

/// Slots in a minute at 0.4 s.
pub const MINUTE: u64 = 150;
/// Parts of a ppm in which the live fraction is kept: with a time constant of hours a step of one slot is far below a ppm.
const PARTS: u64 = 1 << 32;

layout! {
    /// A fraction on its way to its target. Zeroed bytes are the state before the first target, which is taken at once.
    pub struct Glide [16] {
        /// The fraction in force, in 2^-32 ppm.
        pub live: u64,
        /// Slot of the last step; 0 before the first.
        pub slot: u64,
    }
}

impl Glide {
    /// Before the first target.
    pub const NEW: Self = Self { live: 0, slot: 0 };

    /// The fraction in force, rounded up.
    pub fn live_up(&self) -> Ratio {
        Ratio(u32::try_from(self.live.div_ceil(PARTS)).unwrap_or(u32::MAX))
    }

    /// Moves toward `target`: up by at most `rise` ppm for each slot passed (150 at most; 0: not at all), down by the part
    /// `dt / (loosen + dt)` of the distance (0: not at all), rounded up. Refuses a slot before the last.
    pub fn advance(&mut self, target: Ratio, rise: Ratio, loosen: u32, now: Now) -> Result<()> {
        let goal = (target.0 as u64).saturating_mul(PARTS);
        if self.slot == 0 {
            *self = Self { live: goal, slot: now.slot.max(1) };
            return Ok(());
        }
        let dt = now.slot.checked_sub(self.slot).ok_or(RiskError::ClockWentBack)?;
        if goal > self.live {
            let step = (rise.0 as u64).saturating_mul(dt.min(MINUTE)).min(PPM).saturating_mul(PARTS);
            self.live = goal.min(add(self.live, step)?);
        } else if loosen > 0 {
            let slots = loosen as u64;
            self.live = add(goal, mul_div_up(sub(self.live, goal)?, slots, slots.saturating_add(dt))?)?;
        }
        self.slot = now.slot;
        Ok(())
    }
}

layout! {
    /// What raised margin alone has made liquidatable of late. Zeroed bytes are the state of a new market.
    pub struct RaiseBudget [16] {
        /// Level of the bucket, in atoms of notional.
        pub level: u64,
        /// Slot at which it was counted.
        pub slot: u64,
    }
}

impl RaiseBudget {
    /// Nothing used.
    pub const NEW: Self = Self { level: 0, slot: 0 };

    /// Takes `notional` atoms of an account that is below Maint at the live fractions and not below it at those that it accepted when it
    /// last increased. `open_interest` in atoms, one side; `share` 0 lets nothing pass. An account larger than the bucket
    /// passes alone, when the bucket is empty: otherwise a large account could never be liquidated. Refuses with
    /// [`RiskError::RaiseBudgetSpent`], and then changes nothing.
    pub fn take(&mut self, notional: u64, open_interest: u64, share: Ratio, now: Now) -> Result<()> {
        if notional == 0 {
            return Err(RiskError::ZeroAmount);
        }
        let dt = now.slot.checked_sub(self.slot).ok_or(RiskError::ClockWentBack)?;
        if share.0 as u64 > PPM {
            return Err(RiskError::ParameterBounds);
        }
        let size = ratio_down(open_interest, share)? >> 1;
        let leaked = match mul_div_down(size, dt, MINUTE) {
            Err(RiskError::Overflow) => u64::MAX, // more than any level
            found => found?,
        };
        let level = self.level.saturating_sub(leaked);
        let after = add(level, notional)?;
        if size == 0 || (after > size && level > 0) {
            return Err(RiskError::RaiseBudgetSpent);
        }
        *self = Self { level: after, slot: now.slot };
        Ok(())
    }
}
