//! Standing orders: what an owner asks anybody to do for an account once its health has fallen to a level.
//!
//! An order names everything that decides about money: how much in all, how much in one run, how far from the robust price, how often,
//! from where, and what the runner is paid. Whoever runs it chooses the moment, within these bounds, and nothing else. A run does its whole
//! step: a crumb would earn the reward and start the cooldown, and protect nobody.

use crate::{
    layout,
    margin::Health,
    market::Now,
    num::{sub, BaseQty, Ratio, Result, PPM},
    params::ParamError,
    RiskError,
};

/// Reduces the position in a market.
pub const REDUCE: u8 = 1;
/// Moves capital in from another of the owner's accounts.
pub const TOP_UP: u8 = 2;

/// An order acts at the Maint line at the latest: below it is the liquidation's.
pub const LEAST_LEVEL: u32 = PPM as u32;
/// And at a hundred times the requirement at the earliest: more is no danger.
pub const MOST_LEVEL: u32 = 100_000_000;
/// A run pays at most 10 USD.
pub const MOST_REWARD: u64 = 10_000_000;
/// Of a top-up's step, at most this is the reward: a tenth.
const REWARD_OF_STEP: u64 = 10;

layout! {
    /// One order. Amounts in atoms, sizes in lots.
    pub struct Order [72] {
        /// What is left: lots of a reduction, atoms of a top-up.
        pub size: u64,
        /// What one run does, as far as that much is left.
        pub step: u64,
        /// Atoms that a whole step pays to whoever runs it; a smaller one in proportion.
        pub reward: u64,
        /// Last slot in which it may run.
        pub expires: u64,
        /// First slot in which it may run again.
        pub ready: u64,
        /// It is due at this ratio of the account's equity to its Maint requirement, or below, in ppm: 1 000 000 is the Maint line.
        pub level: Ratio,
        /// A reduction trades no further than this on the worse side of the robust price.
        pub slip: Ratio,
        /// Slots between two runs.
        pub cooldown: u32,
        /// Market of a reduction.
        pub market: u16,
        /// Sub-account from which a top-up comes.
        pub source: u16,
        /// [`REDUCE`] or [`TOP_UP`].
        pub kind: u8,
        /// Room to grow; zero.
        pub reserved: [u8; 15],
    }
}

impl Order {
    /// Checks every figure of an order that is to be placed.
    pub fn validate(&self) -> core::result::Result<(), ParamError> {
        let (reduces, tops_up) = (self.kind == REDUCE, self.kind == TOP_UP);
        let checks: [(bool, &'static str, &'static str); 10] = [
            (reduces || tops_up, "kind", "1 (reduce) or 2 (top up)"),
            (self.size > 0 && self.size <= i64::MAX as u64 / 2, "size", "1 to 2^62"),
            (self.step > 0 && self.step <= self.size, "step", "1 to size"),
            (self.level.0 >= LEAST_LEVEL && self.level.0 <= MOST_LEVEL, "level", "1 000 000 to 100 000 000 ppm"),
            (self.cooldown > 0, "cooldown", "greater than zero"),
            (self.reward <= MOST_REWARD, "reward", "at most 10 000 000 atoms"),
            (!tops_up || self.reward <= self.step / REWARD_OF_STEP, "reward", "at most a tenth of a top-up's step"),
            (self.slip.0 <= PPM as u32 / 2 && (reduces || self.slip.0 == 0), "slip", "at most 500 000 ppm, and 0 of a top-up"),
            ((reduces || self.market == 0) && (tops_up || self.source == 0), "market, source", "0 where the kind has none"),
            (self.ready == 0 && self.reserved == [0; 15], "ready, reserved", "zero"),
        ];
        match checks.iter().find(|check| !check.0) {
            Some(&(_, field, bound)) => Err(ParamError { field, bound }),
            None => Ok(()),
        }
    }

    /// Refuses unless an order of `kind` may run now for an account of this health. A price that is not usable makes nothing due (I13),
    /// and an account that owes more than it has is the waterfall's.
    pub fn require_due(&self, kind: u8, health: &Health, now: Now) -> Result<()> {
        if self.kind != kind {
            return Err(RiskError::WrongOrderKind);
        }
        if self.size == 0 {
            return Err(RiskError::OrderSpent);
        }
        if now.slot > self.expires {
            return Err(RiskError::OrderExpired);
        }
        if now.slot < self.ready {
            return Err(RiskError::CoolingDown);
        }
        if health.solvency < 0 {
            return Err(RiskError::MustDeclareBankrupt);
        }
        if health.unpriced > 0 || !at_or_below(health, self.level) {
            return Err(RiskError::OrderNotDue);
        }
        Ok(())
    }

    /// Counts a run that did `done`. Less than a step starts no cooldown: nobody can hold a reduction or a top-up back by running a crumb.
    pub fn ran(&mut self, done: u64, now: Now) -> Result<()> {
        let whole = done >= self.step.min(self.size);
        self.size = sub(self.size, done)?;
        if whole {
            self.ready = now.slot.saturating_add(self.cooldown as u64);
        }
        Ok(())
    }

    /// The fill that reduces `held` by a step, and its lots.
    pub fn fill_of(&self, held: BaseQty) -> Result<BaseQty> {
        let lots = crate::num::signed(self.step.min(self.size).min(held.abs()))?;
        Ok(BaseQty(if held.is_long() { lots.saturating_neg() } else { lots }))
    }
}

/// Whether equity is at most `level` of the Maint requirement. Without a requirement nothing is in danger.
fn at_or_below(health: &Health, level: Ratio) -> bool {
    let required = health.maint_required as i128;
    let equity = (health.maint as i128).saturating_add(required);
    required > 0 && equity.saturating_mul(PPM as i128) <= required.saturating_mul(level.0 as i128)
}

/// Whether the ratio of equity to requirement is higher in `after` than in `before`. Without any requirement there is nothing higher.
pub fn improves(before: &Health, after: &Health) -> bool {
    let (r0, r1) = (before.maint_required as i128, after.maint_required as i128);
    if r1 == 0 {
        return after.solvency >= 0;
    }
    let equity = |h: &Health, r: i128| (h.maint as i128).saturating_add(r);
    // Each factor is below 2^65: the products stay within 2^127 only as requirements are below 2^62; beyond, both saturate and the
    // comparison says no.
    equity(after, r1).saturating_mul(r0) > equity(before, r0).saturating_mul(r1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order() -> Order {
        Order {
            size: 100,
            step: 40,
            reward: 4,
            expires: 1_000,
            ready: 0,
            level: Ratio(1_200_000),
            slip: Ratio(0),
            cooldown: 10,
            market: 0,
            source: 3,
            kind: TOP_UP,
            reserved: [0; 15],
        }
    }

    fn health(maint: i64, maint_required: u64) -> Health {
        Health { maint, maint_required, ..Health::default() }
    }

    const NOW: Now = Now { slot: 500, time: 1 };

    #[test]
    fn figures_have_bounds() {
        order().validate().unwrap();
        let bad: [(Order, &str); 10] = [
            (Order { kind: 0, ..order() }, "kind"),
            (Order { size: 0, ..order() }, "size"),
            (Order { size: u64::MAX, ..order() }, "size"),
            (Order { step: 101, ..order() }, "step"),
            (Order { level: Ratio(999_999), ..order() }, "level"),
            (Order { cooldown: 0, ..order() }, "cooldown"),
            (Order { reward: 5, ..order() }, "reward"),
            (Order { slip: Ratio(1), ..order() }, "slip"),
            (Order { market: 1, ..order() }, "market, source"),
            (Order { ready: 1, ..order() }, "ready, reserved"),
        ];
        for (order, field) in bad {
            assert_eq!(order.validate().unwrap_err().field, field);
        }
    }

    #[test]
    fn it_is_due_at_its_level_and_not_above() {
        let due = |maint| order().require_due(TOP_UP, &health(maint, 1_000), NOW);
        due(200).unwrap();
        due(-1_000).unwrap();
        assert_eq!(due(201), Err(RiskError::OrderNotDue));
        assert_eq!(order().require_due(TOP_UP, &health(5, 0), NOW), Err(RiskError::OrderNotDue));
        let unpriced = Health { unpriced: 1, ..health(0, 1_000) };
        assert_eq!(order().require_due(TOP_UP, &unpriced, NOW), Err(RiskError::OrderNotDue));
        let broke = Health { solvency: -1, ..health(-2_000, 1_000) };
        assert_eq!(order().require_due(TOP_UP, &broke, NOW), Err(RiskError::MustDeclareBankrupt));
        assert_eq!(order().require_due(REDUCE, &health(0, 1_000), NOW), Err(RiskError::WrongOrderKind));
        let late = Now { slot: 1_001, ..NOW };
        assert_eq!(order().require_due(TOP_UP, &health(0, 1_000), late), Err(RiskError::OrderExpired));
    }

    #[test]
    fn a_whole_step_cools_down_and_a_part_does_not() {
        let mut order = order();
        order.ran(39, NOW).unwrap();
        assert_eq!((order.size, order.ready), (61, 0));
        order.ran(40, NOW).unwrap();
        assert_eq!((order.size, order.ready), (21, 510));
        assert_eq!(order.require_due(TOP_UP, &health(0, 1), NOW), Err(RiskError::CoolingDown));
        let later = Now { slot: 510, ..NOW };
        order.ran(21, later).unwrap();
        assert_eq!((order.size, order.ready), (0, 520));
        assert_eq!(order.require_due(TOP_UP, &health(0, 1), later), Err(RiskError::OrderSpent));
        assert!(order.ran(1, later).is_err());
    }

    #[test]
    fn a_ratio_improves_or_does_not() {
        assert!(improves(&health(-10, 100), &health(-5, 100)));
        assert!(improves(&health(-10, 100), &health(-4, 50)));
        assert!(!improves(&health(-10, 100), &health(-5, 50)));
        assert!(improves(&health(-10, 100), &health(3, 0)));
        assert!(!improves(&health(-10, 100), &Health { solvency: -1, ..health(-1, 0) }));
    }
}
