//! Marks a position to the robust price and pays what it owes into the market's pool.

use crate::{
    errors::{FirebreakError, Named},
    events::Settled,
    instructions::{markets, now},
    state::*,
};
use anchor_lang::prelude::*;
use firebreak_risk::{
    liquidation::unflag,
    margin::{health, init_health},
    settle::{may_settle_for, settle},
    RiskError,
};

/// Accounts of `settle`. Anyone may call it on the grounds that the engine states; the owner any time.
#[event_cpi]
#[derive(Accounts)]
pub struct Settle<'info> {
    /// Whoever calls.
    pub caller: Signer<'info>,
    /// The market.
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
    /// The margin account.
    #[account(mut)]
    pub account: AccountLoader<'info, MarginAccount>,
}

pub(crate) fn handle<'info>(ctx: Context<'info, Settle<'info>>) -> Result<()> {
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
        let book = given.with(index, engine);
        let before = health(&account.engine, &book, now).named()?;
        if before.solvency < 0 {
            return Err(FirebreakError::from(RiskError::MustDeclareBankrupt).into());
        }
        if accounts.caller.key() != account.owner {
            let below_init = init_health(&account.engine, &book, false, now).named()? < 0;
            may_settle_for(engine, account.engine.position(index).named()?, below_init, now).named()?;
        }
        account.engine.position(index).named()?;
        let slot = account.engine.slot(index).named()?;
        let (capital, position) = account.engine.split(slot).named()?;
        let settled = settle(engine, capital, position, now).named()?;
        position.release();
        unflag(&mut account.engine, &before);
        market.invariant()?;
        account.invariant()?;
        Settled { market: index, account: accounts.account.key(), gain: settled.gain, paid: settled.paid }
    };
    emit_cpi!(event);
    Ok(())
}
