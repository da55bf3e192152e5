//! Takes in the sources' prices. Every configured account must be passed, in order: the caller never chooses which price counts.

use crate::{
    emit::emit,
    events::PriceAccepted,
    instructions::now,
    oracle::{look, Seen},
    state::*,
};
use anchor_lang::prelude::*;
use firebreak_risk::{ops, Now};

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
    emit(&ctx.accounts.event_authority, &event)
}

fn refresh(market: &mut Market, given: &[AccountInfo], now: Now) -> Result<PriceAccepted> {
    let mut seen = Seen::NOTHING;
    look((market.used_sources(), Some(market)), &market.engine.sources, given, market.engine.params.decimals, now, &mut seen)?;
    seen.explain(ops::refresh(&mut market.engine, seen.counted, &seen.states, seen.venue, now))?;
    let price = &market.engine.price;
    Ok(PriceAccepted {
        market: market.index,
        quality: price.quality,
        counted: seen.bits,
        spot: price.spot.0,
        low: price.low.0,
        high: price.high.0,
    })
}
