//! The venue's own price: what was really filled here, as a source beside the others (design, section 5).
//!
//! Two averages, one after the other. The *level* is the size-weighted mean of fills, whose weights drain with the depth's time constant: a
//! fill moves it by its part of all that was filled lately, so dust moves it by dust. The *TWAP* follows the level in time: a level that
//! has just been made counts for nothing, and for all of it once it has stood for the market's TWAP window.
//!
//! **What a manipulator can do.** Trading with himself, through two owners and for fees, he adds at most `slot_share` of the depth a slot, at
//! prices no further from the robust one than the Init line. To be heard at all the level needs [`LEAST_PART`] of the depth behind it for a
//! whole window, during which everybody else's fills pull it back; and then it is one source of at least three, of at most a third of the
//! weight ([`crate::price::weigh`]), that has no vote on the others.

use crate::{
    depth::DepthParams,
    layout,
    market::Now,
    num::{mul_div_down, ratio_down, Price, Ratio, Result},
    ops::sane_band,
    Market,
};

/// Fills count from this part of governance's depth on.
pub const LEAST_PART: Ratio = Ratio(10_000);

layout! {
    /// A market's own fills. Zeroed bytes are the state of a new market.
    pub struct Venue [64] {
        /// Size-weighted mean of what was filled lately, in ticks; 0 before the first fill.
        pub level: Price,
        /// Its time-weighted average.
        pub twap: Price,
        /// Notional behind the level in atoms, drained up to `slot`.
        pub weight: u64,
        /// Of it, added in `slot`.
        pub in_slot: u64,
        /// Slot of the last fill.
        pub slot: u64,
        /// Up to when the TWAP has followed, unix seconds.
        pub time: i64,
        /// Since when the weight has been enough, unix seconds; 0 while it is not.
        pub since: i64,
        /// Room to grow; zero.
        pub reserved: u64,
    }
}

impl Venue {
    /// No fills yet.
    pub const NEW: Self =
        Self { level: Price(0), twap: Price(0), weight: 0, in_slot: 0, slot: 0, time: 0, since: 0, reserved: 0 };

    /// Takes a fill of `notional` atoms at `price` between two owners in. `market`: the one it was filled in.
    pub fn fill(&mut self, market: &Market, price: Price, notional: u64, now: Now) -> Result<()> {
        let depth = &market.rules.depth;
        self.follow(depth, market.params.twap_window, now)?;
        let (least, most) = sane_band(market)?;
        let price = price.clamp(least, most.max(least));
        let in_slot = if now.slot == self.slot { self.in_slot } else { 0 };
        let room = ratio_down(depth.governance, depth.slot_share)?.saturating_sub(in_slot);
        let counted = notional.min(room);
        // No fill is refused for want of a number here: beyond it, weights stand still.
        let weight = self.drained_down(depth, now)?.saturating_add(counted).min(i64::MAX as u64);
        if counted > 0 {
            // Of the distance, the fill's part of the whole weight.
            let step = mul_div_down(price.0.abs_diff(self.level.0), counted, weight)?;
            self.level = match (self.level.0, price > self.level) {
                (0, _) => price,
                (level, true) => Price(level.saturating_add(step)),
                (level, false) => Price(level.saturating_sub(step)),
            };
        }
        (self.weight, self.in_slot, self.slot) = (weight, in_slot.saturating_add(counted), now.slot);
        if self.is_enough(depth, now)? && self.since == 0 {
            // Whatever was said before, nobody has been listening.
            (self.since, self.twap, self.time) = (now.time.max(1), self.level, now.time);
        }
        Ok(())
    }

    /// What the venue says at `now`: its TWAP, and how far the level is from it. `None` while too little was filled, or not for a whole
    /// window.
    pub fn observe(&self, market: &Market, now: Now) -> Result<Option<(Price, Price)>> {
        let mut here = *self;
        here.follow(&market.rules.depth, market.params.twap_window, now)?;
        let old = here.since != 0 && now.time.saturating_sub(here.since) >= market.params.twap_window;
        if !old || here.twap.0 == 0 {
            return Ok(None);
        }
        Ok(Some((here.twap, Price(here.level.0.abs_diff(here.twap.0)))))
    }

    /// Lets the TWAP follow the level as it stood until now, and forgets both once too little is left behind them.
    fn follow(&mut self, depth: &DepthParams, window: i64, now: Now) -> Result<()> {
        if !self.is_enough(depth, now)? {
            self.since = 0;
        }
        let passed = now.time.saturating_sub(self.time).clamp(0, window.max(1));
        let (from, to) = (self.twap.0, self.level.0);
        let step = mul_div_down(from.abs_diff(to), passed as u64, window.max(1) as u64)?;
        self.twap = Price(if to > from { from.saturating_add(step) } else { from.saturating_sub(step) });
        self.time = now.time.max(self.time);
        Ok(())
    }

    /// A depth of zero has no least part: nothing is enough.
    fn is_enough(&self, depth: &DepthParams, now: Now) -> Result<bool> {
        let least = ratio_down(depth.governance, LEAST_PART)?;
        Ok(least > 0 && self.drained_down(depth, now)? >= least)
    }

    fn drained_down(&self, depth: &DepthParams, now: Now) -> Result<u64> {
        let slots = depth.slots as u64;
        if slots == 0 {
            return Ok(0);
        }
        let dt = now.slot.saturating_sub(self.slot);
        mul_div_down(self.weight, slots, slots.saturating_add(dt))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{defaults::MAJOR, price::Quality, Rules};

    const USD: u64 = 1_000_000;

    /// At 100 ticks of 10^-2, a depth of 1 000 000 USD.
    fn market() -> Market {
        let mut market = Market::new(MAJOR, Rules::MAJOR.for_asset(1_000, 1_000_000 * USD, 0));
        let spot = Price(10_000_000);
        (market.price.spot, market.price.low, market.price.high) = (spot, spot, spot);
        market.price.quality = Quality::Primary as u8;
        market.margin.lines =
            [crate::dynamic_margin::Fractions { maint: Ratio(30_000), liq_end: Ratio(40_000), init: Ratio(50_000) }; 2];
        market.rules.depth.slot_share = Ratio(10_000);
        market
    }

    fn at(slot: u64) -> Now {
        Now { slot, time: 1_000 + slot as i64 * 2 / 5 }
    }

    #[test]
    fn nothing_is_said_before_enough_was_filled_for_a_window() {
        let market = market();
        let mut venue = Venue::NEW;
        venue.fill(&market, Price(10_000_000), 9_999 * USD, at(1)).unwrap();
        assert_eq!(venue.observe(&market, at(10_000)).unwrap(), None);
        venue.fill(&market, Price(10_000_000), 5_000 * USD, at(2)).unwrap();
        assert_eq!(venue.observe(&market, at(2)).unwrap(), None);
        let later = at(3 + market.params.twap_window as u64 * 5 / 2);
        assert_eq!(venue.observe(&market, later).unwrap(), Some((Price(10_000_000), Price(0))));
        // And not for ever.
        assert_eq!(venue.observe(&market, at(10_000_000)).unwrap(), None);
    }

    #[test]
    fn dust_moves_nothing_and_a_slot_has_its_share() {
        let market = market();
        let mut venue = Venue::NEW;
        for slot in 1..20 {
            venue.fill(&market, Price(10_000_000), 10_000 * USD, at(slot)).unwrap();
        }
        let level = venue.level;
        for _ in 0..100 {
            venue.fill(&market, Price(10_400_000), 1, at(20)).unwrap();
        }
        assert!(venue.level.0 - level.0 <= 1, "{level:?} {:?}", venue.level);
        let mut whale = venue;
        whale.fill(&market, Price(10_400_000), u64::MAX >> 2, at(21)).unwrap();
        // At most a slot's share: 10 000 of some 200 000.
        assert!(whale.level.0 - venue.level.0 <= 400_000 / 19, "{:?}", whale.level);
        let first = whale;
        whale.fill(&market, Price(10_400_000), u64::MAX >> 2, at(21)).unwrap();
        assert_eq!((whale.level, whale.weight), (first.level, first.weight));
    }

    #[test]
    fn a_level_that_was_just_made_counts_for_nothing() {
        let market = market();
        let mut venue = Venue::NEW;
        for slot in 1..20 {
            venue.fill(&market, Price(10_000_000), 10_000 * USD, at(slot)).unwrap();
        }
        let start = 20 + market.params.twap_window as u64 * 5 / 2;
        for slot in start..start + 5 {
            venue.fill(&market, Price(10_500_000), 10_000 * USD, at(slot)).unwrap();
        }
        let (said, away) = venue.observe(&market, at(start + 4)).unwrap().unwrap();
        assert!(said.0 < 10_000_000 + 3_000 && away.0 > 50_000, "{said:?} {away:?}");
    }

    #[test]
    fn no_fill_counts_beyond_the_band() {
        let market = market();
        let mut venue = Venue::NEW;
        venue.fill(&market, Price(90_000_000), 10_000 * USD, at(1)).unwrap();
        assert_eq!(venue.level, Price(10_500_000));
        let mut venue = Venue::NEW;
        venue.fill(&market, Price(1), 10_000 * USD, at(1)).unwrap();
        assert_eq!(venue.level, Price(9_500_000));
    }

    #[test]
    fn without_a_depth_nothing_counts() {
        let mut market = market();
        market.rules.depth.governance = 0;
        let mut venue = Venue::NEW;
        venue.fill(&market, Price(10_000_000), 10_000 * USD, at(1)).unwrap();
        assert_eq!(venue.observe(&market, at(100_000)).unwrap(), None);
    }
}
