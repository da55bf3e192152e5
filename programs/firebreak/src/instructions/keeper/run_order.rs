//! Runs an order that reduces: the account is the taker of a step against a maker's quote, and pays whoever ran it.

use crate::{
    emit::emit,
    errors::{FirebreakError, Named},
    events::{Filled, OrderRan},
    instructions::{filled, markets, now},
    state::*,
};
use anchor_lang::prelude::*;
use firebreak_risk::{num::add, ops};

/// Accounts of `run_order`. Anyone may call it.
#[event_cpi]
#[derive(Accounts)]
pub struct RunOrder<'info> {
    /// Says how large a keeper bond is, and the global breaker's level.
    pub protocol: AccountLoader<'info, Protocol>,
    /// The order's market.
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
    /// The account that the order is for.
    #[account(mut)]
    pub account: AccountLoader<'info, MarginAccount>,
    /// The order.
    #[account(mut, constraint = order.load()?.account == account.key() @ FirebreakError::WrongOrder)]
    pub order: AccountLoader<'info, Order>,
    /// The maker's quote.
    #[account(mut, constraint = quote.load()?.account == maker.key() @ FirebreakError::WrongQuote)]
    pub quote: AccountLoader<'info, Quote>,
    /// The maker's account.
    #[account(mut)]
    pub maker: AccountLoader<'info, MarginAccount>,
    /// Where the reward goes; may be the maker's.
    #[account(mut)]
    pub keeper: AccountLoader<'info, MarginAccount>,
}

#[inline(never)]
pub(crate) fn handle<'info>(ctx: Context<'info, RunOrder<'info>>) -> Result<()> {
    let accounts = &ctx.accounts;
    let (account, maker, keeper) = (accounts.account.key(), accounts.maker.key(), accounts.keeper.key());
    require!(account != maker && account != keeper, FirebreakError::SelfTrade);
    let (fill, mut ran) = run(accounts, ctx.remaining_accounts)?;
    // The maker's books are closed: it may be the keeper.
    let keeper = &mut accounts.keeper.load_mut()?;
    keeper.engine.capital = add(keeper.engine.capital, ran.reward).named()?;
    keeper.invariant()?;
    ran.keeper_capital = keeper.engine.capital;
    emit(&ctx.accounts.event_authority, &fill)?;
    emit(&ctx.accounts.event_authority, &ran)
}

fn run<'info>(accounts: &RunOrder<'info>, given_markets: &'info [AccountInfo<'info>]) -> Result<(Filled, OrderRan)> {
    let market = &mut accounts.market.load_mut()?;
    let (order, quote) = (&mut accounts.order.load_mut()?, &mut accounts.quote.load_mut()?);
    let (account, maker) = (&mut accounts.account.load_mut()?, &mut accounts.maker.load_mut()?);
    let index = market.index;
    order.require_for(&accounts.account.key(), account)?;
    quote.require_for(maker, index)?;
    // The owner's own quote would pay the reward and change nothing.
    require!(account.owner != maker.owner, FirebreakError::SelfTrade);
    let mut rest = given_markets.iter();
    let mut given = markets::Given::default();
    given.read(account, Some(index), &mut rest)?;
    given.read(maker, Some(index), &mut rest)?;
    markets::finish(rest)?;
    let protocol = accounts.protocol.load()?;
    protocol.invariant()?;
    let now = now()?;
    let sides = (&mut account.engine.0, &mut maker.engine.0);
    let terms = (&mut order.engine.0, &mut quote.terms.0);
    let done = ops::run_reduce((index, &mut market.engine), sides, terms, &given, &protocol.setting(now)).named()?;
    market.filled((account, maker), done.price, done.traded.cost, now)?;
    market.invariant()?;
    account.invariant()?;
    maker.invariant()?;
    let fill = filled(
        market,
        (accounts.account.key(), account),
        (accounts.maker.key(), maker),
        (done.base, done.price),
        &done.traded,
        Some(quote),
    );
    let ran = OrderRan {
        account: accounts.account.key(),
        id: order.id,
        done: done.base.abs(),
        order: order.engine,
        keeper: accounts.keeper.key(),
        reward: done.reward,
        capital: account.engine.capital,
        keeper_capital: 0,
    };
    Ok((fill, ran))
}
