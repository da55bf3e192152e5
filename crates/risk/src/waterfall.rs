//! When an account cannot pay (design, section 9): bankruptcy, insurance, and sharing what is left.

use crate::{
    account::Account,
    layout,
    ledger::Ledger,
    market::{Market, Now},
    num::{add, mul_div_up, ratio_down, sub, Ratio, Result},
    position::Position,
    price::Action,
    recovery::{heal, lower_deficit},
    settle::{book, mark, pay_debt},
    settlement, RiskError,
};

/// Seconds over which the day cap counts.
const DAY: i64 = 86_400;

layout! {
    /// Shared insurance: one fund behind all markets, and its caps. A cap left at zero pays nothing (I9). Amounts in atoms.
    pub struct InsuranceFund [64] {
        /// What the fund holds.
        pub assets: u64,
        /// Below this no draw reaches.
        pub floor: u64,
        /// One market draws at most this fraction of the assets within one loss window.
        pub event_cap: Ratio,
        /// A day's draws take at most this fraction of the assets at the day's start.
        pub day_cap: Ratio,
        /// When the current day began, unix seconds.
        pub day_start: i64,
        /// Assets when it began.
        pub day_assets: u64,
        /// Drawn since.
        pub day_drawn: u64,
        /// Drawn since the beginning.
        pub drawn: u64,
        /// Room to grow; zero.
        pub reserved: u64,
    }
}

/// What a market's loss was paid with, in atoms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Covered {
    /// By the market's own pot.
    pub pot: u64,
    /// By shared insurance.
    pub insurance: u64,
    /// By claims, through the index.
    pub shared: u64,
}

/// First step of a bankruptcy: marks one position of the account without paying, at the price at which it would be taken over,
/// so that this and the account's solvency judge alike. Exposure waits for its price like any liquidation; a position without
/// exposure needs no price. Returns what the position owes.
pub fn mark_unpaid(market: &mut Market, position: &mut Position, now: Now) -> Result<u64> {
    if market.ended().is_some() {
        return settlement::close_unpaid(market, position, now);
    }
    if !position.base.is_flat() {
        market.require(Action::Liquidate.least(), now)?;
        market.price.require_confirmed(&market.params, now)?;
    }
    position.refresh(market)?;
    let price = market.price.better_for(position.base.is_long());
    let gain = mark(&mut market.ledger, position, price, now)?;
    book(&mut market.ledger, &mut 0, position, gain, market.params.claim_warmup, now)?;
    Ok(position.result.min(0).unsigned_abs())
}

/// Second step: the account is bankrupt when its capital, after its collateral is sold, is less than the sum of what it owes.
pub fn declare(account: &mut Account, owed: u64) -> Result<()> {
    if account.collaterals > 0 {
        return Err(RiskError::CollateralUnsold);
    }
    if account.capital >= owed {
        return Err(RiskError::NotBankrupt);
    }
    account.bankrupt = 1;
    Ok(())
}

/// Third step, for each position that owes: pays its part of `capital`, pro rata to the debts. Parts are rounded up while
/// there is something `left`, and `last` pays all of it: so no part exceeds its debt, and no atom stays with an account that
/// owes.
pub fn pay_pro_rata(
    ledger: &mut Ledger,
    left: &mut u64,
    position: &mut Position,
    capital: u64,
    owed: u64,
    last: bool,
) -> Result<u64> {
    let debt = position.result.min(0).unsigned_abs();
    let part = if last { *left } else { mul_div_up(capital, debt, owed)? };
    pay_debt(ledger, left, position, part)
}

/// Closes a bankrupt account's flat position: what it still owes becomes the market's deficit. Returns that amount.
pub fn close_bankrupt(market: &mut Market, account: &mut Account, slot: usize, now: Now) -> Result<u64> {
    if account.bankrupt == 0 {
        return Err(RiskError::NotBankrupt);
    }
    let (capital, position) = account.split(slot)?;
    if !position.base.is_flat() || position.result >= 0 {
        return Ok(0);
    }
    pay_debt(&mut market.ledger, capital, position, u64::MAX)?;
    let lost = position.result.unsigned_abs();
    if lost == 0 {
        return Ok(0);
    }
    let covered = position.cover.min(lost);
    position.cover = sub(position.cover, covered)?;
    position.result = 0;
    (position.lost, position.insured) = (add(position.lost, lost)?, add(position.insured, covered)?);
    let ledger = &mut market.ledger;
    ledger.debt = sub(ledger.debt, lost)?;
    ledger.insured_deficit = add(ledger.insured_deficit, covered)?;
    ledger.bankruptcies = add(ledger.bankruptcies, 1)?;
    book_deficit(ledger, lost, market.params.loss_window, now)?;
    Ok(lost)
}

/// Adds a loss to the deficit. The first atom opens the loss window; a loss found after the window ended waits for the next
/// one, so no window is ever extended.
fn book_deficit(ledger: &mut Ledger, lost: u64, window: i64, now: Now) -> Result<()> {
    let first = ledger.deficit == 0;
    ledger.deficit = add(ledger.deficit, lost)?;
    if first {
        ledger.window_ends = now.time.saturating_add(window);
        ledger.event_drawn = 0;
    }
    if first || now.time <= ledger.window_ends {
        ledger.window_deficit = add(ledger.window_deficit, lost)?;
    }
    Ok(())
}

/// What the fund may pay a market now, under every cap; `limit` is what is left of the market's part of it.
pub fn drawable_down(fund: &InsuranceFund, ledger: &Ledger, limit: u64, now: Now) -> Result<u64> {
    let (day_assets, day_drawn) =
        if now.time.saturating_sub(fund.day_start) >= DAY { (fund.assets, 0) } else { (fund.day_assets, fund.day_drawn) };
    let caps = [
        ledger.insured_deficit,
        ledger.deficit,
        limit,
        // of the assets before this event's draws, so that drawing again in the same window gains nothing
        ratio_down(add(fund.assets, ledger.event_drawn)?, fund.event_cap)?.saturating_sub(ledger.event_drawn),
        ratio_down(day_assets, fund.day_cap)?.saturating_sub(day_drawn),
        fund.assets.saturating_sub(fund.floor),
    ];
    Ok(caps.into_iter().min().unwrap_or(0))
}

/// Covers a market's deficit from its pot, then from shared insurance; shares what is left among its claims once the loss window
/// has ended, or at once when it is small. `limit` is what the market may still draw. Refuses when there is nothing to do. Where all
/// of an ended window was paid meanwhile, what was found after it has no window yet: this starts it.
pub fn share_loss(market: &mut Market, fund: &mut InsuranceFund, limit: u64, now: Now) -> Result<Covered> {
    if market.ledger.deficit == 0 {
        return Err(RiskError::NoDeficit);
    }
    let pot = market.ledger.pot.min(market.ledger.deficit);
    market.ledger.pot = sub(market.ledger.pot, pot)?;
    heal(&mut market.ledger, pot)?;

    let insurance = drawable_down(fund, &market.ledger, limit, now)?;
    draw(fund, insurance, now)?;
    market.ledger.insurance_drawn = add(market.ledger.insurance_drawn, insurance)?;
    market.ledger.event_drawn = add(market.ledger.event_drawn, insurance)?;
    market.ledger.insured_deficit = sub(market.ledger.insured_deficit, insurance.min(market.ledger.insured_deficit))?;
    heal(&mut market.ledger, insurance)?;

    let ledger = &mut market.ledger;
    let unopened = ledger.deficit > 0 && ledger.window_deficit == 0 && now.time > ledger.window_ends;
    let small = ledger.deficit < ratio_down(ledger.claims, market.params.small_loss)?;
    let mut shared = 0;
    if small || now.time > ledger.window_ends {
        let due = if small { ledger.deficit } else { ledger.window_deficit };
        shared = due.min(ledger.claims);
        share(ledger, shared)?;
        // What claims could not bear, and what was found after the window, waits for the next one.
        ledger.window_deficit = ledger.deficit;
        ledger.window_ends = now.time.saturating_add(market.params.loss_window);
        ledger.event_drawn = 0;
    }
    if add(add(pot, insurance)?, shared)? == 0 && !unopened {
        return Err(RiskError::LossWindowOpen);
    }
    Ok(Covered { pot, insurance, shared })
}

/// Takes `amount` from all claims alike.
fn share(ledger: &mut Ledger, amount: u64) -> Result<()> {
    if amount == 0 {
        return Ok(());
    }
    let left = sub(ledger.claims, amount)?;
    ledger.index = ledger.index.shrunk_down(left, ledger.claims)?;
    ledger.claims = left;
    ledger.loss_shared = add(ledger.loss_shared, amount)?;
    lower_deficit(ledger, amount)
}

fn draw(fund: &mut InsuranceFund, amount: u64, now: Now) -> Result<()> {
    if now.time.saturating_sub(fund.day_start) >= DAY {
        (fund.day_start, fund.day_assets, fund.day_drawn) = (now.time, fund.assets, 0);
    }
    fund.assets = sub(fund.assets, amount)?;
    fund.day_drawn = add(fund.day_drawn, amount)?;
    fund.drawn = add(fund.drawn, amount)?;
    Ok(())
}
