//! Putting into force what governance or the guardian has decided for a market or a collateral.

use crate::{
    collateral::Collateral, collateral_rules::CollateralFeed, governance::collateral::CollateralTerms, num::Result as RiskResult,
    outflow::OutflowRules, params::ParamError, rules::Rules, Market, MarketParams, Now, RiskError,
};

/// Gives a market other parameters, which must be valid on their own and beside its rules. Its lines have to be accrued anew before
/// anybody increases.
pub fn set_params(market: &mut Market, new: &MarketParams) -> Result<(), ParamError> {
    new.validate()?;
    market.rules.validate(new)?;
    market.params = *new;
    market.margin.slot = 0;
    Ok(())
}

/// Gives a market other rules, which must be valid beside its parameters. Its lines have to be accrued anew before anybody increases.
pub fn set_rules(market: &mut Market, new: &Rules) -> Result<(), ParamError> {
    new.validate(&market.params)?;
    market.rules = *new;
    market.margin.slot = 0;
    Ok(())
}

/// Gives a collateral other terms, which must be valid on their own ([`RiskError::ParameterBounds`]; [`CollateralTerms::validate`] names the
/// figure). Its haircut glides to what they ask for.
pub fn set_terms(
    (collateral, feed, outflow): (&mut Collateral, &mut CollateralFeed, &mut OutflowRules),
    new: &CollateralTerms,
    now: Now,
) -> RiskResult<()> {
    new.validate().map_err(|_| RiskError::ParameterBounds)?;
    collateral.set_params(&new.params, now)?;
    collateral.measured = new.measured;
    feed.rules = new.rules;
    *outflow = new.outflow;
    Ok(())
}
