//! Carry: takes the side that funding pays, at low leverage, and leaves when the price moves further than funding is worth.

use super::{Agent, Purse, Standing};
use crate::stage::Stage;

/// Slots between two decisions.
const EVERY: u64 = 2_250;
/// It leaves beyond this swing.
const LEAVE: f64 = 0.05;

/// A carry trader.
pub struct Carry {
    purse: Purse,
    notional: f64,
    next: u64,
}

impl Carry {
    /// One with `usd`, who holds as much in notional.
    pub fn new(stage: &mut Stage, usd: f64) -> Self {
        let mut purse = Purse::default();
        purse.open(stage, usd);
        Self { purse, notional: usd, next: 0 }
    }
}

impl Agent for Carry {
    fn act(&mut self, stage: &mut Stage) {
        let who = self.purse.accounts[0];
        let base = stage.backend.base(who, 0);
        let wanted = if stage.swing(0) > LEAVE {
            0
        } else if stage.slot < self.next {
            return;
        } else {
            self.next = stage.slot + EVERY;
            // Longs pay while takers are long on balance.
            let skew = stage.backend.market(0).funding.skew;
            -skew.signum() * stage.lots(0, self.notional)
        };
        if wanted != base {
            stage.order(0, who, wanted - base);
        }
    }

    fn result(&self, stage: &Stage) -> Standing {
        self.purse.standing(stage, "carry")
    }
}
