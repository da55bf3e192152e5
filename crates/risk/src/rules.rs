//! What governance sets for a market beyond its lines and timers: how it is measured, throttled, halted, funded.

use crate::{
    breaker::BreakerRules,
    depth::DepthParams,
    dynamic_margin::DynamicParams,
    fees::FeeRules,
    funding::FundingRules,
    layout,
    num::PPM,
    params::{MarketParams, ParamError},
    price::StrikeRule,
    throttle::ThrottleRules,
    volatility::VolatilityParams,
};

layout! {
    /// Rules of a market's mechanisms. A zero means the strictest reading (I9), as each type says.
    pub struct Rules [432] {
        /// How sources lose and earn back weight.
        pub strikes: StrikeRule,
        /// How volatility is measured.
        pub volatility: VolatilityParams,
        /// How margin follows it.
        pub dynamic: DynamicParams,
        /// What the market absorbs.
        pub depth: DepthParams,
        /// What the crowded side pays.
        pub funding: FundingRules,
        /// What a fill pays beyond the base fee.
        pub fees: FeeRules,
        /// How much may be liquidated per window.
        pub throttle: ThrottleRules,
        /// When the market closes itself.
        pub breaker: BreakerRules,
        /// Atoms of notional below which a position does not rank as a winner; 0 exempts nobody.
        pub rank_notional: u64,
        /// Seconds without a usable price after which anybody may end the market; 0: a week.
        pub frozen_limit: i64,
        /// Room to grow; zero.
        pub reserved: [u8; 32],
    }
}

impl Rules {
    /// Checks every figure, alone and against the market's parameters.
    pub fn validate(&self, params: &MarketParams) -> Result<(), ParamError> {
        self.volatility.validate()?;
        self.dynamic.validate(params)?;
        let one = PPM as u32;
        let checks: [(bool, &'static str, &'static str); 9] = [
            (self.strikes.tolerance.0 <= one, "tolerance", "at most 1 000 000 ppm"),
            (self.depth.governance > 0, "depth", "greater than zero"),
            (self.depth.slots > 0, "depth.slots", "greater than zero"),
            (self.depth.slot_share.0 <= one, "slot_share", "at most 1 000 000 ppm"),
            (
                self.fees.cap >= params.taker_fee && self.fees.cap.0 <= params.maint.0 / 2,
                "fees.cap",
                "taker_fee to half of maint",
            ),
            (self.throttle.share.0 > 0, "throttle.share", "greater than zero"),
            (self.throttle.window_slots > 0, "window_slots", "greater than zero"),
            (self.frozen_limit >= 0, "frozen_limit", "at least zero"),
            (self.reserved == [0; 32], "reserved", "zero"),
        ];
        match checks.iter().find(|check| !check.0) {
            Some(&(_, field, bound)) => Err(ParamError { field, bound }),
            None => Ok(()),
        }
    }
}
