//! Puts a change of a market's parameters, rules or sources into force. Anybody may, once its time has come, and only for the state it
//! was proposed for: of two changes of the same thing the second is void.

use crate::{
    emit::emit,
    errors::{within, FirebreakError},
    events::ChangeExecuted,
    instructions::now,
    state::*,
};
use anchor_lang::prelude::*;
use firebreak_risk::{self as risk, ops};

/// Accounts of `execute_change`.
#[event_cpi]
#[derive(Accounts)]
pub struct ExecuteChange<'info> {
    /// The market.
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
    /// The change.
    #[account(mut, close = proposer, has_one = proposer @ FirebreakError::WrongProposer)]
    pub change: AccountLoader<'info, ParamChange>,
    /// CHECK: gets the rent back; the change names it.
    #[account(mut)]
    pub proposer: UncheckedAccount<'info>,
}

pub(crate) fn handle(ctx: Context<ExecuteChange>) -> Result<()> {
    let accounts = &ctx.accounts;
    let event = {
        let change = accounts.change.load()?;
        let market = &mut *accounts.market.load_mut()?;
        market.invariant()?;
        let (kind, time) = (change.kind, now()?.time);
        if kind == ChangeKind::Params as u8 {
            change.require(ChangeKind::Params, time)?;
            belongs(&change, market)?;
            change.against(&market.engine.params)?;
            within(ops::set_params(&mut market.engine, change.content::<risk::MarketParams>()?))?;
        } else if kind == ChangeKind::Rules as u8 {
            change.require(ChangeKind::Rules, time)?;
            belongs(&change, market)?;
            change.against(&market.engine.rules)?;
            within(ops::set_rules(&mut market.engine, change.content::<risk::Rules>()?))?;
        } else {
            change.require(ChangeKind::Sources, time)?;
            belongs(&change, market)?;
            require!(market.has_sources(change.replaced::<Sources>()?), FirebreakError::ChangeOutdated);
            market.rekey(change.content::<Sources>()?);
        }
        market.invariant()?;
        ChangeExecuted { id: change.id, kind, market: market.index }
    };
    emit(&ctx.accounts.event_authority, &event)
}

fn belongs(change: &ParamChange, market: &Market) -> Result<()> {
    require!(change.market == market.index, FirebreakError::WrongMarket);
    Ok(())
}
