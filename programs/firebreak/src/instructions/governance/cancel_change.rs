//! Withdraws a change, whatever its age: the authority its own, the guardian any.

use super::nonce::require_recent;
use crate::{constants::INSTRUCTIONS, emit::emit, errors::FirebreakError, events::ChangeCancelled, state::*};
use anchor_lang::prelude::*;

/// Accounts of `cancel_change`.
#[event_cpi]
#[derive(Accounts)]
pub struct CancelChange<'info> {
    /// The protocol's authority or its guardian.
    pub canceller: Signer<'info>,
    /// Says who they are.
    #[account(
        constraint = [protocol.load()?.authority, protocol.load()?.guardian].contains(canceller.key) @ FirebreakError::NotCanceller
    )]
    pub protocol: AccountLoader<'info, Protocol>,
    /// The change.
    #[account(mut, close = proposer, has_one = proposer @ FirebreakError::WrongProposer)]
    pub change: AccountLoader<'info, ParamChange>,
    /// CHECK: gets the rent back; the change names it.
    #[account(mut)]
    pub proposer: UncheckedAccount<'info>,
    /// CHECK: shows the transaction's instructions; read by its address.
    #[account(address = INSTRUCTIONS)]
    pub instructions: UncheckedAccount<'info>,
}

pub(crate) fn handle(ctx: Context<CancelChange>) -> Result<()> {
    let accounts = &ctx.accounts;
    require_recent(&accounts.instructions)?;
    accounts.protocol.load()?.invariant()?;
    let id = {
        let change = accounts.change.load()?;
        change.invariant()?;
        change.id
    };
    emit(&ctx.accounts.event_authority, &ChangeCancelled { id, by: ctx.accounts.canceller.key() })
}
