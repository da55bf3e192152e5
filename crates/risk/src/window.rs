//! Amounts over a sliding window, in 24 bytes.
//!
//! The window is approximated by two fixed ones, of which the previous counts by the part of it that still lies inside (after
//! marginfi's rate limiter). What passes under a limit in any interval of `n` window lengths is at most `n + 1` limits.

use crate::{
    layout,
    num::{add, mul_div_up, Result},
};

layout! {
    /// What was counted in the current and in the previous window. Zeroes: nothing yet.
    pub struct Window [24] {
        /// When the current window began, in the clock's unit (seconds or slots).
        pub start: i64,
        /// Counted since.
        pub current: u64,
        /// Counted in the window before.
        pub previous: u64,
    }
}

impl Window {
    /// Nothing counted.
    pub const NEW: Self = Self { start: 0, current: 0, previous: 0 };

    /// The window as it stands at `now`. A length of zero or less never forgets; a clock that goes back changes nothing.
    #[must_use]
    pub fn at(self, now: i64, length: i64) -> Self {
        let elapsed = now.saturating_sub(self.start);
        if length <= 0 || elapsed < length {
            return self;
        }
        if elapsed.saturating_sub(length) < length {
            return Self { start: self.start.saturating_add(length), current: 0, previous: self.current };
        }
        Self { start: now, ..Self::NEW }
    }

    /// What counts at `now`: the current window, and of the previous one the part still inside. Rounded up.
    pub fn counted_up(&self, now: i64, length: i64) -> Result<u64> {
        let w = self.at(now, length);
        if length <= 0 {
            return add(w.current, w.previous);
        }
        let inside = length.saturating_sub(now.saturating_sub(w.start)).clamp(0, length);
        add(w.current, mul_div_up(w.previous, inside.unsigned_abs(), length.unsigned_abs())?)
    }

    /// What a limit still lets pass at `now`, rounded down.
    pub fn room_down(&self, limit: u64, now: i64, length: i64) -> Result<u64> {
        Ok(limit.saturating_sub(self.counted_up(now, length)?))
    }

    /// Counts `amount`.
    pub fn count(&mut self, amount: u64, now: i64, length: i64) -> Result<()> {
        let mut w = self.at(now, length);
        w.current = add(w.current, amount)?;
        *self = w;
        Ok(())
    }
}
