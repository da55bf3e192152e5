//! Resolving an account that cannot pay, and what it comes to later.

use super::Setting;
use crate::{
    levels::Gate,
    num::{add, sub, Result},
    recovery::{part_up, recover as repay},
    settle::{convert, settle},
    waterfall::{close_bankrupt, declare as mark_bankrupt, mark_unpaid, pay_pro_rata},
    Account, Market, RiskError,
};

/// Markets of an account's positions, to change one at a time.
pub trait MarketsMut {
    /// Runs `f` on market number `index`.
    fn with<T>(&mut self, index: u16, f: impl FnOnce(&mut Market) -> Result<T>) -> Result<T>;
}

/// What a declaration found, in atoms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Declared {
    /// Owed in all markets.
    pub owed: u64,
    /// Paid of it.
    pub paid: u64,
}

/// Settles every position of an account that owes more than it has, and splits what it has over what it owes, pro rata, so that no
/// market is paid before another.
pub fn declare(account: &mut Account, markets: &mut impl MarketsMut, setting: &Setting) -> Result<Declared> {
    let now = setting.now;
    let mut owed = 0;
    for position in account.positions.iter_mut().filter(|p| p.used != 0 && p.is_active()) {
        owed = add(owed, markets.with(position.market, |market| mark_unpaid(market, position, now))?)?;
    }
    mark_bankrupt(account, owed)?;
    // In ended markets nothing is exposed any more: what the bond was kept for is over, and it belongs to those the account owes. After the
    // test, which like `settle` leaves the bond out: otherwise an account whom only its bond makes solvent could do neither.
    account.release_bond()?;

    let capital = account.capital;
    let mut left = capital;
    let last = account.used().filter(|p| p.result < 0).count();
    let owing = account.positions.iter_mut().filter(|p| p.used != 0 && p.result < 0);
    for (i, position) in owing.enumerate() {
        let is_last = i.saturating_add(1) == last;
        markets.with(position.market, |market| pay_pro_rata(&mut market.ledger, &mut left, position, capital, owed, is_last))?;
    }
    account.capital = left;
    for slot in 0..account.positions.len() {
        let position = account.split(slot)?.1;
        if position.used != 0 && position.is_active() {
            let index = position.market;
            markets.with(index, |market| close_bankrupt(market, account, slot, now))?;
            account.split(slot)?.1.release();
        }
    }
    // The clock of what is left to close starts no later than now.
    if account.flagged == 0 {
        account.flagged = now.slot.max(1);
    }
    account.release_bond()?;
    resolved(account);
    Ok(Declared { owed, paid: sub(capital, left)? })
}

/// Clears the marks of an account with nothing left to close and nothing owed.
pub(super) fn resolved(account: &mut Account) {
    if account.bankrupt != 0 && !account.has_exposure() && !account.owes() {
        (account.bankrupt, account.flagged, account.freed) = (0, 0, 0);
    }
    account.forget_losses();
}

/// Converts the warm claim in market number `index` of an account that left a loss elsewhere. It goes to the markets that bore the loss,
/// pro rata; only what is over is the owner's. Anybody may. Returns what was converted and what of it went to them.
pub fn recover(account: &mut Account, index: u16, markets: &mut impl MarketsMut, setting: &Setting) -> Result<(u64, u64)> {
    let now = setting.now;
    let total = account.unrecovered()?;
    if total == 0 {
        return Err(RiskError::NothingToRecover);
    }
    account.position(index)?;
    let slot = account.slot(index)?;
    let (capital, position) = account.split(slot)?;
    let converted = markets.with(index, |market| {
        market.permit(Gate::Convert, setting.global)?;
        settle(market, capital, position, now)?;
        convert(market, capital, position, now)
    })?;
    let mut left = converted;
    for slot in 0..account.positions.len() {
        let (capital, position) = account.split(slot)?;
        let part = part_up(position.lost, total, converted, left)?;
        if part > 0 {
            markets.with(position.market, |market| repay(market, capital, position, part))?;
            left = sub(left, part)?;
        }
    }
    account.positions.iter_mut().for_each(|p| p.release());
    // In an ended market this has closed its exposure.
    account.release_bond()?;
    resolved(account);
    Ok((converted, sub(converted, left)?))
}
