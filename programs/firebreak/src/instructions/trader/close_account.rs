//! Closes an empty margin account. Its rent goes back to the owner; quotes and orders that were left behind serve nobody any more, even
//! when an account is opened at the same address again, and can be removed.

use crate::{
    emit::emit,
    errors::{FirebreakError, Named},
    events::AccountClosed,
    instructions::now,
    state::*,
};
use anchor_lang::prelude::*;

/// Accounts of `close_account`.
#[event_cpi]
#[derive(Accounts)]
pub struct CloseAccount<'info> {
    /// Owner of the account; receives its rent.
    #[account(mut)]
    pub owner: Signer<'info>,
    /// The margin account.
    #[account(mut, close = owner, has_one = owner @ FirebreakError::NotOwner)]
    pub account: AccountLoader<'info, MarginAccount>,
}

pub(crate) fn handle(ctx: Context<CloseAccount>) -> Result<()> {
    {
        let account = ctx.accounts.account.load()?;
        let now = now()?;
        account.invariant()?;
        // Two accounts at one address must not have one slot of opening: it is what quotes and orders know them by.
        require!(account.opened < now.slot, FirebreakError::ClosedTooSoon);
        account.engine.require_empty(now).named()?;
    }
    emit(&ctx.accounts.event_authority, &AccountClosed { account: ctx.accounts.account.key(), owner: ctx.accounts.owner.key() })
}
