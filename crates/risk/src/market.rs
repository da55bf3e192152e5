//! A market, as the engine sees it.

use crate::{
    breaker::{Breaker, Reason},
    depth::Depth,
    funding::Funding,
    layout,
    ledger::Ledger,
    levels::{Gate, Global, Level, Permit},
    live_margin::LiveMargin,
    num::Result,
    params::MarketParams,
    price::{Quality, RobustPrice, SourceState, Standing, MAX_SOURCES},
    rules::Rules,
    settlement::Settlement,
    throttle::Throttle,
    tranches::Limit,
    volatility::Volatility,
    Price, RiskError,
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
    pub struct Market [1960] {
        /// Lines, shares and timers that governance set.
        pub params: MarketParams,
        /// Rules of the mechanisms that governance set.
        pub rules: Rules,
        /// The last robust price.
        pub price: RobustPrice,
        /// What was last accepted from each source, in the order of the sources.
        pub sources: [SourceState; MAX_SOURCES],
        /// How far each source is trusted.
        pub standings: [Standing; MAX_SOURCES],
        /// Totals.
        pub ledger: Ledger,
        /// Volatility measured from accepted prices.
        pub volatility: Volatility,
        /// Lines in force.
        pub margin: LiveMargin,
        /// What was filled lately.
        pub depth: Depth,
        /// Funding.
        pub funding: Funding,
        /// What was liquidated lately.
        pub throttle: Throttle,
        /// Circuit breaker.
        pub breaker: Breaker,
        /// The market's end.
        pub settlement: Settlement,
        /// Its part of shared insurance.
        pub limit: Limit,
        /// What shared insurance has got back of what it paid here, in atoms.
        pub returned: u64,
    }
}

impl Market {
    /// A market nobody has traded in and that has seen no price.
    pub fn new(params: MarketParams, rules: Rules) -> Self {
        Self {
            params,
            rules,
            price: RobustPrice::NEW,
            sources: [SourceState { price: Price(0), publish_time: 0, confidence: Price(0) }; MAX_SOURCES],
            standings: [Standing::NEW; MAX_SOURCES],
            ledger: Ledger::NEW,
            volatility: Volatility::NEW,
            margin: LiveMargin::NEW,
            depth: Depth::NEW,
            funding: Funding::NEW,
            throttle: Throttle::NEW,
            breaker: Breaker::NEW,
            settlement: Settlement::NONE,
            limit: Limit::NONE,
            returned: 0,
        }
    }

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

    /// The price at which the market has ended, if it has.
    pub fn ended(&self) -> Option<Price> {
        self.settlement.is_fixed().then_some(self.settlement.price)
    }

    /// Like [`Self::require`] for actions that an ended market permits at its fixed price, whatever its sources say.
    pub fn require_or_ended(&self, least: Quality, now: Now) -> Result<()> {
        if self.ended().is_none() {
            self.require(least, now)?;
        }
        Ok(())
    }

    /// The breaker's level: the market's own or the `global` one, whichever is higher; Settlement once the market has ended.
    pub fn level(&self, global: impl Into<Global>) -> Level {
        if self.settlement.is_fixed() {
            return Level::Settlement;
        }
        self.breaker.level().max(global.into().level)
    }

    /// What breaker and guardian say to `gate`, or [`RiskError::BreakerForbids`] or [`RiskError::Paused`]. After an outage there is a grace
    /// in which only deposits, reducing and the working-off of liquidations go on: whatever level it has, nothing opens and nothing that
    /// depends on a price leaves before everybody has had time to act on the first prices.
    pub fn permit(&self, gate: Gate, global: impl Into<Global>) -> Result<Permit> {
        let global = global.into();
        let mut level = self.level(global);
        if gate.waits_for_grace() && self.breaker.is_tripped(Reason::Staleness) {
            level = level.max(Level::Halt);
        }
        crate::levels::require(Global { level, ..global }, gate)
    }

    /// Counts how crowded the market is, after its open interest or its cap has changed.
    pub fn crowd(&mut self) -> Result<()> {
        let cap = self.params.max_open_interest.min(self.margin.cap);
        self.margin.crowd = self.rules.dynamic.crowd_up(self.ledger.long_base, cap)?;
        Ok(())
    }

    /// What no instruction may leave broken: I2 and I14, exactly.
    pub fn invariant(&self) -> Result<()> {
        self.ledger.invariant()
    }
}
