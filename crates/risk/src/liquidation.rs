//! Flagging, sizing and taking over (design, section 8).

use crate::{
    account::Account,
    margin::{Health, Valued},
    market::{Market, Now},
    num::{
        add, fraction_down, lots_down, lots_up, mul_div_down, mul_div_up, notional_down, notional_up, ratio_down, ratio_up,
        signed, ssub, sub, BaseQty, Price, Ratio, Result, PPM,
    },
    price::{Action, Use},
    recovery::earn_pot,
    trade::fill,
    RiskError,
};

/// Of an account's solvency, the share that penalties may take (after Drift's 95 %: the penalty itself must not bankrupt).
const PENALTY_OF_SOLVENCY: Ratio = Ratio(950_000);

/// What one take-over may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Lots to close; the position's sign.
    pub base: BaseQty,
    /// Price of the take-over.
    pub price: Price,
    /// Penalty as a fraction of the notional closed.
    pub penalty: Ratio,
    /// The position's LiqEnd line: what closing frees.
    pub liq_end: Ratio,
}

/// What a take-over did, in atoms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TakeOver {
    /// Notional closed.
    pub notional: u64,
    /// Penalty taken from the account.
    pub penalty: u64,
    /// Of it, the keeper's.
    pub discount: u64,
}

/// Starts the account's clock when its health is below Maint; refuses otherwise. A second flag changes nothing. Where none of its
/// positions has a usable price none can be liquidated, and a requirement counted twice for want of a price starts no clock.
pub fn flag(account: &mut Account, health: &Health, now: Now) -> Result<()> {
    if health.maint >= 0 {
        return Err(RiskError::NotLiquidatable);
    }
    let exposed = account.used().filter(|p| !p.base.is_flat()).count();
    if exposed > 0 && health.unpriced as usize >= exposed {
        return Err(RiskError::QualityTooLow);
    }
    if account.flagged == 0 {
        account.flagged = now.slot.max(1);
        account.freed = 0;
    }
    Ok(())
}

/// Clears the flag once the account is at or above LiqEnd, and the mark of bankruptcy once it can pay again.
pub fn unflag(account: &mut Account, health: &Health) {
    if health.liq_end >= 0 {
        account.flagged = 0;
        account.freed = 0;
        // What it owes is still waiting for a buyer of its collateral, however well it stands on paper.
        if !account.owes() {
            account.unsold = 0;
        }
    }
    if health.solvency >= 0 && !account.owes() {
        account.bankrupt = 0;
    }
}

/// Penalty as a fraction of notional: `max_penalty × x²`, where `x` is the depth below Maint plus half of the ramp passed. It
/// starts near zero, is convex, and never takes more than 95 % of the account's solvency over the part closed; an account
/// that cannot pay what it owes pays none.
pub fn penalty_down(health: &Health, market: &Market, elapsed: u64) -> Result<Ratio> {
    if health.solvency <= 0 || health.notional == 0 {
        return Ok(Ratio(0));
    }
    let penalty = risen_down(market.params.max_penalty, health, elapsed, market.params.ramp_slots)?;
    Ok(penalty.min(penalty_cap_down(health.solvency, health.notional)?))
}

/// `most × x²`: the shape of every penalty, before its caps.
pub(crate) fn risen_down(most: Ratio, health: &Health, elapsed: u64, ramp_slots: u32) -> Result<Ratio> {
    let short = health.maint.min(0).unsigned_abs();
    let depth = if health.maint_required == 0 { PPM } else { fraction_down(short, health.maint_required)?.0 as u64 };
    let time = mul_div_down(elapsed.min(ramp_slots as u64), PPM / 2, ramp_slots as u64)?;
    squared_down(most, add(depth, time)?)
}

/// The same where nobody's health stands behind it: `x` is all of the time passed, and reaches one after twice the ramp.
pub(crate) fn risen_by_time_down(most: Ratio, elapsed: u64, ramp_slots: u32) -> Result<Ratio> {
    let twice = (ramp_slots as u64).saturating_mul(2);
    squared_down(most, mul_div_down(elapsed.min(twice), PPM, twice)?)
}

/// `most × x²`, `x` in ppm and at most one.
fn squared_down(most: Ratio, x: u64) -> Result<Ratio> {
    let x = x.min(PPM);
    let risen = mul_div_down(most.0 as u64, mul_div_down(x, x, PPM)?, PPM)?;
    Ok(Ratio(u32::try_from(risen).unwrap_or(u32::MAX)))
}

/// The highest penalty, as a fraction of notional, that leaves an account of this solvency and notional solvent.
pub(crate) fn penalty_cap_down(solvency: i64, notional: u64) -> Result<Ratio> {
    if solvency <= 0 || notional == 0 {
        return Ok(Ratio(0));
    }
    fraction_down(ratio_down(solvency.unsigned_abs(), PENALTY_OF_SOLVENCY)?, notional)
}

/// The part of the shortage that may be freed `elapsed` slots after the flag. Small accounts, small shortages (those that
/// closing `dust_notional` restores) and accounts that cannot pay go at once.
fn permitted_down(health: &Health, account: &Account, market: &Market, elapsed: u64) -> Result<u64> {
    let shortage = health.liq_end.min(0).unsigned_abs();
    let p = &market.params;
    let small = health.notional <= p.dust_notional || shortage <= ratio_down(p.dust_notional, p.liq_end)?;
    if health.solvency < 0 || small {
        return Ok(shortage);
    }
    let rest = PPM.saturating_sub(p.ramp_start.0 as u64);
    let grown = mul_div_down(rest, elapsed.min(p.ramp_slots as u64), p.ramp_slots as u64)?;
    let share = add(p.ramp_start.0 as u64, grown)?;
    let whole = add(shortage, account.freed)?;
    Ok(mul_div_down(whole, share, PPM)?.saturating_sub(account.freed).min(shortage))
}

/// How much of a position may be taken over now, at which price and penalty.
///
/// Closing notional `n` frees `(liq_end - penalty) × n`, so restoring a shortage `s` takes `s / (liq_end - penalty)`, or, where the capital
/// `c` is less than the penalty on that, `(s + c) / liq_end`. Profit covers its own requirement, so of a winning position only the uncovered part helps. An account that cannot pay is closed
/// whole; while one of its prices is not usable it can be neither declared bankrupt nor spared, so it is closed by its shortage,
/// without penalty.
pub fn plan(account: &Account, market_index: u16, market: &Market, health: &Health, now: Now) -> Result<Plan> {
    plan_costing(account, market_index, market, health, None, now)
}

/// The same where closing costs the account `cost` of the notional closed, if that is less than the penalty: the less it costs, the less
/// restores the stop line.
pub(crate) fn plan_costing(
    account: &Account,
    market_index: u16,
    market: &Market,
    health: &Health,
    cost: Option<Ratio>,
    now: Now,
) -> Result<Plan> {
    if account.flagged == 0 {
        return Err(RiskError::NotFlagged);
    }
    if health.liq_end >= 0 {
        return Err(RiskError::AboveStopLine);
    }
    if health.solvency < 0 && account.bankrupt == 0 && health.unpriced == 0 {
        return Err(RiskError::MustDeclareBankrupt);
    }
    market.require(Action::Liquidate.least(), now)?;
    let position = account.position(market_index)?;
    if position.base.is_flat() {
        return Err(RiskError::NoPosition);
    }
    market.price.require_confirmed(&market.params, now)?;
    let elapsed = now.slot.saturating_sub(account.flagged);
    let price = market.price.better_for(position.base.is_long());
    let penalty = penalty_down(health, market, elapsed)?;
    let size = position.base.abs();
    let valued = Valued::new(position, market, Use::Maint, now)?;
    let lots = if health.solvency < 0 && account.bankrupt != 0 {
        size
    } else {
        let freed = permitted_down(health, account, market, elapsed)?;
        if freed == 0 {
            return Err(RiskError::RampNotReached);
        }
        let per_notional = sub(valued.lines.liq_end.0 as u64, cost.map_or(penalty, |c| c.min(penalty)).0 as u64)?;
        // A penalty is paid from capital: one that capital cannot pay in full costs only that, and so much less restores the line.
        let poor = mul_div_up(add(freed, account.capital)?, PPM, valued.lines.liq_end.0 as u64)?;
        let needed = mul_div_up(freed, PPM, per_notional)?.min(poor);
        // Compared as notional first: at a price of a few ticks the lots of a large shortage have no number.
        let lots = if needed >= valued.notional { size } else { lots_up(needed, price)?.min(size) };
        lots.min(helpful_down(&valued, size, price)?)
    };
    if lots == 0 {
        return Err(RiskError::WouldNotHelp);
    }
    let rest = notional_down(price, sub(size, lots)?)?;
    let lots = if rest <= market.params.dust_notional { size } else { lots };
    let penalty = penalty.min(harmless_down(&valued, lots, price)?);
    let base = signed(lots)?;
    let base = BaseQty(if position.base.is_long() { base } else { ssub(0, base)? });
    Ok(Plan { base, price, penalty, liq_end: valued.lines.liq_end })
}

/// Lots of a position whose Maint requirement its own profit does not cover. The Maint line decides, because it covers
/// first: closing more would still free LiqEnd requirement, but of the Maint line only take the penalty.
fn helpful_down(valued: &Valued, size: u64, price: Price) -> Result<u64> {
    let maint = valued.lines.maint;
    if valued.result <= 0 {
        return Ok(size);
    }
    let notional = mul_div_down(valued.charge_up(maint, true)?, PPM, maint.0 as u64)?;
    if notional >= valued.notional {
        return Ok(size);
    }
    Ok(lots_down(notional, price)?.min(size))
}

/// The highest penalty that closing `lots` earns in freed Maint requirement. It binds only for a winning position that is closed
/// beyond its uncovered part because the rest would be dust.
fn harmless_down(valued: &Valued, lots: u64, price: Price) -> Result<Ratio> {
    let maint = valued.lines.maint;
    let closed = notional_up(price, lots)?;
    if valued.result <= 0 || closed == 0 {
        return Ok(Ratio(u32::MAX));
    }
    let rest = Valued { notional: valued.notional.saturating_sub(closed), ..*valued };
    fraction_down(valued.charge_up(maint, true)?.saturating_sub(rest.charge_up(maint, true)?), closed)
}

/// Refuses to leave a rest that nobody would close for its own sake.
pub(crate) fn require_no_dust(market: &Market, plan: &Plan, held: BaseQty, lots: u64) -> Result<()> {
    let rest = notional_down(plan.price, sub(held.abs(), lots)?)?;
    if rest <= market.params.dust_notional && lots < plan.base.abs() {
        return Err(RiskError::DustLeft);
    }
    Ok(())
}

/// Atoms that change hands for `lots` of a position in liquidation. Whoever takes them over pays up and receives down; the account's side is
/// the same number.
pub(crate) fn closed_at(price: Price, long: bool, lots: u64) -> Result<u64> {
    if long {
        notional_up(price, lots)
    } else {
        notional_down(price, lots)
    }
}

/// Moves `plan.base` (or the caller's smaller `most` lots) from the account to the keeper at the plan's price, and charges the
/// penalty. The keeper's Init health, and what follows when the account was bankrupt, are the caller's next steps.
pub fn take_over(
    market: &mut Market,
    account: (&mut Account, usize),
    keeper: (&mut Account, usize),
    plan: &Plan,
    most: u64,
    now: Now,
) -> Result<TakeOver> {
    let (account, slot) = account;
    let (keeper, keeper_slot) = keeper;
    if keeper.bankrupt != 0 {
        return Err(RiskError::AccountBankrupt);
    }
    let held = account.split(slot)?.1.base;
    let lots = plan.base.abs().min(most);
    if lots == 0 {
        return Err(RiskError::ZeroAmount);
    }
    require_no_dust(market, plan, held, lots)?;
    let long = held.is_long();
    let notional = closed_at(plan.price, long, lots)?;
    let (size, cost) = (signed(lots)?, signed(notional)?);
    let (size, cost) = if long { (size, cost) } else { (ssub(0, size)?, ssub(0, cost)?) };
    fill(market, account, slot, BaseQty(ssub(0, size)?), ssub(0, cost)?, now)?;
    fill(market, keeper, keeper_slot, BaseQty(size), cost, now)?;

    let penalty = ratio_down(notional, plan.penalty)?.min(account.capital);
    let discount = ratio_down(penalty, market.params.keeper_share)?;
    account.capital = sub(account.capital, penalty)?;
    keeper.capital = add(keeper.capital, discount)?;
    earn_pot(&mut market.ledger, sub(penalty, discount)?)?;
    market.ledger.liquidations = add(market.ledger.liquidations, 1)?;
    market.ledger.liquidated_base = market.ledger.liquidated_base.saturating_add(lots);
    let gained = sub(ratio_up(notional, plan.liq_end)?, penalty)?;
    account.freed = add(account.freed, gained)?;
    Ok(TakeOver { notional, penalty, discount })
}
