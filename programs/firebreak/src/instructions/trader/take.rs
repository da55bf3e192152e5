//! Trades against a standing quote.

use super::filled;
use crate::{
    emit::emit,
    errors::{FirebreakError, Named},
    instructions::{markets, now},
    state::*,
};
use anchor_lang::prelude::*;
use firebreak_risk::{ops, BaseQty};

/// Accounts of `take`.
#[event_cpi]
#[derive(Accounts)]
pub struct Take<'info> {
    /// Owner of the taker's account.
    pub owner: Signer<'info>,
    /// Says how large a keeper bond is, and the global breaker's level.
    pub protocol: AccountLoader<'info, Protocol>,
    /// The market.
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
    /// The taker's account.
    #[account(mut, has_one = owner @ FirebreakError::NotOwner)]
    pub taker: AccountLoader<'info, MarginAccount>,
    /// The maker's quote.
    #[account(mut, constraint = quote.load()?.account == maker.key() @ FirebreakError::WrongQuote)]
    pub quote: AccountLoader<'info, Quote>,
    /// The maker's account.
    #[account(mut)]
    pub maker: AccountLoader<'info, MarginAccount>,
}

pub(crate) fn handle<'info>(ctx: Context<'info, Take<'info>>, base: i64, limit: u64) -> Result<()> {
    let accounts = &ctx.accounts;
    require!(accounts.taker.key() != accounts.maker.key(), FirebreakError::SelfTrade);
    require!(base != 0 && base != i64::MIN, FirebreakError::SizeOutOfBounds);
    let event = {
        let market = &mut accounts.market.load_mut()?;
        let quote = &mut accounts.quote.load_mut()?;
        let (taker, maker) = (&mut accounts.taker.load_mut()?, &mut accounts.maker.load_mut()?);
        quote.require_for(maker, market.index)?;
        let mut rest = ctx.remaining_accounts.iter();
        let mut given = markets::Given::default();
        given.read(taker, Some(market.index), &mut rest)?;
        given.read(maker, Some(market.index), &mut rest)?;
        markets::finish(rest)?;

        let protocol = accounts.protocol.load()?;
        protocol.invariant()?;
        let (now, index) = (now()?, market.index);
        let base = BaseQty(base);
        let (price, available) = quote.terms.offer(&market.engine, base, now).named()?;
        require!(base.abs() <= available, FirebreakError::SizeOutOfBounds);
        require!(if base.is_long() { price.0 <= limit } else { price.0 >= limit }, FirebreakError::LimitPrice);
        quote.terms.consume(base).named()?;
        let setting = protocol.setting(now);
        let traded =
            ops::trade((index, &mut market.engine), (&mut taker.engine, &mut maker.engine), (base, price), &given, &setting)
                .named()?;
        market.filled((taker, maker), price, traded.cost, now)?;
        market.invariant()?;
        taker.invariant()?;
        maker.invariant()?;
        filled(market, (accounts.taker.key(), taker), (accounts.maker.key(), maker), (base, price), &traded, Some(quote))
    };
    emit(&ctx.accounts.event_authority, &event)
}
