//! Closing a bankrupt position against the other side of its market.

use super::{bankrupt::resolved, Among, Setting};
use crate::{
    deleverage::{against, begin, Closed, Counterparty},
    levels::Gate,
    margin::{health, Markets},
    num::Result,
    rank::winner_score_down,
    waterfall::close_bankrupt,
    Account, Market, RiskError,
};

/// Closes as much of the bankrupt account's position in market number `index` as `other` holds against it, at spot. `floor` is the
/// score that a counterparty must reach, from the market's winners board. Returns what was closed and what became deficit.
pub fn deleverage(
    (index, market): (u16, &mut Market),
    (account, other): (&mut Account, &mut Account),
    floor: u64,
    others: &impl Markets,
    setting: &Setting,
) -> Result<(Closed, u64)> {
    let now = setting.now;
    market.permit(Gate::Deleverage, setting.global)?;
    let own = health(account, &Among::new(index, market, others), now)?;
    let slot = account.slot(index)?;
    let mut closing = begin(market, account, slot, &own, now)?;
    let (solvency, score) = {
        let book = Among::new(index, market, others);
        let health = health(other, &book, now)?;
        let score = winner_score_down(other.position(index)?, market, health.solvency, market.rules.rank_notional)?;
        (health.solvency, score)
    };
    let other_slot = other.slot(index)?;
    let counterparty = Counterparty { account: other, slot: other_slot, solvency, score };
    let closed = against(market, (account, slot), counterparty, &mut closing, floor, now)?;
    other.position_mut(index)?.release();
    other.release_bond()?;
    let mut deficit = 0;
    if closing.left == 0 {
        account.release_bond()?;
        deficit = close_bankrupt(market, account, slot, now)?;
        account.position_mut(index)?.release();
        resolved(account);
    }
    market.crowd()?;
    if closed.lots == 0 {
        return Err(RiskError::ZeroAmount);
    }
    Ok((closed, deficit))
}
