//! What governance sets for a market, with the bounds each figure must keep.

use crate::{
    layout,
    num::{Ratio, PPM},
};

layout! {
    /// Parameters of a market. A zero means the strictest reading (I9): where that would be a market that can do nothing at all, or
    /// a protection that is off, [`MarketParams::validate`] refuses it by name instead. Fees, penalties and shares are prices, not
    /// protections: there zero is zero.
    pub struct MarketParams [176] {
        /// Open interest may not exceed this many lots a side; 0 lets nobody open.
        pub max_open_interest: u64,
        /// Positions of at most this many atoms are liquidated whole, and no smaller rest is left.
        pub dust_notional: u64,
        /// Shared insurance may pay at most this much into this market, in atoms; 0: nothing.
        pub insurance_limit: u64,
        /// Claims warm up over this many seconds.
        pub claim_warmup: i64,
        /// A loss waits this many seconds before claims bear it.
        pub loss_window: i64,
        /// TWAP time constant in seconds.
        pub twap_window: i64,
        /// Positions may be opened this many seconds after the first accepted update.
        pub activation_time: i64,
        /// The robust price serves no action once it is older than this, in seconds.
        pub price_max_age: u32,
        /// Fills need a price of at most this many slots.
        pub trade_price_slots: u32,
        /// Positions may be opened after this many accepted updates.
        pub activation_updates: u32,
        /// Fraction of notional needed to open and to withdraw.
        pub init: Ratio,
        /// A liquidation stops at this fraction.
        pub liq_end: Ratio,
        /// Below this fraction an account is liquidatable.
        pub maint: Ratio,
        /// A withdrawal with positions open leaves at least this fraction of notional.
        pub transfer_floor: Ratio,
        /// Fee of a taker, of notional.
        pub taker_fee: Ratio,
        /// Share of the fee that the maker receives.
        pub maker_share: Ratio,
        /// Share of the fee that goes to the market's pot.
        pub pot_share: Ratio,
        /// Share of the fee that goes to shared insurance; the rest is the treasury's.
        pub insurance_share: Ratio,
        /// Highest liquidation penalty, of the notional closed.
        pub max_penalty: Ratio,
        /// Share of the penalty that the keeper receives; the rest goes to the pot.
        pub keeper_share: Ratio,
        /// Share of a liquidation's size permitted at once after the flag.
        pub ramp_start: Ratio,
        /// Slots after the flag until the whole size is permitted.
        pub ramp_slots: u32,
        /// Two sources further apart than this make the market Degraded.
        pub two_source_bound: Ratio,
        /// Outside this band around the TWAP liquidation waits.
        pub twap_band: Ratio,
        /// It waits at most this many slots.
        pub confirm_slots: u32,
        /// On Degraded quality liquidation waits this many slots.
        pub degraded_slots: u32,
        /// Speed limit of the stable price per second.
        pub stable_speed: Ratio,
        /// Speed limit of the stable price per hour.
        pub stable_hour: Ratio,
        /// A deficit below this fraction of claims is shared at once.
        pub small_loss: Ratio,
        /// Shared insurance pays at most this multiple (in ppm) of the insurance fees that the account paid here.
        pub cover_multiple: u32,
        /// Ticks are 10^-decimals USD per base unit.
        pub decimals: u8,
        /// Room to grow; zero.
        pub reserved: [u8; 27],
    }
}

/// A slot takes 0.4 s when all is well; bounds allow for a cluster that is slower than half that speed.
const SLOT_SECONDS: i64 = 1;

/// A parameter outside its bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParamError {
    /// Name of the parameter.
    pub field: &'static str,
    /// The bound it breaks, as in "must be …".
    pub bound: &'static str,
}

impl core::fmt::Display for ParamError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{} must be {}", self.field, self.bound)
    }
}

impl MarketParams {
    /// Checks every figure and the relations between them.
    pub fn validate(&self) -> Result<(), ParamError> {
        let one = PPM as u32;
        let checks: [(bool, &'static str, &'static str); 30] = [
            (self.init.0 <= one, "init", "at most 1 000 000 ppm"),
            (self.maint.0 > 0, "maint", "greater than zero"),
            (self.maint.0 < self.liq_end.0, "liq_end", "greater than maint"),
            (self.liq_end.0 <= self.init.0, "init", "at least liq_end"),
            (self.transfer_floor.0 > 0 && self.transfer_floor.0 <= one, "transfer_floor", "1 to 1 000 000 ppm"),
            (self.max_penalty.0 <= self.maint.0 / 2, "max_penalty", "at most half of maint"),
            (self.taker_fee.0 <= self.maint.0 / 4, "taker_fee", "at most a quarter of maint"),
            (self.shares() <= PPM, "maker_share + pot_share + insurance_share", "at most 1 000 000 ppm"),
            (self.keeper_share.0 <= one, "keeper_share", "at most 1 000 000 ppm"),
            (self.ramp_start.0 <= one, "ramp_start", "at most 1 000 000 ppm"),
            (self.ramp_slots > 0, "ramp_slots", "greater than zero"),
            (self.price_max_age > 0 && self.price_max_age <= 3_600, "price_max_age", "1 to 3 600 seconds"),
            (self.trade_price_slots > 0 && self.trade_price_slots <= 150, "trade_price_slots", "1 to 150"),
            (self.twap_window > 0 && self.twap_window <= 86_400, "twap_window", "1 to 86 400 seconds"),
            (self.activation_time > 0, "activation_time", "greater than zero"),
            (self.activation_updates > 0, "activation_updates", "greater than zero"),
            (self.dust_notional > 0, "dust_notional", "greater than zero"),
            (self.twap_band.0 <= one, "twap_band", "at most 1 000 000 ppm"),
            (self.stable_speed.0 <= one, "stable_speed", "at most 1 000 000 ppm"),
            (self.stable_hour.0 <= one, "stable_hour", "at most 1 000 000 ppm"),
            (self.confirm_slots > 0 && self.confirm_slots <= 9_000, "confirm_slots", "1 to 9 000"),
            (self.degraded_slots > 0 && self.degraded_slots <= 9_000, "degraded_slots", "1 to 9 000"),
            (self.ramp_slots <= 9_000, "ramp_slots", "at most 9 000"),
            (self.loss_window > 0 && self.loss_window <= 86_400, "loss_window", "1 to 86 400 seconds"),
            // Otherwise a winner could be paid before the losers of the same move are closed and their loss is shared.
            (self.claim_warmup > self.longest_loss(), "claim_warmup", "longer than the wait, the ramp and loss_window together"),
            (self.claim_warmup <= 604_800, "claim_warmup", "at most 604 800 seconds"),
            (self.decimals >= 4 && self.decimals <= 18, "decimals", "4 to 18"),
            (self.two_source_bound.0 <= one / 4, "two_source_bound", "at most 250 000 ppm"),
            (self.small_loss.0 <= one / 100, "small_loss", "at most 10 000 ppm"),
            (self.reserved == [0; 27], "reserved", "zero"),
        ];
        for (ok, field, bound) in checks {
            if !ok {
                return Err(ParamError { field, bound });
            }
        }
        Ok(())
    }

    /// Seconds from a move until its loss can be shared: the longest wait, then the ramp, then the loss window.
    fn longest_loss(&self) -> i64 {
        let slots = (self.confirm_slots.max(self.degraded_slots) as i64).saturating_add(self.ramp_slots as i64);
        slots.saturating_mul(SLOT_SECONDS).saturating_add(self.loss_window)
    }

    fn shares(&self) -> u64 {
        (self.maker_share.0 as u64).saturating_add(self.pot_share.0 as u64).saturating_add(self.insurance_share.0 as u64)
    }
}
