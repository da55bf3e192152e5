//! Bringing a market's risk state up to its last accepted price: lines, funding, breaker.

use crate::{
    breaker::{Measured, Reason, REASONS},
    live_margin::side,
    num::{fraction_down, Ratio, Result},
    price::Quality,
    volatility::sigma_up,
    Market, Now,
};

/// Seconds over which the growth of open interest is measured.
const INTEREST_WINDOW: i64 = 3_600;

/// Accrues `market`, behind which stand `insured` atoms of shared insurance. Anybody may, at any time; twice in a slot changes nothing
/// more. Without a usable price only the breaker learns something.
pub fn accrue(market: &mut Market, insured: u64, now: Now) -> Result<()> {
    if market.ended().is_some() {
        return Ok(());
    }
    if market.quality(now) == Quality::Frozen {
        market.funding.skip(now);
    } else {
        market.volatility.catch_up(&market.price, &market.rules.volatility)?;
        let spot = market.price.spot;
        market.funding.bound(market.ledger.long_base);
        market.funding.accrue(&market.rules.funding, &mut market.ledger, spot, now)?;
        lines(market, now)?;
        cap(market, insured)?;
        (market.margin.slot, market.margin.spot) = (now.slot, spot);
    }
    let seen = measure(market, now)?;
    market.breaker.update(&market.rules.breaker, &seen, now)?;
    Ok(())
}

/// Targets, glides and lines of both sides, and the σ that fees and throttle use.
fn lines(market: &mut Market, now: Now) -> Result<()> {
    let (rules, skew) = (&market.rules, market.funding.skew);
    let (measured, volatility) = (&rules.volatility, &market.volatility);
    let margin = &mut market.margin;
    margin.sigma = Ratio(0);
    for long in [true, false] {
        let i = side(long);
        let sigma = volatility.sigma_against_up(long, measured)?;
        margin.sigma = margin.sigma.max(sigma);
        // Governance's own Maint is the least: raised, it glides like any other.
        let target = rules.dynamic.target_up(long, skew, volatility, measured)?.max(market.params.maint);
        if let (Some(glide), Some(to), Some(lines), Some(window)) =
            (margin.glides.get_mut(i), margin.targets.get_mut(i), margin.lines.get_mut(i), margin.window_sigma.get_mut(i))
        {
            glide.advance(target, rules.dynamic.rise, rules.dynamic.loosen_slots, now)?;
            *to = target;
            *lines = rules.dynamic.lines_up(&market.params, glide.live_up(), target)?;
            *window = sigma_up(volatility.semivariance(long), rules.throttle.window_slots)?;
        }
    }
    Ok(())
}

/// The open-interest cap, and how crowded the market is below it.
fn cap(market: &mut Market, insured: u64) -> Result<()> {
    let stands = insured.saturating_add(market.ledger.pot);
    let [long, short] = &market.margin.lines;
    let maint = long.maint.min(short.maint);
    let dynamic = &market.rules.dynamic;
    market.margin.cap = dynamic.open_interest_cap_down(&market.params, stands, market.margin.sigma, maint, market.price.high)?;
    market.crowd()
}

/// What the breaker judges.
fn measure(market: &mut Market, now: Now) -> Result<Measured> {
    let (price, ledger) = (&market.price, &market.ledger);
    let usable = market.quality(now) > Quality::Frozen;
    let mut values = [0u64; REASONS];
    let mut set = |reason: Reason, value: u64| {
        if let Some(place) = values.get_mut(reason as usize) {
            *place = value;
        }
    };
    let part = |part: u64, whole: u64| if whole == 0 { 0 } else { fraction_down(part, whole).map_or(u64::MAX, |r| r.0 as u64) };
    set(Reason::Disagreement, part(price.high.0.saturating_sub(price.low.0), price.spot.0));
    set(Reason::Staleness, now.time.saturating_sub(price.time).max(0).unsigned_abs());
    let doubtful = market.sources.iter().map(|s| part(s.confidence.0, s.price.0)).max();
    set(Reason::Confidence, doubtful.unwrap_or(0));
    let window = market.rules.throttle.window_slots as i64;
    set(Reason::Liquidations, market.throttle.window.counted_up(i64::try_from(now.slot).unwrap_or(i64::MAX), window)?);
    set(Reason::Insurance, part(ledger.event_drawn, market.limit.granted));
    let margin = &mut market.margin;
    if now.time.saturating_sub(margin.interest_time) >= INTEREST_WINDOW {
        (margin.interest, margin.interest_time) = (ledger.long_base, now.time);
    }
    set(Reason::OpenInterest, part(ledger.long_base.saturating_sub(margin.interest), margin.cap));
    let variance = market.volatility.semivariance(true).max(market.volatility.semivariance(false)).saturating_mul(2);
    Ok(Measured {
        price: if usable { price.spot } else { crate::Price(0) },
        confirmed: market.quality(now) == Quality::Primary && price.require_confirmed(&market.params, now).is_ok(),
        variance,
        values,
    })
}
