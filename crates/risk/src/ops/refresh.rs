//! Taking a market's sources in.

use crate::{
    breaker::Reason,
    price::{combine, judge, weigh, Accepted, Quality, RobustPrice, SourceState, Standing, StrikeRule, MAX_SOURCES},
    volatility::{Volatility, VolatilityParams},
    Market, MarketParams, Now, RiskError,
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
    let (first, last) = (market.price.first_time, market.price.time);
    let Market { params, rules, price, standings, volatility, .. } = market;
    take_in(&mut seen, (price, standings, volatility), venue, (params, &rules.strikes, &rules.volatility), now)?;
    // The first price after an outage opens a grace: once it is in, nobody could see how old the last one was.
    if first != 0 {
        let age = now.time.saturating_sub(last).max(0).unsigned_abs();
        market.breaker.found(Reason::Staleness, age, &market.rules.breaker, now);
    }
    market.sources = *states;
    Ok(())
}

/// What the refresh of a market and that of a collateral have in common: weighs what was accepted, combines it, refuses what would lower the
/// quality, judges the sources, and moves the price and, with the price before it, volatility. (One function for both, whose parts are called from nowhere else: so
/// they are compiled into it.)
#[inline(never)]
pub(super) fn take_in(
    seen: &mut [Option<Accepted>; MAX_SOURCES],
    (price, standings, volatility): (&mut RobustPrice, &mut [Standing; MAX_SOURCES], &mut Volatility),
    venue: Option<usize>,
    (params, strikes, measured): (&MarketParams, &StrikeRule, &VolatilityParams),
    now: Now,
) -> crate::num::Result<()> {
    weigh(seen, standings, venue)?;
    let combined = combine(seen, params.two_source_bound, price.spot)?;
    if combined.quality < price.quality_at(now, params.price_max_age) || combined.quality == Quality::Frozen {
        return Err(RiskError::QualityTooLow);
    }
    judge(standings, seen, &combined, venue, strikes, now)?;
    volatility.catch_up(price, measured)?;
    price.update(&combined, params, now)
}
