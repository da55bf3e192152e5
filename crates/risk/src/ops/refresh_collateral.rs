//! Taking a collateral's sources in: by the same judging as a market's.

use super::refresh::take_in;
use crate::{
    collateral::Collateral,
    collateral_rules::CollateralFeed,
    num::Result,
    price::{Accepted, SourceState, MAX_SOURCES},
    Now,
};

/// Takes in what each source says now: `seen` are those that were accepted, `states` what is to be remembered of each. A refresh that
/// would lower the quality while the last price is within its age is refused.
pub fn refresh_collateral(
    collateral: &mut Collateral,
    feed: &mut CollateralFeed,
    mut seen: [Option<Accepted>; MAX_SOURCES],
    states: &[SourceState; MAX_SOURCES],
    now: Now,
) -> Result<()> {
    let params = feed.rules.prices(collateral.params.price_max_age);
    let Collateral { price, volatility, measured, .. } = collateral;
    let CollateralFeed { rules, standings, .. } = feed;
    take_in(&mut seen, (price, standings, volatility), None, (&params, &rules.strikes, measured), now)?;
    // Nobody else brings a collateral's volatility up to the last price.
    collateral.volatility.catch_up(&collateral.price, &collateral.measured)?;
    collateral.advance_haircut(now)?;
    feed.sources = *states;
    Ok(())
}
