//! A whale: a tenth of the open interest at nearly the highest leverage, who takes out what it can while it wins and has a stop that the
//! book does not fill at once (Hyperliquid, March 2025).

use super::{Agent, Purse, Standing};
use crate::stage::Stage;

/// It sells when it has lost this part of what it put in.
const STOP: f64 = 0.5;

/// A leveraged whale.
pub struct Whale {
    purse: Purse,
    notional: f64,
    opened: bool,
}

impl Whale {
    /// One with `notional` USD of exposure in the first market.
    pub fn new(stage: &mut Stage, notional: f64) -> Self {
        let mut purse = Purse::default();
        let init = f64::from(stage.backend.market(0).params.init.0) / 1e6;
        purse.open(stage, notional * init * 1.6);
        Self { purse, notional, opened: false }
    }
}

impl Agent for Whale {
    fn act(&mut self, stage: &mut Stage) {
        let who = self.purse.accounts[0];
        if !self.opened {
            let lots = stage.lots(0, self.notional / 10.0);
            // In ten parts, as the quotes refill.
            stage.order(0, who, lots);
            self.opened = stage.backend.base(who, 0) >= stage.lots(0, self.notional * 0.95) || stage.slot > 500;
            return;
        }
        if stage.equity(who) < (self.purse.put_in as f64 * STOP) as i64 {
            let base = stage.backend.base(who, 0);
            stage.order(0, who, -base / 4);
        } else if stage.slot.is_multiple_of(250) {
            self.purse.withdraw(stage, who);
        }
    }

    fn result(&self, stage: &Stage) -> Standing {
        self.purse.standing(stage, "whale")
    }
}
