//! Closes part of a position in liquidation against a standing quote: the maker has offered the capital, so the keeper needs none.

use crate::{
    emit::emit,
    errors::{FirebreakError, Named},
    events::{AccountState, Held, LiquidatedIntoQuote},
    instructions::{markets, now, parties},
    state::*,
};
use anchor_lang::prelude::*;
use firebreak_risk::{ops, rank::EITHER};

/// Accounts of `liquidate_into_quotes`. Anyone may call it.
#[event_cpi]
#[derive(Accounts)]
pub struct LiquidateIntoQuotes<'info> {
    /// Says what bond and reward are, and the global breaker's level.
    pub protocol: AccountLoader<'info, Protocol>,
    /// The market of the position.
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
    /// The account in distress.
    #[account(mut)]
    pub account: AccountLoader<'info, MarginAccount>,
    /// The maker's quote.
    #[account(mut, constraint = quote.load()?.account == maker.key() @ FirebreakError::WrongQuote)]
    pub quote: AccountLoader<'info, Quote>,
    /// The maker's account.
    #[account(mut)]
    pub maker: AccountLoader<'info, MarginAccount>,
    /// Where the keeper's reward goes.
    #[account(mut)]
    pub keeper: AccountLoader<'info, MarginAccount>,
}

#[inline(never)]
pub(crate) fn handle<'info>(ctx: Context<'info, LiquidateIntoQuotes<'info>>, lots: u64) -> Result<()> {
    let accounts = &ctx.accounts;
    let (key, maker_key, keeper_key) = (accounts.account.key(), accounts.maker.key(), accounts.keeper.key());
    require!(key != maker_key, FirebreakError::SelfTrade);
    require!(keeper_key != key && keeper_key != maker_key, FirebreakError::AccountsMismatch);
    let event = {
        let market = &mut accounts.market.load_mut()?;
        let account = &mut accounts.account.load_mut()?;
        let quote = &mut accounts.quote.load_mut()?;
        let (maker, keeper) = (&mut accounts.maker.load_mut()?, &mut accounts.keeper.load_mut()?);
        quote.invariant()?;
        let index = market.index;
        require!(quote.market == index, FirebreakError::WrongQuote);
        require!(maker.owner != account.owner, FirebreakError::SameOwner);
        let now = now()?;
        let mut rest = ctx.remaining_accounts.iter();
        let mut given = markets::Given::default();
        given.read(account, Some(index), &mut rest)?;
        given.read(maker, Some(index), &mut rest)?;
        let seen = parties::shown(market, &mut given, &mut rest, now)?;
        let mut shown = parties::worst(&seen);
        shown.push(parties::acted_on(&key));
        let floor = market.worst.floor(EITHER, &shown);

        let protocol = accounts.protocol.load()?;
        protocol.invariant()?;
        let step = ops::liquidate_into_quote(
            (index, &mut market.engine),
            (&mut account.engine, &mut maker.engine, &mut keeper.engine),
            &mut quote.terms,
            (lots, floor),
            &given,
            &protocol.setting(now),
        )
        .named()?;
        parties::note_worst(market, &seen, (&key, &account.engine), &step.after);
        market.invariant()?;
        account.invariant()?;
        maker.invariant()?;
        keeper.invariant()?;
        LiquidatedIntoQuote {
            market: index,
            account: key,
            maker: maker_key,
            keeper: keeper_key,
            long: step.plan.base.is_long(),
            lots: step.lots,
            price: step.price.0,
            notional: step.notional,
            fee: step.fee.charged,
            maker_fee: step.fee.maker,
            penalty: step.penalty,
            allowed: step.allowed,
            reward: step.reward,
            deficit: step.deficit,
            held: Held::of(&account.engine, index),
            maker_held: Held::of(&maker.engine, index),
            keeper_state: AccountState::of(&keeper.engine),
            ledger: EngineLedger(market.engine.ledger),
            quoted: quote.left(),
        }
    };
    emit(&ctx.accounts.event_authority, &event)
}
