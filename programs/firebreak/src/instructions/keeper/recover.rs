//! Converts what an account holds elsewhere that left a loss: it goes to the markets that bore the loss before it goes to the owner.

use crate::{
    emit::emit_with,
    errors::Named,
    events::{positions_of, AccountState, Recovered},
    instructions::{markets, now},
    state::*,
};
use anchor_lang::prelude::*;
use firebreak_risk::ops;

/// Accounts of `recover`. Anyone may call it.
#[event_cpi]
#[derive(Accounts)]
pub struct Recover<'info> {
    /// Says the global breaker's level.
    pub protocol: AccountLoader<'info, Protocol>,
    /// The account that left a loss.
    #[account(mut)]
    pub account: AccountLoader<'info, MarginAccount>,
}

pub(crate) fn handle<'info>(ctx: Context<'info, Recover<'info>>, market: u16) -> Result<()> {
    let event = {
        let account = &mut ctx.accounts.account.load_mut()?;
        let mut rest = ctx.remaining_accounts.iter();
        let mut given = markets::Given::default();
        given.write_all(account, &mut rest)?;
        markets::finish(rest)?;
        let protocol = ctx.accounts.protocol.load()?;
        protocol.invariant()?;
        let (amount, repaid) = ops::recover(&mut account.engine, market, &mut given, &protocol.setting(now()?)).named()?;
        given.invariant()?;
        account.invariant()?;
        Recovered {
            market,
            account: ctx.accounts.account.key(),
            amount,
            repaid,
            state: AccountState::of(&account.engine),
            positions: positions_of(&account.engine),
            markets: given.totals(),
        }
    };
    let room = std::mem::size_of_val(&event.positions[..]).saturating_add(std::mem::size_of_val(&event.markets[..]));
    emit_with(&ctx.accounts.event_authority, &event, room)
}
