//! Momentum: buys what has risen for five minutes and sells what has fallen.

use super::{Agent, Purse, Standing};
use crate::stage::Stage;

/// Slots between two decisions.
const EVERY: u64 = 750;
/// A move below this is no trend.
const TREND: f64 = 0.01;

/// A momentum trader.
pub struct Momentum {
    purse: Purse,
    notional: f64,
    last: f64,
    next: u64,
}

impl Momentum {
    /// One with `usd`, who holds four times that in a trend.
    pub fn new(stage: &mut Stage, usd: f64) -> Self {
        let mut purse = Purse::default();
        purse.open(stage, usd);
        Self { purse, notional: usd * 4.0, last: stage.price(0), next: EVERY }
    }
}

impl Agent for Momentum {
    fn act(&mut self, stage: &mut Stage) {
        if stage.slot < self.next {
            return;
        }
        self.next = stage.slot + EVERY;
        let price = stage.price(0);
        let moved = price / self.last - 1.0;
        self.last = price;
        let wanted = stage.lots(0, self.notional);
        let wanted = if moved > TREND {
            wanted
        } else if moved < -TREND {
            -wanted
        } else {
            0
        };
        let who = self.purse.accounts[0];
        let change = wanted - stage.backend.base(who, 0);
        if change != 0 {
            stage.order(0, who, change);
        }
    }

    fn result(&self, stage: &Stage) -> Standing {
        self.purse.standing(stage, "momentum")
    }
}
