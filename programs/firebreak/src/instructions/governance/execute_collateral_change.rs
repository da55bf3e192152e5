//! Puts a change of a collateral's terms or sources into force. Anybody may, once its time has come, and only for the state it was proposed
//! for. A cap that was raised within the last day waits until the day is over.

use crate::{emit::emit, errors::FirebreakError, events::ChangeExecuted, instructions::now, state::*};
use anchor_lang::prelude::*;

/// Accounts of `execute_collateral_change`.
#[event_cpi]
#[derive(Accounts)]
pub struct ExecuteCollateralChange<'info> {
    /// The collateral.
    #[account(mut)]
    pub collateral: AccountLoader<'info, Collateral>,
    /// The change.
    #[account(mut, close = proposer, has_one = proposer @ FirebreakError::WrongProposer)]
    pub change: AccountLoader<'info, ParamChange>,
    /// CHECK: gets the rent back; the change names it.
    #[account(mut)]
    pub proposer: UncheckedAccount<'info>,
}

pub(crate) fn handle(ctx: Context<ExecuteCollateralChange>) -> Result<()> {
    let accounts = &ctx.accounts;
    let event = {
        let change = accounts.change.load()?;
        let record = &mut *accounts.collateral.load_mut()?;
        record.invariant()?;
        let now = now()?;
        let kind = if change.kind == ChangeKind::Terms as u8 { ChangeKind::Terms } else { ChangeKind::CollateralSources };
        change.require(kind, now.time)?;
        require!(change.market == record.index, FirebreakError::WrongCollateral);
        if kind == ChangeKind::Terms {
            change.against(&record.terms())?;
            record.set_terms(change.content::<EngineCollateralTerms>()?, now)?;
        } else {
            require!(record.has_sources(change.replaced::<Sources>()?), FirebreakError::ChangeOutdated);
            record.rekey(change.content::<Sources>()?);
        }
        record.invariant()?;
        ChangeExecuted { id: change.id, kind: change.kind, market: record.index }
    };
    emit(&ctx.accounts.event_authority, &event)
}
