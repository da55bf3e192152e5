//! Flagging an account and taking its positions over.

use super::{
    bankrupt::{resolved, MarketsMut},
    Among, Setting,
};
use crate::{
    levels::Gate,
    liquidation::{flag as start, plan, take_over, unflag, Plan, TakeOver},
    live_margin::side,
    margin::{accepted_health, health, require_init, Health, Markets},
    num::{add, notional_down, Result},
    rank::ordered_reward_down,
    throttle::is_exempt,
    waterfall::close_bankrupt,
    Account, Market, Now, RiskError,
};

/// What a take-over step did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Liquidated {
    /// What the plan permitted.
    pub plan: Plan,
    /// What was taken.
    pub taken: TakeOver,
    /// What the keeper earned from the account's bond.
    pub reward: u64,
    /// Debt that became the market's deficit.
    pub deficit: u64,
    /// Health before.
    pub before: Health,
    /// Health after.
    pub after: Health,
}

/// Starts an account's clock, or clears it once the account is back at its stop line. An account that only raised margin makes
/// liquidatable is admitted out of the budget of each market that raised it (I8): those are changed, the others only read.
pub fn flag(account: &mut Account, book: &mut (impl Markets + MarketsMut), setting: &Setting) -> Result<Health> {
    let now = setting.now;
    let health = health(account, book, now)?;
    let was = (account.flagged, account.bankrupt);
    unflag(account, &health);
    if (account.flagged, account.bankrupt) != was {
        return Ok(health);
    }
    let first = account.flagged == 0;
    start(account, &health, now)?;
    if first {
        admit_raised(account, book, now)?;
    }
    Ok(health)
}

fn admit_raised(account: &Account, book: &mut (impl Markets + MarketsMut), now: Now) -> Result<()> {
    let mut any = false;
    for position in account.used() {
        any = any || book.market(position.market)?.margin.raised(position).0 > 0;
    }
    if !any || accepted_health(account, book, now)? < 0 {
        return Ok(());
    }
    for position in account.used() {
        if book.market(position.market)?.margin.raised(position).0 == 0 {
            continue;
        }
        book.with(position.market, |market| {
            let price = market.price.spot;
            let notional = notional_down(price, position.base.abs())?.max(1);
            let open = notional_down(price, market.ledger.long_base)?;
            market.margin.raise.take(notional, open, market.rules.dynamic.raise_share, now)
        })?;
    }
    Ok(())
}

/// Takes at most `lots` of the account's position in market number `index` over into the keeper's account. `score` and `floor` are the
/// account's score on the market's worst board and what it had to reach: a keeper that skips a worse account earns less.
pub fn liquidate(
    (index, market): (u16, &mut Market),
    (account, keeper): (&mut Account, &mut Account),
    lots: u64,
    floor: u64,
    others: &impl Markets,
    setting: &Setting,
) -> Result<Liquidated> {
    let now = setting.now;
    market.permit(Gate::Liquidate, setting.global)?;
    // Who owes may not take on more, though the new position would be margined.
    if keeper.bankrupt != 0 {
        return Err(RiskError::AccountBankrupt);
    }
    if keeper.owes() {
        return Err(RiskError::AccountInDebt);
    }
    if keeper.unrecovered()? > 0 {
        return Err(RiskError::LossUnrecovered);
    }
    let before = health(account, &Among::new(index, market, others), now)?;
    let plan = plan(account, index, market, &before, now)?;
    let (slot, keeper_slot) = (account.slot(index)?, keeper.slot(index)?);
    let flagged = account.flagged;
    let taken = take_over(market, (account, slot), (keeper, keeper_slot), &plan, lots, now)?;
    let step = Step { slot, flagged, notional: taken.notional, long: plan.base.is_long(), floor, before };
    let Ended { reward, deficit, after } = end((index, market), (account, keeper), &step, others, setting)?;
    keeper.settle_bond(setting.bond)?;
    market.crowd()?;
    require_init(keeper, &Among::new(index, market, others), now)?;
    keeper.position_mut(index)?.release();
    Ok(Liquidated { plan, taken, reward, deficit, before, after })
}

/// What has been closed, and what was known before.
pub(super) struct Step {
    /// Slot of the position.
    pub slot: usize,
    /// When the account was flagged.
    pub flagged: u64,
    /// Notional closed.
    pub notional: u64,
    /// Whether it was a long.
    pub long: bool,
    /// What the account had to score on the market's worst board.
    pub floor: u64,
    /// Health before.
    pub before: Health,
}

/// What followed.
pub(super) struct Ended {
    /// What the keeper earned from the account's bond.
    pub reward: u64,
    /// Debt that became the market's deficit.
    pub deficit: u64,
    /// Health afterwards.
    pub after: Health,
}

/// What follows when part of a position was closed, whoever has it now: the throttle, a bankrupt's rest, the clock, the keeper's reward.
pub(super) fn end(
    (index, market): (u16, &mut Market),
    (account, keeper): (&mut Account, &mut Account),
    step: &Step,
    others: &impl Markets,
    setting: &Setting,
) -> Result<Ended> {
    let (now, before) = (setting.now, &step.before);
    throttle(market, before, step.notional, step.long, now)?;
    let closed = account.position(index)?.base.is_flat();
    let due = ordered_reward_down(setting.reward, before.liq_end.min(0).unsigned_abs(), step.floor)?;
    let mut paid = None;
    let mut deficit = 0;
    if account.bankrupt != 0 {
        // What the keeper leaves of the last position's bond belongs to those the account owes.
        if closed {
            paid = Some(reward(account, keeper, due)?);
        }
        account.release_bond()?;
        deficit = close_bankrupt(market, account, step.slot, now)?;
    }
    account.position_mut(index)?.release();
    let after = health(account, &Among::new(index, market, others), now)?;
    if before.solvency >= 0 && after.liq_end < before.liq_end {
        return Err(RiskError::InvariantBroken); // I7
    }
    unflag(account, &after);
    if closed || after.liq_end >= 0 {
        if paid.is_none() {
            paid = Some(reward(account, keeper, due)?);
        }
        let took = now.slot.saturating_sub(step.flagged);
        market.volatility.measure(took, step.notional, &market.rules.volatility, now)?;
    }
    account.release_bond()?;
    resolved(account);
    Ok(Ended { reward: paid.unwrap_or(0), deficit, after })
}

/// The throttle is asked with the notional really taken: nobody needs to plan by it, and a smaller step may pass.
fn throttle(market: &mut Market, before: &Health, notional: u64, long: bool, now: Now) -> Result<()> {
    let sigma = market.margin.window_sigma.get(side(long)).copied().unwrap_or_default();
    let exempt = is_exempt(&market.rules.throttle, before, sigma)?;
    let depth = market.depth.depth_down(&market.rules.depth, now)?;
    market.throttle.admit(&market.rules.throttle, depth, notional, exempt, now)
}

/// Pays the keeper from the account's bond. It is due for finishing the work, so cutting it into crumbs earns nothing.
fn reward(account: &mut Account, keeper: &mut Account, due: u64) -> Result<u64> {
    let paid = account.pay_keeper(due)?;
    keeper.capital = add(keeper.capital, paid)?;
    Ok(paid)
}
