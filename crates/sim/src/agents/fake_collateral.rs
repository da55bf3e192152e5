//! Fake collateral (Drift, April 2026): a token that its issuer alone prices is listed and deposited by the million. What is new counts
//! from zero and warms up; once it counts, its price in force rises by a few per cent an hour and its haircut is at least 40 %.
//!
//! Protocols that lend lose what the token seems worth. Here nothing is lent, so the issuer must lose to itself: one account is margined
//! by the token and buys, another sells with its own money, and whatever the first cannot pay is somebody else's loss.

use super::{Agent, Purse, Standing};
use crate::{
    engine::Action,
    stage::{Stage, FAKE, FAKE_CAP},
};

/// USD of its own in each of its accounts: bond and fees are not paid in tokens.
const OWN: f64 = 200.0;
/// What it tries to hold, in USD; less and less where that is refused.
const WANTED: f64 = 1_000_000.0;
/// What it tries at least.
const LEAST: f64 = 5_000.0;
/// The price that it states doubles this often at most.
const DOUBLINGS: u32 = 20;

/// The issuer.
pub struct FakeCollateral {
    purse: Purse,
    doublings: u32,
    /// Positions that its own money would not carry.
    carried: u64,
}

impl FakeCollateral {
    /// One with two accounts, of which the first holds as much of its own token as the listing's cap takes.
    pub fn new(stage: &mut Stage) -> Self {
        let mut purse = Purse::default();
        let fake = purse.open(stage, OWN);
        purse.open(stage, OWN);
        stage.act(Action::Pledge { who: fake, collateral: FAKE, amount: FAKE_CAP });
        Self { purse, doublings: 0, carried: 0 }
    }

    /// Opens the largest position that the token is let carry: from whoever quotes, then against itself at the price of now.
    fn open(&mut self, stage: &mut Stage) {
        let [fake, own] = [self.purse.accounts[0], self.purse.accounts[1]];
        let mut wanted = WANTED;
        while wanted >= LEAST && stage.backend.base(fake, 0) == 0 {
            let (lots, price) = (stage.lots(0, wanted), stage.backend.market(0).price.spot);
            if stage.order(0, fake, lots) == 0 {
                stage.act(Action::Trade { m: 0, taker: fake, maker: own, lots, price });
            }
            wanted /= 2.0;
        }
        self.carried += u64::from(stage.backend.base(fake, 0) != 0);
    }
}

impl Agent for FakeCollateral {
    fn act(&mut self, stage: &mut Stage) {
        if !stage.slot.is_multiple_of(100) {
            return;
        }
        let [fake, own] = [self.purse.accounts[0], self.purse.accounts[1]];
        if self.doublings < DOUBLINGS {
            self.doublings += 1;
            stage.tokens.fake *= 2.0;
        }
        if stage.backend.base(fake, 0) == 0 && stage.pledged(fake, FAKE) > 0 {
            self.open(stage);
        }
        // With the token as margin its money is free to go; and a profit is its own.
        for who in [fake, own] {
            stage.act(Action::Convert { m: 0, who });
            self.purse.withdraw(stage, who);
        }
        // The token itself is worth nothing outside. Its first account has nothing else left by now.
        let amount = stage.pledged(fake, FAKE);
        if self.doublings == DOUBLINGS && stage.backend.base(fake, 0) == 0 && amount > 0 {
            stage.act(Action::Reclaim { who: fake, collateral: FAKE, amount });
        }
    }

    fn result(&self, stage: &Stage) -> Standing {
        Standing { wins: self.carried, ..self.purse.standing(stage, "fake-collateral") }
    }
}
