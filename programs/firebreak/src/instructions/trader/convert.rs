//! Turns the warm part of a claim into capital, in full or not at all.

use crate::{
    errors::{FirebreakError, Named},
    events::Converted,
    instructions::{markets, now},
    state::*,
};
use anchor_lang::prelude::*;
use firebreak_risk::{
    margin::health,
    settle::{convert, settle},
    RiskError,
};

/// Accounts of `convert`.
#[event_cpi]
#[derive(Accounts)]
pub struct Convert<'info> {
    /// Owner of the account.
    pub owner: Signer<'info>,
    /// The market whose pool pays.
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
    /// The margin account.
    #[account(mut, has_one = owner @ FirebreakError::NotOwner)]
    pub account: AccountLoader<'info, MarginAccount>,
}

pub(crate) fn handle<'info>(ctx: Context<'info, Convert<'info>>) -> Result<()> {
    let accounts = &ctx.accounts;
    let event = {
        let market = &mut accounts.market.load_mut()?;
        let account = &mut accounts.account.load_mut()?;
        let mut rest = ctx.remaining_accounts.iter();
        let mut given = markets::Given::default();
        given.read(account, Some(market.index), &mut rest)?;
        markets::finish(rest)?;

        let (now, index) = (now()?, market.index);
        let engine = &mut market.engine;
        if health(&account.engine, &given.with(index, engine), now).named()?.solvency < 0 {
            return Err(FirebreakError::from(RiskError::MustDeclareBankrupt).into());
        }
        account.engine.position(index).named()?;
        let slot = account.engine.slot(index).named()?;
        let (capital, position) = account.engine.split(slot).named()?;
        let gain = settle(engine, capital, position, now).named()?.gain;
        let amount = convert(engine, capital, position, now).named()?;
        position.release();
        market.invariant()?;
        account.invariant()?;
        Converted { market: index, account: accounts.account.key(), gain, amount }
    };
    emit_cpi!(event);
    Ok(())
}
