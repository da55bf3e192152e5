//! Settling a position and converting its claim.

use super::{Among, Setting};
use crate::{
    levels::Gate,
    liquidation::unflag,
    margin::{health, init_health, Markets},
    num::Result,
    settle::{convert as pay_claim, may_settle_for, settle as mark, Settled},
    Account, Market, RiskError,
};

/// Marks the account's position in market number `index` and pays what it owes. The owner may any time, anybody else on the grounds of
/// [`may_settle_for`]. An account that cannot pay is refused: it would choose which of its markets is paid.
pub fn settle(
    (index, market): (u16, &mut Market),
    account: &mut Account,
    by_owner: bool,
    others: &impl Markets,
    setting: &Setting,
) -> Result<Settled> {
    let now = setting.now;
    let book = Among::new(index, market, others);
    let before = health(account, &book, now)?;
    if before.solvency < 0 {
        return Err(RiskError::MustDeclareBankrupt);
    }
    let slot = account.slot_of(index)?;
    if !by_owner {
        let below_init = init_health(account, &book, false, now)? < 0;
        may_settle_for(market, account.split(slot)?.1, below_init, now)?;
    }
    let (capital, position) = account.split(slot)?;
    let settled = mark(market, capital, position, now)?;
    let flat = position.base.is_flat();
    position.release();
    unflag(account, &before);
    if flat {
        account.release_bond()?;
        // What it held last may have been shared to nothing: then no claim is left to make a loss good, and its slot must not stay.
        account.forget_losses();
    }
    Ok(settled)
}

/// Settles the owner's position and pays the warm part of its claim into capital, in full or not at all. Returns what was settled and
/// what was paid.
pub fn convert(
    (index, market): (u16, &mut Market),
    account: &mut Account,
    others: &impl Markets,
    setting: &Setting,
) -> Result<(Settled, u64)> {
    let now = setting.now;
    market.permit(Gate::Convert, setting.global)?;
    if account.unrecovered()? > 0 {
        return Err(RiskError::LossUnrecovered);
    }
    if health(account, &Among::new(index, market, others), now)?.solvency < 0 {
        return Err(RiskError::MustDeclareBankrupt);
    }
    let slot = account.slot_of(index)?;
    let (capital, position) = account.split(slot)?;
    let settled = mark(market, capital, position, now)?;
    let amount = pay_claim(market, capital, position, now)?;
    position.release();
    account.release_bond()?;
    Ok((settled, amount))
}
