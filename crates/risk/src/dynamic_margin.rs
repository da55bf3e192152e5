//! Margin that follows volatility, size, skew and open interest (design, section 6).
//!
//! * target of a side = `clamp(k·σ_h + jump + skew, min, max)`, all fractions in ppm, each rounded up;
//! * Maint of a side = `live`, which glides to the target ([`crate::glide`]); LiqEnd in the market's ratio to it, Init in its ratio to the
//!   higher of live and target; a position adds its size term to each ([`crate::live_margin`]);
//! * Init rises linearly to 100 % as the market's open interest goes from a free part of its cap to the cap. It depends on the
//!   market's total: splitting into many wallets gains nothing;
//! * the open-interest cap is the insurance behind the market ÷ the loss expected per unit of open interest in a stress.
//!
//! Terms that an omitted parameter would switch off are written so that zero is the strictest: size and skew as the amount at which
//! the term alone is 100 %, the jump as the part that is *not* counted. Sources: size after Drift's root, open interest after
//! dYdX's linear IMF, both tied to σ by us (`peers.md` M04, `ideas.md` a and o).

use crate::{
    layout,
    num::{add, lots_down, mul_div_down, mul_div_up, ratio_up, sub, Price, Ratio, Result, PPM},
    params::{MarketParams, ParamError},
    sqrt::sqrt_up,
    volatility::{Volatility, VolatilityParams},
    RiskError,
};

/// One, as a ratio.
pub const ONE: Ratio = Ratio(PPM as u32);

layout! {
    /// What governance sets for dynamic margin.
    pub struct DynamicParams [64] {
        /// Notional in atoms at which the size term alone is 100 %; 0: it always is; `u64::MAX`: there is none.
        pub size_full: u64,
        /// Skew in lots at which the skew term alone is 100 %; 0: it always is, for the side that increases it.
        pub skew_full: u64,
        /// Least target; 0: the target is always the highest.
        pub min: Ratio,
        /// Highest target; 0: 100 %.
        pub max: Ratio,
        /// Multiple k of σ over the horizon, in ppm; 0: the target is always the highest.
        pub sigma_multiple: u32,
        /// Part of the jump that is not counted.
        pub jump_discount: Ratio,
        /// The live fraction rises by at most this a slot; 0: never.
        pub rise: Ratio,
        /// Time constant in slots of loosening, the slow volatility mean's; 0: it never loosens.
        pub loosen_slots: u32,
        /// Share of open interest that raised margin alone may make liquidatable in a minute; 0: nothing.
        pub raise_share: Ratio,
        /// Part of the open-interest cap up to which Init does not rise with open interest.
        pub oi_free: Ratio,
        /// Multiple of σ over the horizon in the stress behind the open-interest cap, in ppm; 0: the stress loses everything.
        pub stress_multiple: u32,
        /// Least loss per unit of open interest assumed in that stress; 0: everything.
        pub loss_floor: Ratio,
        /// Lots of open interest that governance admits without insurance behind them: what an isolated market's own claims bear.
        pub uninsured: u64,
    }
}

layout! {
    /// Lines, as fractions of notional.
    pub struct Fractions [12] {
        /// Below it: liquidatable.
        pub maint: Ratio,
        /// A liquidation stops here.
        pub liq_end: Ratio,
        /// Needed to open and to withdraw.
        pub init: Ratio,
    }
}

impl Fractions {
    /// 100 % each: where nothing has been measured yet.
    pub const HIGHEST: Self = Self { maint: ONE, liq_end: ONE, init: ONE };
}

impl DynamicParams {
    /// Checks every figure, alone and against the market's own.
    pub fn validate(&self, market: &MarketParams) -> core::result::Result<(), ParamError> {
        let (one, max) = (PPM as u32, self.max.0 as u64);
        let checks: [(bool, &'static str, &'static str); 13] = [
            (self.size_full > 0, "size_full", "greater than zero"),
            (self.skew_full > 0, "skew_full", "greater than zero"),
            (self.min.0 > 0, "min", "greater than zero"),
            (self.max >= self.min.max(market.maint), "max", "at least min and maint"),
            // Init keeps its ratio to Maint up to the top.
            (
                max.saturating_mul(market.init.0 as u64) <= PPM.saturating_mul(market.maint.0 as u64),
                "max",
                "at most maint / init",
            ),
            (self.sigma_multiple > 0, "sigma_multiple", "greater than zero"),
            (self.jump_discount.0 <= one, "jump_discount", "at most 1 000 000 ppm"),
            (self.rise.0 > 0 && self.rise.0 <= 1_000, "rise", "1 to 1 000 ppm a slot"),
            (self.loosen_slots > 0, "loosen_slots", "greater than zero"),
            (self.raise_share.0 > 0 && self.raise_share.0 <= one / 5, "raise_share", "1 to 200 000 ppm"),
            (self.oi_free.0 < one, "oi_free", "below 1 000 000 ppm"),
            (self.stress_multiple > 0, "stress_multiple", "greater than zero"),
            (self.loss_floor.0 > 0 && self.loss_floor.0 <= one, "loss_floor", "1 to 1 000 000 ppm"),
        ];
        match checks.iter().find(|check| !check.0) {
            Some(&(_, field, bound)) => Err(ParamError { field, bound }),
            None => Ok(()),
        }
    }

    /// The highest fraction, zero resolved.
    pub fn highest(&self) -> Result<Ratio> {
        let max = if self.max.0 == 0 { ONE } else { self.max };
        if self.min > max || max > ONE {
            return Err(RiskError::ParameterBounds);
        }
        Ok(max)
    }

    /// The target of one side. `skew` in lots, positive when longs are what the market has too much of: open interest itself is
    /// always matched, so it is what the market measures as taken by takers and carried by makers. Only the side with the same sign
    /// pays for it.
    pub fn target_up(&self, long: bool, skew: i64, volatility: &Volatility, measured: &VolatilityParams) -> Result<Ratio> {
        let max = self.highest()?;
        if self.sigma_multiple == 0 || self.min.0 == 0 {
            return Ok(max);
        }
        let risk = risk_up(long, volatility, measured, self.sigma_multiple, self.jump_discount)?;
        let sum = add(risk, self.skew_up(long, skew)?)?;
        Ok(Ratio(sum.clamp(self.min.0 as u64, max.0 as u64) as u32))
    }

    /// The skew term of one side in ppm.
    fn skew_up(&self, long: bool, skew: i64) -> Result<u64> {
        if self.skew_full == 0 {
            return Ok(PPM);
        }
        let adds = if long { skew > 0 } else { skew < 0 };
        if !adds {
            return Ok(0);
        }
        share_up(skew.unsigned_abs(), self.skew_full)
    }

    /// The size term of a position of `notional` atoms: `√(notional / size_full)`, at most 100 %, rounded up.
    pub fn size_up(&self, notional: u64) -> Ratio {
        if self.size_full == u64::MAX {
            return Ratio(0);
        }
        if notional >= self.size_full {
            return ONE;
        }
        // (ppm × √)² = 10^12 × notional / size_full
        let square = (notional as u128).saturating_mul(1_000_000_000_000).div_ceil(self.size_full.max(1) as u128);
        Ratio(u32::try_from(sqrt_up(square)).unwrap_or(u32::MAX)).min(ONE)
    }

    /// The lines of a side whose Maint stands at `live` and aims at `target`: LiqEnd and Init keep the market's ratios to Maint, and Init
    /// takes the target at once. Before the size of a position and the market's open interest. Rounded up.
    pub fn lines_up(&self, market: &MarketParams, live: Ratio, target: Ratio) -> Result<Fractions> {
        let max = self.highest()?;
        let (maint, fresh) = (live.min(max), live.max(target).min(max));
        // The market's own figures keep their ratios; without them each line is the highest.
        let scaled = |of: Ratio, line: Ratio| match market.maint.0 {
            0 => Ok(ONE),
            base => ratio_of(mul_div_up(of.0 as u64, line.0 as u64, base as u64)?),
        };
        // While Maint glides up to a raised parameter, its ratios are to a line that is not there yet: neither line falls for it.
        let liq_end = scaled(maint, market.liq_end)?.max(market.liq_end).max(maint);
        Ok(Fractions { maint, liq_end, init: scaled(fresh, market.init)?.max(market.init).max(liq_end) })
    }

    /// How far `open` has gone from the free part of `cap` to all of it: that far Init goes from its line to 100 %. Rounded up.
    pub fn crowd_up(&self, open: u64, cap: u64) -> Result<Ratio> {
        let free = sub(cap, ratio_up(cap, rest_of_one(self.oi_free)?)?)?;
        if open >= cap {
            return Ok(ONE);
        }
        if open <= free {
            return Ok(Ratio(0));
        }
        ratio_of(mul_div_up(sub(open, free)?, PPM, sub(cap, free)?)?)
    }

    /// Lots of open interest that `insurance` atoms can stand behind: insurance ÷ the loss per unit that a stress of
    /// `stress_multiple`·σ leaves after Maint, at `price` (its high), on top of what governance admits without any, and never above
    /// governance's own cap. Rounded down; without a price: none.
    pub fn open_interest_cap_down(
        &self,
        market: &MarketParams,
        insurance: u64,
        sigma: Ratio,
        maint: Ratio,
        price: Price,
    ) -> Result<u64> {
        if price.0 == 0 {
            return Ok(0);
        }
        let loss = if self.stress_multiple == 0 || self.loss_floor.0 == 0 {
            PPM
        } else {
            let stress = multiple_up(sigma, self.stress_multiple)?;
            stress.saturating_sub(maint.0 as u64).max(self.loss_floor.0 as u64).min(PPM)
        };
        // What has no number counts as the largest that has.
        let most = i64::MAX as u64;
        let saturated = |x: Result<u64>| match x {
            Err(RiskError::Overflow) => Ok(most),
            found => found,
        };
        let notional = saturated(mul_div_down(insurance, PPM, loss))?;
        let insured = saturated(lots_down(notional, price))?;
        Ok(insured.saturating_add(self.uninsured).min(market.max_open_interest))
    }
}

/// What a side must expect: `multiple` (ppm) × σ over the horizon plus the jump less its discount, in ppm, two roundings up.
pub(crate) fn risk_up(
    long: bool,
    volatility: &Volatility,
    measured: &VolatilityParams,
    multiple: u32,
    jump_discount: Ratio,
) -> Result<u64> {
    let sigma = volatility.sigma_against_up(long, measured)?;
    let jump = ratio_up(volatility.jump_against_up(long).0 as u64, rest_of_one(jump_discount)?)?;
    add(multiple_up(sigma, multiple)?, jump)
}

/// `ratio × multiple`, the latter in ppm, at most 4 294 967 295 ppm.
fn multiple_up(ratio: Ratio, multiple: u32) -> Result<u64> {
    ratio_up(ratio.0 as u64, Ratio(multiple))
}

/// `part / whole` in ppm, at most 100 %.
fn share_up(part: u64, whole: u64) -> Result<u64> {
    if part >= whole {
        return Ok(PPM);
    }
    mul_div_up(part, PPM, whole)
}

/// What is left of one after `part`.
fn rest_of_one(part: Ratio) -> Result<Ratio> {
    ONE.0.checked_sub(part.0).map(Ratio).ok_or(RiskError::ParameterBounds)
}

/// A fraction of at most 100 %.
fn ratio_of(ppm: u64) -> Result<Ratio> {
    Ok(Ratio(ppm.min(PPM) as u32))
}
