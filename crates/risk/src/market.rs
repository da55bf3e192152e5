//! A market, as the engine sees it.

use crate::{
    layout,
    ledger::Ledger,
    num::Result,
    params::MarketParams,
    price::{Quality, RobustPrice, SourceState, MAX_SOURCES},
    RiskError,
};

/// The chain's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Now {
    /// Slot.
    pub slot: u64,
    /// Unix time in seconds.
    pub time: i64,
}

layout! {
    /// Everything the engine knows of a market.
    pub struct Market [648] {
        /// What governance set.
        pub params: MarketParams,
        /// The last robust price.
        pub price: RobustPrice,
        /// What was last accepted from each source, in the order of the sources.
        pub sources: [SourceState; MAX_SOURCES],
        /// Totals.
        pub ledger: Ledger,
    }
}

impl Market {
    /// The quality of the price at `now`: what was last found, and Frozen once it is older than its limit.
    pub fn quality(&self, now: Now) -> Quality {
        self.price.quality_at(now, self.params.price_max_age)
    }

    /// Refuses when the price is of a lower quality than `least`.
    pub fn require(&self, least: Quality, now: Now) -> Result<Quality> {
        let quality = self.quality(now);
        if quality < least {
            return Err(RiskError::QualityTooLow);
        }
        Ok(quality)
    }

    /// What no instruction may leave broken: I2 and I14, exactly.
    pub fn invariant(&self) -> Result<()> {
        self.ledger.invariant()
    }
}
