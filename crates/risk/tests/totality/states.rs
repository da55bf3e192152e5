//! Extreme values of a market's rules and states.

use crate::wild::Wild;
use firebreak_risk::{
    breaker::{Anchor, Breaker, BreakerRules, TriggerRule, Tripped, REASONS},
    depth::{Depth, DepthParams},
    dynamic_margin::{DynamicParams, Fractions},
    fees::FeeRules,
    funding::{Funding, FundingRules},
    glide::{Glide, RaiseBudget},
    live_margin::LiveMargin,
    price::{SourceState, Standing, StrikeRule, MAX_SOURCES},
    settlement::Settlement,
    shares::Tranche,
    throttle::{Throttle, ThrottleRules},
    tranches::{Insurance, Limit},
    volatility::{Volatility, VolatilityParams},
    waterfall::InsuranceFund,
    window::Window,
    Market, MarketParams, Rules,
};

impl Wild {
    pub fn rules(&mut self) -> Rules {
        let volatility = VolatilityParams {
            fast_slots: self.u32(),
            slow_slots: self.u32(),
            jump_slots: self.u32(),
            clip_primary: self.ratio(),
            clip_degraded: self.ratio(),
            jump_sigmas: self.u32(),
            horizon_floor: self.u32(),
            horizon_cap: self.u32(),
            horizon_notional: self.u64(),
            reserved: [0; 8],
        };
        let dynamic = DynamicParams {
            size_full: self.u64(),
            skew_full: self.u64(),
            min: self.ratio(),
            max: self.ratio(),
            sigma_multiple: self.u32(),
            jump_discount: self.ratio(),
            rise: self.ratio(),
            loosen_slots: self.u32(),
            raise_share: self.ratio(),
            oi_free: self.ratio(),
            stress_multiple: self.u32(),
            loss_floor: self.ratio(),
            uninsured: self.u64(),
        };
        let fees = FeeRules {
            skew_full: self.u64(),
            sigma_part: self.ratio(),
            skew_fee: self.ratio(),
            level_part: self.ratio(),
            cap: self.ratio(),
            reserved: [0; 8],
        };
        let trigger = TriggerRule { bound: self.u64(), timer: self.u32(), level: self.u8(), reserved: [0; 3] };
        Rules {
            strikes: StrikeRule { tolerance: self.ratio(), recovery: self.u32(), reserved: 0 },
            volatility,
            dynamic,
            depth: DepthParams { governance: self.u64(), slots: self.u32(), slot_share: self.ratio(), reserved: 0 },
            funding: FundingRules { skew_scale: self.u64(), velocity: self.u32(), max_rate: self.u32() },
            fees,
            throttle: ThrottleRules { share: self.ratio(), window_slots: self.u32(), exempt_sigmas: self.u32(), reserved: 0 },
            breaker: BreakerRules {
                triggers: [trigger; REASONS],
                windows: [self.u32(), self.u32(), self.u32()],
                least_return: self.ratio(),
                halt_band: self.ratio(),
                reserved: 0,
            },
            rank_notional: self.u64(),
            frozen_limit: self.i64(),
            reserved: [0; 32],
        }
    }
    fn fractions(&mut self) -> Fractions {
        Fractions { maint: self.ratio(), liq_end: self.ratio(), init: self.ratio() }
    }
    pub fn live_margin(&mut self) -> LiveMargin {
        LiveMargin {
            glides: [0; 2].map(|_| Glide { live: self.u64(), slot: self.u64() }),
            raise: RaiseBudget { level: self.u64(), slot: self.u64() },
            cap: self.u64(),
            slot: self.u64(),
            spot: self.price(),
            interest: self.u64(),
            interest_time: self.i64(),
            targets: [self.ratio(), self.ratio()],
            lines: [self.fractions(), self.fractions()],
            window_sigma: [self.ratio(), self.ratio()],
            sigma: self.ratio(),
            crowd: self.ratio(),
        }
    }
    pub fn volatility(&mut self) -> Volatility {
        Volatility {
            fast_rise: self.u64(),
            fast_fall: self.u64(),
            slow_rise: self.u64(),
            slow_fall: self.u64(),
            jump_rise: self.u64(),
            jump_fall: self.u64(),
            last: self.price(),
            slot: self.u64(),
            since: self.u64(),
            horizon: self.u64(),
            measured: self.u64(),
            updates: self.u32(),
            reserved: [0; 36],
        }
    }
    pub fn breaker(&mut self) -> Breaker {
        Breaker {
            tripped: [0; REASONS].map(|_| Tripped {
                until: self.i64(),
                probation: self.i64(),
                level: self.u8(),
                strikes: self.u8(),
                reserved: [0; 6],
            }),
            anchors: [0; 3].map(|_| Anchor { price: [self.price(), self.price()], slot: [self.u64(), self.u64()] }),
            trip_price: self.price(),
            trip_slot: self.u64(),
        }
    }
    pub fn window(&mut self) -> Window {
        Window { start: self.i64(), current: self.u64(), previous: self.u64() }
    }
    pub fn limit(&mut self) -> Limit {
        Limit { left: self.u64(), index: self.index(), granted: self.u64() }
    }
    pub fn fund(&mut self) -> InsuranceFund {
        InsuranceFund {
            assets: self.u64(),
            floor: self.u64(),
            event_cap: self.ratio(),
            day_cap: self.ratio(),
            day_start: self.i64(),
            day_assets: self.u64(),
            day_drawn: self.u64(),
            drawn: self.u64(),
            reserved: 0,
        }
    }
    pub fn tranche(&mut self) -> Tranche {
        Tranche { assets: self.u64(), shares: self.u64(), unowned: self.u64(), index: self.index() }
    }
    pub fn insurance(&mut self) -> Insurance {
        Insurance {
            fund: self.fund(),
            junior: self.tranche(),
            senior: self.tranche(),
            limits: self.u64(),
            limit_index: self.index(),
            cooldown: self.i64(),
            senior_share: self.ratio(),
            markets: self.u32(),
            reserved: 0,
        }
    }
    /// A market of which nothing fits together.
    pub fn states(&mut self, params: MarketParams) -> Market {
        let source = SourceState { price: self.price(), publish_time: self.i64(), confidence: self.price() };
        let standing = Standing { lost: self.u32(), far: self.u32(), slot: self.u64(), reserved: 0 };
        Market {
            params,
            rules: self.rules(),
            price: self.robust(),
            sources: [source; MAX_SOURCES],
            standings: [standing; MAX_SOURCES],
            ledger: self.ledger(),
            volatility: self.volatility(),
            margin: self.live_margin(),
            depth: Depth { filled: self.u64(), in_slot: self.u64(), slot: self.u64() },
            funding: Funding {
                index: self.i64(),
                index_rest: self.i64(),
                moved_rest: self.i64(),
                rate: self.i64(),
                skew: self.i64(),
                time: self.i64(),
            },
            throttle: Throttle { window: self.window() },
            breaker: self.breaker(),
            settlement: Settlement { price: self.price(), time: self.i64(), long_done: self.u64(), short_done: self.u64() },
            limit: self.limit(),
            returned: self.u64(),
        }
    }
}
