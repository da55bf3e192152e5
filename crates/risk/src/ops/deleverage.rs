//! Closing a bankrupt position against the other side of its market.

use super::{bankrupt::resolved, Among, Setting};
use crate::{
    deleverage::{against, begin, Closed, Counterparty},
    levels::Gate,
    margin::{health, Markets},
    num::Result,
    rank::{require_rank, winner_score_down},
    waterfall::close_bankrupt,
    Account, Market, Price, RiskError,
};

/// A counterparty, and what became of it.
#[derive(Debug)]
pub struct Party<'a> {
    /// Its account.
    pub account: &'a mut Account,
    /// Its score, computed now.
    pub score: u64,
    /// What was closed against it; nothing when those before it were enough.
    pub closed: Closed,
}

impl<'a> Party<'a> {
    /// One that nothing has been closed against yet.
    pub fn new(account: &'a mut Account) -> Self {
        Self { account, score: 0, closed: Closed::default() }
    }
}

/// What a step left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deleveraged {
    /// Price, spot.
    pub price: Price,
    /// Lots of the bankrupt position still open.
    pub left: u64,
    /// Debt that became the market's deficit.
    pub deficit: u64,
}

/// Closes as much of the bankrupt account's position in market number `index` as `other` holds against it, at spot. `floor` is the
/// score that a counterparty must reach, from the market's winners board. Returns what was closed and what became deficit.
pub fn deleverage(
    market: (u16, &mut Market),
    (account, other): (&mut Account, &mut Account),
    floor: u64,
    others: &impl Markets,
    setting: &Setting,
) -> Result<(Closed, u64)> {
    let mut parties = [Party::new(other)];
    let done = deleverage_all(market, account, &mut parties, floor, others, setting)?;
    let [Party { closed, .. }] = parties;
    Ok((closed, done.deficit))
}

/// The same against several, one after the other until the position is closed. They come in the order of their scores, highest first,
/// so that the one that keeps a part of its position is the lowest; `floor` is the score of the highest account that is left out. Those
/// that are no longer needed are left alone: whoever was quicker does not spoil the step.
pub fn deleverage_all(
    (index, market): (u16, &mut Market),
    account: &mut Account,
    parties: &mut [Party],
    floor: u64,
    others: &impl Markets,
    setting: &Setting,
) -> Result<Deleveraged> {
    let now = setting.now;
    market.permit(Gate::Deleverage, setting.global)?;
    let own = health(account, &Among::new(index, market, others), now)?;
    account.position(index)?;
    let slot = account.slot(index)?;
    let mut closing = begin(market, account, slot, &own, now)?;
    let size = closing.left;
    let mut before = u64::MAX;
    for party in parties.iter_mut() {
        let health = health(party.account, &Among::new(index, market, others), now)?;
        party.score = winner_score_down(party.account.position(index)?, market, health.solvency, market.rules.rank_notional)?;
        require_rank(before, party.score)?;
        before = party.score;
        if closing.left == 0 {
            continue;
        }
        let other_slot = party.account.slot(index)?;
        let counterparty =
            Counterparty { account: party.account, slot: other_slot, solvency: health.solvency, score: party.score };
        party.closed = against(market, (account, slot), counterparty, &mut closing, floor, now)?;
        party.account.position_mut(index)?.release();
        party.account.release_bond()?;
    }
    if closing.left == size {
        return Err(RiskError::ZeroAmount);
    }
    let mut deficit = 0;
    if closing.left == 0 {
        account.release_bond()?;
        deficit = close_bankrupt(market, account, slot, now)?;
        account.position_mut(index)?.release();
        resolved(account);
    }
    market.crowd()?;
    Ok(Deleveraged { price: closing.price, left: closing.left, deficit })
}
