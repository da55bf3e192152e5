//! Fake collateral (Drift, April 2026): a token that its issuer alone prices is listed and deposited by the million. What is new counts
//! from zero and warms up.

use super::{Agent, Purse, Standing};
use crate::{
    engine::Action,
    stage::{Stage, FAKE_CAP},
};

/// The issuer.
pub struct FakeCollateral {
    purse: Purse,
    collateral: u16,
}

impl FakeCollateral {
    /// One who deposits a dollar of money and as much of its own token, number `collateral`, as the listing's cap takes.
    pub fn new(stage: &mut Stage, collateral: u16) -> Self {
        let mut purse = Purse::default();
        let who = purse.open(stage, 1.0);
        stage.act(Action::Pledge { who, collateral, amount: FAKE_CAP });
        Self { purse, collateral }
    }
}

impl Agent for FakeCollateral {
    fn act(&mut self, stage: &mut Stage) {
        if !stage.slot.is_multiple_of(100) {
            return;
        }
        let who = self.purse.accounts[0];
        let held = stage.backend.account(who).collateral_used().any(|b| b.collateral == self.collateral);
        if held && stage.backend.base(who, 0) == 0 {
            // Whatever the listing lets it carry; a loss would be the protocol's.
            let lots = stage.lots(0, 1_000_000.0);
            stage.order(0, who, lots);
        }
        self.purse.withdraw(stage, who);
    }

    fn result(&self, stage: &Stage) -> Standing {
        self.purse.standing(stage, "fake-collateral")
    }
}
