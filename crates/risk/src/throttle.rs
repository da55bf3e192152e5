//! The liquidation throttle: how much notional a market lets keepers take over per window (design, section 8).
//!
//! A forced sale beyond the book's depth moves the price into the next account. So per market and window a budget of notional passes,
//! a share of the depth. After Synthetix's window cap, with its open ends closed: a budget of zero lets nothing pass, and
//! because the budget counts notional, not calls, tiny liquidations use up a tiny part of it.
//!
//! A throttle while the price falls makes bad debt, so it has an insolvency clock: an account whose buffer above bankruptcy is at most
//! `k·σ` of its notional over one window is never throttled. Either the budget reaches an account, or it becomes exempt before the
//! price can bankrupt it by a move of `k·σ`. A bankrupt account is always exempt, and deleveraging is not throttled at all.

use crate::{
    layout,
    margin::Health,
    market::Now,
    num::{ratio_down, ratio_up, Ratio, Result},
    window::Window,
    RiskError,
};

layout! {
    /// What governance sets. Zeroes: nothing passes but accounts that cannot pay.
    pub struct ThrottleRules [16] {
        /// Budget per window, as a fraction of the market's depth.
        pub share: Ratio,
        /// Length of a window in slots; 0: what was used never comes back.
        pub window_slots: u32,
        /// `k`: an account is exempt when a move of this many σ (in ppm: 3 000 000 is three) over one window would bankrupt it.
        pub exempt_sigmas: u32,
        /// Room to grow; zero.
        pub reserved: u32,
    }
}

layout! {
    /// Notional taken over lately, in atoms; the clock is the slot.
    pub struct Throttle [24] {
        /// The window.
        pub window: Window,
    }
}

/// Whether an account is beyond the throttle's reach: its buffer above bankruptcy (`health.solvency`, in atoms) is at most `k·σ` of
/// its notional, where `sigma` is the market's σ over one throttle window. Rounded up, in favour of acting.
pub fn is_exempt(rules: &ThrottleRules, health: &Health, sigma: Ratio) -> Result<bool> {
    if health.solvency <= 0 {
        return Ok(true);
    }
    let move_up = ratio_up(ratio_up(health.notional, sigma)?, Ratio(rules.exempt_sigmas))?;
    Ok(health.solvency.unsigned_abs() <= move_up)
}

impl Throttle {
    /// Nothing taken over yet.
    pub const NEW: Self = Self { window: Window::NEW };

    /// Notional in atoms that may be taken over now from accounts that are not exempt. `depth` is the market's depth in atoms: the
    /// lower of governance's figure and what was really filled. Rounded down.
    pub fn room_down(&self, rules: &ThrottleRules, depth: u64, now: Now) -> Result<u64> {
        let budget = ratio_down(depth, rules.share)?;
        self.window.room_down(budget, clock(now), rules.window_slots as i64)
    }

    /// Lets a take-over of `notional` atoms pass, or refuses it with [`RiskError::Throttled`]. An exempt one always passes and uses
    /// what there is of the budget: the market has to absorb it too, but it cannot close the lane beyond its window.
    pub fn admit(&mut self, rules: &ThrottleRules, depth: u64, notional: u64, exempt: bool, now: Now) -> Result<()> {
        let room = self.room_down(rules, depth, now)?;
        if notional > room && !exempt {
            return Err(RiskError::Throttled);
        }
        self.window.count(notional.min(room), clock(now), rules.window_slots as i64)
    }
}

fn clock(now: Now) -> i64 {
    i64::try_from(now.slot).unwrap_or(i64::MAX)
}
