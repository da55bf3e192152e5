//! What a bankrupt account comes to later, and who gets it (design, section 9).
//!
//! A closed bankrupt position leaves a loss that others paid. What the account still holds elsewhere converts when it is ready, and goes to
//! them before it goes to its owner: pro rata over the markets that bore the loss; in each, a deficit that is still open first (so
//! a market heals by itself), then pro rata shared insurance and the market's pot. Claims that bore a share of the loss were scaled for
//! good: what comes too late for them strengthens the pot, which pays the market's next loss before claims do.

use crate::{
    ledger::Ledger,
    market::Market,
    num::{add, mul_div_down, mul_div_up, sub, Result},
    position::Position,
};

/// Where a recovery went, in atoms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recovered {
    /// Paid of an open deficit, into the pool.
    pub healed: u64,
    /// To shared insurance.
    pub insurance: u64,
    /// To the market's pot.
    pub pot: u64,
}

/// The part of `amount` that is due to a market that bore `lost`, where `total` is what is unrecovered in all markets. Rounded up while
/// there is something `left`, and never more than the market lost: nothing stays with the account while it owes.
pub fn part_up(lost: u64, total: u64, amount: u64, left: u64) -> Result<u64> {
    if total == 0 {
        return Ok(0);
    }
    Ok(mul_div_up(amount.min(total), lost, total)?.min(lost).min(left))
}

/// Pays up to `amount` from `capital` to the market that bore the loss of `position`. Shared insurance never gets more back than
/// the market drew.
pub fn recover(market: &mut Market, capital: &mut u64, position: &mut Position, amount: u64) -> Result<Recovered> {
    let paid = amount.min(position.lost).min(*capital);
    let (mut next, rest) = (market.ledger, paid.min(market.ledger.deficit));
    let healed = heal(&mut next, rest)?;
    let over = sub(paid, healed)?;
    let insured = position.insured.min(next.insurance_drawn.saturating_sub(market.returned));
    let insurance = if over == 0 { 0 } else { mul_div_down(over, insured, position.lost)?.min(insured) };
    let pot = sub(over, insurance)?;
    let returned = add(market.returned, insurance)?;
    next.insurance_fees = add(next.insurance_fees, insurance)?;
    next.pot = add(next.pot, pot)?;
    let (lost, left) = (sub(position.lost, paid)?, sub(*capital, paid)?);
    (position.lost, position.insured) = (lost, sub(position.insured, insurance)?.min(lost));
    *capital = left;
    (market.ledger, market.returned) = (next, returned);
    Ok(Recovered { healed, insurance, pot })
}

/// Pays up to `amount` of an open deficit into the pool: income of the pot and late recoveries come first (design, section 9, step 4).
/// Returns what was taken. I14 holds: the pool rises by what the deficit falls.
pub fn heal(ledger: &mut Ledger, amount: u64) -> Result<u64> {
    let paid = amount.min(ledger.deficit);
    ledger.pool = add(ledger.pool, paid)?;
    lower_deficit(ledger, paid)?;
    Ok(paid)
}

/// Takes `amount` from the deficit and from what it is counted in.
pub(crate) fn lower_deficit(ledger: &mut Ledger, amount: u64) -> Result<()> {
    ledger.deficit = sub(ledger.deficit, amount)?;
    ledger.window_deficit = ledger.window_deficit.saturating_sub(amount);
    ledger.insured_deficit = ledger.insured_deficit.min(ledger.deficit);
    Ok(())
}

/// Income of the pot: a deficit that is open takes it at once, the pot has the rest.
pub fn earn_pot(ledger: &mut Ledger, income: u64) -> Result<()> {
    let mut next = *ledger;
    let healed = heal(&mut next, income)?;
    next.pot = add(next.pot, sub(income, healed)?)?;
    *ledger = next;
    Ok(())
}
