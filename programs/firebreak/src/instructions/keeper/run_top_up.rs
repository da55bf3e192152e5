//! Runs an order that tops up: a step of capital moves in from another account of the same owner, as far as that one can spare it.

use crate::{
    emit::emit,
    errors::{FirebreakError, Named},
    events::{OrderRan, Transferred},
    instructions::{markets, now},
    state::*,
};
use anchor_lang::prelude::*;
use firebreak_risk::{num::add, ops};

/// Accounts of `run_top_up`. Anyone may call it.
#[event_cpi]
#[derive(Accounts)]
pub struct RunTopUp<'info> {
    /// Says the global breaker's level.
    pub protocol: AccountLoader<'info, Protocol>,
    /// The account that the order is for.
    #[account(mut)]
    pub account: AccountLoader<'info, MarginAccount>,
    /// The order.
    #[account(mut, constraint = order.load()?.account == account.key() @ FirebreakError::WrongOrder)]
    pub order: AccountLoader<'info, Order>,
    /// The sub-account that the order names.
    #[account(mut)]
    pub source: AccountLoader<'info, MarginAccount>,
    /// Where the reward goes.
    #[account(mut)]
    pub keeper: AccountLoader<'info, MarginAccount>,
}

#[inline(never)]
pub(crate) fn handle<'info>(ctx: Context<'info, RunTopUp<'info>>) -> Result<()> {
    let accounts = &ctx.accounts;
    let keys = (accounts.account.key(), accounts.source.key(), accounts.keeper.key());
    require!(keys.0 != keys.2, FirebreakError::SameAccount);
    require!(keys.1 != keys.0 && keys.1 != keys.2, FirebreakError::WrongSource);
    let (moved, ran) = {
        let order = &mut accounts.order.load_mut()?;
        let (account, source) = (&mut accounts.account.load_mut()?, &mut accounts.source.load_mut()?);
        let keeper = &mut accounts.keeper.load_mut()?;
        order.require_for(&keys.0, account)?;
        let named = source.owner == account.owner && source.sub_id == order.engine.source;
        require!(named, FirebreakError::WrongSource);
        let mut rest = ctx.remaining_accounts.iter();
        let mut given = markets::Given::default();
        given.read(account, None, &mut rest)?;
        given.read(source, None, &mut rest)?;
        markets::finish(rest)?;
        let protocol = accounts.protocol.load()?;
        protocol.invariant()?;
        let sides = (&mut account.engine.0, &mut source.engine.0);
        let done = ops::run_top_up(sides, &mut order.engine.0, &given, &protocol.setting(now()?)).named()?;
        keeper.engine.capital = add(keeper.engine.capital, done.reward).named()?;
        account.invariant()?;
        source.invariant()?;
        keeper.invariant()?;
        let (capital, reward) = (account.engine.capital, done.reward);
        let moved = Transferred {
            from: keys.1,
            to: keys.0,
            amount: done.amount,
            from_capital: source.engine.capital,
            to_capital: add(capital, reward).named()?,
        };
        let (done, order_id) = (done.amount, order.id);
        let keeper_capital = keeper.engine.capital;
        (
            moved,
            OrderRan {
                account: keys.0,
                id: order_id,
                done,
                order: order.engine,
                keeper: keys.2,
                reward,
                capital,
                keeper_capital,
            },
        )
    };
    emit(&ctx.accounts.event_authority, &moved)?;
    emit(&ctx.accounts.event_authority, &ran)
}
