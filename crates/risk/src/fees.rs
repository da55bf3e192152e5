//! The dynamic fee of a taker, and where it goes (design, section 7).
//!
//! `fee = min(cap, base + sigma_part × σ_h + skew part + level_part × level)`: fills pay more when the price moves more, when they add to
//! what makers already hold against all takers, and when the breaker warns. A fill that lowers the skew pays no skew part. The skew part
//! is the integral of `skew_fee × skew ÷ skew_full` over the fill, so that splitting a fill saves nothing.

use crate::{
    layout,
    levels::Level,
    num::{add, ratio_down, ratio_up, sub, BaseQty, Ratio, Result},
    params::MarketParams,
    RiskError,
};

layout! {
    /// What governance sets. Fees are prices, not protections: a zero is zero; but with `skew_full` at zero any skew counts as the
    /// highest, and a `cap` of zero is the strictest cap: no fee.
    pub struct FeeRules [32] {
        /// Skew in lots at which the skew part is `skew_fee`.
        pub skew_full: u64,
        /// Of σ_h.
        pub sigma_part: Ratio,
        /// Of the notional that is added at `skew_full`.
        pub skew_fee: Ratio,
        /// Of notional, for each level above Normal.
        pub level_part: Ratio,
        /// No fee is higher, of notional.
        pub cap: Ratio,
        /// Room to grow; zero.
        pub reserved: [u8; 8],
    }
}

/// A fee and its parts, in atoms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FeeParts {
    /// To the maker.
    pub maker: u64,
    /// To the market's pot.
    pub pot: u64,
    /// To the insurers.
    pub insurance: u64,
    /// To the treasury: what rounding leaves as well.
    pub treasury: u64,
}

/// Mean skew beyond this, in ppm of `skew_full`, costs no more: at a skew fee of one part in a million it is above any cap.
const MOST_SKEW: u64 = 1 << 44;

impl FeeRules {
    /// The fee of a taker's fill of `base`, as a fraction of its notional; `taker_fee` is always part of it. `skew` is the net of all
    /// takers before it. Rounded up.
    pub fn fee_up(&self, taker_fee: Ratio, sigma: Ratio, skew: i64, base: BaseQty, level: Level) -> Result<Ratio> {
        let volatile = ratio_up(sigma.0 as u64, self.sigma_part)?;
        let warned = (self.level_part.0 as u64).saturating_mul(level as u64);
        let sum = add(add(taker_fee.0 as u64, volatile)?, add(self.skew_up(skew, base)?, warned)?)?;
        Ok(Ratio(u32::try_from(sum).unwrap_or(u32::MAX)).min(self.cap))
    }

    /// `skew_fee × (after² − before²) ÷ (2 × skew_full × size)` in ppm, rounded up, and only as much of it as any cap needs.
    fn skew_up(&self, skew: i64, base: BaseQty) -> Result<u64> {
        let after = (skew as i128).saturating_add(base.0 as i128);
        // Passing through zero first lowers the skew, which is free, and then adds all of it.
        let crosses = (skew < 0) == (after > 0);
        let before = if crosses { 0 } else { skew.unsigned_abs() as u128 };
        let after = after.unsigned_abs();
        if base.is_flat() || after <= before {
            return Ok(0);
        }
        if self.skew_full == 0 {
            return Ok(u32::MAX as u64);
        }
        // (a − b)(a + b) is below 2^64 · 2^65, which only the largest skews exceed.
        let added = after.saturating_sub(before);
        let area = added.checked_mul(after.saturating_add(before)).ok_or(RiskError::Overflow)?;
        let scale = (self.skew_full as u128).saturating_mul(2);
        // Two steps, each rounded up, keep the products within 128 bits: mean skew in ppm of full, then times the fee.
        let mean = area.div_ceil(base.abs().max(1) as u128).saturating_mul(1_000_000).div_ceil(scale);
        let mean = u64::try_from(mean).unwrap_or(u64::MAX).min(MOST_SKEW);
        Ok(ratio_up(mean, self.skew_fee)?.min(u32::MAX as u64))
    }
}

/// Splits what was really charged by the market's shares. Every part is rounded down; the treasury has the rest.
pub fn split_down(charged: u64, params: &MarketParams) -> Result<FeeParts> {
    let maker = ratio_down(charged, params.maker_share)?;
    let pot = ratio_down(charged, params.pot_share)?;
    let insurance = ratio_down(charged, params.insurance_share)?;
    let treasury = sub(charged, add(add(maker, pot)?, insurance)?)?;
    Ok(FeeParts { maker, pot, insurance, treasury })
}
