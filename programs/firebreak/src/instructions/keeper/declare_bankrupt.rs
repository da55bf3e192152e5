//! Settles every position of an account that owes more than it has, and splits what it has over what it owes, pro rata, so that
//! no market is paid before another.

use crate::{
    emit::emit_with,
    errors::Named,
    events::{positions_of, AccountState, Bankrupted},
    instructions::{markets, now},
    state::*,
};
use anchor_lang::prelude::*;
use firebreak_risk::ops::{self, Declared, Setting};

/// Accounts of `declare_bankrupt`.
#[event_cpi]
#[derive(Accounts)]
pub struct DeclareBankrupt<'info> {
    /// The account that cannot pay.
    #[account(mut)]
    pub account: AccountLoader<'info, MarginAccount>,
}

pub(crate) fn handle<'info>(ctx: Context<'info, DeclareBankrupt<'info>>) -> Result<()> {
    let event = {
        let account = &mut ctx.accounts.account.load_mut()?;
        let mut rest = ctx.remaining_accounts.iter();
        let mut given = markets::Given::default();
        given.write(account, &mut rest)?;
        markets::finish(rest)?;
        let setting = Setting { now: now()?, ..Setting::default() };
        let Declared { owed, paid } = ops::declare(&mut account.engine, &mut given, &setting).named()?;
        given.invariant()?;
        account.invariant()?;
        Bankrupted {
            account: ctx.accounts.account.key(),
            owed,
            paid,
            state: AccountState::of(&account.engine),
            positions: positions_of(&account.engine),
            markets: given.totals(),
        }
    };
    let room = std::mem::size_of_val(&event.positions[..]).saturating_add(std::mem::size_of_val(&event.markets[..]));
    emit_with(&ctx.accounts.event_authority, &event, room)
}
