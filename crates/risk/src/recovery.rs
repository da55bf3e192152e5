//! What a bankrupt account comes to later, and who gets it (design, section 9).
//!
//! A closed bankrupt position leaves a loss that others paid. What the account still holds elsewhere converts when it is ready, and goes to
//! them before it goes to its owner: pro rata over the markets that bore the loss; in each, a deficit that is still open first (so
//! a market heals by itself), then pro rata shared insurance and the market's pot. Claims that bore a share of the loss were scaled for
//! good: what comes too late for them strengthens the pot, which pays the market's next loss before claims do.

use crate::{
    layout,
    ledger::Ledger,
    num::{add, mul_div_down, mul_div_up, sub, Result},
};

layout! {
    /// What an account still owes, in honour, to one market that bore its loss. Amounts in atoms.
    pub struct Unrecovered [24] {
        /// Loss that others paid.
        pub lost: u64,
        /// Of it, at most what shared insurance covered.
        pub insured: u64,
        /// The market's index.
        pub market: u16,
        /// Room to grow; zero.
        pub reserved: [u8; 6],
    }
}

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

impl Unrecovered {
    /// Nothing.
    pub const NONE: Self = Self { lost: 0, insured: 0, market: 0, reserved: [0; 6] };

    /// Notes a loss that `waterfall::close_bankrupt` has just booked. `insured` is the part it added to `insured_deficit`.
    pub fn note(&mut self, market: u16, lost: u64, insured: u64) -> Result<()> {
        let (lost, insured) = (add(self.lost, lost)?, add(self.insured, insured)?);
        *self = Self { lost, insured: insured.min(lost), market, ..*self };
        Ok(())
    }
}

/// The part of `amount` that is due to the market of `record`, where `total` is what is unrecovered in all markets. Rounded up while there
/// is something `left`, and never more than the market lost: nothing stays with the account while it owes.
pub fn part_up(record: &Unrecovered, total: u64, amount: u64, left: u64) -> Result<u64> {
    if total == 0 {
        return Ok(0);
    }
    Ok(mul_div_up(amount.min(total), record.lost, total)?.min(record.lost).min(left))
}

/// Pays up to `amount` from `capital` to the market of `record`. `returned` counts what shared insurance has got back here, so that it
/// never gets more than the market drew.
pub fn recover(
    ledger: &mut Ledger,
    returned: &mut u64,
    capital: &mut u64,
    record: &mut Unrecovered,
    amount: u64,
) -> Result<Recovered> {
    let paid = amount.min(record.lost).min(*capital);
    let (mut next, rest) = (*ledger, paid.min(ledger.deficit));
    let healed = heal(&mut next, rest)?;
    let over = sub(paid, healed)?;
    let insured = record.insured.min(ledger.insurance_drawn.saturating_sub(*returned));
    let insurance = if over == 0 { 0 } else { mul_div_down(over, insured, record.lost)?.min(insured) };
    let pot = sub(over, insurance)?;
    let more = add(*returned, insurance)?;
    next.insurance_fees = add(next.insurance_fees, insurance)?;
    next.pot = add(next.pot, pot)?;
    record.lost = sub(record.lost, paid)?;
    record.insured = sub(record.insured, insurance)?.min(record.lost);
    *capital = sub(*capital, paid)?;
    (*ledger, *returned) = (next, more);
    Ok(Recovered { healed, insurance, pot })
}

/// Pays up to `amount` of an open deficit into the pool: income of the pot and late recoveries come first (design, section 9, step 4).
/// Returns what was taken. I14 holds: the pool rises by what the deficit falls.
pub fn heal(ledger: &mut Ledger, amount: u64) -> Result<u64> {
    let paid = amount.min(ledger.deficit);
    let pool = add(ledger.pool, paid)?;
    ledger.pool = pool;
    ledger.deficit = sub(ledger.deficit, paid)?;
    ledger.window_deficit = ledger.window_deficit.saturating_sub(paid);
    ledger.insured_deficit = ledger.insured_deficit.min(ledger.deficit);
    Ok(paid)
}

/// Income of the pot: a deficit that is open takes it at once, the pot has the rest.
pub fn earn_pot(ledger: &mut Ledger, income: u64) -> Result<()> {
    let mut next = *ledger;
    let healed = heal(&mut next, income)?;
    next.pot = add(next.pot, sub(income, healed)?)?;
    *ledger = next;
    Ok(())
}
