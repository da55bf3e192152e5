//! What the breaker says to a withdrawal.

use super::Setting;
use crate::{
    levels::{require, Gate, Permit},
    margin::Markets,
    num::Result,
    Account, RiskError,
};

/// Refuses a withdrawal that the breaker of a market in which the account has exposure or a debt does not permit. Without either, nothing
/// it has depends on a price, and no level holds it; only a guardian's pause does. Health is asked besides.
pub fn permit_withdrawal(account: &Account, markets: &impl Markets, setting: &Setting) -> Result<()> {
    let bound = account.used().any(|p| !p.base.is_flat() || p.result < 0);
    require(setting.global, if bound { Gate::Withdraw } else { Gate::WithdrawFree })?;
    for position in account.used().filter(|p| !p.base.is_flat() || p.result < 0) {
        let permit = markets.market(position.market)?.permit(Gate::Withdraw, setting.global)?;
        if permit == Permit::AfterSettling && !position.base.is_flat() {
            return Err(RiskError::BreakerForbids);
        }
    }
    Ok(())
}
