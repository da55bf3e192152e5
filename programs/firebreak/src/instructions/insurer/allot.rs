//! Gives a market the part of shared insurance that governance voted for it, as far as the fund has it. Anyone may call it: what is
//! given is decided by the vote and the fund, never by the caller. A market without a price yet, or one that has ended and owes nothing, gets
//! nothing.

use crate::{emit::emit, errors::Named, events::LimitAllotted, state::*};
use anchor_lang::prelude::*;
use firebreak_risk::ops;

/// Accounts of `allot`.
#[event_cpi]
#[derive(Accounts)]
pub struct Allot<'info> {
    /// The market.
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
    /// The insurance fund.
    #[account(mut)]
    pub insurance: AccountLoader<'info, Insurance>,
}

pub(crate) fn handle(ctx: Context<Allot>) -> Result<()> {
    let event = {
        let market = &mut ctx.accounts.market.load_mut()?;
        let insurance = &mut ctx.accounts.insurance.load_mut()?;
        let index = market.index;
        let (limit, lowered) = ops::allot(&mut insurance.engine, &mut market.engine).named()?;
        insurance.invariant()?;
        market.invariant()?;
        LimitAllotted { market: index, limit, lowered, kept: EngineLimit(market.engine.limit), insurance: insurance.engine }
    };
    emit(&ctx.accounts.event_authority, &event)
}
