//! Defaults, each with its reason, for what is measured: volatility, dynamic margin, collateral, the judging of sources, depth. The kinds
//! of market are those of [`crate::defaults`]. Figures that depend on the asset are zero, the strictest: `skew_full`, a collateral's `cap`,
//! `full_value` and `underlying`, and governance's own depth.

use crate::{
    collateral::CollateralParams, depth::DepthParams, dynamic_margin::DynamicParams, num::Ratio, price::StrikeRule,
    volatility::VolatilityParams,
};

impl VolatilityParams {
    /// BTC, ETH, SOL.
    pub const MAJOR: Self = Self {
        // Half-lives of 5 minutes, 4 hours and, for a jump, an hour, at 0.4 s a slot: half-life × 1.4427 slots.
        fast_slots: 1_082,
        slow_slots: 51_937,
        jump_slots: 12_984,
        // 6 σ of one slot is below 0.1 %: a true move that is cut at 10 % still counts as a hundred ordinary ones. One source alone: 2 %.
        clip_primary: Ratio(100_000),
        clip_degraded: Ratio(20_000),
        jump_sigmas: 6,
        // From a minute, the ramp of a liquidation, to half an hour.
        horizon_floor: 150,
        horizon_cap: 4_500,
        // 10 000 USD: smaller closings say little about the book.
        horizon_notional: 10_000_000_000,
        reserved: [0; 8],
    };

    /// Assets with two or three feeds.
    pub const MID: Self = Self {
        // Days of ±15 % happen.
        clip_primary: Ratio(150_000),
        clip_degraded: Ratio(30_000),
        // Its ramp is two minutes.
        horizon_floor: 300,
        horizon_notional: 5_000_000_000,
        ..Self::MAJOR
    };

    /// Assets that may halve within a minute.
    pub const LONG_TAIL: Self = Self {
        clip_primary: Ratio(300_000),
        clip_degraded: Ratio(50_000),
        // What jumped once jumps again within the day: half-life four hours.
        jump_slots: 51_937,
        // Its ramp is four minutes, and exits are found slowly: up to an hour.
        horizon_floor: 600,
        horizon_cap: 9_000,
        horizon_notional: 1_000_000_000,
        ..Self::MAJOR
    };
}

impl DynamicParams {
    /// BTC, ETH, SOL.
    pub const MAJOR: Self = Self {
        // Size adds 1 % at 1 million USD and 10 % at 100 million.
        size_full: 10_000_000_000_000_000,
        skew_full: 0,
        // From the market's own Maint to 4×; 4 σ over the delay that liquidation really has.
        min: Ratio(30_000),
        max: Ratio(250_000),
        sigma_multiple: 4_000_000,
        // A jump has already happened; half of it may come again.
        jump_discount: Ratio(500_000),
        // From Maint to a fresh position at Init takes 13 minutes.
        rise: Ratio(10),
        loosen_slots: 51_937,
        // 2 % of open interest a minute: what a book absorbs beside the liquidations that the price itself makes.
        raise_share: Ratio(20_000),
        oi_free: Ratio(500_000),
        // A move of 10 σ within the delay; in calm times the fund still covers 5 % of open interest.
        stress_multiple: 10_000_000,
        loss_floor: Ratio(50_000),
        uninsured: 0,
    };

    /// Assets with two or three feeds.
    pub const MID: Self = Self {
        // 1 % at 200 000 USD.
        size_full: 2_000_000_000_000_000,
        min: Ratio(60_000),
        max: Ratio(500_000),
        // From Maint to Init in 18 minutes: the distance is twice a major's.
        rise: Ratio(15),
        oi_free: Ratio(400_000),
        stress_multiple: 12_000_000,
        loss_floor: Ratio(100_000),
        ..Self::MAJOR
    };

    /// Assets that may halve within a minute.
    pub const LONG_TAIL: Self = Self {
        // 1 % at 10 000 USD.
        size_full: 100_000_000_000_000,
        min: Ratio(200_000),
        max: Ratio(590_000),
        // All of the last jump: it was likely one actor, who is still there.
        jump_discount: Ratio(0),
        // From Maint to Init in half an hour.
        rise: Ratio(30),
        oi_free: Ratio(200_000),
        stress_multiple: 15_000_000,
        loss_floor: Ratio(300_000),
        ..Self::MAJOR
    };
}

impl CollateralParams {
    /// USDT and its like.
    pub const STABLE: Self = Self {
        cap: 0,
        full_value: 0,
        // Two days, as Velocity: fake collateral has to survive two days of being looked at.
        warmup: 172_800,
        price_max_age: 60,
        // 2 % at least; 30 % when its volatility shows that the peg is in doubt. The broken peg itself costs four times its distance.
        min_haircut: Ratio(20_000),
        max_haircut: Ratio(300_000),
        sigma_multiple: 4_000_000,
        jump_discount: Ratio(0),
        // Init may not borrow what Maint liquidates: half of the haircut is the room between the two.
        maint_share: Ratio(500_000),
        rise: Ratio(10),
        loosen_slots: 51_937,
        underlying: 0,
        floating: 0,
        decimals: 6,
        reserved: [0; 4],
    };

    /// SOL, ETH, BTC.
    pub const MAJOR: Self = Self {
        // 10 %: two of its usual days. 60 % in the worst of times.
        min_haircut: Ratio(100_000),
        max_haircut: Ratio(600_000),
        jump_discount: Ratio(500_000),
        floating: 1,
        decimals: 9,
        ..Self::STABLE
    };

    /// Anything else that is listed.
    pub const LONG_TAIL: Self = Self {
        // A week of warm-up; 40 to 90 %, of which Maint counts nine tenths: it may halve before it is sold.
        warmup: 604_800,
        min_haircut: Ratio(400_000),
        max_haircut: Ratio(900_000),
        maint_share: Ratio(900_000),
        jump_discount: Ratio(0),
        ..Self::MAJOR
    };

    /// These defaults for a token of `decimals`, with what depends on the asset.
    pub const fn for_token(self, decimals: u8, underlying: u16, cap: u64, full_value: u64) -> Self {
        Self { decimals, underlying, cap, full_value, ..self }
    }
}

impl StrikeRule {
    /// 0.1 %: venues of a major agree that closely. Earned back from an eighth in ten hours.
    pub const MAJOR: Self = Self { tolerance: Ratio(1_000), recovery: 10, reserved: 0 };
    /// 0.3 %.
    pub const MID: Self = Self { tolerance: Ratio(3_000), ..Self::MAJOR };
    /// 1 %: thin venues are that far apart in calm times.
    pub const LONG_TAIL: Self = Self { tolerance: Ratio(10_000), ..Self::MAJOR };
}

impl DepthParams {
    /// An hour of fills. One slot adds at most 1 % of governance's figure: trading with oneself has to go on for a hundred slots, at a fee.
    pub const HOUR: Self = Self { governance: 0, slots: 9_000, slot_share: Ratio(10_000), reserved: 0 };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::defaults::{LONG_TAIL, MAJOR, MID};

    #[test]
    fn defaults_are_valid() {
        for v in [VolatilityParams::MAJOR, VolatilityParams::MID, VolatilityParams::LONG_TAIL] {
            v.validate().unwrap();
        }
        for (d, m) in [(DynamicParams::MAJOR, MAJOR), (DynamicParams::MID, MID), (DynamicParams::LONG_TAIL, LONG_TAIL)] {
            // What depends on the asset is refused until it is set.
            assert_eq!(d.validate(&m).unwrap_err().field, "skew_full");
            DynamicParams { skew_full: 1, ..d }.validate(&m).unwrap();
        }
        for c in [CollateralParams::STABLE, CollateralParams::MAJOR, CollateralParams::LONG_TAIL] {
            assert_eq!(c.validate().unwrap_err().field, "full_value");
            c.for_token(8, 1, 10, 10).validate().unwrap();
        }
    }
}
