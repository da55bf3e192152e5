//! A default for every parameter, for a major, a mid and a long-tail market, each with its reason.
//!
//! Three figures depend on the asset and on the fund, not on the kind of market, and are zero here, which is the strictest: nobody
//! can open, and shared insurance pays nothing. [`MarketParams::for_asset`] sets `decimals` and `max_open_interest`;
//! `insurance_limit` is the part of the fund that governance gives to the market (all parts together are at most what lies above the
//! fund's floor).
//!
//! A *major* (BTC, ETH, SOL) has at least three independent feeds and a book that absorbs 10 000 USD without a trace. A *mid* asset
//! has two or three feeds and days of ±15 %. A *long-tail* asset may halve within a minute, and one actor can move its price.

use crate::{num::Ratio, params::MarketParams};

/// Atoms in a USD.
const USD: u64 = 1_000_000;
/// Slots in a minute at 0.4 s.
const MINUTE: u32 = 150;

/// 20×: BTC, ETH, SOL.
pub const MAJOR: MarketParams = MarketParams {
    // Set by `for_asset`.
    max_open_interest: 0,
    decimals: 0,
    // Set by governance.
    insurance_limit: 0,

    // 20×. From Maint the price may move by another 3 % less the penalty while the liquidation runs. LiqEnd lies in the middle, so that
    // a liquidated account has 1 % of notional before it is liquidated again.
    init: Ratio(50_000),
    liq_end: Ratio(40_000),
    maint: Ratio(30_000),
    // Twice Init, as Hyperliquid asks: what was won cannot be taken out down to the last bit of leverage.
    transfer_floor: Ratio(100_000),

    // 5 bp: what a major costs elsewhere. A fifth to the maker; the two insurances take half, because they are the product.
    taker_fee: Ratio(500),
    maker_share: Ratio(200_000),
    pot_share: Ratio(250_000),
    insurance_share: Ratio(300_000),
    // 200 times: one fill pays 1.5 bp into insurance and so insures 3 % of its notional, a loss as large as Maint.
    cover_multiple: 200_000_000,

    // 1.25 %, below half of Maint: a liquidation leaves the account more than it costs. Half to the keeper, whose own cost is the
    // spread of a liquid book; half to the pot, so that order in liquidations pays for disorder.
    max_penalty: Ratio(12_500),
    keeper_share: Ratio(500_000),
    // A fifth at once, all after a minute: keepers that come late still compete, and no book takes the whole in one slot.
    ramp_start: Ratio(200_000),
    ramp_slots: MINUTE,
    // 100 USD: its keeper share at the highest penalty is 0.62 USD, many times what the transactions cost.
    dust_notional: 100 * USD,

    // A major's feeds publish every few seconds; 30 s without any is an outage. Fills need a price of the last two slots.
    price_max_age: 30,
    trade_price_slots: 2,
    // An hour and a hundred prices before the first position: a wrong feed shows by then.
    activation_updates: 100,
    activation_time: 3_600,
    // Two prices of a major that are 0.5 % apart are arbitraged away in seconds: if it lasts, one of them is wrong.
    two_source_bound: Ratio(5_000),
    // A distance from the five-minute average larger than Maint waits 96 seconds for confirmation: a print that halved a price for ninety
    // (Drift, T17) is over by then. A single source waits two minutes.
    twap_window: 300,
    twap_band: Ratio(30_000),
    confirm_slots: 240,
    degraded_slots: 2 * MINUTE,
    // 0.03 % a second and 6 % an hour: Mango v4's figures.
    stable_speed: Ratio(300),
    stable_hour: Ratio(60_000),

    // An hour: three times the wait, the ramp and the window together on a slow cluster (17.5 minutes), and short for a trader.
    claim_warmup: 3_600,
    // Ten minutes in which keepers settle winners, so that all bear alike.
    loss_window: 600,
    // A thousandth: sharing it now costs a winner less than waiting.
    small_loss: Ratio(1_000),

    reserved: [0; 27],
};

/// 10×: assets with two or three feeds and a real book.
pub const MID: MarketParams = MarketParams {
    // Twice a major's, because each step of a liquidation takes twice as long (see the ramp) and moves the price more.
    init: Ratio(100_000),
    liq_end: Ratio(80_000),
    maint: Ratio(60_000),
    // Half more than Init: less than twice, because 10× leaves less to take out.
    transfer_floor: Ratio(150_000),
    // 8 bp: makers hedge at a wider spread and receive a quarter; the pot gets more than in a major, because gaps are likelier.
    taker_fee: Ratio(800),
    maker_share: Ratio(250_000),
    pot_share: Ratio(300_000),
    insurance_share: Ratio(300_000),
    // 100 times: one fill insures 2.4 % of its notional, less than half of Maint, because its gaps are wider.
    cover_multiple: 100_000_000,
    // 2.5 %: the keeper's own exit costs more than in a major.
    max_penalty: Ratio(25_000),
    // Two minutes: the book refills more slowly.
    ramp_slots: 2 * MINUTE,
    // 50 USD: with twice the penalty, half the size pays a keeper the same.
    dust_notional: 50 * USD,
    // 1 %: venues are further apart than a major's.
    two_source_bound: Ratio(10_000),
    // As in a major: the band is Maint.
    twap_band: Ratio(60_000),
    // Two minutes to confirm, four on one source: fewer arbitrageurs correct a wrong print.
    confirm_slots: 2 * MINUTE,
    degraded_slots: 4 * MINUTE,
    // Half a major's speeds: its price can be pushed for longer before somebody pushes back.
    stable_speed: Ratio(150),
    stable_hour: Ratio(40_000),
    // Two hours, twenty minutes: longer than a major's by as much as the ramp and the wait.
    claim_warmup: 7_200,
    loss_window: 1_200,
    ..MAJOR
};

/// 3×: assets that may halve within a minute, or that one actor can move.
pub const LONG_TAIL: MarketParams = MarketParams {
    // A third: −20 % in one slot leaves a fresh position solvent and its liquidation paid for.
    init: Ratio(333_334),
    liq_end: Ratio(260_000),
    maint: Ratio(200_000),
    // Half: whoever moved the price does not leave with the leverage it gave him.
    transfer_floor: Ratio(500_000),
    // 20 bp, most of it to the pot: this market should carry its own losses before it asks the shared fund.
    taker_fee: Ratio(2_000),
    maker_share: Ratio(250_000),
    pot_share: Ratio(450_000),
    insurance_share: Ratio(150_000),
    // 30 times: one fill insures 0.9 % of its notional. Shared insurance is not for assets that one actor can move.
    cover_multiple: 30_000_000,
    // 8 %: a keeper's exit from a thin book costs several per cent.
    max_penalty: Ratio(80_000),
    keeper_share: Ratio(600_000),
    // A tenth at once, all after four minutes: each step has to find a buyer.
    ramp_start: Ratio(100_000),
    ramp_slots: 4 * MINUTE,
    // 25 USD: as in a mid market, by the penalty.
    dust_notional: 25 * USD,
    // Thin feeds publish less often.
    price_max_age: 60,
    // Six hours: a listing that is attacked is attacked first.
    activation_updates: 500,
    activation_time: 21_600,
    // 3 %: thin venues are that far apart.
    two_source_bound: Ratio(30_000),
    twap_window: 900,
    // Half of Maint, because a push costs little here; five minutes to confirm, ten on one source.
    twap_band: Ratio(100_000),
    confirm_slots: 5 * MINUTE,
    degraded_slots: 10 * MINUTE,
    stable_speed: Ratio(50),
    stable_hour: Ratio(20_000),
    // A day: an inflated profit has to last through every time zone. An hour of window.
    claim_warmup: 86_400,
    loss_window: 3_600,
    ..MAJOR
};

impl MarketParams {
    /// These defaults for an asset whose ticks are 10^-`decimals` USD, with at most `max_open_interest` lots a side. One lot is
    /// 10^-(18 - `decimals`) units; a sensible cap is what the market's makers take over in a ramp.
    pub const fn for_asset(self, decimals: u8, max_open_interest: u64) -> Self {
        Self { decimals, max_open_interest, ..self }
    }

    /// The same with the part of shared insurance, in atoms, that governance gives to the market.
    pub const fn insured(self, insurance_limit: u64) -> Self {
        Self { insurance_limit, ..self }
    }
}
