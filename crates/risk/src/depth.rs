//! How much a market can really absorb (design, section 5): the lower of governance's figure and what has really been filled. Quoted
//! size never counts, because quoting costs nothing.
//!
//! The measure is a leaky sum: `filled` leaves it with time constant `T` slots, `f·T / (T + dt)`, so a steady flow of `q` atoms a slot
//! holds it at `q·T`: about what was filled in the last `T` slots. Rounded down throughout, since less depth is stricter.
//!
//! **What a manipulator can do.** Trading with himself he pays fees and lifts the measure by at most `slot_share` of governance's figure
//! in a slot, never above that figure, and it drains again with time constant `T`.

use crate::{
    layout,
    market::Now,
    num::{add, mul_div_down, ratio_down, sub, Ratio, Result, PPM},
    RiskError,
};

layout! {
    /// What governance sets for a market's depth.
    pub struct DepthParams [24] {
        /// Governance's own figure in atoms of notional; 0: there is no depth.
        pub governance: u64,
        /// Time constant in slots; 0: nothing filled is remembered.
        pub slots: u32,
        /// Share of governance's figure that the fills of one slot may add; 0: none.
        pub slot_share: Ratio,
        /// Room to grow; zero.
        pub reserved: u64,
    }
}

layout! {
    /// What was filled of late. Zeroed bytes are the state of a new market.
    pub struct Depth [24] {
        /// Notional filled, drained up to `slot`, in atoms.
        pub filled: u64,
        /// Of it, added in `slot`.
        pub in_slot: u64,
        /// Slot of the last fill.
        pub slot: u64,
    }
}

impl Depth {
    /// Nothing filled yet.
    pub const NEW: Self = Self { filled: 0, in_slot: 0, slot: 0 };

    fn drained_down(&self, params: &DepthParams, now: Now) -> Result<u64> {
        let dt = now.slot.checked_sub(self.slot).ok_or(RiskError::ClockWentBack)?;
        let slots = params.slots as u64;
        if slots == 0 {
            return Ok(0);
        }
        mul_div_down(self.filled, slots, slots.saturating_add(dt))
    }

    /// Takes a fill of `notional` atoms in. Call it for fills against quotes and matches, not for take-overs, which choose their size by
    /// this very figure.
    pub fn fill(&mut self, notional: u64, params: &DepthParams, now: Now) -> Result<()> {
        if params.slot_share.0 as u64 > PPM {
            return Err(RiskError::ParameterBounds);
        }
        let filled = self.drained_down(params, now)?;
        let in_slot = if now.slot == self.slot { self.in_slot } else { 0 };
        let room = ratio_down(params.governance, params.slot_share)?.saturating_sub(in_slot);
        let most = params.governance.saturating_sub(filled);
        let added = notional.min(room).min(most);
        *self = Self { filled: add(filled, added)?, in_slot: add(in_slot, added)?, slot: now.slot };
        Ok(())
    }

    /// The depth in atoms of notional, rounded down: the lower of governance's figure and what was filled.
    pub fn depth_down(&self, params: &DepthParams, now: Now) -> Result<u64> {
        Ok(self.drained_down(params, now)?.min(params.governance))
    }

    /// What is missing to governance's figure.
    pub fn missing_up(&self, params: &DepthParams, now: Now) -> Result<u64> {
        sub(params.governance, self.depth_down(params, now)?)
    }
}
