//! Moving capital between two accounts of one owner.

use super::Setting;
use crate::{
    levels::{Gate, Permit},
    margin::{init_health, require_withdrawable, Markets},
    num::Result,
    Account, RiskError,
};

/// Moves `amount` atoms of capital from one account to another of the same owner (the caller's to check). What leaves the source is a
/// withdrawal in everything but the tokens: it needs the same health and the same permits, or an insolvency could be prepared by moving
/// the money next door. What arrives is a deposit, which every state takes.
pub fn transfer(from: &mut Account, to: &mut Account, amount: u64, markets: &impl Markets, setting: &Setting) -> Result<()> {
    from.withdraw(amount)?;
    require_may_leave(from, markets, setting)?;
    require_withdrawable(from, markets, setting.now)?;
    to.deposit(amount)
}

/// What could be transferred out of `from` now, at most `wanted`: what Init and the transfer floor do not need.
pub(super) fn transferable_down(from: &Account, wanted: u64, markets: &impl Markets, setting: &Setting) -> Result<u64> {
    let spare = init_health(from, markets, true, setting.now)?.max(0).unsigned_abs();
    Ok(wanted.min(from.capital).min(spare))
}

/// What the breakers of the account's markets say to a withdrawal. Without exposure nothing here depends on a price.
fn require_may_leave(account: &Account, markets: &impl Markets, setting: &Setting) -> Result<()> {
    for position in account.used().filter(|p| !p.base.is_flat()) {
        match markets.market(position.market)?.permit(Gate::Withdraw, setting.global)? {
            Permit::AfterSettling => return Err(RiskError::BreakerForbids),
            _ => continue,
        }
    }
    Ok(())
}
