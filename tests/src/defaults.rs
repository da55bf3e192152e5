//! Units and settings that tests start from.

use anchor_lang::prelude::Pubkey;
use firebreak_client::{
    program::instructions::InitialiseArgs,
    risk::{
        breaker::{BreakerRules, TriggerRule},
        order::{Order, REDUCE, TOP_UP},
        trade::QuoteTerms,
        MarketParams, Price, Ratio, Rules,
    },
};

/// One settlement token.
pub const USD: u64 = 1_000_000;
/// Lots in one base unit of a market with 8 decimals.
pub const UNIT: i64 = 10_000_000_000;

/// The protocol's treasury: a token account that every world has.
pub const TREASURY: Pubkey = Pubkey::new_from_array([51; 32]);

/// What the protocol is initialised with: a bond of 1 USD, a reward of 10 cents, no floor, caps of 50 % and 80 %, a week of
/// listing at once.
pub fn initial() -> InitialiseArgs {
    InitialiseArgs {
        keeper_bond: USD,
        keeper_reward: USD / 10,
        insurance_floor: 0,
        event_cap: 500_000,
        day_cap: 800_000,
        cooldown: 86_400,
        senior_share: 300_000,
        treasury: TREASURY,
        bootstrap_seconds: 604_800,
    }
}

/// Parameters used by tests: a major at 20×, with short timers.
pub fn params() -> MarketParams {
    MarketParams {
        max_open_interest: 1_000_000_000 * UNIT as u64,
        dust_notional: 10 * USD,
        insurance_limit: 1_000_000 * USD,
        claim_warmup: 600,
        loss_window: 60,
        twap_window: 300,
        activation_time: 1,
        price_max_age: 30,
        trade_price_slots: 2,
        activation_updates: 1,
        init: Ratio(50_000),
        liq_end: Ratio(40_000),
        maint: Ratio(30_000),
        transfer_floor: Ratio(100_000),
        taker_fee: Ratio(500),
        maker_share: Ratio(200_000),
        pot_share: Ratio(300_000),
        insurance_share: Ratio(300_000),
        max_penalty: Ratio(10_000),
        keeper_share: Ratio(500_000),
        ramp_start: Ratio(250_000),
        ramp_slots: 25,
        two_source_bound: Ratio(10_000),
        twap_band: Ratio(500_000),
        confirm_slots: 150,
        degraded_slots: 150,
        stable_speed: Ratio(300),
        stable_hour: Ratio(60_000),
        small_loss: Ratio(1_000),
        cover_multiple: 1_000_000,
        decimals: 8,
        reserved: [0; 27],
    }
}

/// A quote of `units` base units on both sides, at the robust price, without limits or expiry.
pub fn terms(units: i64) -> QuoteTerms {
    let size = (units * UNIT) as u64;
    QuoteTerms {
        bid_size: size,
        ask_size: size,
        bid_offset: Ratio(0),
        ask_offset: Ratio(0),
        max_bid: Price(u64::MAX),
        min_ask: Price(0),
        expires: u64::MAX,
        reserved: 0,
    }
}

/// An order that reduces in market 0 by `units` a run, ten runs in all, at 1.2 times Maint, 1 % from the robust price, every 10 slots,
/// for 10 cents.
pub fn stop(units: i64) -> Order {
    let step = (units * UNIT) as u64;
    Order {
        size: step * 10,
        step,
        reward: USD / 10,
        expires: u64::MAX,
        ready: 0,
        level: Ratio(1_200_000),
        slip: Ratio(10_000),
        cooldown: 10,
        market: 0,
        source: 0,
        kind: REDUCE,
        reserved: [0; 15],
    }
}

/// An order that tops up by `usd` a run from sub-account `source`, ten runs in all, otherwise like [`stop`].
pub fn top_up(usd: u64, source: u16) -> Order {
    Order { size: usd * USD * 10, step: usd * USD, slip: Ratio(0), source, kind: TOP_UP, ..stop(1) }
}

/// Plain rules, but a move of 2 % within a minute sets the breaker to `level` for a minute.
pub fn tripping(level: u8) -> Rules {
    let plain = Rules::plain(&params());
    let mut breaker = BreakerRules { windows: [150, 0, 0], least_return: Ratio(20_000), ..plain.breaker };
    breaker.triggers[0] = TriggerRule { bound: 0, timer: 60, level, reserved: [0; 3] };
    Rules { breaker, ..plain }
}
