//! Directions of how volatility is measured, of a market and of a collateral.

use super::{Direction, Governed, See, Value};
use crate::{num::Result, volatility::VolatilityParams};

directions! {
    VolatilityParams:
    // A slow mean comes late and stays long.
    fast_slots Both,
    slow_slots Both,
    jump_slots Down,
    // Lower overlooks a move, higher lets one false update raise margin further.
    clip_primary Both,
    clip_degraded Both,
    jump_sigmas Up,
    horizon_floor Down,
    horizon_cap Down,
    horizon_notional Both,
}

impl Governed for VolatilityParams {
    fn compare(old: &Self, new: &Self, see: See) -> Result<()> {
        values(old, new, see)
    }
}
