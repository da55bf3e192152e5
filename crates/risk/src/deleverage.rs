//! Closing a bankrupt position against the opposite side (design, section 9, step 3).
//!
//! The book is matched, so for every lot of a bankrupt position somebody holds the opposite one. It is closed at spot, the price the
//! whole market stands at: the counterparty loses exposure, not money. Its profit becomes a claim like any other, and what it
//! would have lost it had lost already. Rank decides whose exposure goes, never who bears the loss: that is the index's part
//! (`waterfall::share_loss`), alike for all.
//!
//! On Degraded quality a take-over happens at the price better for the account, because its keeper agrees to it. Nobody asked the
//! counterparty here, so it is closed at spot on either quality.

use crate::{
    account::Account,
    margin::Health,
    market::{Market, Now},
    num::{notional_down, notional_up, signed, ssub, sub, BaseQty, Price, Result},
    price::Action,
    rank::require_rank,
    settle::{book, mark},
    trade::fill,
    RiskError,
};

/// A bankrupt position that is being closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deleverage {
    /// Lots still to close: nothing beyond them is closed.
    pub left: u64,
    /// Spot.
    pub price: Price,
    /// Whether the bankrupt position is a long.
    pub long: bool,
}

/// The account a bankrupt position is closed against.
#[derive(Debug)]
pub struct Counterparty<'a> {
    /// The account.
    pub account: &'a mut Account,
    /// The slot of its position in this market.
    pub slot: usize,
    /// Its capital less what it owes, in atoms, from its health.
    pub solvency: i64,
    /// Its score, computed now.
    pub score: u64,
}

/// What one step closed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Closed {
    /// Lots.
    pub lots: u64,
    /// Atoms that changed hands for them.
    pub notional: u64,
    /// What the counterparty paid of a loss of its own when it was settled.
    pub paid: u64,
}

/// Opens the closing of the position in `slot`. The account must be declared bankrupt and be so still: when the price has come back it
/// is liquidating again, with a stop line. Waits for its price like any liquidation.
pub fn begin(market: &Market, account: &Account, slot: usize, health: &Health, now: Now) -> Result<Deleverage> {
    if account.bankrupt == 0 || health.solvency >= 0 {
        return Err(RiskError::NotBankrupt);
    }
    market.require(Action::Liquidate.least(), now)?;
    market.price.require_confirmed(&market.params, now)?;
    let position = account.positions.get(slot).ok_or(RiskError::NoPosition)?;
    if position.base.is_flat() {
        return Err(RiskError::NoPosition);
    }
    Ok(Deleverage { left: position.base.abs(), price: market.price.spot, long: position.base.is_long() })
}

/// Closes as much as both sides have against one counterparty that ranks at least `floor` (see `rank::Board::floor`). It is settled
/// first, so that all its profit here is a claim. To be called once per counterparty; what is due when the bankrupt position is flat
/// (`waterfall::close_bankrupt`) is the caller's next step.
///
/// Rounded in favour of the counterparty, whose only case in the engine this is: it did not act. I2 and I14 hold because both fills have
/// the same lots and the same cost.
pub fn against(
    market: &mut Market,
    bankrupt: (&mut Account, usize),
    counterparty: Counterparty,
    closing: &mut Deleverage,
    floor: u64,
    now: Now,
) -> Result<Closed> {
    let Counterparty { account: other, slot: other_slot, solvency, score } = counterparty;
    require_rank(score, floor)?;
    // Undeclared, it could not be settled: its capital is owed to all its markets pro rata.
    if solvency < 0 && other.bankrupt == 0 {
        return Err(RiskError::MustDeclareBankrupt);
    }
    let price = closing.price;
    let (capital, position) = other.split(other_slot)?;
    if position.base.is_flat() || position.base.is_long() == closing.long {
        return Err(RiskError::NotOpposite);
    }
    let lots = closing.left.min(position.base.abs());
    if lots == 0 {
        return Err(RiskError::ZeroAmount);
    }
    position.refresh(market)?;
    let gain = mark(&mut market.ledger, position, price, now)?;
    let paid = book(&mut market.ledger, capital, position, gain, market.params.claim_warmup, now)?;

    // A long counterparty sells and receives up, a short one buys and pays down.
    let notional = if closing.long { notional_down(price, lots)? } else { notional_up(price, lots)? };
    let (size, cost) = (signed(lots)?, signed(notional)?);
    let (size, cost) = if closing.long { (size, cost) } else { (ssub(0, size)?, ssub(0, cost)?) };
    let (account, slot) = bankrupt;
    fill(market, account, slot, BaseQty(ssub(0, size)?), ssub(0, cost)?, now)?;
    fill(market, other, other_slot, BaseQty(size), cost, now)?;
    closing.left = sub(closing.left, lots)?;
    Ok(Closed { lots, notional, paid })
}
