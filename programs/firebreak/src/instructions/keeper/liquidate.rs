//! Take-over: the keeper receives part of the position into its own margin account at the robust price, and a share of the
//! penalty.

use crate::{
    emit::emit,
    errors::{FirebreakError, Named},
    events::{Held, Liquidated},
    instructions::{markets, now, parties},
    state::*,
};
use anchor_lang::prelude::*;
use firebreak_risk::{num::signed, ops, rank::EITHER};

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
        let now = now()?;
        let seen = parties::shown(market, &mut given, &mut rest, now)?;
        let mut shown = parties::worst(&seen);
        shown.push(parties::acted_on(&accounts.account.key()));
        let floor = market.worst.floor(EITHER, &shown);
        let protocol = accounts.protocol.load()?;
        protocol.invariant()?;
        let index = market.index;
        let step = ops::liquidate(
            (index, &mut market.engine),
            (&mut account.engine, &mut keeper.engine),
            lots,
            floor,
            &given,
            &protocol.setting(now),
        )
        .named()?;
        let taken = signed(lots.min(step.plan.base.abs())).named()?;
        let event = Liquidated {
            market: index,
            account: accounts.account.key(),
            keeper: accounts.keeper.key(),
            base: if step.plan.base.is_long() { taken } else { -taken },
            price: step.plan.price.0,
            penalty: step.taken.penalty,
            discount: step.taken.discount,
            reward: step.reward,
            deficit: step.deficit,
            held: Held::of(&account.engine, index),
            keeper_held: Held::of(&keeper.engine, index),
            ledger: EngineLedger(market.engine.ledger),
        };
        parties::note_worst(market, &seen, (&accounts.account.key(), &account.engine), &step.after);
        market.invariant()?;
        account.invariant()?;
        keeper.invariant()?;
        event
    };
    emit(&ctx.accounts.event_authority, &event)
}
