//! Running a standing order.

use super::{trade, transfer::transferable_down, Among, Setting, Traded};
use crate::{
    margin::{health, Health, Markets},
    num::{add, mul_div_down, ratio_down, sub, Result},
    order::{improves, Order, REDUCE, TOP_UP},
    trade::QuoteTerms,
    Account, BaseQty, Market, Price, RiskError,
};

/// What a reduction did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reduced {
    /// The account's fill: it was the taker.
    pub base: BaseQty,
    /// At this price.
    pub price: Price,
    /// What it cost.
    pub traded: Traded,
    /// Atoms to pay to the runner; they have left the account.
    pub reward: u64,
}

/// Reduces the position of `account` in market number `index` by a step of `order`, against `quote` of `maker`. The reward has left the
/// account and is the caller's to credit.
pub fn run_reduce(
    (index, market): (u16, &mut Market),
    (account, maker): (&mut Account, &mut Account),
    (order, quote): (&mut Order, &mut QuoteTerms),
    others: &impl Markets,
    setting: &Setting,
) -> Result<Reduced> {
    let now = setting.now;
    let before = health(account, &Among::new(index, market, others), now)?;
    order.require_due(REDUCE, &before, now)?;
    if order.market != index {
        return Err(RiskError::NoPosition);
    }
    let base = order.fill_of(account.position(index)?.base)?;
    let (price, available) = quote.offer(market, base, now)?;
    // The whole step or nothing: whoever runs it could otherwise bring a quote of one lot.
    if base.is_flat() || base.abs() > available {
        return Err(RiskError::ZeroAmount);
    }
    require_near(market, base, price, order)?;
    quote.consume(base)?;
    let traded = trade((index, market), (account, maker), (base, price), others, setting)?;
    order.ran(base.abs(), now)?;
    let reward = pay(account, order, base.abs())?;
    let after = health(account, &Among::new(index, market, others), now)?;
    require_better(&before, &after)?;
    Ok(Reduced { base, price, traded, reward })
}

/// Refuses a price that is worse for the account than the robust one by more than the order permits.
fn require_near(market: &Market, base: BaseQty, price: Price, order: &Order) -> Result<()> {
    let spot = market.price.spot.0;
    let slack = ratio_down(spot, order.slip)?;
    let near = if base.is_long() { price.0 <= add(spot, slack)? } else { price.0 >= sub(spot, slack)? };
    if near {
        Ok(())
    } else {
        Err(RiskError::LimitPrice)
    }
}

/// What a top-up did, in atoms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ToppedUp {
    /// Moved into the account.
    pub amount: u64,
    /// Of it, to pay to the runner; it has left the account.
    pub reward: u64,
}

/// Moves a step of `order` from `source` into `account`: what the source can spare under the rules of a withdrawal.
pub fn run_top_up(
    (account, source): (&mut Account, &mut Account),
    order: &mut Order,
    markets: &impl Markets,
    setting: &Setting,
) -> Result<ToppedUp> {
    let now = setting.now;
    let before = health(account, markets, now)?;
    order.require_due(TOP_UP, &before, now)?;
    let amount = transferable_down(source, order.step.min(order.size), markets, setting)?;
    if amount == 0 {
        return Err(RiskError::InsufficientCapital);
    }
    super::transfer(source, account, amount, markets, setting)?;
    order.ran(amount, now)?;
    let reward = pay(account, order, amount)?;
    let after = health(account, markets, now)?;
    require_better(&before, &after)?;
    Ok(ToppedUp { amount, reward })
}

/// Takes the reward for `done` out of the account: in proportion to the step, so that crumbs earn crumbs.
fn pay(account: &mut Account, order: &Order, done: u64) -> Result<u64> {
    let due = mul_div_down(order.reward, done.min(order.step), order.step)?;
    let paid = due.min(account.capital);
    account.capital = sub(account.capital, paid)?;
    Ok(paid)
}

/// An order exists to make an account safer; one that does not, fee and reward counted, earns nothing.
fn require_better(before: &Health, after: &Health) -> Result<()> {
    if improves(before, after) {
        Ok(())
    } else {
        Err(RiskError::WouldNotHelp)
    }
}
