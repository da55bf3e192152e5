//! Selling an account's collateral to a keeper for settlement capital (design, sections 7 and 8), and what becomes of what nobody buys.
//!
//! **Grounds.** Either the account is flagged and below LiqEnd: then what restores LiqEnd may be sold; or it owes a debt that its capital
//! does not cover: then what pays exactly that, whatever its health. Where both hold, the larger of the two. There is no ramp of
//! the size as for positions: a sale moves nobody's market, and the discount itself rises with time.
//!
//! **Price.** Low on Primary quality; on Degraded, after the wait, the price better for the account. Less the discount
//! `d = min(max(fixed, max × x²), haircut / 2)`, where `x` is the depth below Maint plus half of the ramp passed, as in every penalty, and
//! `max × x²` takes at most 95 % of the account's solvency over what is sold. An account that cannot pay grants the fixed discount: with
//! none, nobody would buy, and at the end it would count for nothing.
//!
//! **Size.** Let `a` be the buyer's price of a unit and `c` what the account counts for it (Maint price less haircut; zero beside a long in
//! itself). As `d ≤ haircut / 2`, `a > c`: selling a warm unit raises every line by `a − c`, a cold one, which counts nothing yet and goes
//! first, by `a`. A shortage `s` is restored by
//!
//! `q = s / a` if that is at most the cold part `k`, else `q = k + (s − k·a) / (a − c)`
//!
//! rounded up; a rest that is dust goes along. So no sale lowers a line (I7), and none makes a solvent account insolvent.
//!
//! The units become a cold balance of the keeper: no token moves, and the keeper withdraws them when it likes. Debts in markets
//! that may be changed are paid at once, but only when the capital covers all debts: who cannot pay all does not choose whom.

use super::{bankrupt::MarketsMut, Setting};
use crate::{
    collateral::Collateral,
    collateral_rules::{CollateralRules, LONGEST_UNSOLD},
    levels::{require, Gate},
    liquidation::{penalty_cap_down, risen_down, unflag},
    margin::{health, require_init, Health, Markets, Valued},
    num::{add, lots_up, notional_down, notional_up, ratio_up, sub, Price, Ratio, Result, PPM},
    price::{Quality, Use},
    settle::pay_debt,
    Account, Now, RiskError,
};

/// What a sale did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sold {
    /// Smallest units sold.
    pub amount: u64,
    /// Atoms the keeper paid.
    pub paid: u64,
    /// The discount.
    pub discount: Ratio,
    /// Atoms of debts that were paid at once.
    pub debts: u64,
    /// Health before.
    pub before: Health,
    /// Health after.
    pub after: Health,
}

/// What may be sold now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sale {
    /// Smallest units.
    pub amount: u64,
    /// The buyer's price of one, in ticks.
    pub price: Price,
    /// The discount in it.
    pub discount: Ratio,
}

/// Sells at most `most` units of the account's collateral number `index` to the keeper. `book` holds the records of both accounts.
pub fn sell_collateral(
    (index, rules): (u16, &CollateralRules),
    (account, keeper): (&mut Account, &mut Account),
    most: u64,
    book: &mut (impl Markets + MarketsMut),
    setting: &Setting,
) -> Result<Sold> {
    let now = setting.now;
    require(setting.global, Gate::Liquidate)?;
    require_buyer(keeper)?;
    let before = health(account, book, now)?;
    let sale = plan(account, (index, rules), book, &before, now)?;
    let amount = sale.amount.min(most);
    if amount == 0 {
        return Err(RiskError::ZeroAmount);
    }
    let rest = sub(account.collateral(index)?.amount, amount)?;
    if amount < sale.amount && rest > 0 && is_dust(sale.price, rest, rules) {
        return Err(RiskError::DustLeft);
    }
    let paid = pay(keeper, amount, sale.price, book, now)?;
    account.capital = add(account.capital, paid)?;
    account.collateral_mut(index)?.take(amount, now)?;
    account.release_collateral();
    receive(keeper, index, amount, book, now)?;

    let after = health(account, book, now)?;
    // Rounding may eat what a crumb brings.
    if after.maint < before.maint || after.liq_end < before.liq_end || before.solvency >= 0 && after.solvency < 0 {
        return Err(RiskError::WouldNotHelp); // I7
    }
    let debts = pay_debts(account, book, now)?;
    unflag(account, &after);
    require_init(keeper, book, now)?;
    Ok(Sold { amount, paid, discount: sale.discount, debts, before, after })
}

/// How much of the account's collateral number `index` may be sold now, at which price.
pub fn plan(
    account: &Account,
    (index, rules): (u16, &CollateralRules),
    markets: &impl Markets,
    health: &Health,
    now: Now,
) -> Result<Sale> {
    let (collateral, settlement) = (markets.collateral(index)?, markets.settlement()?);
    let balance = account.collateral(index)?;
    let price = before_discount(collateral, rules, now)?;

    let short = if account.flagged == 0 { 0 } else { health.liq_end.min(0).unsigned_abs() };
    let unpaid = owed_net(account, markets, now)?.saturating_sub(account.capital);
    if short == 0 && unpaid == 0 {
        return Err(match (health.maint < 0, account.flagged) {
            (true, 0) => RiskError::NotFlagged,
            (false, 0) => RiskError::NotLiquidatable,
            _ => RiskError::AboveStopLine,
        });
    }
    let mark = collateral.mark(Use::Maint, now).ok_or(RiskError::QualityTooLow)?;
    let haircut = collateral.haircut_up(Use::Maint, mark)?;
    let gross = notional_up(price, balance.amount).unwrap_or(u64::MAX).max(health.collateral);
    let risen = if short == 0 { Ratio(0) } else { risen(rules, health, account, gross, now)? };
    let (discount, paid) = discounted_up(price, rules, risen, haircut)?;
    let counts = if account.is_long_in(collateral.params.underlying) { 0 } else { ratio_up(mark.0, rest_of(haircut))? };
    let cold = if counts == 0 { balance.amount } else { balance.cold_up(now.time)?.min(balance.amount) };

    let lines = units_up(settlement.to_usd_up(short, now)?, cold, paid, counts, balance.amount)?;
    let debt = units_up(settlement.to_usd_up(unpaid, now)?, balance.amount, paid, 0, balance.amount)?;
    let mut amount = lines.max(debt);
    // What is owed is sold for exactly; a rest that nobody would come for goes only where an account is liquidated.
    if short > 0 && is_dust(Price(paid), sub(balance.amount, amount)?, rules) {
        amount = balance.amount;
    }
    Ok(Sale { amount, price: Price(paid), discount })
}

/// Refuses a buyer who owes something himself.
pub(super) fn require_buyer(keeper: &Account) -> Result<()> {
    if keeper.bankrupt != 0 {
        return Err(RiskError::AccountBankrupt);
    }
    if keeper.owes() {
        return Err(RiskError::AccountInDebt);
    }
    if keeper.unrecovered()? > 0 {
        return Err(RiskError::LossUnrecovered);
    }
    Ok(())
}

/// Takes what `amount` units cost at `price` from the keeper's capital; atoms, rounded up.
pub(super) fn pay(keeper: &mut Account, amount: u64, price: Price, book: &impl Markets, now: Now) -> Result<u64> {
    let paid = book.settlement()?.from_usd_up(notional_up(price, amount)?, now)?;
    if paid > keeper.capital {
        return Err(RiskError::InsufficientCapital);
    }
    keeper.capital = sub(keeper.capital, paid)?;
    Ok(paid)
}

/// Gives the keeper the units, which count from zero.
pub(super) fn receive(keeper: &mut Account, index: u16, amount: u64, book: &impl Markets, now: Now) -> Result<()> {
    let warmup = book.collateral(index)?.params.warmup;
    keeper.collateral_slot(index)?.add(amount, warmup, now)
}

/// What a unit is sold at before the discount: low on Primary quality; on Degraded, after the wait, the price better for the seller.
pub(super) fn before_discount(collateral: &Collateral, rules: &CollateralRules, now: Now) -> Result<Price> {
    let max_age = collateral.params.price_max_age;
    let price = match collateral.price.quality_at(now, max_age) {
        Quality::Frozen => return Err(RiskError::QualityTooLow),
        Quality::Degraded => collateral.price.high,
        Quality::Primary => collateral.price.low,
    };
    collateral.price.require_confirmed(&rules.prices(max_age), now)?;
    Ok(price)
}

/// The discount, the fixed one at least and half of the haircut at most, and the buyer's price of a unit in ticks, rounded up.
pub(super) fn discounted_up(price: Price, rules: &CollateralRules, risen: Ratio, haircut: Ratio) -> Result<(Ratio, u64)> {
    let discount = rules.fixed_discount.max(risen).min(Ratio(haircut.0 / 2));
    Ok((discount, ratio_up(price.0, rest_of(discount))?))
}

fn rest_of(part: Ratio) -> Ratio {
    Ratio((PPM as u32).saturating_sub(part.0))
}

fn is_dust(price: Price, rest: u64, rules: &CollateralRules) -> bool {
    notional_down(price, rest).is_ok_and(|value| value <= rules.dust)
}

/// The discount that depth and time have brought, within what the account's solvency bears over all it may have to sell.
fn risen(rules: &CollateralRules, health: &Health, account: &Account, gross: u64, now: Now) -> Result<Ratio> {
    if health.solvency <= 0 {
        return Ok(Ratio(0));
    }
    let elapsed = now.slot.saturating_sub(account.flagged);
    let risen = risen_down(rules.max_discount, health, elapsed, rules.ramp_slots)?;
    Ok(risen.min(penalty_cap_down(health.solvency, gross.max(1))?))
}

/// Units that bring `usd` millionths of a USD, rounded up, at most `held`: the first `cold` bring `paid` ticks each, the others what `paid`
/// exceeds `counts` by.
fn units_up(usd: u64, cold: u64, paid: u64, counts: u64, held: u64) -> Result<u64> {
    let units = |usd: u64, price: u64| match lots_up(usd, Price(price)) {
        // At a price of a few ticks, or of none, the units have no number: all of them.
        Err(RiskError::Overflow | RiskError::DivisionByZero) => Ok(held),
        found => Ok(found?.min(held)),
    };
    if usd == 0 {
        return Ok(0);
    }
    let first = units(usd, paid)?;
    if first <= cold {
        return Ok(first);
    }
    let left = usd.saturating_sub(notional_down(Price(paid), cold)?);
    Ok(cold.saturating_add(units(left, paid.saturating_sub(counts))?).min(held))
}

/// Debts of the account that the profit of the same position will not pay once it is settled. Paid from capital, that part would leave a claim
/// instead, which pays nobody: a solvent account could be made insolvent.
fn owed_net(account: &Account, markets: &impl Markets, now: Now) -> Result<u64> {
    account.used().filter(|p| p.result < 0).try_fold(0, |sum, position| {
        let net = Valued::new(position, markets.market(position.market)?, Use::Maint, now)?.owed();
        add(sum, net.min(position.result.unsigned_abs()))
    })
}

/// Pays the account's net debts in the markets that may be changed, when its capital covers all of them. Returns what was paid.
fn pay_debts(account: &mut Account, book: &mut (impl MarketsMut + Markets), now: Now) -> Result<u64> {
    if owed_net(account, &*book, now)? > account.capital {
        return Ok(0);
    }
    let mut sum = 0;
    for slot in 0..account.positions.len() {
        let (capital, position) = account.split(slot)?;
        if position.used == 0 || position.result >= 0 {
            continue;
        }
        let paid = book.with(position.market, |market| {
            let net = Valued::new(position, market, Use::Maint, now)?.owed();
            pay_debt(&mut market.ledger, capital, position, net)
        });
        match paid {
            Ok(paid) => {
                position.release();
                sum = add(sum, paid)?;
            }
            Err(RiskError::MarketReadOnly) => {}
            Err(why) => return Err(why),
        }
    }
    account.release_bond()?;
    Ok(sum)
}

/// Takes away what nobody bought: of a flagged account that cannot pay, or of one that owes what its capital does not cover, `unsold_wait` after it
/// was first shown that. The first call starts that clock and takes nothing; a clock of two weeks ago is none. Returns the units that no
/// account holds any more.
///
/// The units count for nothing, so that the account can be declared bankrupt at last and its creditors are not held up by a token
/// without a market (I10): also one whose debt is covered on paper, because paper pays nobody. They stay in their vault, in custody, until
/// somebody buys them ([`super::buy_forfeited`]).
pub fn forfeit(
    account: &mut Account,
    (index, rules): (u16, &CollateralRules),
    markets: &impl Markets,
    setting: &Setting,
) -> Result<u64> {
    let now = setting.now;
    let health = health(account, markets, now)?;
    let unpaid = owed_net(account, markets, now)? > account.capital;
    if !unpaid && account.flagged == 0 {
        return Err(RiskError::NotFlagged);
    }
    if !unpaid && health.solvency >= 0 {
        return Err(RiskError::NotBankrupt);
    }
    // A loss at the last accepted price may bankrupt nobody.
    if health.unpriced > 0 {
        return Err(RiskError::QualityTooLow);
    }
    let amount = account.collateral(index)?.amount;
    let waited = now.time.saturating_sub(account.unsold);
    if account.unsold == 0 || waited > 2i64.saturating_mul(LONGEST_UNSOLD as i64) {
        account.unsold = now.time.max(1);
        return Ok(0);
    }
    if waited < rules.unsold_seconds() {
        return Err(RiskError::StillForSale);
    }
    account.collateral_mut(index)?.take(amount, now)?;
    account.release_collateral();
    Ok(amount)
}

#[cfg(test)]
mod tests;
