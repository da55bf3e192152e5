//! Brings a market's risk state up to its last price: margin lines, funding, open-interest cap, breaker.

use crate::{emit::emit, errors::Named, events::Accrued, instructions::now, state::*};
use anchor_lang::prelude::*;
use firebreak_risk::ops;

/// Accounts of `accrue`.
#[event_cpi]
#[derive(Accounts)]
pub struct Accrue<'info> {
    /// The market.
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
    /// Says what stands behind the market.
    pub insurance: AccountLoader<'info, Insurance>,
}

pub(crate) fn handle(ctx: Context<Accrue>) -> Result<()> {
    let event = {
        let market = &mut ctx.accounts.market.load_mut()?;
        let insurance = ctx.accounts.insurance.load()?;
        insurance.invariant()?;
        let insured = market.engine.limit.now_down(&insurance.engine).named()?;
        let index = market.index;
        let engine = &mut market.engine;
        ops::accrue(engine, insured, now()?).named()?;
        let event = Accrued {
            market: index,
            level: engine.breaker.level() as u8,
            reasons: engine.breaker.reasons(),
            funding_index: engine.funding.index,
            long_entry: engine.ledger.long_entry,
            short_entry: engine.ledger.short_entry,
            maint_long: engine.margin.lines[0].maint.0,
            maint_short: engine.margin.lines[1].maint.0,
            cap: engine.margin.cap,
        };
        market.invariant()?;
        event
    };
    emit(&ctx.accounts.event_authority, &event)
}
