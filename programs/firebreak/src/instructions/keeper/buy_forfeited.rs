//! A keeper buys collateral that insolvent accounts forfeited, with settlement capital that goes to insurance. No token moves: the units become a
//! balance of the keeper's account, which may withdraw them within the vault's limits of outflow.

use crate::{
    emit::emit,
    errors::{FirebreakError, Named},
    events::{balance_of, ForfeitedSold},
    instructions::{markets, now},
    state::*,
};
use anchor_lang::prelude::*;
use firebreak_risk::ops;

/// Accounts of `buy_forfeited`. Whoever has a margin account may.
#[event_cpi]
#[derive(Accounts)]
pub struct BuyForfeited<'info> {
    /// Owner of the keeper's account.
    pub owner: Signer<'info>,
    /// Says the global breaker's level.
    pub protocol: AccountLoader<'info, Protocol>,
    /// Receives the price.
    #[account(mut)]
    pub insurance: AccountLoader<'info, Insurance>,
    /// The keeper's account.
    #[account(mut, has_one = owner @ FirebreakError::NotOwner)]
    pub keeper: AccountLoader<'info, MarginAccount>,
    /// The collateral in custody.
    #[account(mut)]
    pub collateral: AccountLoader<'info, Collateral>,
}

pub(crate) fn handle<'info>(ctx: Context<'info, BuyForfeited<'info>>, amount: u64) -> Result<()> {
    let event = buy(ctx.accounts, ctx.remaining_accounts, amount)?;
    emit(&ctx.accounts.event_authority, &event)
}

#[inline(never)]
fn buy<'info>(accounts: &BuyForfeited<'info>, rest: &'info [AccountInfo<'info>], most: u64) -> Result<ForfeitedSold> {
    let index = accounts.collateral.load()?.index;
    require!(index != SETTLEMENT, FirebreakError::SettlementIsCapital);
    let keeper = &mut accounts.keeper.load_mut()?;
    let insurance = &mut accounts.insurance.load_mut()?;
    insurance.invariant()?;
    let mut rest = rest.iter();
    let mut given = markets::Given::default();
    given.read(keeper, None, &mut rest)?;
    given.sold(index, &mut rest)?;
    markets::finish(rest)?;
    let protocol = accounts.protocol.load()?;
    protocol.invariant()?;
    let (amount, since, rules) = {
        let record = given.collateral_record_mut(index)?;
        (record.release_custody(most)?, record.forfeited_slot, record.feed.rules)
    };
    let setting = protocol.setting(now()?);
    let units = (amount, since);
    let bought =
        ops::buy_forfeited((index, &rules), units, &mut keeper.engine, &mut insurance.engine, &given, &setting).named()?;
    let record = given.collateral_record(index)?;
    record.invariant()?;
    keeper.invariant()?;
    insurance.invariant()?;
    Ok(ForfeitedSold {
        collateral: index,
        keeper: accounts.keeper.key(),
        amount,
        paid: bought.paid,
        discount: bought.discount.0,
        keeper_capital: keeper.engine.capital,
        keeper_balance: balance_of(&keeper.engine, index),
        total: record.engine.total,
        forfeited: record.forfeited,
        insurance: insurance.engine,
    })
}
