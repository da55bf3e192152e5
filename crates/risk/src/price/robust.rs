//! The robust price: what a market acts on, and how it moves.

use super::{aggregate::Combined, Quality};
use crate::{
    layout,
    market::Now,
    num::{mul_div_down, ratio_down, ratio_up, BaseQty, Price, Result},
    params::MarketParams,
    RiskError,
};

layout! {
    /// The last robust price and its history.
    pub struct RobustPrice [168] {
        /// Central price; settlement and liquidation happen at it.
        pub spot: Price,
        /// What an owned thing is surely worth.
        pub low: Price,
        /// What an owed thing may cost.
        pub high: Price,
        /// Exponential time-weighted average of spot.
        pub twap: Price,
        /// Follows spot with a speed limit per second and per hour; Init health only.
        pub stable: Price,
        /// The stable price when its hour began.
        pub stable_anchor: Price,
        /// When that hour began, unix seconds.
        pub stable_hour: i64,
        /// Slot of the last accepted update.
        pub slot: u64,
        /// Unix time of the last accepted update.
        pub time: i64,
        /// Unix time of the first accepted update; 0 before it.
        pub first_time: i64,
        /// Slot since which spot has been outside the TWAP band; 0 when it is not.
        pub out_of_band_since: u64,
        /// Slot since which the quality has been below Primary; 0 when it is not.
        pub degraded_since: u64,
        /// Lowest spot of the current and of the previous warm-up period.
        pub lows: [Price; 2],
        /// Highest spot of the current and of the previous warm-up period.
        pub highs: [Price; 2],
        /// When the current warm-up period began, unix seconds.
        pub period: i64,
        /// Accepted updates so far, as far as they count for activation.
        pub updates: u32,
        /// [`Quality`] as a number.
        pub quality: u8,
        /// Room to grow; zero.
        pub reserved: [u8; 27],
    }
}

/// Which line of health a price serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Opening and withdrawing: the worse of robust and stable.
    Init,
    /// Liquidating: the robust price alone; on Degraded quality the price better for the account.
    Maint,
}

impl RobustPrice {
    /// Before the first update.
    pub const NEW: Self = Self {
        spot: Price(0),
        low: Price(0),
        high: Price(0),
        twap: Price(0),
        stable: Price(0),
        stable_anchor: Price(0),
        stable_hour: 0,
        slot: 0,
        time: 0,
        first_time: 0,
        out_of_band_since: 0,
        degraded_since: 0,
        lows: [Price(0); 2],
        highs: [Price(0); 2],
        period: 0,
        updates: 0,
        quality: 0,
        reserved: [0; 27],
    };

    /// Quality at `now`: as stored, but Frozen once older than `max_age` seconds.
    pub fn quality_at(&self, now: Now, max_age: u32) -> Quality {
        if now.time.saturating_sub(self.time) > max_age as i64 {
            return Quality::Frozen;
        }
        Quality::from_u8(self.quality)
    }

    /// The price at which `base` counts for `purpose`.
    pub fn mark(&self, base: BaseQty, purpose: Use) -> Price {
        match (purpose, base.is_long()) {
            (Use::Init, true) => self.low.min(self.stable),
            (Use::Init, false) => self.high.max(self.stable),
            (Use::Maint, long) => self.better_for(long),
        }
    }

    /// The price at which a position is taken over: spot, or on Degraded quality the side better for the account.
    pub fn better_for(&self, long: bool) -> Price {
        match (Quality::from_u8(self.quality), long) {
            (Quality::Primary, _) => self.spot,
            (_, true) => self.high,
            (_, false) => self.low,
        }
    }

    /// Takes in a new opinion of the sources. One of lower quality changes nothing while the last accepted price is within its
    /// age: nobody can degrade a market by choosing the moment of a refresh.
    pub fn update(&mut self, seen: &Combined, params: &MarketParams, now: Now) -> Result<()> {
        if seen.quality < self.quality_at(now, params.price_max_age) {
            return Ok(());
        }
        if seen.quality == Quality::Frozen {
            self.quality = Quality::Frozen as u8;
            self.since(now, true);
            return Ok(());
        }
        if self.first_time == 0 {
            self.start(seen.spot, now);
        }
        // What has passed since the last update, passed at the last spot: the new one has weight only from now on. However long
        // nobody refreshed, one spike is all outside the TWAP and gives the stable price nothing.
        let dt = now.time.saturating_sub(self.time).max(0);
        let was_outside = self.is_outside(params)?;
        self.twap = toward(self.twap, self.spot, dt, params.twap_window)?;
        self.follow(dt, params, now)?;
        if seen.quality == Quality::Primary && (now.slot > self.slot || self.updates == 0) {
            self.updates = self.updates.saturating_add(1);
        }
        self.remember(seen.spot, params.claim_warmup, now);
        (self.spot, self.low, self.high) = (seen.spot, seen.low, seen.high);
        (self.slot, self.time) = (now.slot, now.time);
        self.quality = seen.quality as u8;
        self.since(now, seen.quality < Quality::Primary);
        self.watch_band(was_outside, params, now)
    }

    /// Keeps the wait for the TWAP. Re-entering the band does not restart a wait that is still running; leaving it again after that
    /// wait has ended is a new excursion with a wait of its own.
    fn watch_band(&mut self, was_outside: bool, params: &MarketParams, now: Now) -> Result<()> {
        let ended = !waiting(self.out_of_band_since, params.confirm_slots, now);
        if self.is_outside(params)? {
            if self.out_of_band_since == 0 || ended && !was_outside {
                self.out_of_band_since = now.slot.max(1);
            }
        } else if ended {
            self.out_of_band_since = 0;
        }
        Ok(())
    }

    fn is_outside(&self, params: &MarketParams) -> Result<bool> {
        Ok(self.spot.0.abs_diff(self.twap.0) > ratio_down(self.twap.0, params.twap_band)?)
    }

    /// Whether the market has seen enough to take positions.
    pub fn is_active(&self, params: &MarketParams, now: Now) -> bool {
        self.first_time != 0
            && self.updates >= params.activation_updates
            && now.time.saturating_sub(self.first_time) >= params.activation_time
    }

    /// Refuses while liquidation waits for its price to be confirmed. Both waits end by themselves.
    pub fn require_confirmed(&self, params: &MarketParams, now: Now) -> Result<()> {
        if self.is_outside(params)? && waiting(self.out_of_band_since, params.confirm_slots, now)
            || waiting(self.degraded_since, params.degraded_slots, now)
        {
            return Err(RiskError::WaitingForConfirmation);
        }
        Ok(())
    }

    /// Whether spot moved by more than `bound` of its low within the last warm-up period.
    pub fn moved_more_than(&self, bound: crate::num::Ratio) -> Result<bool> {
        let low = self.lows[0].min(self.lows[1]);
        let high = self.highs[0].max(self.highs[1]);
        Ok(high.0.saturating_sub(low.0) > ratio_down(low.0, bound)?)
    }

    fn start(&mut self, spot: Price, now: Now) {
        (self.spot, self.twap, self.stable, self.stable_anchor) = (spot, spot, spot, spot);
        (self.lows, self.highs) = ([spot; 2], [spot; 2]);
        (self.first_time, self.stable_hour, self.period, self.time) = (now.time.max(1), now.time, now.time, now.time);
    }

    fn since(&mut self, now: Now, below: bool) {
        if !below {
            self.degraded_since = 0;
        } else if self.degraded_since == 0 {
            self.degraded_since = now.slot.max(1);
        }
    }

    /// Moves the stable price toward spot under both speed limits (after Mango v4's stable price, with the hour's
    /// clamp anchored once an hour instead of averaged). Limits are rounded up, so that a price of a few ticks can move.
    fn follow(&mut self, dt: i64, params: &MarketParams, now: Now) -> Result<()> {
        if now.time.saturating_sub(self.stable_hour) >= 3_600 {
            (self.stable_anchor, self.stable_hour) = (self.stable, now.time);
        }
        let second = ratio_up(self.stable.0, params.stable_speed)?.saturating_mul(dt.clamp(0, 600) as u64);
        let hour = ratio_up(self.stable_anchor.0, params.stable_hour)?;
        let near =
            |center: Price, reach: u64| (Price(center.0.saturating_sub(reach).max(1)), Price(center.0.saturating_add(reach)));
        let ((a, b), (c, d)) = (near(self.stable, second), near(self.stable_anchor, hour));
        let (low, high) = (a.max(c), b.min(d));
        if low <= high {
            self.stable = self.spot.max(low).min(high);
        }
        Ok(())
    }

    fn remember(&mut self, spot: Price, period: i64, now: Now) {
        let elapsed = now.time.saturating_sub(self.period);
        if elapsed >= period {
            // A gap of two periods or more forgets both: the last spot is what the period before began with.
            let before = if elapsed >= period.saturating_mul(2) { (self.spot, self.spot) } else { (self.lows[0], self.highs[0]) };
            (self.lows, self.highs) = ([spot, before.0], [spot, before.1]);
            self.period = now.time;
        }
        (self.lows[0], self.highs[0]) = (self.lows[0].min(spot), self.highs[0].max(spot));
    }
}

fn waiting(since: u64, slots: u32, now: Now) -> bool {
    since != 0 && now.slot < since.saturating_add(slots as u64)
}

/// Moves `from` toward `to` by `dt / window` of the distance.
fn toward(from: Price, to: Price, dt: i64, window: i64) -> Result<Price> {
    if dt >= window {
        return Ok(to);
    }
    let step = mul_div_down(from.0.abs_diff(to.0), dt.max(0) as u64, window.max(1) as u64)?;
    Ok(Price(if to > from { from.0.saturating_add(step) } else { from.0.saturating_sub(step) }))
}
