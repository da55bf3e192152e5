//! Turns the warm part of a claim into capital, in full or not at all.

use crate::{
    emit::emit,
    errors::{FirebreakError, Named},
    events::{Converted, Held},
    instructions::{markets, now},
    state::*,
};
use anchor_lang::prelude::*;
use firebreak_risk::ops;

/// Accounts of `convert`.
#[event_cpi]
#[derive(Accounts)]
pub struct Convert<'info> {
    /// Owner of the account.
    pub owner: Signer<'info>,
    /// Says the global breaker's level.
    pub protocol: AccountLoader<'info, Protocol>,
    /// The market whose pool pays.
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
    /// The margin account.
    #[account(mut, has_one = owner @ FirebreakError::NotOwner)]
    pub account: AccountLoader<'info, MarginAccount>,
}

pub(crate) fn handle<'info>(ctx: Context<'info, Convert<'info>>) -> Result<()> {
    let accounts = &ctx.accounts;
    let event = {
        let market = &mut accounts.market.load_mut()?;
        let account = &mut accounts.account.load_mut()?;
        let mut rest = ctx.remaining_accounts.iter();
        let mut given = markets::Given::default();
        given.read(account, Some(market.index), &mut rest)?;
        markets::finish(rest)?;

        let index = market.index;
        let protocol = accounts.protocol.load()?;
        protocol.invariant()?;
        let setting = protocol.setting(now()?);
        let (settled, amount) = ops::convert((index, &mut market.engine), &mut account.engine, &given, &setting).named()?;
        market.invariant()?;
        account.invariant()?;
        Converted {
            market: index,
            account: accounts.account.key(),
            gain: settled.gain,
            amount,
            held: Held::of(&account.engine, index),
            ledger: EngineLedger(market.engine.ledger),
        }
    };
    emit(&ctx.accounts.event_authority, &event)
}
