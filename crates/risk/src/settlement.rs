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

    /// Ends the market at its last TWAP. Anybody may, once there has been no usable price for `frozen_limit` seconds (an hour at least;
    /// zero: the longest, a week). With `voted`, governance does, its delay passed. An end is final.
    pub fn enter(&mut self, market: &Market, frozen_limit: i64, voted: bool, now: Now) -> Result<Price> {
        let limit = if frozen_limit <= 0 { LONGEST_FROZEN } else { frozen_limit.clamp(SHORTEST_FROZEN, LONGEST_FROZEN) };
        let frozen = market.quality(now) == Quality::Frozen && now.time.saturating_sub(market.price.time) >= limit;
        if self.is_fixed() || !(frozen || voted) {
            return Err(RiskError::PriceNotFrozen);
        }
        // Before its first price a market can hold no position.
        if market.price.twap.0 == 0 {
            return Err(RiskError::QualityTooLow);
        }
        *self = Self { price: market.price.twap, time: now.time, ..Self::NONE };
        Ok(self.price)
    }

    /// Closes a position of an account that can pay (see [`Self::close_unpaid`] for one that cannot): marks it to the fixed price, pays
    /// what it owes from `capital`, and leaves a claim or nothing.
    pub fn close(&mut self, market: &mut Market, capital: &mut u64, position: &mut Position, now: Now) -> Result<Settled> {
        let gain = self.mark(market, position, now)?;
        let paid = book(&mut market.ledger, capital, position, gain, market.params.claim_warmup, now)?;
        Ok(Settled { gain, paid })
    }

    /// Closes a position without paying, as the first step of a bankruptcy; from there the waterfall goes on as ever, for it needs no
    /// price once nothing is exposed. Returns what the position owes.
    pub fn close_unpaid(&mut self, market: &mut Market, position: &mut Position, now: Now) -> Result<u64> {
        let gain = self.mark(market, position, now)?;
        book(&mut market.ledger, &mut 0, position, gain, market.params.claim_warmup, now)?;
        Ok(position.result.min(0).unsigned_abs())
    }

    fn mark(&mut self, market: &mut Market, position: &mut Position, now: Now) -> Result<i64> {
        if !self.is_fixed() {
            return Err(RiskError::QualityTooLow);
        }
        let lots = position.base.abs();
        let done = if position.base.is_long() { &mut self.long_done } else { &mut self.short_done };
        *done = add(*done, lots)?;
        let gain = mark(&mut market.ledger, position, self.price, now)?;
        // What it was worth stays in the totals with its size.
        (position.base.0, position.entry) = (0, 0);
        Ok(gain)
    }

    /// Lots that are not closed yet, longs and shorts. Both reach zero by permissionless steps.
    pub fn open(&self, market: &Market) -> Result<(u64, u64)> {
        let ledger = &market.ledger;
        Ok((sub(ledger.long_base, self.long_done)?, sub(ledger.short_base, self.short_done)?))
    }

    /// What the pool must hold beyond what is booked: the net unrealised profit of each side at the fixed price, floored at zero.
    pub fn gap_up(&self, market: &Market) -> Result<u64> {
        let (long, short) = market.ledger.unrealised_down(self.price)?;
        add(long.max(0).unsigned_abs(), short.max(0).unsigned_abs())
    }

    /// `settle::convert` of an ended market: pays the warm claim of a closed position in full or not at all, while the pool covers
    /// everything. Returns the amount.
    pub fn convert(&self, market: &mut Market, capital: &mut u64, position: &mut Position, now: Now) -> Result<u64> {
        if !self.is_fixed() || !position.base.is_flat() {
            return Err(RiskError::QualityTooLow);
        }
        position.touch(&market.ledger)?;
        let warm = position.warm_down(now.time)?;
        if warm == 0 {
            return Err(RiskError::NothingWarm);
        }
        if !market.ledger.is_whole(self.gap_up(market)?)? {
            return Err(RiskError::MarketNotWhole);
        }
        let (claims, pool, more) = (sub(market.ledger.claims, warm)?, sub(market.ledger.pool, warm)?, add(*capital, warm)?);
        position.pay_warm(warm, now)?;
        (market.ledger.claims, market.ledger.pool, *capital) = (claims, pool, more);
        Ok(warm)
    }
}
