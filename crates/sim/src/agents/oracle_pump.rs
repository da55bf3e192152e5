//! The oracle pump (Mango, October 2022): two own accounts trade with each other, the thin venue is pushed tenfold, and the winner takes
//! out what it can.

use super::{Agent, Purse, Standing};
use crate::{engine::Action, stage::Stage};

/// Slots over which the venue is pushed: ten minutes.
const RAMP: f64 = 1_500.0;
/// How far, as a fraction.
const PUSH: f64 = 9.0;

/// The manipulator.
pub struct OraclePump {
    purse: Purse,
    notional: f64,
}

impl OraclePump {
    /// Two accounts with `usd` each.
    pub fn new(stage: &mut Stage, usd: f64) -> Self {
        let mut purse = Purse::default();
        purse.open(stage, usd);
        purse.open(stage, usd);
        let init = f64::from(stage.backend.market(0).params.init.0) / 1e6;
        Self { purse, notional: usd / init * 0.9 }
    }
}

impl Agent for OraclePump {
    fn act(&mut self, stage: &mut Stage) {
        let [long, short] = [self.purse.accounts[0], self.purse.accounts[1]];
        if stage.backend.base(long, 0) == 0 && stage.slot < 50 {
            let (mut lots, price) = (stage.lots(0, self.notional), stage.backend.market(0).price.spot);
            // As much as the market lets it.
            while lots > 0 && stage.act(Action::Trade { m: 0, taker: long, maker: short, lots, price }).is_none() {
                lots /= 2;
            }
        }
        stage.places[0].push = PUSH * (stage.slot as f64 / RAMP).min(1.0);
        if stage.slot.is_multiple_of(100) {
            stage.act(Action::Convert { m: 0, who: long });
            self.purse.withdraw(stage, long);
            self.purse.withdraw(stage, short);
        }
    }

    fn result(&self, stage: &Stage) -> Standing {
        self.purse.standing(stage, "oracle-pump")
    }
}
