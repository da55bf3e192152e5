//! Units and settings that tests start from.

use firebreak_client::{
    program::instructions::InitialiseArgs,
    risk::{trade::QuoteTerms, MarketParams, Price, Ratio},
};

/// One settlement token.
pub const USD: u64 = 1_000_000;
/// Lots in one base unit of a market with 8 decimals.
pub const UNIT: i64 = 10_000_000_000;

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
