//! Outflow limits of a vault: what may leave in an hour and in a day (design, section 10).
//!
//! The last line when everything else has failed, keys included (I11). It counts *net* outflow: a deposit makes room for as much, up to
//! what the current window has let out, so paying in and out again uses nothing up and nothing can be saved for later. After marginfi's
//! limiter, with its weighted windows. However full the windows are, each account may take a small fixed amount a day, so nobody is
//! shut in (I10).

use crate::{
    layout,
    market::Now,
    num::{add, sub, Result},
    window::Window,
    RiskError,
};

const HOUR: i64 = 3_600;
/// Seconds in a day: after it an account's own allowance starts anew.
pub const DAY: i64 = 86_400;

layout! {
    /// What governance sets, in the vault's smallest unit. Zeroes: nothing leaves.
    pub struct OutflowRules [24] {
        /// Net outflow of an hour.
        pub hour: u64,
        /// Net outflow of a day.
        pub day: u64,
        /// What each account may take a day whatever the windows say.
        pub free: u64,
    }
}

impl OutflowRules {
    /// For a vault that is expected to hold `expected` smallest units, of which `free` are a hundred USD. A tenth an hour: whoever holds
    /// every key, and a bug nobody knew, need ten hours of not being noticed. A quarter a day, so that a slow theft is bounded as well.
    /// The hundred USD let everybody with a small account leave whatever the others do, and cost a day's rent per account to multiply.
    pub const fn for_vault(expected: u64, free: u64) -> Self {
        Self { hour: expected / 10, day: expected / 4, free }
    }
}

layout! {
    /// A vault's windows.
    pub struct Outflow [48] {
        /// The hour.
        pub hour: Window,
        /// The day.
        pub day: Window,
    }
}

layout! {
    /// What an account has taken beyond the windows.
    pub struct Allowance [16] {
        /// When its day began, unix seconds.
        pub start: i64,
        /// Taken since.
        pub used: u64,
    }
}

impl Allowance {
    /// Nothing taken.
    pub const NEW: Self = Self { start: 0, used: 0 };
}

impl Outflow {
    /// Nothing has left.
    pub const NEW: Self = Self { hour: Window::NEW, day: Window::NEW };

    /// What both windows still let out, rounded down.
    pub fn room_down(&self, rules: &OutflowRules, now: Now) -> Result<u64> {
        let hour = self.hour.room_down(rules.hour, now.time, HOUR)?;
        Ok(hour.min(self.day.room_down(rules.day, now.time, DAY)?))
    }

    /// Whether `amount`, of whom nothing has left today, has to wait for the windows: they have let out too much to let it leave now, and
    /// once they have forgotten that it fits. What never fits waits for nothing.
    pub fn must_wait(&self, rules: &OutflowRules, amount: u64, now: Now) -> Result<bool> {
        let beyond = amount.saturating_sub(rules.free);
        Ok(beyond > self.room_down(rules, now)? && beyond <= rules.hour.min(rules.day))
    }

    /// Lets `amount` leave, or refuses it with [`RiskError::OutflowLimit`]. What does not fit into the windows is taken from the
    /// account's own allowance; that part is not counted, so it costs nobody else room.
    pub fn withdraw(&mut self, rules: &OutflowRules, allowance: &mut Allowance, amount: u64, now: Now) -> Result<()> {
        let room = self.room_down(rules, now)?;
        let within = amount.min(room);
        let beyond = sub(amount, within)?;
        let mut own = *allowance;
        if now.time.saturating_sub(own.start) >= DAY {
            own = Allowance { start: now.time, used: 0 };
        }
        own.used = add(own.used, beyond)?;
        if beyond > 0 {
            if own.used > rules.free {
                return Err(RiskError::OutflowLimit);
            }
            *allowance = own;
        }
        let mut next = *self;
        next.hour.count(within, now.time, HOUR)?;
        next.day.count(within, now.time, DAY)?;
        *self = next;
        Ok(())
    }

    /// A deposit: takes back as much of what the current windows have let out.
    pub fn deposit(&mut self, amount: u64, now: Now) {
        for (window, length) in [(&mut self.hour, HOUR), (&mut self.day, DAY)] {
            *window = window.at(now.time, length);
            window.current = window.current.saturating_sub(amount);
        }
    }
}
