//! Gives a market the part of shared insurance that governance voted for it, as far as the fund has it. Anyone may call it: what is
//! given is decided by the vote and the fund, never by the caller.

use crate::{errors::Named, events::LimitAllotted, state::*};
use anchor_lang::prelude::*;
use firebreak_risk::{num::sub, tranches::Limit};

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
        let engine = &mut market.engine;
        let voted = engine.params.insurance_limit.saturating_sub(engine.ledger.insurance_drawn);
        let mut limit: Limit = engine.limit;
        let before = limit.now_down(&insurance.engine).named()?;
        let room = insurance.engine.room();
        let amount = voted.min(before.saturating_add(room));
        insurance.engine.grant(&mut limit, amount).named()?;
        engine.limit = limit;
        insurance.invariant()?;
        market.invariant()?;
        LimitAllotted { market: index, limit: amount, lowered: sub(before, before.min(amount)).named()? }
    };
    emit_cpi!(event);
    Ok(())
}
