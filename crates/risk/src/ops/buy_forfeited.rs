//! Selling what was forfeited: units in custody that no account holds any more (see [`super::forfeit`]).
//!
//! The loss that they could not pay has been borne, so whatever they bring is a recovery and goes to shared insurance, which stands behind every
//! market. The price is that of every sale of collateral: before the discount low on Primary quality, on Degraded after the wait the better one for
//! the seller. Nobody's health stands behind the discount, so time alone makes it rise, from the fixed one to the highest after twice the ramp since
//! something was last forfeited; like every other it is at most half of the haircut: the units never go for as little as the protocol itself
//! counts them. The units become a cold balance of the buyer, so they leave the vault by a withdrawal, within its limits of outflow.

use super::{
    sell_collateral::{before_discount, discounted_up, pay, receive, require_buyer},
    Setting,
};
use crate::{
    collateral_rules::CollateralRules,
    levels::{require, Gate},
    liquidation::risen_by_time_down,
    margin::{require_init, Markets},
    num::{Price, Ratio, Result},
    price::Use,
    tranches::Insurance,
    Account, RiskError,
};

/// What was bought out of custody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bought {
    /// Atoms paid, to insurance.
    pub paid: u64,
    /// The discount.
    pub discount: Ratio,
}

/// Sells `amount` forfeited units of collateral number `index` to the keeper, who pays insurance. They were forfeited in slot `since`, the last of
/// them. `book` holds the keeper's records and those of the collateral and of the settlement token.
pub fn buy_forfeited(
    (index, rules): (u16, &CollateralRules),
    (amount, since): (u64, u64),
    keeper: &mut Account,
    insurance: &mut Insurance,
    book: &impl Markets,
    setting: &Setting,
) -> Result<Bought> {
    let now = setting.now;
    require(setting.global, Gate::Liquidate)?;
    require_buyer(keeper)?;
    if amount == 0 {
        return Err(RiskError::ZeroAmount);
    }
    let collateral = book.collateral(index)?;
    let price = before_discount(collateral, rules, now)?;
    let mark = collateral.mark(Use::Maint, now).ok_or(RiskError::QualityTooLow)?;
    let haircut = collateral.haircut_up(Use::Maint, mark)?;
    let risen = risen_by_time_down(rules.max_discount, now.slot.saturating_sub(since), rules.ramp_slots)?;
    let (discount, asked) = discounted_up(price, rules, risen, haircut)?;
    let paid = pay(keeper, amount, Price(asked), book, now)?;
    if paid > 0 {
        insurance.give(paid)?;
    }
    receive(keeper, index, amount, book, now)?;
    require_init(keeper, book, now)?;
    Ok(Bought { paid, discount })
}
