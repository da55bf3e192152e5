//! Liquidation against a standing quote: nobody needs capital for it but the maker, who has offered it.
//!
//! The account never pays more than a take-over would cost it now. Of that allowance the quote's distance from the take-over's price comes
//! first; then the fee of a fill, as far as it fits; then the market's own part of the penalty, as far as it fits. The keeper's part is
//! not charged, because no keeper takes a risk: it stays with the account, or pays for the quote. A bankrupt account has no allowance:
//! only a quote at the robust price takes it, free of charge.

use super::{
    liquidate::{end, Ended, Step},
    Among, Setting,
};
use crate::{
    levels::Gate,
    liquidation::{closed_at, plan, plan_costing, require_no_dust, Plan},
    margin::{health, require_init, Health, Markets},
    num::{add, fraction_down, ratio_down, ratio_up, sadd, signed, ssub, sub, Ratio, Result},
    price::Action,
    recovery::earn_pot,
    trade::{charge_fee, check_market, check_side, fill, increases, Fee, QuoteTerms},
    Account, BaseQty, Market, Price, RiskError,
};

/// What a step did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IntoQuote {
    /// What the plan permitted, and its price.
    pub plan: Plan,
    /// Lots closed.
    pub lots: u64,
    /// Price of the quote.
    pub price: Price,
    /// Atoms that changed hands for them.
    pub notional: u64,
    /// Fee the account paid.
    pub fee: Fee,
    /// The market's part of the penalty.
    pub penalty: u64,
    /// Most that price, fee and penalty together could have cost: what a take-over takes.
    pub allowed: u64,
    /// What the keeper earned from the account's bond.
    pub reward: u64,
    /// Debt that became the market's deficit.
    pub deficit: u64,
    /// Health before.
    pub before: Health,
    /// Health after.
    pub after: Health,
}

/// Closes at most `lots` of the account's position in market number `index` against the maker's quote. The keeper's account receives its
/// reward and nothing else. `floor` is what the account has to score on the market's worst board. Size, ramp, throttle and reward are those
/// of a take-over; age of the price, expiry and size of the quote are those of a fill.
pub fn liquidate_into_quote(
    (index, market): (u16, &mut Market),
    (account, maker, keeper): (&mut Account, &mut Account, &mut Account),
    terms: &mut QuoteTerms,
    (lots, floor): (u64, u64),
    others: &impl Markets,
    setting: &Setting,
) -> Result<IntoQuote> {
    let now = setting.now;
    market.permit(Gate::Liquidate, setting.global)?;
    check_market(market, false, now)?;
    let before = health(account, &Among::new(index, market, others), now)?;
    let most = plan(account, index, market, &before, now)?;
    let (price, available) = terms.offer(market, most.base.negated()?, now)?;
    let cost = cost_up(market, &most, price, setting)?;
    let plan = plan_costing(account, index, market, &before, Some(cost), now)?;
    let (slot, flagged) = (account.slot(index)?, account.flagged);
    let held = account.position(index)?.base;
    let long = held.is_long();
    let lots = plan.base.abs().min(lots).min(available);
    if lots == 0 {
        return Err(RiskError::ZeroAmount);
    }
    require_no_dust(market, &plan, held, lots)?;
    let base = BaseQty(if long { signed(lots)? } else { ssub(0, signed(lots)?)? });
    let against = base.negated()?;
    terms.consume(against)?;

    let (robust, notional) = (closed_at(plan.price, long, lots)?, closed_at(price, long, lots)?);
    let cost = if long { signed(notional)? } else { ssub(0, signed(notional)?)? };
    let maker_slot = maker.slot(index)?;
    let maker_before = maker.position(index)?.base;
    fill(market, account, slot, against, ssub(0, cost)?, now)?;
    fill(market, maker, maker_slot, base, cost, now)?;
    market.funding.taken(against);

    let allowed = ratio_down(robust, plan.penalty)?.min(account.capital);
    let worse = if long { ssub(signed(robust)?, signed(notional)?)? } else { ssub(signed(notional)?, signed(robust)?)? };
    let room = ssub(signed(allowed)?, worse)?;
    if room < 0 {
        return Err(RiskError::QuoteTooDear);
    }
    let room = room.unsigned_abs();
    let level = market.level(setting.global);
    let rate = market.rules.fees.fee_up(market.params.taker_fee, market.margin.sigma, market.funding.skew, against, level)?;
    let affordable = if notional == 0 { rate } else { fraction_down(room, notional)? };
    let fee = charge_fee(market, account, slot, maker, notional, rate.min(affordable))?;
    let of_market = sub(allowed, ratio_down(allowed, market.params.keeper_share)?)?;
    let penalty = of_market.min(sub(room, fee.charged)?).min(account.capital);
    account.capital = sub(account.capital, penalty)?;
    earn_pot(&mut market.ledger, penalty)?;
    market.ledger.liquidations = add(market.ledger.liquidations, 1)?;
    market.ledger.liquidated_base = market.ledger.liquidated_base.saturating_add(lots);
    let spent = sadd(worse, signed(add(fee.charged, penalty)?)?)?;
    let gained = ssub(signed(ratio_up(robust, plan.liq_end)?)?, spent)?;
    account.freed = add(account.freed, gained.max(0).unsigned_abs())?;

    let step = Step { slot, flagged, notional: robust, long, floor, before };
    let Ended { reward, deficit, after } = end((index, market), (account, keeper), &step, others, setting)?;
    maker.settle_bond(setting.bond)?;
    market.crowd()?;
    check_maker((index, market), maker, (maker_before, base, price), others, setting)?;
    maker.position_mut(index)?.release();
    Ok(IntoQuote { plan, lots, price, notional, fee, penalty, allowed, reward, deficit, before, after })
}

/// What closing by `plan` at the quote's price costs the account in all, as a fraction of notional: the size that restores its stop line
/// follows from it. Rounded up, and never more than the penalty it is bounded by.
fn cost_up(market: &Market, plan: &Plan, price: Price, setting: &Setting) -> Result<Ratio> {
    let worse = if plan.base.is_long() { plan.price.0.saturating_sub(price.0) } else { price.0.saturating_sub(plan.price.0) };
    let worse = fraction_down(worse, plan.price.0)?.0.saturating_add(1);
    let (taker, level) = (plan.base.negated()?, market.level(setting.global));
    let rate = market.rules.fees.fee_up(market.params.taker_fee, market.margin.sigma, market.funding.skew, taker, level)?;
    let penalty = plan.penalty.0 as u64;
    let of_market = sub(penalty, ratio_down(penalty, market.params.keeper_share)?)?;
    let all = add(add(worse as u64, rate.0 as u64)?, of_market)?;
    Ok(Ratio(u32::try_from(all).unwrap_or(u32::MAX)).min(plan.penalty))
}

/// A maker that reduces meets the rules of a fill. One that increases must be able to carry it, as a keeper must; the breaker's gate is
/// not asked, because the market's open interest does not grow: somebody in distress has a part of it less.
fn check_maker(
    (index, market): (u16, &Market),
    maker: &Account,
    (held, base, price): (BaseQty, BaseQty, Price),
    others: &impl Markets,
    setting: &Setting,
) -> Result<()> {
    let now = setting.now;
    let book = Among::new(index, market, others);
    if !increases(held, held.plus(base)?) {
        return check_side(market, maker, &book, held, (base, price), setting.global, now);
    }
    market.require(Action::Increase.least(), now)?;
    if maker.bankrupt != 0 {
        return Err(RiskError::AccountBankrupt);
    }
    if maker.owes() {
        return Err(RiskError::AccountInDebt);
    }
    if maker.unrecovered()? > 0 {
        return Err(RiskError::LossUnrecovered);
    }
    require_init(maker, &book, now)
}
