//! Putting into force what governance or the guardian has decided for a market.

use crate::{params::ParamError, rules::Rules, Market, MarketParams};

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
