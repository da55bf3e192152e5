//! Brings a market's public record up to date; creates it the first time. Anybody may, for any market in any state.

use crate::{constants::REPORT_SEED, emit::emit, errors::Named, events::ReportPublished, instructions::now, state::*};
use anchor_lang::prelude::*;
use firebreak_risk::report::Report;

/// Accounts of `publish_report`.
#[event_cpi]
#[derive(Accounts)]
pub struct PublishReport<'info> {
    /// Pays for a new record.
    #[account(mut)]
    pub payer: Signer<'info>,
    /// Says the global breaker's level.
    pub protocol: AccountLoader<'info, Protocol>,
    /// The market.
    pub market: AccountLoader<'info, Market>,
    /// Says what stands behind the market.
    pub insurance: AccountLoader<'info, Insurance>,
    /// The record.
    #[account(init_if_needed, payer = payer, space = RiskReport::SPACE, seeds = [REPORT_SEED, market.key().as_ref()], bump)]
    pub report: AccountLoader<'info, RiskReport>,
    /// Creates accounts.
    pub system_program: Program<'info, System>,
}

pub(crate) fn handle(ctx: Context<PublishReport>) -> Result<()> {
    let event = {
        let (market, insurance) = (ctx.accounts.market.load()?, ctx.accounts.insurance.load()?);
        let protocol = ctx.accounts.protocol.load()?;
        market.invariant()?;
        insurance.invariant()?;
        protocol.invariant()?;
        let now = now()?;
        let limit = market.engine.limit.now_down(&insurance.engine).named()?;
        let level = protocol.setting(now).global.level;
        let report = Report::of(&market.engine, (market.index, ctx.bumps.report), limit, level, now).named()?;
        // A fresh record has no discriminator yet.
        let mut place = match ctx.accounts.report.load_init() {
            Ok(fresh) => fresh,
            Err(_) => {
                let old = ctx.accounts.report.load_mut()?;
                old.invariant()?;
                old
            }
        };
        *place.report = report;
        let Report { slot, quality, level, whole, .. } = report;
        ReportPublished { market: market.index, slot, quality, level, whole: whole == 1 }
    };
    emit(&ctx.accounts.event_authority, &event)
}
