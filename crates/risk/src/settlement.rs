//! The end of a market: one price for all, at which everybody settles in his own time (design, section 9, step 5).
//!
//! Entered only when the market has had no usable price for long, or by governance; never because of one account. The price is
//! the last TWAP: what the market was on average worth when it was last seen, not the print that killed it. This is the one
//! place that acts without a usable price (I13).
//!
//! Settling is O(1) for the market: entering fixes one number, and each position is closed on its own. The size a closed position had
//! stays in the totals at the fixed price, where it is worth exactly its cost: so both sides remain equal (I2), the gap that holds back
//! conversion is found from the totals as ever, and no order of settling matters.

use crate::{
    layout,
    market::{Market, Now},
    num::{add, sub, Price, Result},
    position::Position,
    price::Quality,
    settle::{book, mark, Settled},
    RiskError,
};

/// Shortest time without a usable price before anybody may end a market, and what a limit of zero means at the other end is
/// [`LONGEST_FROZEN`].
pub const SHORTEST_FROZEN: i64 = 3_600;
/// Seven days in seconds.
pub const LONGEST_FROZEN: i64 = 604_800;

layout! {
    /// A market's end. Zeroes: it goes on.
    pub struct Settlement [32] {
        /// The price of all; 0: not settled.
        pub price: Price,
        /// When it was fixed, unix seconds.
        pub time: i64,
        /// Lots of longs closed at it.
        pub long_done: u64,
        /// Lots of shorts closed at it.
        pub short_done: u64,
    }
}

impl Settlement {
    /// The market goes on.
    pub const NONE: Self = Self { price: Price(0), time: 0, long_done: 0, short_done: 0 };

    /// Whether the market has ended.
    pub fn is_fixed(&self) -> bool {
        self.price.0 != 0
    }
}

/// Ends the market at its last TWAP. Anybody may, once there has been no usable price for the market's `frozen_limit` (an hour at
/// least; zero: the longest, a week). With `voted`, governance does, its delay passed. An end is final.
pub fn enter(market: &mut Market, voted: bool, now: Now) -> Result<Price> {
    let limit = match market.rules.frozen_limit {
        ..=0 => LONGEST_FROZEN,
        seconds => seconds.clamp(SHORTEST_FROZEN, LONGEST_FROZEN),
    };
    let frozen = market.quality(now) == Quality::Frozen && now.time.saturating_sub(market.price.time) >= limit;
    if market.ended().is_some() || !(frozen || voted) {
        return Err(RiskError::PriceNotFrozen);
    }
    // Before its first price a market can hold no position.
    if market.price.twap.0 == 0 {
        return Err(RiskError::QualityTooLow);
    }
    market.settlement = Settlement { price: market.price.twap, time: now.time, ..Settlement::NONE };
    Ok(market.settlement.price)
}

/// Closes a position of an account that can pay (see [`close_unpaid`] for one that cannot): marks it to the fixed price, pays what it
/// owes from `capital`, and leaves a claim or nothing.
pub fn close(market: &mut Market, capital: &mut u64, position: &mut Position, now: Now) -> Result<Settled> {
    let gain = mark_ended(market, position, now)?;
    let paid = book(&mut market.ledger, capital, position, gain, market.params.claim_warmup, now)?;
    Ok(Settled { gain, paid })
}

/// Closes a position without paying, as the first step of a bankruptcy; from there the waterfall goes on as ever, for it needs no
/// price once nothing is exposed. Returns what the position owes.
pub fn close_unpaid(market: &mut Market, position: &mut Position, now: Now) -> Result<u64> {
    close(market, &mut 0, position, now)?;
    Ok(position.result.min(0).unsigned_abs())
}

fn mark_ended(market: &mut Market, position: &mut Position, now: Now) -> Result<i64> {
    let price = market.ended().ok_or(RiskError::QualityTooLow)?;
    position.refresh(market)?;
    let lots = position.base.abs();
    let end = &mut market.settlement;
    let done = if position.base.is_long() { &mut end.long_done } else { &mut end.short_done };
    *done = add(*done, lots)?;
    let gain = mark(&mut market.ledger, position, price, now)?;
    // What it was worth stays in the totals with its size.
    (position.base.0, position.entry) = (0, 0);
    Ok(gain)
}

/// Lots of an ended market that are not closed yet, longs and shorts. Both reach zero by permissionless steps.
pub fn open(market: &Market) -> Result<(u64, u64)> {
    let (ledger, end) = (&market.ledger, &market.settlement);
    Ok((sub(ledger.long_base, end.long_done)?, sub(ledger.short_base, end.short_done)?))
}
