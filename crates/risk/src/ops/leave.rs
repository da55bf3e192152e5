//! What comes and leaves: deposits of collateral, withdrawals of capital and of collateral, and the limits of their vaults.

use super::Setting;
use crate::{
    collateral::Collateral,
    levels::{require, Gate, Permit},
    margin::{require_withdrawable, Markets},
    num::Result,
    outflow::{Outflow, OutflowRules},
    position::Position,
    Account, RiskError,
};

/// Takes `amount` atoms of capital out: free without exposure and debt; with exposure by the breaker's leave, down to the greater of
/// Init and the transfer floor. The vault's limits are asked by [`count_outflow`].
pub fn withdraw(account: &mut Account, amount: u64, markets: &impl Markets, setting: &Setting) -> Result<()> {
    account.withdraw(amount)?;
    may_leave(account, markets, setting)
}

/// Lets `amount` atoms of capital leave through the vault's windows, then by the account's own allowance.
pub fn count_outflow(
    account: &mut Account,
    outflow: &mut Outflow,
    rules: &OutflowRules,
    amount: u64,
    setting: &Setting,
) -> Result<()> {
    outflow.withdraw(rules, &mut account.allowance, amount, setting.now)
}

/// Adds `amount` smallest units of collateral number `index`, whose record and windows are given. They count from zero, so they help no
/// account that is being liquidated: there they would only have to be sold again before it can be declared bankrupt.
pub fn deposit_collateral(
    account: &mut Account,
    (index, collateral, outflow): (u16, &mut Collateral, &mut Outflow),
    amount: u64,
    setting: &Setting,
) -> Result<()> {
    if account.flagged != 0 || account.bankrupt != 0 && (account.has_exposure() || account.owes()) {
        return Err(RiskError::FlaggedDeposit);
    }
    collateral.deposit(account, index, amount, setting.now)?;
    outflow.deposit(amount, setting.now);
    Ok(())
}

/// Takes `amount` smallest units of collateral number `index` out, as far as the vault's limits let them leave. What is left is the
/// caller's to judge, with the record as it is then ([`may_leave`]).
pub fn take_collateral(
    account: &mut Account,
    (index, collateral, outflow): (u16, &mut Collateral, &mut Outflow),
    rules: &OutflowRules,
    amount: u64,
    setting: &Setting,
) -> Result<()> {
    account.require_unencumbered()?;
    let balance = account.collateral_mut(index)?;
    if amount > balance.amount {
        return Err(RiskError::NoCollateral);
    }
    let mut own = balance.allowance();
    outflow.withdraw(rules, &mut own, amount, setting.now)?;
    balance.set_allowance(&own);
    collateral.take(account, index, amount, setting.now)
}

/// Judges what is left after something was taken out. The breaker of a market in which the account has exposure or a debt must permit it.
/// Without either, nothing it has depends on a price, and no level holds it; only a guardian's pause does.
pub fn may_leave(account: &Account, markets: &impl Markets, setting: &Setting) -> Result<()> {
    let bound = |p: &&Position| !p.base.is_flat() || p.result < 0;
    let free = !account.used().any(|p| bound(&p));
    require(setting.global, if free { Gate::WithdrawFree } else { Gate::Withdraw })?;
    if free {
        return Ok(());
    }
    for position in account.used().filter(bound) {
        let permit = markets.market(position.market)?.permit(Gate::Withdraw, setting.global)?;
        if permit == Permit::AfterSettling && !position.base.is_flat() {
            return Err(RiskError::SettleFirst);
        }
    }
    require_withdrawable(account, markets, setting.now)
}
