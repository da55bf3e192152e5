//! Marks a position to the robust price and pays what it owes into the market's pool.

use crate::{
    emit::emit,
    errors::Named,
    events::{Held, Settled},
    instructions::{markets, now},
    state::*,
};
use anchor_lang::prelude::*;
use firebreak_risk::ops::{self, Setting};

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

        let index = market.index;
        let by_owner = accounts.caller.key() == account.owner;
        let setting = Setting { now: now()?, ..Setting::default() };
        let settled = ops::settle((index, &mut market.engine), &mut account.engine, by_owner, &given, &setting).named()?;
        market.invariant()?;
        account.invariant()?;
        Settled {
            market: index,
            account: accounts.account.key(),
            gain: settled.gain,
            paid: settled.paid,
            held: Held::of(&account.engine, index),
            ledger: EngineLedger(market.engine.ledger),
        }
    };
    emit(&ctx.accounts.event_authority, &event)
}
