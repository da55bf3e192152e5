//! Settles every position of an account that owes more than it has, and splits what it has over what it owes, pro rata, so that
//! no market is paid before another.

use crate::{
    errors::{FirebreakError, Named},
    events::Bankrupted,
    instructions::now,
    state::*,
};
use anchor_lang::prelude::*;
use firebreak_risk::{
    num::{add, sub},
    waterfall::{close_bankrupt, declare, mark_unpaid, pay_pro_rata},
    Now,
};

/// Accounts of `declare_bankrupt`.
#[event_cpi]
#[derive(Accounts)]
pub struct DeclareBankrupt<'info> {
    /// The account that cannot pay.
    #[account(mut)]
    pub account: AccountLoader<'info, MarginAccount>,
}

pub(crate) fn handle<'info>(ctx: Context<'info, DeclareBankrupt<'info>>) -> Result<()> {
    let event = {
        let account = &mut ctx.accounts.account.load_mut()?;
        let markets = load(account, ctx.remaining_accounts)?;
        let (owed, paid) = resolve(account, &markets, now()?)?;
        account.invariant()?;
        Bankrupted { account: ctx.accounts.account.key(), owed, paid }
    };
    emit_cpi!(event);
    Ok(())
}

/// The market of each position, in slot order; all of them are written.
fn load<'info>(account: &MarginAccount, given: &'info [AccountInfo<'info>]) -> Result<Vec<AccountLoader<'info, Market>>> {
    let mut rest = given.iter();
    let mut markets = Vec::with_capacity(given.len());
    for position in account.engine.used() {
        let info = rest.next().ok_or(FirebreakError::MarketsMismatch)?;
        let market = AccountLoader::<Market>::try_from(info).map_err(|_| FirebreakError::MarketsMismatch)?;
        require!(market.load()?.index == position.market, FirebreakError::MarketsMismatch);
        markets.push(market);
    }
    super::super::markets::finish(rest)?;
    Ok(markets)
}

fn resolve(account: &mut MarginAccount, markets: &[AccountLoader<Market>], now: Now) -> Result<(u64, u64)> {
    let account = &mut account.engine;
    let mut owed = 0;
    for (position, market) in account.positions.iter_mut().filter(|p| p.used != 0).zip(markets) {
        let debt = mark_unpaid(&mut market.load_mut()?.engine, position, now).named()?;
        owed = add(owed, debt).named()?;
    }
    declare(account, owed).named()?;

    let capital = account.capital;
    let mut left = capital;
    let last = account.used().filter(|p| p.result < 0).count();
    let mut seen = 0;
    for (position, market) in account.positions.iter_mut().filter(|p| p.used != 0).zip(markets) {
        if position.result < 0 {
            seen += 1;
            let ledger = &mut market.load_mut()?.engine.ledger;
            pay_pro_rata(ledger, &mut left, position, capital, owed, seen == last).named()?;
        }
    }
    account.capital = left;
    for market in markets {
        let market = &mut market.load_mut()?;
        account.position(market.index).named()?;
        let slot = account.slot(market.index).named()?;
        close_bankrupt(&mut market.engine, account, slot, now).named()?;
        account.split(slot).named()?.1.release();
        market.invariant()?;
    }
    // The clock of what is left to close starts no later than now.
    if account.flagged == 0 {
        account.flagged = now.slot.max(1);
    }
    account.release_bond().named()?;
    if !account.has_exposure() && !account.owes() {
        (account.bankrupt, account.flagged, account.freed) = (0, 0, 0);
    }
    Ok((owed, sub(capital, left).named()?))
}
