//! Ends the wait for a buyer: of an account that cannot pay, collateral that nobody bought within its time for sale counts for nothing and
//! passes into custody in its vault, so that the account can be declared bankrupt.

use crate::{
    emit::emit,
    errors::{FirebreakError, Named},
    events::{balance_of, CollateralForfeited},
    instructions::{markets, now},
    state::*,
};
use anchor_lang::prelude::*;
use firebreak_risk::ops;

/// Accounts of `forfeit_collateral`. Anyone may call it.
#[event_cpi]
#[derive(Accounts)]
pub struct ForfeitCollateral<'info> {
    /// Says the global breaker's level.
    pub protocol: AccountLoader<'info, Protocol>,
    /// The account that cannot pay.
    #[account(mut)]
    pub account: AccountLoader<'info, MarginAccount>,
    /// The collateral that nobody bought.
    #[account(mut)]
    pub collateral: AccountLoader<'info, Collateral>,
}

pub(crate) fn handle<'info>(ctx: Context<'info, ForfeitCollateral<'info>>) -> Result<()> {
    let accounts = &ctx.accounts;
    let event = {
        let index = accounts.collateral.load()?.index;
        require!(index != SETTLEMENT, FirebreakError::SettlementIsCapital);
        let account = &mut accounts.account.load_mut()?;
        let mut rest = ctx.remaining_accounts.iter();
        let mut given = markets::Given::default();
        given.read(account, None, &mut rest)?;
        markets::finish(rest)?;
        let protocol = accounts.protocol.load()?;
        protocol.invariant()?;
        let rules = given.collateral_record(index)?.feed.rules;
        let setting = protocol.setting(now()?);
        let amount = ops::forfeit(&mut account.engine, (index, &rules), &given, &setting).named()?;
        account.invariant()?;
        let record = given.collateral_record_mut(index)?;
        record.take_custody(amount, setting.now)?;
        record.invariant()?;
        CollateralForfeited {
            collateral: index,
            account: accounts.account.key(),
            amount,
            balance: balance_of(&account.engine, index),
            total: record.engine.total,
            forfeited: record.forfeited,
        }
    };
    emit(&accounts.event_authority, &event)
}
