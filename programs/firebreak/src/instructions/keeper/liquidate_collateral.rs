//! A keeper buys collateral of an account with settlement capital: for a debt, whatever the account's health, or to the stop line of one
//! that is being liquidated. No token moves: the units become a balance of the keeper's account, which may withdraw them.

use crate::{
    emit::emit_with,
    errors::{FirebreakError, Named},
    events::{balance_of, positions_of, AccountState, CollateralSold},
    instructions::{markets, now},
    state::*,
};
use anchor_lang::prelude::*;
use firebreak_risk::ops;

/// Accounts of `liquidate_collateral`.
#[event_cpi]
#[derive(Accounts)]
pub struct LiquidateCollateral<'info> {
    /// Owner of the keeper's account.
    pub owner: Signer<'info>,
    /// Says the global breaker's level.
    pub protocol: AccountLoader<'info, Protocol>,
    /// The account that owes or is in distress.
    #[account(mut)]
    pub account: AccountLoader<'info, MarginAccount>,
    /// The keeper's account.
    #[account(mut, has_one = owner @ FirebreakError::NotOwner)]
    pub keeper: AccountLoader<'info, MarginAccount>,
}

pub(crate) fn handle<'info>(ctx: Context<'info, LiquidateCollateral<'info>>, collateral: u16, amount: u64) -> Result<()> {
    require!(ctx.accounts.account.key() != ctx.accounts.keeper.key(), FirebreakError::SelfTrade);
    let event = sell(ctx.accounts, ctx.remaining_accounts, collateral, amount)?;
    let room = std::mem::size_of_val(&*event.positions).saturating_add(std::mem::size_of_val(&*event.markets));
    emit_with(&ctx.accounts.event_authority, &event, room)
}

#[inline(never)]
fn sell<'info>(
    accounts: &LiquidateCollateral<'info>,
    rest: &'info [AccountInfo<'info>],
    index: u16,
    most: u64,
) -> Result<CollateralSold> {
    let account = &mut accounts.account.load_mut()?;
    let keeper = &mut accounts.keeper.load_mut()?;
    let mut rest = rest.iter();
    let mut given = markets::Given::default();
    given.write(account, &mut rest)?;
    given.read(keeper, None, &mut rest)?;
    markets::finish(rest)?;
    let protocol = accounts.protocol.load()?;
    protocol.invariant()?;
    let rules = given.collateral_record(index)?.feed.rules;
    let sides = (&mut account.engine.0, &mut keeper.engine.0);
    let sold = ops::sell_collateral((index, &rules), sides, most, &mut given, &protocol.setting(now()?)).named()?;
    given.invariant()?;
    account.invariant()?;
    keeper.invariant()?;
    Ok(CollateralSold {
        collateral: index,
        account: accounts.account.key(),
        keeper: accounts.keeper.key(),
        amount: sold.amount,
        paid: sold.paid,
        discount: sold.discount.0,
        debts: sold.debts,
        balance: balance_of(&account.engine, index),
        state: AccountState::of(&account.engine),
        positions: positions_of(&account.engine),
        keeper_capital: keeper.engine.capital,
        keeper_balance: balance_of(&keeper.engine, index),
        markets: given.totals(),
    })
}
