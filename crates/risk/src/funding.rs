//! Funding: what the crowded side pays the other (design, section 7).
//!
//! The rate has a velocity: it grows for as long as the market is skewed and by as much as it is skewed, and so presses harder the longer a
//! skew lasts (Synthetix's rule, `dRate/dt = clamp(skew ÷ scale, −1, 1) × velocity`), within a clamp.
//!
//! Longs match shorts here (I2), so open interest itself has no skew. What has one is who asked for it: [`Funding::taken`] keeps the net
//! of all takers, which is what their makers hold against them. Positive: takers are long, and longs pay.
//!
//! **Exactly zero-sum.** Accruing moves one amount from the longs' entry costs to the shorts': both sums change, their total does not, so
//! I14 stays an equation of integers. A position owes its part from then on and takes it into its own entry when it is touched,
//! rounded up for who pays and down for who receives. Fractions of the moved amount are carried, so the parts that payers take in are
//! at least what was moved, and those of receivers at most: the difference stays in the pool.

use crate::{
    layout,
    market::Now,
    num::{sadd, ssub, BaseQty, Price, Result, NOTIONAL_SCALE},
    Ledger, RiskError,
};

const DAY: i128 = 86_400;
/// Rates are per day in 10^-9.
const RATE: i128 = 1_000_000_000;
/// Seconds charged by one accrual at most: what nobody refreshed for longer is not charged in one blow.
pub const LONGEST_STEP: i64 = 3_600;

layout! {
    /// What governance sets. Rates are prices, not protections: a zero is zero; but with `skew_scale` at zero any skew counts in full.
    pub struct FundingRules [16] {
        /// Skew in lots at which the rate changes at full velocity.
        pub skew_scale: u64,
        /// Change of the rate per day at full skew, in 10^-9 per day.
        pub velocity: u32,
        /// The rate stays within plus and minus this, in 10^-9 per day.
        pub max_rate: u32,
    }
}

layout! {
    /// A market's funding. Zeroes: none so far.
    pub struct Funding [48] {
        /// What a long of one lot has paid since listing, in ticks.
        pub index: i64,
        /// The part of a tick not yet in it, in 10^-9 day-ticks over a day's seconds.
        pub index_rest: i64,
        /// Ticks × lots moved that make no whole atom yet.
        pub moved_rest: i64,
        /// Rate in 10^-9 per day; positive: longs pay.
        pub rate: i64,
        /// Net lots of all takers.
        pub skew: i64,
        /// When it was last accrued, unix seconds.
        pub time: i64,
    }
}

impl Funding {
    /// None so far.
    pub const NEW: Self = Self { index: 0, index_rest: 0, moved_rest: 0, rate: 0, skew: 0, time: 0 };

    /// Notes a taker's fill. Skew decides a price only: at the ends of its range it stays there.
    pub fn taken(&mut self, base: BaseQty) {
        self.skew = self.skew.saturating_add(base.0);
    }

    /// Takers hold at most the whole open interest: what was closed without them, by deleveraging, skews nothing any more.
    pub fn bound(&mut self, open_interest: u64) {
        let most = i64::try_from(open_interest).unwrap_or(i64::MAX);
        self.skew = self.skew.clamp(most.saturating_neg(), most);
    }

    /// Passes time without charge: nothing is accrued on a price that is not usable (design, section 5).
    pub fn skip(&mut self, now: Now) {
        self.time = now.time.max(self.time);
    }

    /// Accrues up to `now` at `spot`: moves the rate, the index and the entry costs of both sides. Returns what the longs' side owes more
    /// (negative: less), in atoms.
    pub fn accrue(&mut self, rules: &FundingRules, ledger: &mut Ledger, spot: Price, now: Now) -> Result<i64> {
        let elapsed = now.time.saturating_sub(self.time);
        if self.time == 0 || elapsed <= 0 {
            self.skip(now);
            return Ok(0);
        }
        let dt = elapsed.min(LONGEST_STEP) as i128;
        let rate = self.rate_after(rules, dt);
        // Twice the mean of the rate over the step. Below 2^33, times a price below 2^64 and a step below 2^12.
        let twice = (self.rate as i128).saturating_add(rate);
        let product = (spot.0 as i128).checked_mul(twice).and_then(|x| x.checked_mul(dt)).ok_or(RiskError::Overflow)?;
        let (ticks, index_rest) = split(product, self.index_rest, DAY.saturating_mul(RATE).saturating_mul(2))?;
        let index = sadd(self.index, ticks)?;
        // Both sides have the same size (I2).
        let (atoms, moved_rest) =
            split((ledger.long_base as i128).saturating_mul(ticks as i128), self.moved_rest, NOTIONAL_SCALE as i128)?;
        let (long, short) = (sadd(ledger.long_entry, atoms)?, ssub(ledger.short_entry, atoms)?);
        (ledger.long_entry, ledger.short_entry) = (long, short);
        let rate = i64::try_from(rate).map_err(|_| RiskError::Overflow)?;
        *self = Self { index, index_rest, moved_rest, rate, time: now.time, ..*self };
        Ok(atoms)
    }

    /// The rate after `dt` seconds more of this skew.
    fn rate_after(&self, rules: &FundingRules, dt: i128) -> i128 {
        let scale = (rules.skew_scale as i128).max(1);
        let skew = (self.skew as i128).clamp(scale.saturating_neg(), scale);
        // velocity × skew ÷ scale × dt ÷ day: below 2^32 · 2^64 · 2^12. The scale is at least 1.
        let change =
            (rules.velocity as i128).saturating_mul(skew).saturating_mul(dt).checked_div(scale.saturating_mul(DAY)).unwrap_or(0);
        let bound = rules.max_rate as i128;
        (self.rate as i128).saturating_add(change).clamp(bound.saturating_neg(), bound)
    }

    /// What a position of `base` owes since its snapshot of the index, in atoms (negative: it receives), rounded against it.
    pub fn owed_up(&self, base: BaseQty, snapshot: i64) -> Result<i64> {
        let ticks = (self.index as i128).saturating_sub(snapshot as i128);
        let product = (base.0 as i128).checked_mul(ticks).ok_or(RiskError::Overflow)?;
        // The ceiling is minus the floor of minus.
        let (floor, _) = split(product.saturating_neg(), 0, NOTIONAL_SCALE as i128)?;
        ssub(0, floor)
    }

    /// Takes a position's part into its entry and moves its snapshot. To be called, like `Position::touch`, before anything reads or
    /// changes its base or entry. The market's sums have it already.
    pub fn touch(&self, base: BaseQty, entry: &mut i64, snapshot: &mut i64) -> Result<i64> {
        let owed = self.owed_up(base, *snapshot)?;
        *entry = sadd(*entry, owed)?;
        *snapshot = self.index;
        Ok(owed)
    }
}

/// `(product + rest) ÷ unit`, floored, and the new rest in `0..unit`. A unit is a positive constant below 2^63.
fn split(product: i128, rest: i64, unit: i128) -> Result<(i64, i64)> {
    let sum = product.checked_add(rest as i128).ok_or(RiskError::Overflow)?;
    let whole = i64::try_from(sum.checked_div_euclid(unit).ok_or(RiskError::DivisionByZero)?);
    let left = i64::try_from(sum.checked_rem_euclid(unit).ok_or(RiskError::DivisionByZero)?);
    match (whole, left) {
        (Ok(whole), Ok(left)) => Ok((whole, left)),
        _ => Err(RiskError::Overflow),
    }
}
