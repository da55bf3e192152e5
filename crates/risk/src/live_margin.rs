//! A market's lines as they are in force: what governance set, raised by volatility, size, skew and open interest (design, section 6).
//!
//! The lines of a *side* are found once per accrual ([`crate::ops::accrue`]): Maint glides to its target, LiqEnd keeps the market's ratio to
//! it, Init has the target at once: that is what a new position pays. The lines of a *position* are those of its side, plus its own size
//! term. No position is held to a target that Maint has not reached, not even one that was opened at it: a target that fell and
//! came back would take all of them by surprise (I8). A position's part is a sum: a square root per position and health would be a
//! third of the compute units of a liquidation.

use crate::{
    dynamic_margin::{Fractions, ONE},
    glide::{Glide, RaiseBudget},
    layout,
    num::{ratio_up, BaseQty, Price, Ratio, Result},
    position::Position,
};

layout! {
    /// Lines in force. Written by [`crate::ops::accrue`] and, as far as open interest goes, by fills.
    pub struct LiveMargin [136] {
        /// Maint of longs and of shorts, on its way to the target.
        pub glides: [Glide; 2],
        /// What has lately been made liquidatable by raised margin alone.
        pub raise: RaiseBudget,
        /// Lots of open interest that the insurance behind the market admits.
        pub cap: u64,
        /// Slot of the last accrual; 0 before it.
        pub slot: u64,
        /// Spot at it.
        pub spot: Price,
        /// Open interest when its window began, in lots.
        pub interest: u64,
        /// When that was, unix seconds.
        pub interest_time: i64,
        /// Targets of Maint, of longs and of shorts: where it glides to, for readers.
        pub targets: [Ratio; 2],
        /// Lines of longs and of shorts, before size and open interest.
        pub lines: [Fractions; 2],
        /// σ over a throttle window against longs and against shorts.
        pub window_sigma: [Ratio; 2],
        /// The larger σ over the horizon.
        pub sigma: Ratio,
        /// How far open interest has gone from its free part to the cap: so far Init goes from its line to 100 %.
        pub crowd: Ratio,
    }
}

/// Which of a pair belongs to a side.
pub const fn side(long: bool) -> usize {
    !long as usize
}

impl LiveMargin {
    /// Before the first accrual nobody can open: every line is the highest, the cap zero.
    pub const NEW: Self = Self {
        glides: [Glide::NEW; 2],
        raise: RaiseBudget::NEW,
        cap: 0,
        slot: 0,
        spot: Price(0),
        interest: 0,
        interest_time: 0,
        targets: [ONE; 2],
        lines: [Fractions::HIGHEST; 2],
        window_sigma: [Ratio(0); 2],
        sigma: Ratio(0),
        crowd: ONE,
    };

    /// The lines of a position. Each at most 100 %; Maint ≤ LiqEnd ≤ Init.
    pub fn of(&self, position: &Position) -> Fractions {
        let lines = self.side(position.base);
        let own = |line: Ratio| Ratio(line.0.saturating_add(position.size_term.0)).min(ONE);
        Fractions { maint: own(lines.maint), liq_end: own(lines.liq_end), init: own(lines.init) }
    }

    /// The lines without what has been raised since the position accepted them (I8).
    pub fn accepted(&self, position: &Position) -> Fractions {
        let lines = self.of(position);
        let raised = self.raised(position);
        let less = |line: Ratio| Ratio(line.0.saturating_sub(raised.0));
        Fractions { maint: less(lines.maint), liq_end: less(lines.liq_end), ..lines }
    }

    /// By how much Maint is above what the position accepted when it was last increased.
    pub fn raised(&self, position: &Position) -> Ratio {
        if position.base.is_flat() {
            return Ratio(0);
        }
        Ratio(self.side(position.base).maint.0.saturating_sub(position.accepted.0))
    }

    /// Init of a position after open interest: `init + (1 - init) × crowd`.
    pub fn crowded_up(&self, init: Ratio) -> Result<Ratio> {
        if self.crowd.0 == 0 {
            return Ok(init);
        }
        let rest = ONE.0.saturating_sub(init.0);
        Ok(Ratio(init.0.saturating_add(ratio_up(rest as u64, self.crowd)? as u32)).min(ONE))
    }

    /// What a fill that increases a position accepts: the Maint in force. All above it is raised (I8).
    pub fn accept(&self, base: BaseQty) -> Ratio {
        self.side(base).maint
    }

    fn side(&self, base: BaseQty) -> &Fractions {
        let [long, short] = &self.lines;
        if base.is_long() {
            long
        } else {
            short
        }
    }
}
