//! What an account scores on the boards of a market, and whether it can be acted on there.

use super::Among;
use crate::{
    liquidation::plan,
    live_margin::side,
    margin::{accepted_health, health, Health, Markets},
    num::Result,
    price::Action,
    rank::{side_of, winner_score_down, worst_score, EITHER},
    throttle::is_exempt,
    Account, Market, Now, RiskError,
};

/// An account as it stands on a market's boards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ranked {
    /// Side of its position here.
    pub side: u8,
    /// Score on the winners board; 0: it has no place there.
    pub winner: u64,
    /// Score on the worst board; 0: it has no place there.
    pub worst: u64,
    /// Whether a bankrupt position could be closed against it now.
    pub can_close: bool,
    /// Whether it could be liquidated here now.
    pub can_take: bool,
}

/// Scores of an account in market number `index`, computed now. Zero without exposure there. An account that cannot pay, or that waits
/// only for its flag, can be acted on when anybody can take that step now.
pub fn rank((index, market): (u16, &Market), account: &Account, others: &impl Markets, now: Now) -> Result<Ranked> {
    let position = match account.position(index) {
        Ok(position) if !position.base.is_flat() => position,
        _ => return Ok(Ranked { side: EITHER, ..Ranked::default() }),
    };
    let book = Among::new(index, market, others);
    let health = health(account, &book, now)?;
    let pays = health.solvency >= 0 || account.bankrupt != 0;
    let declarable = pays || can_declare(account, &book, now)?;
    Ok(Ranked {
        side: side_of(position),
        winner: winner_score_down(position, market, health.solvency, market.rules.rank_notional)?,
        worst: worst_score(account, &health),
        can_close: declarable,
        can_take: declarable && can_take(account, (index, market), &book, &health, now)?,
    })
}

/// Whether nothing but somebody's call stands before a declaration of bankruptcy.
fn can_declare(account: &Account, book: &impl Markets, now: Now) -> Result<bool> {
    if account.collaterals > 0 {
        return Ok(false);
    }
    for position in account.used().filter(|p| !p.base.is_flat()) {
        let market = book.market(position.market)?;
        let ready = market.ended().is_some()
            || market.require(Action::Liquidate.least(), now).is_ok()
                && market.price.require_confirmed(&market.params, now).is_ok();
        if !ready {
            return Ok(false);
        }
    }
    Ok(true)
}

fn can_take(account: &Account, (index, market): (u16, &Market), book: &impl Markets, health: &Health, now: Now) -> Result<bool> {
    let ready = match plan(account, index, market, health, now) {
        Ok(_) | Err(RiskError::MustDeclareBankrupt) => true,
        // Where raised margin alone makes it liquidatable a budget decides, not its caller.
        Err(RiskError::NotFlagged) => health.maint < 0 && accepted_health(account, book, now)? < 0,
        Err(_) => false,
    };
    if !ready {
        return Ok(false);
    }
    let long = account.position(index)?.base.is_long();
    let sigma = market.margin.window_sigma.get(side(long)).copied().unwrap_or_default();
    if is_exempt(&market.rules.throttle, health, sigma)? {
        return Ok(true);
    }
    let depth = market.depth.depth_down(&market.rules.depth, now)?;
    Ok(market.throttle.room_down(&market.rules.throttle, depth, now)? > 0)
}
