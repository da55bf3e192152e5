//! Take-over: the keeper receives part of the position into its own margin account at the robust price, and a share of the
//! penalty.

use crate::{
    errors::{FirebreakError, Named},
    events::Liquidated,
    instructions::{markets, now},
    state::*,
};
use anchor_lang::prelude::*;
use firebreak_risk::{
    liquidation::{plan, take_over, unflag, Plan},
    margin::{health, require_init},
    num::{add, signed},
    price::Action,
    waterfall::close_bankrupt,
    Now,
};

/// Accounts of `liquidate`.
#[event_cpi]
#[derive(Accounts)]
pub struct Liquidate<'info> {
    /// Owner of the keeper's account.
    pub owner: Signer<'info>,
    /// Says what bond and reward are.
    pub protocol: AccountLoader<'info, Protocol>,
    /// The market of the position.
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
    /// The account in distress.
    #[account(mut)]
    pub account: AccountLoader<'info, MarginAccount>,
    /// The keeper's account.
    #[account(mut, has_one = owner @ FirebreakError::NotOwner)]
    pub keeper: AccountLoader<'info, MarginAccount>,
}

pub(crate) fn handle<'info>(ctx: Context<'info, Liquidate<'info>>, lots: u64) -> Result<()> {
    let accounts = &ctx.accounts;
    require!(accounts.account.key() != accounts.keeper.key(), FirebreakError::SelfTrade);
    let event = {
        let market = &mut accounts.market.load_mut()?;
        let account = &mut accounts.account.load_mut()?;
        let keeper = &mut accounts.keeper.load_mut()?;
        let mut rest = ctx.remaining_accounts.iter();
        let mut given = markets::Given::default();
        given.read(account, Some(market.index), &mut rest)?;
        given.read(keeper, Some(market.index), &mut rest)?;
        markets::finish(rest)?;
        // Who owes may not take on more, though the new position would be margined.
        require!(keeper.engine.bankrupt == 0, FirebreakError::AccountBankrupt);
        require!(!keeper.engine.owes(), FirebreakError::AccountInDebt);
        let protocol = accounts.protocol.load()?;
        protocol.invariant()?;
        let mut event = Liquidated {
            market: market.index,
            account: accounts.account.key(),
            keeper: accounts.keeper.key(),
            base: 0,
            price: 0,
            penalty: 0,
            discount: 0,
            reward: 0,
            deficit: 0,
        };
        liquidate(market, account, keeper, &given, &protocol, lots, now()?, &mut event)?;
        market.invariant()?;
        account.invariant()?;
        keeper.invariant()?;
        event
    };
    emit_cpi!(event);
    Ok(())
}

/// Pays the keeper from the account's bond. It is due for finishing the work, so cutting it into crumbs earns nothing.
fn reward(account: &mut MarginAccount, keeper: &mut MarginAccount, protocol: &Protocol) -> Result<u64> {
    let paid = account.engine.pay_keeper(protocol.keeper_reward).named()?;
    keeper.engine.capital = add(keeper.engine.capital, paid).named()?;
    Ok(paid)
}

#[inline(never)]
#[allow(clippy::too_many_arguments)] // two accounts, one market, what the event reports
fn liquidate(
    market: &mut Market,
    account: &mut MarginAccount,
    keeper: &mut MarginAccount,
    given: &markets::Given,
    protocol: &Protocol,
    lots: u64,
    now: Now,
    event: &mut Liquidated,
) -> Result<()> {
    let index = market.index;
    let engine = &mut market.engine;
    engine.require(Action::Liquidate.least(), now).named()?;
    let before = health(&account.engine, &given.with(index, engine), now).named()?;
    let plan: Plan = plan(&account.engine, index, engine, &before, now).named()?;
    let (slot, keeper_slot) = (account.engine.slot(index).named()?, keeper.engine.slot(index).named()?);
    let taken = take_over(engine, (&mut account.engine, slot), (&mut keeper.engine, keeper_slot), &plan, lots, now).named()?;
    let closed = account.engine.position(index).named()?.base.is_flat();
    if account.engine.bankrupt != 0 {
        // What the keeper leaves of the last position's bond belongs to those the account owes.
        if closed {
            event.reward = reward(account, keeper, protocol)?;
        }
        account.engine.release_bond().named()?;
        event.deficit = close_bankrupt(engine, &mut account.engine, slot, now).named()?;
    }
    account.engine.position_mut(index).named()?.release();

    let after = health(&account.engine, &given.with(index, engine), now).named()?;
    require!(before.solvency < 0 || after.liq_end >= before.liq_end, FirebreakError::InvariantBroken);
    unflag(&mut account.engine, &after);
    if (closed || after.liq_end >= 0) && event.reward == 0 {
        event.reward = reward(account, keeper, protocol)?;
    }
    account.engine.release_bond().named()?;
    keeper.engine.settle_bond(protocol.keeper_bond).named()?;
    require_init(&keeper.engine, &given.with(index, engine), now).named()?;
    keeper.engine.position_mut(index).named()?.release();

    let taken_lots = signed(lots.min(plan.base.abs())).named()?;
    event.base = if plan.base.is_long() { taken_lots } else { -taken_lots };
    (event.price, event.penalty, event.discount) = (plan.price.0, taken.penalty, taken.discount);
    Ok(())
}
