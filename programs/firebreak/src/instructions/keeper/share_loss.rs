//! Pays a market's deficit: its own pot, shared insurance within every cap, and, once the loss window has ended, its claims.

use crate::{emit::emit, errors::Named, events::LossShared, instructions::now, state::*};
use anchor_lang::prelude::*;

/// Accounts of `share_loss`.
#[event_cpi]
#[derive(Accounts)]
pub struct ShareLoss<'info> {
    /// The market.
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
    /// The insurance fund.
    #[account(mut)]
    pub insurance: AccountLoader<'info, Insurance>,
}

pub(crate) fn handle(ctx: Context<ShareLoss>) -> Result<()> {
    let event = {
        let market = &mut ctx.accounts.market.load_mut()?;
        let insurance = &mut ctx.accounts.insurance.load_mut()?;
        let covered = insurance.engine.share_loss(&mut market.engine, now()?).named()?;
        insurance.invariant()?;
        market.invariant()?;
        LossShared {
            market: market.index,
            pot: covered.pot,
            insurance: covered.insurance,
            shared: covered.shared,
            limit: EngineLimit(market.engine.limit),
            ledger: EngineLedger(market.engine.ledger),
            fund: insurance.engine,
        }
    };
    emit(&ctx.accounts.event_authority, &event)
}
