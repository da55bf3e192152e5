//! Marking a position to the robust price and turning warm claims into capital (design, section 7).

use crate::{
    ledger::Ledger,
    market::{Market, Now},
    num::{add, sadd, signed, ssub, sub, value_down, BaseQty, Price, Result},
    position::Position,
    price::Action,
    settlement, RiskError,
};

/// What a settlement moved, in atoms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// Result realised by the mark, signed.
    pub gain: i64,
    /// Capital paid into the pool.
    pub paid: u64,
}

/// Books a realised `gain` of a position whose entry has already been moved, and pays what is owed from `capital`.
///
/// A loss cancels the position's own claim before it becomes debt; a profit cancels debt before it becomes a claim.
pub(crate) fn book(
    ledger: &mut Ledger,
    capital: &mut u64,
    position: &mut Position,
    gain: i64,
    warmup: i64,
    now: Now,
) -> Result<u64> {
    position.touch(ledger)?;
    let size = gain.unsigned_abs();
    if gain < 0 {
        let cancelled = size.min(position.result.max(0).unsigned_abs());
        position.cut_claim(cancelled, now)?;
        ledger.claims = sub(ledger.claims, cancelled)?;
        let owed = sub(size, cancelled)?;
        position.result = ssub(position.result, signed(owed)?)?;
        ledger.debt = add(ledger.debt, owed)?;
    } else if gain > 0 {
        let cancelled = size.min(position.result.min(0).unsigned_abs());
        position.result = sadd(position.result, signed(cancelled)?)?;
        ledger.debt = sub(ledger.debt, cancelled)?;
        let earned = sub(size, cancelled)?;
        if earned > 0 {
            position.add_claim(earned, warmup, now)?;
            ledger.claims = add(ledger.claims, earned)?;
        }
    }
    pay_debt(ledger, capital, position, u64::MAX)
}

/// Pays a position's debt from capital, at most `limit`. Returns what was paid.
pub(crate) fn pay_debt(ledger: &mut Ledger, capital: &mut u64, position: &mut Position, limit: u64) -> Result<u64> {
    let paid = position.result.min(0).unsigned_abs().min(*capital).min(limit);
    *capital = sub(*capital, paid)?;
    position.result = sadd(position.result, signed(paid)?)?;
    ledger.debt = sub(ledger.debt, paid)?;
    ledger.pool = add(ledger.pool, paid)?;
    Ok(paid)
}

/// Moves a position's contribution to the totals and its own base and entry to new values.
pub(crate) fn reposition(ledger: &mut Ledger, position: &mut Position, base: BaseQty, entry: i64) -> Result<()> {
    ledger.replace(position.base, position.entry, base, entry)?;
    (position.base, position.entry) = (base, entry);
    Ok(())
}

/// Marks a position to `price` without paying: realises the difference as a signed gain.
pub(crate) fn mark(ledger: &mut Ledger, position: &mut Position, price: Price, now: Now) -> Result<i64> {
    let value = value_down(price, position.base)?;
    let gain = ssub(value, position.entry)?;
    let base = position.base;
    reposition(ledger, position, base, value)?;
    position.settled = now.time;
    Ok(gain)
}

/// Marks a position to the robust price and pays what it owes.
/// In a market that has ended the position is closed at the fixed price instead.
pub fn settle(market: &mut Market, capital: &mut u64, position: &mut Position, now: Now) -> Result<Settled> {
    if market.ended().is_some() {
        return settlement::close(market, capital, position, now);
    }
    market.require(Action::Settle.least(), now)?;
    position.refresh(market)?;
    let price = market.price.spot;
    let gain = mark(&mut market.ledger, position, price, now)?;
    let paid = book(&mut market.ledger, capital, position, gain, market.params.claim_warmup, now)?;
    Ok(Settled { gain, paid })
}

/// Whether somebody other than the owner may settle a position: its account is below Init, it shows a loss while the
/// market is not whole, a loss window is open, or a day has passed.
pub fn may_settle_for(market: &Market, position: &Position, below_init: bool, now: Now) -> Result<()> {
    let ledger = &market.ledger;
    if market.ended().is_some() {
        return Ok(());
    }
    // Funding owed is a loss like any other: until it is paid, those it is owed to cannot convert.
    let owed = match position.funding == market.funding.index {
        true => 0,
        false => market.funding.owed_up(position.base, position.funding)?,
    };
    let loses = ssub(position.unrealised_down(market.price.spot)?, owed)? < 0;
    let window = ledger.window_deficit > 0 && now.time <= ledger.window_ends;
    let day = now.time.saturating_sub(position.settled) >= 86_400;
    if below_init || (loses && !ledger.is_whole(gap_up(market)?)?) || window || day {
        Ok(())
    } else {
        Err(RiskError::SettleNotPermitted)
    }
}

/// What the pool must hold beyond what is booked: nothing in calm times; after a move larger than the maintenance margin
/// within a warm-up period, or once the market has ended, the net unrealised profit of each side, floored at zero.
pub fn gap_up(market: &Market) -> Result<u64> {
    let price = match market.ended() {
        Some(price) => price,
        None if market.price.moved_more_than(market.params.maint)? => market.price.spot,
        None => return Ok(0),
    };
    // A side's total, rounded once, is at least the sum of its positions' marks, each rounded on its own: no atom is to be added.
    // One more would hold every claim back after all losers have settled.
    let (long, short) = market.ledger.unrealised_down(price)?;
    add(long.max(0).unsigned_abs(), short.max(0).unsigned_abs())
}

/// Pays the warm part of a position's claim into capital: in full or not at all, and only while the market is whole.
/// The position must have been settled in the same instruction. Returns the amount.
pub fn convert(market: &mut Market, capital: &mut u64, position: &mut Position, now: Now) -> Result<u64> {
    market.require_or_ended(Action::Settle.least(), now)?;
    position.refresh(market)?;
    let warm = position.warm_down(now.time)?;
    if warm == 0 {
        return Err(RiskError::NothingWarm);
    }
    if !market.ledger.is_whole(gap_up(market)?)? {
        return Err(RiskError::MarketNotWhole);
    }
    position.pay_warm(warm, now)?;
    market.ledger.claims = sub(market.ledger.claims, warm)?;
    market.ledger.pool = sub(market.ledger.pool, warm)?;
    *capital = add(*capital, warm)?;
    Ok(warm)
}
