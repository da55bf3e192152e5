//! What is too small for anybody to care, and what is left when nothing is left.

use super::{bankrupt::resolved, Among, Setting};
use crate::{
    deleverage::{against, Closed, Counterparty, Deleverage},
    levels::Gate,
    liquidation::{plan, unflag},
    margin::{health, Markets},
    num::{notional_down, Result},
    price::Quality,
    rank::winner_score_down,
    waterfall::close_bankrupt,
    Account, Market, RiskError,
};

/// Closes a position of at most `dust_notional` of an account in liquidation against `other`, at spot, without penalty: for a keeper it is
/// worth less than the transaction. It waits as a take-over does, and for two sources: spot is then also the account's best price. `floor`
/// is the score that `other` must reach, from the market's winners board. Returns what was closed and what became deficit.
pub fn close_dust(
    (index, market): (u16, &mut Market),
    (account, other): (&mut Account, &mut Account),
    floor: u64,
    others: &impl Markets,
    setting: &Setting,
) -> Result<(Closed, u64)> {
    let now = setting.now;
    market.permit(Gate::Deleverage, setting.global)?;
    market.require(Quality::Primary, now)?;
    let before = health(account, &Among::new(index, market, others), now)?;
    plan(account, index, market, &before, now)?;
    let slot = account.slot(index)?;
    let base = account.position(index)?.base;
    if notional_down(market.price.spot, base.abs())? > market.params.dust_notional {
        return Err(RiskError::NotDust);
    }
    let solvency = health(other, &Among::new(index, market, others), now)?.solvency;
    let score = winner_score_down(other.position(index)?, market, solvency, market.rules.rank_notional)?;
    let other_slot = other.slot(index)?;
    let mut closing = Deleverage { left: base.abs(), price: market.price.spot, long: base.is_long() };
    let counterparty = Counterparty { account: other, slot: other_slot, solvency, score };
    let closed = against(market, (account, slot), counterparty, &mut closing, floor, now)?;
    other.position_mut(index)?.release();
    other.release_bond()?;
    let mut deficit = 0;
    if account.bankrupt != 0 {
        account.release_bond()?;
        deficit = close_bankrupt(market, account, slot, now)?;
    }
    account.position_mut(index)?.release();
    account.release_bond()?;
    let after = health(account, &Among::new(index, market, others), now)?;
    if before.solvency >= 0 && after.liq_end < before.liq_end {
        return Err(RiskError::InvariantBroken); // I7
    }
    // Against the other side an atom is rounded for that side. Whoever can just pay and would not be able to afterwards is left to a
    // take-over, which rounds for the account.
    if before.solvency >= 0 && after.solvency < 0 {
        return Err(RiskError::WouldNotHelp); // I7
    }
    unflag(account, &after);
    resolved(account);
    market.crowd()?;
    Ok((closed, deficit))
}

/// Frees the slots of an account that hold nothing any more: claims that shared losses have scaled to nothing, losses that nothing is
/// left to make good with; then the bond and the marks that have outlived what they were for. Moves no money but the bond, which goes
/// back to its account. Returns how many slots were freed.
pub fn clear(account: &mut Account, markets: &impl Markets) -> Result<u64> {
    let state = |a: &Account| (a.used().count(), a.bond, a.flagged, a.freed, a.bankrupt);
    let was = state(account);
    for position in account.positions.iter_mut().filter(|p| p.used != 0 && p.base.is_flat()) {
        position.touch(&markets.market(position.market)?.ledger)?;
        position.release();
    }
    account.release_bond()?;
    if !account.has_exposure() && !account.owes() {
        (account.flagged, account.freed) = (0, 0);
    }
    resolved(account);
    let is = state(account);
    if was == is {
        return Err(RiskError::NothingToClear);
    }
    Ok(was.0.saturating_sub(is.0) as u64)
}
