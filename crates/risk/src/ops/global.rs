//! The breaker above all markets.

use crate::{
    breaker::{Breaker, BreakerRules, Measured, Reason, REASONS},
    collateral::{peg_shortfall_up, Collateral},
    levels::Level,
    num::{fraction_down, mul_div_up, Result, PPM},
    outflow::{Outflow, OutflowRules, DAY},
    tranches::Insurance,
    Now, Price,
};

/// What the global breaker judges besides insurance, each in the unit of its trigger. `None`: the caller cannot know it; its trigger then
/// stays as it is, neither tripped nor released.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GlobalSeen {
    /// Net outflow of the settlement vault in a day, as part of the limit of a day, ppm.
    pub outflow: Option<u64>,
    /// How far the settlement token stands below one USD, ppm.
    pub below_peg: Option<u64>,
}

impl GlobalSeen {
    /// What the settlement token's record says. A vault that may let nothing out has let out all it may. Rounded up.
    pub fn of_up(settlement: &Collateral, outflow: &Outflow, rules: &OutflowRules, now: Now) -> Result<Self> {
        let left = outflow.day.counted_up(now.time, DAY)?;
        let part = if left >= rules.day { PPM } else { mul_div_up(left, PPM, rules.day)? };
        Ok(Self { outflow: Some(part), below_peg: Some(peg_shortfall_up(settlement)?) })
    }
}

/// Runs the global breaker's triggers: trips those that fire, releases those that are quiet and whose timer has ended. Anybody may, at any
/// time. Returns the level.
pub fn check_global(
    breaker: &mut Breaker,
    rules: &BreakerRules,
    insurance: &Insurance,
    seen: &GlobalSeen,
    now: Now,
) -> Result<Level> {
    let before = breaker.tripped;
    let mut values = [0; REASONS];
    let known =
        [(Reason::Insurance, Some(drawn_down(insurance, now)?)), (Reason::Outflow, seen.outflow), (Reason::Peg, seen.below_peg)];
    for (reason, value) in known {
        if let (Some(place), Some(value)) = (values.get_mut(reason as usize), value) {
            *place = value;
        }
    }
    // Without a price no return is measured.
    breaker.update(rules, &Measured { price: Price(0), confirmed: false, variance: 0, values }, now)?;
    for (reason, value) in known {
        let at = reason as usize;
        if let (None, Some(state), Some(was)) = (value, breaker.tripped.get_mut(at), before.get(at)) {
            *state = *was;
        }
    }
    Ok(breaker.level())
}

/// Part of the day's assets that was drawn since it began, ppm. A fund that began the day with nothing cannot be drawn on.
fn drawn_down(insurance: &Insurance, now: Now) -> Result<u64> {
    let fund = &insurance.fund;
    if fund.day_assets == 0 || now.time.saturating_sub(fund.day_start) >= DAY {
        return Ok(0);
    }
    Ok(fraction_down(fund.day_drawn, fund.day_assets)?.0 as u64)
}
