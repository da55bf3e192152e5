//! Cancels a standing order, run out or not; its rent goes back to the owner. Like a quote it can outlive its margin account.

use crate::{constants::ACCOUNT_SEED, emit::emit, errors::FirebreakError, events::OrderCancelled, state::*};
use anchor_lang::prelude::*;

/// Accounts of `cancel_order`.
#[event_cpi]
#[derive(Accounts)]
#[instruction(sub_id: u16)]
pub struct CancelOrder<'info> {
    /// Owner of the margin account; receives the rent.
    #[account(mut)]
    pub owner: Signer<'info>,
    /// CHECK: the address of the margin account, derived from the signer; it is not read.
    #[account(seeds = [ACCOUNT_SEED, owner.key().as_ref(), &sub_id.to_le_bytes()], bump)]
    pub account: UncheckedAccount<'info>,
    /// The order.
    #[account(mut, close = owner, constraint = order.load()?.account == account.key() @ FirebreakError::WrongOrder)]
    pub order: AccountLoader<'info, Order>,
}

pub(crate) fn handle(ctx: Context<CancelOrder>) -> Result<()> {
    let (id, left) = {
        let order = ctx.accounts.order.load()?;
        order.invariant()?;
        (order.id, order.engine.size)
    };
    emit(&ctx.accounts.event_authority, &OrderCancelled { account: ctx.accounts.account.key(), id, left })
}
