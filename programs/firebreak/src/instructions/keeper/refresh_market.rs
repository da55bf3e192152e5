//! Takes in the sources' prices. Every configured account must be passed, in order: the caller never chooses which price counts.

use crate::{
    errors::{FirebreakError, Named},
    events::PriceAccepted,
    instructions::now,
    oracle::{judge, judge_venue, ONE_TICK},
    state::*,
};
use anchor_lang::prelude::*;
use firebreak_risk::{
    ops,
    price::{Accepted, SourceState, MAX_SOURCES},
    Now, RiskError,
};

/// Accounts of `refresh_market`.
#[event_cpi]
#[derive(Accounts)]
pub struct RefreshMarket<'info> {
    /// The market.
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
}

pub(crate) fn handle<'info>(ctx: Context<'info, RefreshMarket<'info>>) -> Result<()> {
    let event = {
        let market = &mut ctx.accounts.market.load_mut()?;
        let event = refresh(market, ctx.remaining_accounts, now()?)?;
        market.invariant()?;
        event
    };
    emit_cpi!(event);
    Ok(())
}

fn refresh(market: &mut Market, given: &[AccountInfo], now: Now) -> Result<PriceAccepted> {
    let used = market.used_sources();
    // The market's own fills have no account.
    let keys = used.iter().filter(|source| !source.is_venue()).map(|source| &source.key);
    require!(given.iter().map(|account| account.key).eq(keys), FirebreakError::SourcesMismatch);
    let venue = used.iter().position(PriceSource::is_venue);

    let decimals = market.engine.params.decimals;
    let mut counted = [None; MAX_SOURCES];
    let mut states = market.engine.sources;
    let mut refused = None;
    let mut bits = 0u8;
    let mut given = given.iter();
    let rows = used.iter().zip(states.iter_mut().zip(counted.iter_mut()));
    for (i, (source, (state, place))) in rows.enumerate() {
        let judged = match source.is_venue() {
            true => judge_venue(source, state, market, now),
            false => judge(source, state, given.next().ok_or(FirebreakError::SourcesMismatch)?, decimals, now),
        };
        match judged {
            Ok((seen, accepted)) => {
                *state = SourceState { price: seen.price, publish_time: seen.publish_time, confidence: seen.confidence };
                *place = Some(accepted);
                bits |= 1 << i;
            }
            Err(why) => {
                msg!("source {}", i);
                refused = refused.or(Some(why));
            }
        }
    }
    // One source alone is not believed that the asset is worth nothing.
    let lost = |c: &Option<Accepted>| c.is_some_and(|a| a.price.0 <= ONE_TICK);
    if counted.iter().filter(|c| lost(c)).count() == 1 {
        for (i, place) in counted.iter_mut().enumerate().filter(|(_, c)| lost(c)) {
            *place = None;
            bits &= !(1 << i);
            states[i] = market.engine.sources[i];
            refused = refused.or(Some(FirebreakError::SourceNonPositive));
        }
    }
    accept(market, counted, &states, (venue, refused), now)?;
    let price = &market.engine.price;
    Ok(PriceAccepted {
        market: market.index,
        quality: price.quality,
        counted: bits,
        spot: price.spot.0,
        low: price.low.0,
        high: price.high.0,
    })
}

/// A refresh that would lower the quality changes nothing while the last accepted price is within its age; the refusal then names
/// the first source that did not count.
fn accept(
    market: &mut Market,
    counted: [Option<Accepted>; MAX_SOURCES],
    states: &[SourceState; MAX_SOURCES],
    (venue, refused): (Option<usize>, Option<FirebreakError>),
    now: Now,
) -> Result<()> {
    match ops::refresh(&mut market.engine, counted, states, venue, now) {
        Err(RiskError::QualityTooLow) => Err(refused.unwrap_or(FirebreakError::SourcesDisagree).into()),
        other => other.named(),
    }
}
