//! Starts an account's liquidation clock, whether or not a keeper wants its positions; clears it once the account is back at its
//! stop line. Where raised margin alone makes the account liquidatable, the markets that raised it must be passed writable: each has
//! a budget for that.

use crate::{
    emit::emit,
    errors::Named,
    events::{AccountState, Flagged},
    instructions::{markets, now},
    state::*,
};
use anchor_lang::prelude::*;
use firebreak_risk::ops::{self, Setting};

/// Accounts of `flag`.
#[event_cpi]
#[derive(Accounts)]
pub struct Flag<'info> {
    /// The margin account.
    #[account(mut)]
    pub account: AccountLoader<'info, MarginAccount>,
}

pub(crate) fn handle<'info>(ctx: Context<'info, Flag<'info>>) -> Result<()> {
    let event = {
        let account = &mut ctx.accounts.account.load_mut()?;
        let mut rest = ctx.remaining_accounts.iter();
        let mut given = markets::Given::default();
        given.write(account, &mut rest)?;
        markets::finish(rest)?;
        let setting = Setting { now: now()?, ..Setting::default() };
        let health = ops::flag(&mut account.engine, &mut given, &setting).named()?;
        given.invariant()?;
        account.invariant()?;
        Flagged { account: ctx.accounts.account.key(), maint_health: health.maint, state: AccountState::of(&account.engine) }
    };
    emit(&ctx.accounts.event_authority, &event)
}
