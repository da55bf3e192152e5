//! Takes in what a collateral's sources say, by the same judging as a market's. Every configured account must be passed, in order: the
//! caller never chooses which price counts.

use crate::{
    emit::emit,
    events::CollateralPriceAccepted,
    instructions::now,
    oracle::{look, Seen},
    state::*,
};
use anchor_lang::prelude::*;
use firebreak_risk::ops;

/// Accounts of `refresh_collateral`.
#[event_cpi]
#[derive(Accounts)]
pub struct RefreshCollateral<'info> {
    /// The collateral.
    #[account(mut)]
    pub collateral: AccountLoader<'info, Collateral>,
}

/// Digits of USD and of a lot together: a token of `d` decimals has its price in ticks of 10^-(18 - d) USD.
pub const SCALE: u8 = 18;

pub(crate) fn handle<'info>(ctx: Context<'info, RefreshCollateral<'info>>) -> Result<()> {
    let event = refresh(&mut *ctx.accounts.collateral.load_mut()?, ctx.remaining_accounts)?;
    emit(&ctx.accounts.event_authority, &event)
}

#[inline(never)]
fn refresh(record: &mut Collateral, given: &[AccountInfo]) -> Result<CollateralPriceAccepted> {
    let now = now()?;
    let decimals = SCALE.saturating_sub(record.engine.params.decimals);
    let mut seen = Seen::NOTHING;
    look((record.used_sources(), None), &record.feed.sources, given, decimals, now, &mut seen)?;
    seen.explain(ops::refresh_collateral(&mut record.engine, &mut record.feed, seen.counted, &seen.states, now))?;
    record.invariant()?;
    let price = &record.engine.price;
    Ok(CollateralPriceAccepted {
        collateral: record.index,
        quality: price.quality,
        counted: seen.bits,
        spot: price.spot.0,
        low: price.low.0,
        high: price.high.0,
        haircut: record.engine.haircut.live_up().0,
    })
}
