//! Directions of a market's rules and of a breaker's.

use super::{classify, review, Class, Direction, Governed, See, Value};
use crate::{
    breaker::{BreakerRules, TriggerRule, LONGEST_TIMER},
    levels::Level,
    num::Result,
    price::StrikeRule,
    rules::Rules,
    volatility::VolatilityParams,
};

directions! {
    Rules:
    dynamic.size_full Up,
    dynamic.skew_full Up,
    dynamic.min Down,
    dynamic.max Down,
    dynamic.sigma_multiple Down,
    dynamic.jump_discount Up,
    // How fast raised margin reaches people (I8): faster liquidates them, slower leaves the market short of margin.
    dynamic.rise Both,
    dynamic.loosen_slots Down,
    dynamic.raise_share Both,
    dynamic.oi_free Up,
    dynamic.stress_multiple Down,
    dynamic.loss_floor Down,
    dynamic.uninsured Up,
    // More depth lets more be liquidated at once, less makes accounts wait.
    depth.governance Both,
    depth.slots Both,
    depth.slot_share Up,
    depth.reserved Fixed,
    // Prices: what one side pays the other receives.
    funding.skew_scale Both,
    funding.velocity Both,
    funding.max_rate Both,
    fees.skew_full Both,
    fees.sigma_part Both,
    fees.skew_fee Both,
    fees.level_part Both,
    fees.cap Both,
    throttle.share Both,
    throttle.window_slots Both,
    throttle.exempt_sigmas Both,
    throttle.reserved Fixed,
    // Who may be closed against a bankrupt position first.
    rank_notional Both,
    // Sooner ends a market that would have come back, later keeps people in one that will not.
    frozen_limit Both,
}

impl Governed for Rules {
    fn compare(old: &Self, new: &Self, see: See) -> Result<()> {
        StrikeRule::compare(&old.strikes, &new.strikes, see)?;
        VolatilityParams::compare(&old.volatility, &new.volatility, see)?;
        values(old, new, see)?;
        // What is not in use yet is zero (`Rules::validate` sees to the rest of it).
        see(Direction::Fixed, 0, (old.fees.reserved != new.fees.reserved) as u64)?;
        BreakerRules::compare(&old.breaker, &new.breaker, see)
    }
}

/// The class of new rules. A market's first ones are no step from anything: they begin, like a listing. (A depth without a time is refused
/// by `Rules::validate`, so only rules that were never set have none.)
pub fn review_rules(old: &Rules, new: &Rules) -> Result<Class> {
    if old.depth.slots > 0 {
        return review(old, new);
    }
    Rules::compare(old, new, &mut |direction, was, is| match direction {
        Direction::Fixed => classify(direction, was, is).map(|_| ()),
        _ => Ok(()),
    })?;
    Ok(Class::List)
}

impl Governed for StrikeRule {
    fn compare(old: &Self, new: &Self, see: See) -> Result<()> {
        // Wider believes a source that stands apart.
        see(Direction::Up, old.tolerance.value(), new.tolerance.value())?;
        see(Direction::Up, old.recovery.value(), new.recovery.value())?;
        see(Direction::Fixed, 0, (old.reserved != new.reserved) as u64)
    }
}

impl Governed for BreakerRules {
    fn compare(old: &Self, new: &Self, see: See) -> Result<()> {
        for (was, is) in old.triggers.iter().zip(&new.triggers) {
            see(Direction::Up, was.bound, is.bound)?;
            see(Direction::Down, timer(was), timer(is))?;
            see(Direction::Down, level(was), level(is))?;
            see(Direction::Fixed, 0, (was.reserved != is.reserved) as u64)?;
        }
        // A long window measures more of a slow move and less of a fast one.
        for (was, is) in old.windows.iter().zip(&new.windows) {
            see(Direction::Both, was.value(), is.value())?;
        }
        see(Direction::Up, old.least_return.value(), new.least_return.value())?;
        // Wider permits worse prices in a halt, narrower shuts people in.
        see(Direction::Both, old.halt_band.value(), new.halt_band.value())?;
        see(Direction::Fixed, 0, (old.reserved != new.reserved) as u64)
    }
}

/// A timer of zero is the longest, and none is longer.
fn timer(rule: &TriggerRule) -> u64 {
    match rule.timer {
        0 => LONGEST_TIMER.value(),
        other => other.value().min(LONGEST_TIMER.value()),
    }
}

/// What the byte means.
fn level(rule: &TriggerRule) -> u64 {
    Level::of_rule(rule.level) as u64
}
