//! Fills two signers at a price that both agreed on. Either may be a program that signs for an address of its own, so a book or a venue
//! for quotes on request can clear here.

use super::filled;
use crate::{
    emit::emit,
    errors::{FirebreakError, Named},
    instructions::{markets, now},
    state::*,
};
use anchor_lang::prelude::*;
use firebreak_risk::{ops, BaseQty, Price};

/// Accounts of `match_trade`.
#[event_cpi]
#[derive(Accounts)]
pub struct MatchTrade<'info> {
    /// Owner of the taker's account.
    pub taker_owner: Signer<'info>,
    /// Owner of the maker's account.
    pub maker_owner: Signer<'info>,
    /// Says how large a keeper bond is, and the global breaker's level.
    pub protocol: AccountLoader<'info, Protocol>,
    /// The market.
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
    /// The account that pays the fee.
    #[account(mut, constraint = taker.load()?.owner == taker_owner.key() @ FirebreakError::NotOwner)]
    pub taker: AccountLoader<'info, MarginAccount>,
    /// The account on the other side.
    #[account(mut, constraint = maker.load()?.owner == maker_owner.key() @ FirebreakError::NotOwner)]
    pub maker: AccountLoader<'info, MarginAccount>,
}

#[inline(never)]
pub(crate) fn handle<'info>(ctx: Context<'info, MatchTrade<'info>>, base: i64, price: u64) -> Result<()> {
    let accounts = &ctx.accounts;
    require!(accounts.taker.key() != accounts.maker.key(), FirebreakError::SelfTrade);
    // Sizes are those of a quote: the fill and what it leads to have a number.
    require!(base != 0 && base.unsigned_abs() <= i64::MAX as u64 / 2, FirebreakError::SizeOutOfBounds);
    let event = {
        let market = &mut accounts.market.load_mut()?;
        let (taker, maker) = (&mut accounts.taker.load_mut()?, &mut accounts.maker.load_mut()?);
        let mut rest = ctx.remaining_accounts.iter();
        let mut given = markets::Given::default();
        given.read(taker, Some(market.index), &mut rest)?;
        given.read(maker, Some(market.index), &mut rest)?;
        markets::finish(rest)?;

        let protocol = accounts.protocol.load()?;
        protocol.invariant()?;
        let (now, index, fill) = (now()?, market.index, (BaseQty(base), Price(price)));
        let sides = (&mut taker.engine.0, &mut maker.engine.0);
        let traded = ops::match_trade((index, &mut market.engine), sides, fill, &given, &protocol.setting(now)).named()?;
        market.filled((taker, maker), fill.1, traded.cost, now)?;
        market.invariant()?;
        taker.invariant()?;
        maker.invariant()?;
        filled(market, (accounts.taker.key(), taker), (accounts.maker.key(), maker), fill, &traded, None)
    };
    emit(&ctx.accounts.event_authority, &event)
}
