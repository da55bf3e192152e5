//! What governance sets for a collateral, and its directions.

use super::{Direction, Governed, See, Value};
use crate::{
    collateral::{Collateral, CollateralParams},
    collateral_rules::{CollateralFeed, CollateralRules},
    layout,
    num::{Result, PPM},
    outflow::OutflowRules,
    params::ParamError,
    price::StrikeRule,
    volatility::VolatilityParams,
};

layout! {
    /// Everything that governance sets for a collateral but its price accounts. It changes together, so that a change knows what it was
    /// proposed for.
    pub struct CollateralTerms [216] {
        /// Cap, haircut, warm-up.
        pub params: CollateralParams,
        /// How its volatility is measured.
        pub measured: VolatilityParams,
        /// Rules of its price and of its sale.
        pub rules: CollateralRules,
        /// What may leave its vault.
        pub outflow: OutflowRules,
    }
}

directions! {
    CollateralTerms:
    params.cap Grow,
    params.full_value Up,
    params.warmup Down,
    params.price_max_age Up,
    // The haircut in force glides to what these ask for (I8).
    params.min_haircut Down,
    params.max_haircut Down,
    params.sigma_multiple Down,
    params.jump_discount Up,
    // How fast a raised haircut reaches people: faster liquidates them, slower leaves them short.
    params.rise Both,
    params.loosen_slots Down,
    // Beside a long in it the token counts zero, all of it at once (I8); and a peg is there or not. Both are what the token is.
    params.underlying Fixed,
    params.floating Fixed,
    params.decimals Fixed,
    // As of a market's price.
    rules.twap_window Both,
    rules.dust Both,
    rules.two_source_bound Up,
    rules.twap_band Both,
    rules.confirm_slots Both,
    rules.degraded_slots Both,
    rules.stable_speed Up,
    rules.stable_hour Up,
    // Higher takes from whoever is sold out, lower leaves him without a buyer.
    rules.max_discount Both,
    rules.fixed_discount Both,
    rules.ramp_slots Both,
    // Higher lets a thief take more, lower shuts people in (I10).
    outflow.hour Both,
    outflow.day Both,
    outflow.free Both,
}

impl Governed for CollateralTerms {
    fn compare(old: &Self, new: &Self, see: See) -> Result<()> {
        values(old, new, see)?;
        VolatilityParams::compare(&old.measured, &new.measured, see)?;
        StrikeRule::compare(&old.rules.strikes, &new.rules.strikes, see)?;
        // It counts in Maint at once, without a glide: every move of it is a step.
        see(Direction::Both, maint_share(old), maint_share(new))?;
        // Sooner gives up what somebody would have bought, later holds creditors up.
        see(Direction::Both, old.rules.unsold_seconds().value(), new.rules.unsold_seconds().value())?;
        let room = |terms: &Self| (terms.params.reserved, terms.rules.reserved);
        see(Direction::Fixed, 0, (room(old) != room(new)) as u64)
    }
}

/// A share of zero is all of the haircut.
fn maint_share(terms: &CollateralTerms) -> u64 {
    match terms.params.maint_share.0 {
        0 => PPM,
        share => share as u64,
    }
}

impl CollateralTerms {
    /// What is in force.
    pub fn of(collateral: &Collateral, feed: &CollateralFeed, outflow: &OutflowRules) -> Self {
        Self { params: collateral.params, measured: collateral.measured, rules: feed.rules, outflow: *outflow }
    }

    /// Checks every figure.
    pub fn validate(&self) -> core::result::Result<(), ParamError> {
        self.params.validate()?;
        self.measured.validate()?;
        self.rules.validate()
    }
}
