//! Throttle griefing: many own tiny accounts at the highest leverage, to be liquidated first and use the window up. The window counts
//! notional, so tiny is what it stays.

use super::{Agent, Purse, Standing};
use crate::stage::Stage;

/// Accounts.
const MANY: usize = 50;
/// USD in each.
const TINY: f64 = 25.0;

/// The griefer.
pub struct ThrottleGriefer {
    purse: Purse,
    opened: bool,
}

impl ThrottleGriefer {
    /// Fifty accounts with 25 USD each.
    pub fn new(stage: &mut Stage) -> Self {
        let mut purse = Purse::default();
        for _ in 0..MANY {
            purse.open(stage, TINY);
        }
        Self { purse, opened: false }
    }
}

impl Agent for ThrottleGriefer {
    fn act(&mut self, stage: &mut Stage) {
        if self.opened {
            return;
        }
        self.opened = true;
        let init = f64::from(stage.backend.market(0).params.init.0) / 1e6;
        for n in 0..self.purse.accounts.len() {
            // The bond is not margin.
            let lots = stage.lots(0, (TINY - 5.5) / init * 0.9);
            stage.order(0, self.purse.accounts[n], lots);
        }
    }

    fn result(&self, stage: &Stage) -> Standing {
        self.purse.standing(stage, "throttle-griefing")
    }
}
