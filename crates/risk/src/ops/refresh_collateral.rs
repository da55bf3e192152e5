//! Taking a collateral's sources in: by the same judging as a market's.

use crate::{
    collateral::Collateral,
    collateral_rules::CollateralFeed,
    num::Result,
    price::{combine, judge, weigh, Accepted, Quality, SourceState, MAX_SOURCES},
    Now, RiskError,
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
    weigh(&mut seen, &feed.standings, None)?;
    let combined = combine(&seen, feed.rules.two_source_bound, collateral.price.spot)?;
    let quality = collateral.price.quality_at(now, collateral.params.price_max_age);
    if combined.quality < quality || combined.quality == Quality::Frozen {
        return Err(RiskError::QualityTooLow);
    }
    judge(&mut feed.standings, &seen, &combined, None, &feed.rules.strikes, now)?;
    collateral.refresh(&combined, &feed.rules.prices(collateral.params.price_max_age), now)?;
    feed.sources = *states;
    Ok(())
}
