//! Draining insurance by trading with oneself (Percolator's bounties): both sides of a gap, one goes bankrupt, the other's profit is paid
//! by the fund.

use super::{Agent, Purse, Standing};
use crate::{engine::Action, stage::Stage};

/// The self-trader.
pub struct SelfTrade {
    purse: Purse,
    notional: f64,
}

impl SelfTrade {
    /// Two accounts that trade `notional` USD with each other at the highest leverage.
    pub fn new(stage: &mut Stage, notional: f64) -> Self {
        let mut purse = Purse::default();
        let init = f64::from(stage.backend.market(0).params.init.0) / 1e6;
        purse.open(stage, notional * init * 1.1);
        purse.open(stage, notional * init * 1.1);
        Self { purse, notional }
    }
}

impl Agent for SelfTrade {
    fn act(&mut self, stage: &mut Stage) {
        let [long, short] = [self.purse.accounts[0], self.purse.accounts[1]];
        if stage.backend.base(long, 0) == 0 && stage.slot < 50 {
            let (mut lots, price) = (stage.lots(0, self.notional), stage.backend.market(0).price.spot);
            // As much as the market lets it.
            while lots > 0 && stage.act(Action::Trade { m: 0, taker: long, maker: short, lots, price }).is_none() {
                lots /= 2;
            }
        }
        if stage.slot.is_multiple_of(100) {
            for who in [long, short] {
                stage.act(Action::Convert { m: 0, who });
                self.purse.withdraw(stage, who);
            }
        }
    }

    fn result(&self, stage: &Stage) -> Standing {
        self.purse.standing(stage, "self-trade")
    }
}
