//! Trades against a standing quote.

use crate::{
    errors::{FirebreakError, Named},
    events::Filled,
    instructions::{markets, now},
    state::*,
};
use anchor_lang::prelude::*;
use firebreak_risk::{
    num::{add, ssub},
    trade::{charge_fee, check_market, check_side, cost, fill, increases, Fee},
    BaseQty, Now, Price,
};

/// Accounts of `take`.
#[event_cpi]
#[derive(Accounts)]
pub struct Take<'info> {
    /// Owner of the taker's account.
    pub owner: Signer<'info>,
    /// Says how large a keeper bond is.
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
        quote.invariant()?;
        require!(quote.market == market.index, FirebreakError::WrongQuote);
        let mut rest = ctx.remaining_accounts.iter();
        let mut given = markets::Given::default();
        given.read(taker, Some(market.index), &mut rest)?;
        given.read(maker, Some(market.index), &mut rest)?;
        markets::finish(rest)?;

        let protocol = accounts.protocol.load()?;
        protocol.invariant()?;
        let (now, bond, index) = (now()?, protocol.keeper_bond, market.index);
        let base = BaseQty(base);
        let (price, available) = quote.terms.offer(&market.engine, base, now).named()?;
        require!(base.abs() <= available, FirebreakError::SizeOutOfBounds);
        require!(if base.is_long() { price.0 <= limit } else { price.0 >= limit }, FirebreakError::LimitPrice);
        quote.terms.consume(base).named()?;
        let (cost, fee) = trade(market, taker, maker, base, price, bond, &given, now)?;
        market.invariant()?;
        taker.invariant()?;
        maker.invariant()?;
        Filled {
            market: index,
            taker: accounts.taker.key(),
            maker: accounts.maker.key(),
            base: base.0,
            cost,
            fee: fee.charged,
            maker_fee: fee.maker,
        }
    };
    emit_cpi!(event);
    Ok(())
}

/// Fills both sides, charges the fee and checks both against their lines.
#[inline(never)]
#[allow(clippy::too_many_arguments)] // both sides, one market, one price
fn trade(
    market: &mut Market,
    taker: &mut MarginAccount,
    maker: &mut MarginAccount,
    base: BaseQty,
    price: Price,
    bond: u64,
    given: &markets::Given,
    now: Now,
) -> Result<(i64, Fee)> {
    let index = market.index;
    let engine = &mut market.engine;
    let against = base.negated().named()?;
    let paid = cost(price, base).named()?;
    let (taker_slot, maker_slot) = (taker.engine.slot(index).named()?, maker.engine.slot(index).named()?);
    let taker_before = taker.engine.position(index).named()?.base;
    let maker_before = maker.engine.position(index).named()?.base;
    fill(engine, &mut taker.engine, taker_slot, base, paid, now).named()?;
    fill(engine, &mut maker.engine, maker_slot, against, ssub(0, paid).named()?, now).named()?;
    let fee = charge_fee(engine, &mut taker.engine, taker_slot, &mut maker.engine, paid.unsigned_abs()).named()?;
    engine.ledger.fills = add(engine.ledger.fills, 1).named()?;

    for (side, before, filled) in [(&mut *taker, taker_before, base), (&mut *maker, maker_before, against)] {
        side.engine.settle_bond(bond).named()?;
        let book = given.with(index, engine);
        check_side(engine, &side.engine, &book, before, (filled, price), now).named()?;
        side.engine.position_mut(index).named()?.release();
    }
    let opened =
        increases(taker_before, taker_before.plus(base).named()?) || increases(maker_before, maker_before.plus(against).named()?);
    check_market(engine, opened, now).named()?;
    Ok((paid, fee))
}
