//! Taking a market's sources in.

use crate::{
    price::{combine, judge, weigh, Accepted, Quality, SourceState, MAX_SOURCES},
    Market, Now, RiskError,
};

/// Takes in what each source says now: `seen` are those that were accepted, `states` what is to be remembered of each, `venue` which of
/// them is the market's own fill price. A refresh that would lower the quality while the last price is within its age is
/// refused and changes nothing, so nobody can degrade a market by choosing its moment.
pub fn refresh(
    market: &mut Market,
    mut seen: [Option<Accepted>; MAX_SOURCES],
    states: &[SourceState; MAX_SOURCES],
    venue: Option<usize>,
    now: Now,
) -> crate::num::Result<()> {
    if market.ended().is_some() {
        return Err(RiskError::BreakerForbids);
    }
    weigh(&mut seen, &market.standings, venue)?;
    let combined = combine(&seen, market.params.two_source_bound, market.price.spot)?;
    if combined.quality < market.quality(now) || combined.quality == Quality::Frozen {
        return Err(RiskError::QualityTooLow);
    }
    judge(&mut market.standings, &seen, &combined, venue, &market.rules.strikes, now)?;
    market.volatility.catch_up(&market.price, &market.rules.volatility)?;
    market.price.update(&combined, &market.params, now)?;
    market.sources = *states;
    Ok(())
}
