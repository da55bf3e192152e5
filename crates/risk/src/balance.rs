//! What an account holds of one collateral, and how much of it counts yet (see [`crate::collateral`], "warm").

use crate::{
    layout,
    market::Now,
    num::{add, mul_div_up, Result},
    outflow::Allowance,
    RiskError,
};

/// A clock that does not end.
const NEVER: i64 = i64::MAX;

layout! {
    /// What an account holds of a collateral, in its smallest units. Zeroed bytes are a free slot.
    pub struct Balance [48] {
        /// Held.
        pub amount: u64,
        /// The part that did not count at `cold_since`.
        pub cold: u64,
        /// When `cold` was counted, unix seconds.
        pub cold_since: i64,
        /// When all of it will count.
        pub cold_until: i64,
        /// Index of the collateral; meaningful when `used`.
        pub collateral: u16,
        /// 1 when the slot is in use.
        pub used: u8,
        /// Room to grow; zero.
        pub reserved: u8,
        /// When the day of `taken` began, unix seconds.
        pub since: u32,
        /// Taken beyond the vault's outflow windows since. A balance that ends forgets it: only what is deposited anew can leave again.
        pub taken: u64,
    }
}

impl Balance {
    /// A free slot.
    pub const EMPTY: Self =
        Self { amount: 0, cold: 0, cold_since: 0, cold_until: 0, collateral: 0, used: 0, reserved: 0, since: 0, taken: 0 };

    /// The part that does not count at `time`, rounded up.
    pub fn cold_up(&self, time: i64) -> Result<u64> {
        if self.cold_until == NEVER {
            return Ok(self.cold);
        }
        let (left, span) = (self.cold_until.saturating_sub(time), self.cold_until.saturating_sub(self.cold_since));
        if self.cold == 0 || left <= 0 || span <= 0 {
            return Ok(0);
        }
        mul_div_up(self.cold, left.min(span) as u64, span as u64)
    }

    /// The part that counts at `time`, rounded down.
    pub fn counted_down(&self, time: i64) -> Result<u64> {
        Ok(self.amount.saturating_sub(self.cold_up(time)?))
    }

    /// What it has taken beyond the windows, as [`crate::outflow`] counts it.
    pub fn allowance(&self) -> Allowance {
        Allowance { start: self.since as i64, used: self.taken }
    }

    /// Remembers what it has taken.
    pub fn set_allowance(&mut self, own: &Allowance) {
        self.since = u32::try_from(own.start.max(0)).unwrap_or(u32::MAX);
        self.taken = own.used;
    }

    /// Adds `amount`, all of it cold; the clock of what was still cold restarts. A warm-up of zero never ends.
    pub fn add(&mut self, amount: u64, warmup: i64, now: Now) -> Result<()> {
        let total = add(self.amount, amount)?;
        let cold = add(self.cold_up(now.time)?, amount)?;
        let until = if warmup <= 0 { NEVER } else { now.time.saturating_add(warmup) };
        *self = Self { amount: total, cold, cold_since: now.time, cold_until: until.max(self.cold_until), ..*self };
        Ok(())
    }

    /// Takes `amount` out, first what does not count yet: as if the latest deposit had been smaller.
    pub fn take(&mut self, amount: u64, now: Now) -> Result<()> {
        let left = self.amount.checked_sub(amount).ok_or(RiskError::NoCollateral)?;
        let cold = self.cold_up(now.time)?.saturating_sub(amount);
        *self = Self { amount: left, cold, cold_since: now.time, ..*self };
        Ok(())
    }
}
