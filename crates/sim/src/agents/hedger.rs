//! A hedger: long one market and short another for the same notional. Deleveraging one leg would leave it naked.

use super::{Agent, Purse, Standing};
use crate::stage::Stage;

/// A delta-neutral trader across the first two markets.
pub struct Hedger {
    purse: Purse,
    notional: f64,
    opened: bool,
}

impl Hedger {
    /// One with `usd` and twice that in each leg.
    pub fn new(stage: &mut Stage, usd: f64) -> Self {
        let mut purse = Purse::default();
        purse.open(stage, usd);
        Self { purse, notional: usd * 2.0, opened: false }
    }
}

impl Agent for Hedger {
    fn act(&mut self, stage: &mut Stage) {
        let who = self.purse.accounts[0];
        let legs = [stage.backend.base(who, 0), stage.backend.base(who, 1)];
        if !self.opened {
            self.opened = true;
            let lots = [stage.lots(0, self.notional), stage.lots(1, self.notional)];
            stage.order(0, who, lots[0]);
            stage.order(1, who, -lots[1]);
        } else if (legs[0] == 0) != (legs[1] == 0) {
            // One leg was taken: the other is closed, as soon as somebody quotes.
            let m = u16::from(legs[0] == 0);
            stage.order(m, who, -legs[m as usize]);
        }
    }

    fn result(&self, stage: &Stage) -> Standing {
        self.purse.standing(stage, "hedger")
    }
}
