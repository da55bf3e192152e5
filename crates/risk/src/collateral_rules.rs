//! What governance sets for a collateral's price and for its sale, and what is remembered of its sources.
//!
//! A collateral's price is judged like a market's, so its rules are those figures of [`MarketParams`] that concern a price alone.

use crate::{
    defaults::MAJOR,
    layout,
    num::{Ratio, PPM},
    params::{MarketParams, ParamError},
    price::{SourceState, Standing, StrikeRule, MAX_SOURCES},
};

/// Seven days: the longest that unsold collateral may hold a bankruptcy up.
pub const LONGEST_UNSOLD: u32 = 604_800;
/// A buyer's fixed discount is at most this.
const MOST_FIXED: Ratio = Ratio(50_000);

layout! {
    /// Rules of a collateral's price and sale.
    pub struct CollateralRules [80] {
        /// How its sources lose and earn back weight.
        pub strikes: StrikeRule,
        /// TWAP time constant in seconds.
        pub twap_window: i64,
        /// What is sold leaves nothing that counts at most this many atoms; 0: it may leave anything.
        pub dust: u64,
        /// Two sources further apart than this make the price Degraded.
        pub two_source_bound: Ratio,
        /// Outside this band around the TWAP a sale waits; 0: outside the TWAP itself.
        pub twap_band: Ratio,
        /// It waits at most this many slots.
        pub confirm_slots: u32,
        /// On Degraded quality a sale waits this many slots.
        pub degraded_slots: u32,
        /// Speed limit of the stable price per second; 0: it never moves.
        pub stable_speed: Ratio,
        /// Speed limit of the stable price per hour; 0: it never moves.
        pub stable_hour: Ratio,
        /// A buyer's highest discount, of the value sold; 0: the fixed one is the highest.
        pub max_discount: Ratio,
        /// A buyer's discount on what is sold for a debt.
        pub fixed_discount: Ratio,
        /// Slots after the flag at which time alone has brought a quarter of the highest discount.
        pub ramp_slots: u32,
        /// Seconds after which what nobody bought of an account that cannot pay is forfeited; 0: seven days.
        pub unsold_wait: u32,
        /// Room to grow; zero.
        pub reserved: [u8; 8],
    }
}

layout! {
    /// A collateral's rules and what was last accepted from its sources, in their order.
    pub struct CollateralFeed [320] {
        /// What governance set.
        pub rules: CollateralRules,
        /// What was last accepted from each source.
        pub sources: [SourceState; MAX_SOURCES],
        /// How far each source is trusted.
        pub standings: [Standing; MAX_SOURCES],
    }
}

impl CollateralRules {
    /// Pegged tokens: their venues agree within a tenth of a per cent.
    pub const STABLE: Self = Self {
        strikes: StrikeRule::MAJOR,
        two_source_bound: Ratio(5_000),
        // A peg that breaks by 2 % within five minutes waits for confirmation as long as a major's price.
        twap_band: Ratio(20_000),
        // 1 %, half of the least haircut: a sale always raises health.
        max_discount: Ratio(10_000),
        // A quarter of a per cent pays for the exit from a liquid book.
        fixed_discount: Ratio(2_500),
        ..Self::MAJOR
    };

    /// SOL, ETH, BTC.
    pub const MAJOR: Self = Self {
        strikes: StrikeRule::MAJOR,
        twap_window: MAJOR.twap_window,
        // 25 USD: a rest below it would pay no buyer's transaction.
        dust: 25_000_000,
        two_source_bound: MAJOR.two_source_bound,
        // Half of the least haircut: a fall that large is a fifth of all that stands between Maint and the price.
        twap_band: Ratio(50_000),
        confirm_slots: MAJOR.confirm_slots,
        degraded_slots: MAJOR.degraded_slots,
        stable_speed: MAJOR.stable_speed,
        stable_hour: MAJOR.stable_hour,
        // 5 %: half of the least haircut.
        max_discount: Ratio(50_000),
        // Half a per cent: the spread of a liquid book and the transaction.
        fixed_discount: Ratio(5_000),
        ramp_slots: MAJOR.ramp_slots,
        // A day: buyers in every time zone have seen it, and creditors do not wait for longer.
        unsold_wait: 86_400,
        reserved: [0; 8],
    };

    /// Anything else that is listed.
    pub const LONG_TAIL: Self = Self {
        strikes: StrikeRule::LONG_TAIL,
        twap_window: 900,
        two_source_bound: Ratio(30_000),
        twap_band: Ratio(100_000),
        confirm_slots: 750,
        degraded_slots: 1_500,
        stable_speed: Ratio(50),
        stable_hour: Ratio(20_000),
        // A buyer's exit from a thin book costs several per cent.
        max_discount: Ratio(150_000),
        fixed_discount: Ratio(20_000),
        ..Self::MAJOR
    };

    /// Checks every figure.
    pub fn validate(&self) -> Result<(), ParamError> {
        let one = PPM as u32;
        let checks: [(bool, &'static str, &'static str); 11] = [
            (self.strikes.tolerance.0 <= one, "tolerance", "at most 1 000 000 ppm"),
            (self.twap_window > 0 && self.twap_window <= 86_400, "twap_window", "1 to 86 400 seconds"),
            (self.two_source_bound.0 <= one / 4, "two_source_bound", "at most 250 000 ppm"),
            (self.twap_band.0 <= one, "twap_band", "at most 1 000 000 ppm"),
            (self.confirm_slots > 0 && self.confirm_slots <= 9_000, "confirm_slots", "1 to 9 000"),
            (self.degraded_slots > 0 && self.degraded_slots <= 9_000, "degraded_slots", "1 to 9 000"),
            (self.stable_speed.0 <= one && self.stable_hour.0 <= one, "stable_speed, stable_hour", "at most 1 000 000 ppm"),
            (self.max_discount.0 <= one / 4, "max_discount", "at most 250 000 ppm"),
            (self.fixed_discount <= MOST_FIXED, "fixed_discount", "at most 50 000 ppm"),
            (self.ramp_slots > 0 && self.ramp_slots <= 9_000, "ramp_slots", "1 to 9 000"),
            (
                self.unsold_wait <= LONGEST_UNSOLD && self.reserved == [0; 8],
                "unsold_wait",
                "at most 604 800 seconds, reserved zero",
            ),
        ];
        match checks.iter().find(|check| !check.0) {
            Some(&(_, field, bound)) => Err(ParamError { field, bound }),
            None => Ok(()),
        }
    }

    /// The same figures where the robust price looks for them; `max_age` in seconds. What concerns no price is a major's and unused.
    pub fn prices(&self, max_age: u32) -> MarketParams {
        MarketParams {
            twap_window: self.twap_window,
            twap_band: self.twap_band,
            confirm_slots: self.confirm_slots,
            degraded_slots: self.degraded_slots,
            stable_speed: self.stable_speed,
            stable_hour: self.stable_hour,
            two_source_bound: self.two_source_bound,
            price_max_age: max_age,
            ..MAJOR
        }
    }

    /// Seconds that unsold collateral may wait.
    pub fn unsold_seconds(&self) -> i64 {
        let wait = if self.unsold_wait == 0 { LONGEST_UNSOLD } else { self.unsold_wait.min(LONGEST_UNSOLD) };
        wait as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collateral::CollateralParams;

    #[test]
    fn defaults_are_valid_and_no_discount_exceeds_half_of_the_haircut() {
        let pairs = [
            (CollateralRules::STABLE, CollateralParams::STABLE),
            (CollateralRules::MAJOR, CollateralParams::MAJOR),
            (CollateralRules::LONG_TAIL, CollateralParams::LONG_TAIL),
        ];
        for (rules, params) in pairs {
            rules.validate().unwrap();
            assert!(rules.max_discount.0 <= params.min_haircut.0 / 2);
            assert!(rules.fixed_discount <= rules.max_discount);
        }
    }

    #[test]
    fn each_bound_is_refused_by_name() {
        let name = |f: fn(&mut CollateralRules)| {
            let mut rules = CollateralRules::MAJOR;
            f(&mut rules);
            rules.validate().unwrap_err().field
        };
        assert_eq!(name(|r| r.twap_window = 0), "twap_window");
        assert_eq!(name(|r| r.confirm_slots = 0), "confirm_slots");
        assert_eq!(name(|r| r.degraded_slots = 9_001), "degraded_slots");
        assert_eq!(name(|r| r.max_discount = Ratio(250_001)), "max_discount");
        assert_eq!(name(|r| r.fixed_discount = Ratio(50_001)), "fixed_discount");
        assert_eq!(name(|r| r.unsold_wait = LONGEST_UNSOLD + 1), "unsold_wait");
        assert_eq!(CollateralRules { unsold_wait: 0, ..CollateralRules::MAJOR }.unsold_seconds(), LONGEST_UNSOLD as i64);
    }
}
