//! A position: exposure, what it cost, and one signed result.
//!
//! `base` and `entry` change with fills; nothing is realised before the position is settled or flat. `result` is what has
//! been realised and not yet paid: positive is a claim on the market's pool, negative a debt to it.

use crate::{
    index::LossIndex,
    layout,
    ledger::Ledger,
    market::{Market, Now},
    num::{add, mul_div_down, mul_div_up, sadd, signed, ssub, sub, value_down, BaseQty, Price, Ratio, Result},
};

layout! {
    /// One of an account's positions. Amounts in atoms, sizes in lots, times in unix seconds.
    pub struct Position [120] {
        /// Size, positive for long.
        pub base: BaseQty,
        /// What the size cost, signed like it.
        pub entry: i64,
        /// Claim (positive) or debt (negative), as of `index`.
        pub result: i64,
        /// Loss index at which `result` was last scaled.
        pub index: LossIndex,
        /// The part of the claim that was not warm at `cold_since`.
        pub cold: u64,
        /// When `cold` was counted.
        pub cold_since: i64,
        /// When all of it will be warm.
        pub cold_until: i64,
        /// Loss of this position that shared insurance may still cover.
        pub cover: u64,
        /// When it was last settled.
        pub settled: i64,
        /// The market's funding index up to which `entry` has its part.
        pub funding: i64,
        /// Loss of this position that others paid, and what the account holds elsewhere is still to make good.
        pub lost: u64,
        /// Of it, at most what shared insurance covered.
        pub insured: u64,
        /// Maint of the side when the position was last increased: what it accepted.
        pub accepted: Ratio,
        /// What its size adds to each of its lines.
        pub size_term: Ratio,
        /// The market's index; meaningful when `used`.
        pub market: u16,
        /// 1 when the slot is in use.
        pub used: u8,
        /// Room to grow; zero.
        pub reserved: [u8; 5],
    }
}

impl Position {
    /// A free slot.
    pub const EMPTY: Self = Self {
        base: BaseQty(0),
        entry: 0,
        result: 0,
        index: LossIndex::NEW,
        cold: 0,
        cold_since: 0,
        cold_until: 0,
        cover: 0,
        settled: 0,
        funding: 0,
        lost: 0,
        insured: 0,
        accepted: Ratio(0),
        size_term: Ratio(0),
        market: 0,
        used: 0,
        reserved: [0; 5],
    };

    /// Claim or debt, unrealised result at `price` and funding since the last touch, rounded against the holder.
    pub fn standing_down(&self, market: &Market, price: Price) -> Result<i64> {
        let booked = self.result_now_down(&market.ledger)?;
        if self.base.is_flat() {
            return Ok(booked);
        }
        let marked = sadd(booked, self.unrealised_down(price)?)?;
        if self.funding == market.funding.index {
            return Ok(marked);
        }
        ssub(marked, market.funding.owed_up(self.base, self.funding)?)
    }

    /// Brings claim and entry up to the market's indices. To be called before anything reads or writes them.
    pub fn refresh(&mut self, market: &Market) -> Result<()> {
        self.touch(&market.ledger)?;
        if self.funding != market.funding.index {
            market.funding.touch(self.base, &mut self.entry, &mut self.funding)?;
        }
        Ok(())
    }

    /// Unrealised result at `price` before funding, rounded against the holder.
    pub fn unrealised_down(&self, price: Price) -> Result<i64> {
        ssub(value_down(price, self.base)?, self.entry)
    }

    /// Claim as it stands after the losses shared since it was last touched, rounded down; debts are never scaled.
    pub fn result_now_down(&self, ledger: &Ledger) -> Result<i64> {
        if self.result <= 0 || self.index == ledger.index {
            return Ok(self.result);
        }
        signed(self.index.rescale_down(ledger.index, self.result.unsigned_abs())?)
    }

    /// Brings the claim up to the market's loss index. To be called before anything reads or writes `result`.
    pub fn touch(&mut self, ledger: &Ledger) -> Result<()> {
        let now = self.result_now_down(ledger)?;
        if now != self.result {
            // Only a claim is ever rescaled, so the divisor is positive; a claim shared to nothing leaves nothing cold.
            self.cold = mul_div_up(self.cold, now.unsigned_abs(), self.result.unsigned_abs())?.min(now.unsigned_abs());
        }
        self.result = now;
        self.index = ledger.index;
        Ok(())
    }

    /// The part of the claim that is not warm at `time`; it warms linearly. Rounded up.
    pub fn cold_up(&self, time: i64) -> Result<u64> {
        let (left, span) = (self.cold_until.saturating_sub(time), self.cold_until.saturating_sub(self.cold_since));
        if self.cold == 0 || left <= 0 || span <= 0 {
            return Ok(0);
        }
        mul_div_up(self.cold, left.min(span) as u64, span as u64)
    }

    /// Claim that may be converted at `time`.
    pub fn warm_down(&self, time: i64) -> Result<u64> {
        if self.result <= 0 {
            return Ok(0);
        }
        Ok(self.result.unsigned_abs().saturating_sub(self.cold_up(time)?))
    }

    /// Adds `gain` to the claim; the warming part's remaining time becomes the amount-weighted mean, rounded up once: it
    /// never passes the longer of the two times, however many small gains arrive.
    pub(crate) fn add_claim(&mut self, gain: u64, warmup: i64, now: Now) -> Result<()> {
        let cold = self.cold_up(now.time)?;
        let left = if cold == 0 { 0 } else { self.cold_until.saturating_sub(now.time).max(0) as u64 };
        let fresh = warmup.max(0) as u64;
        let total = add(cold, gain)?;
        // left + (fresh - left) × gain / total, whichever of the two is longer
        let weighted = if fresh >= left {
            add(left, mul_div_up(fresh.abs_diff(left), gain, total.max(1))?)?
        } else {
            sub(left, mul_div_down(fresh.abs_diff(left), gain, total.max(1))?)?
        };
        self.result = sadd(self.result, signed(gain)?)?;
        self.cold = total;
        self.cold_since = now.time;
        self.cold_until = now.time.saturating_add(signed(weighted)?);
        Ok(())
    }

    /// Takes `lost` from the claim, warm and cold in proportion.
    pub(crate) fn cut_claim(&mut self, lost: u64, now: Now) -> Result<()> {
        let claim = self.result.max(0).unsigned_abs();
        let cold = self.cold_up(now.time)?;
        self.cold = if claim == 0 { 0 } else { sub(cold, mul_div_down(cold, lost, claim)?)? };
        self.cold_since = now.time;
        self.result = ssub(self.result, signed(lost)?)?;
        Ok(())
    }

    /// Pays `paid` of the warm claim out; the cold part stays as it is.
    pub(crate) fn pay_warm(&mut self, paid: u64, now: Now) -> Result<()> {
        self.cold = self.cold_up(now.time)?;
        self.cold_since = now.time;
        self.result = ssub(self.result, signed(paid)?)?;
        Ok(())
    }

    /// Whether it holds exposure, a claim or a debt.
    pub fn is_active(&self) -> bool {
        !self.base.is_flat() || self.result != 0
    }

    /// Frees the slot when nothing is left in it.
    pub fn release(&mut self) {
        if !self.is_active() && self.lost == 0 {
            *self = Self::EMPTY;
        }
    }
}
