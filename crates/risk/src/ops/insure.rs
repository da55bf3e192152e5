//! What markets may draw on shared insurance, and how stakers leave it.

use super::Setting;
use crate::{
    levels::{require, Gate},
    num::{sub, Result},
    outflow::{Outflow, OutflowRules},
    price::Action,
    settlement,
    shares::Stake,
    tranches::{Insurance, Seniority},
    Market, RiskError,
};

/// Markets that may draw at the same time: a pay-out shows all of them in one transaction.
pub const MOST_INSURED: u32 = 32;

/// Gives `market` the part of shared insurance that governance voted for it, as far as the fund has it. Anybody may: the vote and the fund
/// decide. Returns what it may draw from now on, and by how much that is less than before.
///
/// A market that has seen no price can make no loss, and one that has ended, is closed and owes nothing never will again: they get
/// nothing, so that neither can keep stakers waiting for ever.
pub fn allot(insurance: &mut Insurance, market: &mut Market) -> Result<(u64, u64)> {
    let voted = if may_lose(market)? { market.params.insurance_limit.saturating_sub(market.ledger.insurance_drawn) } else { 0 };
    let mut limit = market.limit;
    let before = limit.now_down(insurance)?;
    let amount = voted.min(before.saturating_add(insurance.room()));
    insurance.grant(&mut limit, amount)?;
    if insurance.markets > MOST_INSURED {
        return Err(RiskError::TooManyInsured);
    }
    market.limit = limit;
    Ok((amount, sub(before, before.min(amount))?))
}

fn may_lose(market: &Market) -> Result<bool> {
    if market.price.first_time == 0 {
        return Ok(false);
    }
    let ledger = &market.ledger;
    Ok(market.ended().is_none() || settlement::open(market)? != (0, 0) || ledger.debt > 0 || ledger.deficit > 0)
}

/// Pays a cooled request. `markets` are all that may draw, each once. Losses come first: nobody is paid while a booked deficit may still
/// draw, while a breaker stands above Caution, or while a market's price or risk state is not up to date: what is not known yet could be
/// a loss. Returns the atoms.
pub fn unstake<'a>(
    insurance: &mut Insurance,
    which: Seniority,
    stake: &mut Stake,
    markets: impl Iterator<Item = &'a Market> + Clone,
    setting: &Setting,
) -> Result<u64> {
    stake.is_cooled(insurance.cooldown, setting.now.time)?;
    require(setting.global, Gate::PayOut)?;
    for market in markets.clone() {
        market.permit(Gate::PayOut, setting.global)?;
        market.require(Action::PayOut.least(), setting.now)?;
        if market.margin.slot < market.price.slot {
            return Err(RiskError::RiskStateOld);
        }
    }
    let pending = insurance.pending(markets)?;
    insurance.pay_out(which, stake, pending, setting.now)
}

/// Keeps a cooled request from lapsing while it cannot be paid for no fault of the staker's. `markets`: any that may draw, of which one
/// holds the pay-out back, unless the global breaker does, or the windows of the settlement vault, which have let out what others took. A
/// request for more than the windows ever let out is not kept: it would be an exit kept open for ever.
pub fn hold_unstake<'a>(
    insurance: &Insurance,
    (which, stake): (Seniority, &mut Stake),
    mut markets: impl Iterator<Item = &'a Market>,
    (outflow, rules): (&Outflow, &OutflowRules),
    setting: &Setting,
) -> Result<()> {
    let now = setting.now;
    let due = stake.due_down(insurance.tranche_of(which))?;
    let mut held = require(setting.global, Gate::PayOut).is_err() || outflow.must_wait(rules, due, now)?;
    while let (false, Some(market)) = (held, markets.next()) {
        held = market.limit.granted > 0
            && (market.permit(Gate::PayOut, setting.global).is_err()
                || market.require(Action::PayOut.least(), now).is_err()
                || insurance.pending_down(market)? > 0);
    }
    if !held {
        return Err(RiskError::PayOutOpen);
    }
    stake.hold(insurance.cooldown, now.time)
}
