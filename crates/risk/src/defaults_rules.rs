//! Defaults, each with its reason, for what a market does by itself: funding, fees, throttle, breaker. The kinds of market are those of
//! [`crate::defaults`]; figures that depend on the asset are set by [`Rules::for_asset`].

use crate::{
    breaker::{BreakerRules, Reason, TriggerRule, REASONS},
    depth::DepthParams,
    dynamic_margin::DynamicParams,
    fees::FeeRules,
    funding::FundingRules,
    num::Ratio,
    params::MarketParams,
    price::StrikeRule,
    rules::Rules,
    throttle::ThrottleRules,
    volatility::VolatilityParams,
};

const CAUTION: u8 = 1;
const REDUCE_ONLY: u8 = 2;
/// Measured by the global breaker only.
const ELSEWHERE: TriggerRule = trigger(u64::MAX, 60, CAUTION);

const fn trigger(bound: u64, timer: u32, level: u8) -> TriggerRule {
    TriggerRule { bound, timer, level, reserved: [0; 3] }
}

impl BreakerRules {
    /// BTC, ETH, SOL.
    pub const MAJOR: Self = Self {
        triggers: [
            // 12 σ within an hour: a handful of days in a major's life. Five minutes of more margin, longer if it goes on.
            trigger(12_000, 300, CAUTION),
            // 1 % between low and high: venues of a major are never that far apart unless one of them is wrong.
            trigger(10_000, 120, CAUTION),
            // Two publishing intervals beyond the price's own limit. Not a halt: reducing stays possible at any price, not in a band only. Nothing
            // opens and nothing leaves before the grace is over, and it is over for whoever refreshes twice in it (`Market::permit`).
            trigger(60, 60, REDUCE_ONLY),
            // Half a per cent of confidence: ten times the usual.
            trigger(5_000, 120, CAUTION),
            // Set by `for_asset`.
            trigger(0, 300, CAUTION),
            // A quarter of the market's part of insurance in one event.
            trigger(250_000, 1_800, REDUCE_ONLY),
            // A quarter of the cap opened within an hour.
            trigger(250_000, 600, CAUTION),
            ELSEWHERE,
            ELSEWHERE,
        ],
        // A minute, a quarter of an hour, an hour.
        windows: [150, 2_250, 9_000],
        // Below 5 % the throttle and the glide are enough.
        least_return: Ratio(50_000),
        halt_band: Ratio(20_000),
        reserved: 0,
    };

    /// The global one, above all markets: it judges what no market sees alone. What a market measures itself does not fire here.
    pub const GLOBAL: Self = Self {
        triggers: [
            ELSEWHERE,
            ELSEWHERE,
            ELSEWHERE,
            ELSEWHERE,
            ELSEWHERE,
            // A tenth of all insurance drawn in a day: whoever adds risk brings half more margin until the day is over. Insurance is
            // drawn when something was worse than every margin, so the timer is the longest: a second such day is a repeat and
            // closes for new risk (and for stakers who would run), a third halts.
            trigger(100_000, 14_400, CAUTION),
            ELSEWHERE,
            // Three quarters of what may leave in a day have left: a run, or a theft that the limit will stop. New risk is the
            // last thing to add.
            trigger(750_000, 3_600, REDUCE_ONLY),
            // Below 0.99 USD (design, section 5). A quarter of an hour: pegs come back in minutes or not at all.
            trigger(10_000, 900, CAUTION),
        ],
        // It sees no price of its own.
        windows: [0; 3],
        least_return: Ratio(u32::MAX),
        // A market's own band counts.
        halt_band: Ratio(0),
        reserved: 0,
    };

    /// The same with another bound for one trigger.
    #[allow(clippy::indexing_slicing)] // every reason is below REASONS
    const fn with(mut self, reason: Reason, bound: u64) -> Self {
        self.triggers[reason as usize].bound = bound;
        self
    }
}

impl Rules {
    /// BTC, ETH, SOL.
    pub const MAJOR: Self = Self {
        strikes: StrikeRule::MAJOR,
        volatility: VolatilityParams::MAJOR,
        dynamic: DynamicParams::MAJOR,
        depth: DepthParams::HOUR,
        // At full skew the rate grows by 10 % a day each day, up to 2 % a day: what majors paid in the squeezes of 2021 (0.75 % in
        // eight hours).
        funding: FundingRules { skew_scale: 0, velocity: 100_000_000, max_rate: 20_000_000 },
        // 1 % of σ; 2 bp at full skew; 2.5 bp a level; never above half a per cent, a sixth of Maint.
        fees: FeeRules {
            skew_full: 0,
            sigma_part: Ratio(10_000),
            skew_fee: Ratio(200),
            level_part: Ratio(250),
            cap: Ratio(5_000),
            reserved: [0; 8],
        },
        // A fifth of the depth a minute, and whoever is within 3 σ of bankruptcy is not held back.
        throttle: ThrottleRules { share: Ratio(200_000), window_slots: 150, exempt_sigmas: 3_000_000, reserved: 0 },
        breaker: BreakerRules::MAJOR,
        // 100 USD.
        rank_notional: 100_000_000,
        // A day without a price.
        frozen_limit: 86_400,
        reserved: [0; 32],
    };

    /// Assets with two or three feeds.
    pub const MID: Self = Self {
        strikes: StrikeRule::MID,
        volatility: VolatilityParams::MID,
        dynamic: DynamicParams::MID,
        fees: FeeRules { skew_fee: Ratio(500), level_part: Ratio(500), cap: Ratio(10_000), ..Self::MAJOR.fees },
        breaker: BreakerRules { least_return: Ratio(100_000), halt_band: Ratio(30_000), ..BreakerRules::MAJOR }
            .with(Reason::Disagreement, 20_000)
            .with(Reason::Confidence, 10_000),
        rank_notional: 50_000_000,
        ..Self::MAJOR
    };

    /// Assets that may halve within a minute.
    pub const LONG_TAIL: Self = Self {
        strikes: StrikeRule::LONG_TAIL,
        volatility: VolatilityParams::LONG_TAIL,
        dynamic: DynamicParams::LONG_TAIL,
        fees: FeeRules { skew_fee: Ratio(2_000), level_part: Ratio(1_000), cap: Ratio(30_000), ..Self::MAJOR.fees },
        // A tenth of the depth: each step has to find a buyer.
        throttle: ThrottleRules { share: Ratio(100_000), ..Self::MAJOR.throttle },
        breaker: BreakerRules { least_return: Ratio(200_000), halt_band: Ratio(50_000), ..BreakerRules::MAJOR }
            .with(Reason::Disagreement, 60_000)
            .with(Reason::Staleness, 120)
            .with(Reason::Confidence, 30_000),
        rank_notional: 25_000_000,
        ..Self::MAJOR
    };

    /// These defaults for an asset: a skew of `skew` lots is a full one, `depth` atoms of notional are what its books absorb, and
    /// `uninsured` lots of open interest may stand without insurance behind them. A tenth of the depth liquidated in a window warns.
    pub const fn for_asset(self, skew: u64, depth: u64, uninsured: u64) -> Self {
        Self {
            dynamic: DynamicParams { skew_full: skew, uninsured, ..self.dynamic },
            depth: DepthParams { governance: depth, ..self.depth },
            funding: FundingRules { skew_scale: skew, ..self.funding },
            fees: FeeRules { skew_full: skew, ..self.fees },
            breaker: self.breaker.with(Reason::Liquidations, depth / 10),
            ..self
        }
    }

    /// Rules under which nothing moves by itself: margin stays where `params` put it, nothing trips, throttles or funds. What is left is the
    /// plain engine, to reckon with by hand and to compare the rest against.
    pub const fn plain(params: &MarketParams) -> Self {
        let still = DynamicParams {
            size_full: u64::MAX,
            skew_full: u64::MAX,
            min: params.maint,
            max: params.maint,
            oi_free: Ratio(999_999),
            uninsured: u64::MAX,
            ..DynamicParams::MAJOR
        };
        Self {
            strikes: StrikeRule { tolerance: Ratio(1_000_000), recovery: u32::MAX, reserved: 0 },
            dynamic: still,
            depth: DepthParams { governance: u64::MAX >> 2, slots: u32::MAX, slot_share: Ratio(1_000_000), reserved: 0 },
            funding: FundingRules { skew_scale: u64::MAX, velocity: 0, max_rate: 0 },
            fees: FeeRules {
                sigma_part: Ratio(0),
                skew_fee: Ratio(0),
                level_part: Ratio(0),
                cap: params.taker_fee,
                ..Self::MAJOR.fees
            },
            throttle: ThrottleRules { share: Ratio(u32::MAX), window_slots: 1, exempt_sigmas: u32::MAX, reserved: 0 },
            breaker: BreakerRules {
                triggers: [ELSEWHERE; REASONS],
                windows: [0; 3],
                least_return: Ratio(u32::MAX),
                ..BreakerRules::MAJOR
            },
            rank_notional: 0,
            ..Self::MAJOR
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::defaults::{LONG_TAIL, MAJOR, MID};

    #[test]
    fn defaults_are_valid_once_the_asset_is_known() {
        for (rules, params) in [(Rules::MAJOR, MAJOR), (Rules::MID, MID), (Rules::LONG_TAIL, LONG_TAIL)] {
            assert_eq!(rules.validate(&params).unwrap_err().field, "skew_full");
            rules.for_asset(1_000, 1_000_000, 0).validate(&params).unwrap();
            Rules::plain(&params).validate(&params).unwrap();
        }
    }
}
