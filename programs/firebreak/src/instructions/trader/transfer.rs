//! Moves capital between two accounts of one owner. No token moves; for the account that gives, it is a withdrawal.

use crate::{
    emit::emit,
    errors::{FirebreakError, Named},
    events::Transferred,
    instructions::{markets, now},
    state::*,
};
use anchor_lang::prelude::*;
use firebreak_risk::ops;

/// Accounts of `transfer`.
#[event_cpi]
#[derive(Accounts)]
pub struct Transfer<'info> {
    /// Owner of both accounts.
    pub owner: Signer<'info>,
    /// Says the global breaker's level.
    pub protocol: AccountLoader<'info, Protocol>,
    /// Where the capital comes from.
    #[account(mut, has_one = owner @ FirebreakError::NotSameOwner)]
    pub from: AccountLoader<'info, MarginAccount>,
    /// Where it goes.
    #[account(mut, has_one = owner @ FirebreakError::NotSameOwner)]
    pub to: AccountLoader<'info, MarginAccount>,
}

pub(crate) fn handle<'info>(ctx: Context<'info, Transfer<'info>>, amount: u64) -> Result<()> {
    let accounts = &ctx.accounts;
    require!(accounts.from.key() != accounts.to.key(), FirebreakError::SameAccount);
    let event = {
        let (from, to) = (&mut accounts.from.load_mut()?, &mut accounts.to.load_mut()?);
        let mut rest = ctx.remaining_accounts.iter();
        let mut given = markets::Given::default();
        given.read(from, None, &mut rest)?;
        markets::finish(rest)?;
        let protocol = accounts.protocol.load()?;
        protocol.invariant()?;
        ops::transfer(&mut from.engine, &mut to.engine, amount, &given, &protocol.setting(now()?)).named()?;
        from.invariant()?;
        to.invariant()?;
        Transferred {
            from: accounts.from.key(),
            to: accounts.to.key(),
            amount,
            from_capital: from.engine.capital,
            to_capital: to.engine.capital,
        }
    };
    emit(&ctx.accounts.event_authority, &event)
}
