//! What a keeper does with collateral: buys it of accounts in distress, sells it outside at once, and delivers it as its vault lets it out.

use super::{Keeper, SPREAD, WORST_SPREAD};
use crate::{
    engine::{Action, Who},
    setting::UNITS,
    stage::{Stage, TOKEN},
    world::{atoms, usd},
};

/// What was sold outside and is not delivered yet.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Desk {
    /// Smallest units of it.
    owed: u64,
    /// Settlement tokens that were agreed for it, paid on delivery.
    agreed: f64,
    /// Paid so far.
    paid: f64,
}

impl Desk {
    /// Settlement tokens that collateral brought or will bring.
    pub(super) fn worth(&self) -> f64 {
        self.paid + self.agreed
    }
}

impl Keeper {
    /// What one of these units would bring it outside, as a fraction of their value.
    fn proceeds(stage: &Stage) -> f64 {
        let depth = stage.token_market().map_or(1.0, |m| stage.places[m].liquidity.depth);
        1.0 - (SPREAD / depth).min(WORST_SPREAD)
    }

    /// What it would buy of an account's collateral now: all that is for sale, or what its capital carries, unless it would lose by it. The
    /// discount rises with time.
    pub(super) fn purchase(&self, stage: &Stage, who: Who) -> Option<Action> {
        let keeper = self.purse.accounts[0];
        let collateral = stage.backend.account(who).collateral_used().map(|b| b.collateral).find(|c| stage.has_buyers(*c))?;
        let room = stage.backend.init(keeper).unwrap_or(0).max(0).unsigned_abs().min(stage.backend.account(keeper).capital);
        let units = (usd(room) * stage.tokens.money / stage.tokens.token * UNITS) as u64;
        let buy = |amount| Action::Buy { who, keeper, collateral, amount };
        let pays = |action: &Action| {
            let done = stage.backend.try_out(action);
            done.is_ok_and(|done| stage.token_value(done.lots) * Self::proceeds(stage) >= usd(done.notional))
        };
        [u64::MAX, units, units / 2].into_iter().map(buy).find(pays)
    }

    /// Buys, and sells outside what it bought.
    pub(super) fn buy(&mut self, stage: &mut Stage, action: Action) {
        let Some(done) = stage.act(action) else { return };
        self.purse.spent += atoms(self.plan.cost);
        self.wins += 1;
        let value = stage.token_value(done.lots) * Self::proceeds(stage);
        self.earned += atoms(value).saturating_sub(done.notional);
        self.desk.owed += done.lots;
        self.desk.agreed += value;
        stage.force_token(done.lots);
    }

    /// Takes out what the vault lets it, all or halves, and brings the money back in.
    pub(super) fn deliver(&mut self, stage: &mut Stage) {
        let who = self.purse.accounts[0];
        let held = stage.pledged(who, TOKEN).min(self.desk.owed);
        let reclaim = |amount| Action::Reclaim { who, collateral: TOKEN, amount };
        let may_leave = |amount: &u64| *amount > 0 && stage.backend.try_out(&reclaim(*amount)).is_ok();
        let Some(amount) = (0..6).map(|n| held >> n).find(may_leave) else { return };
        if stage.act(reclaim(amount)).is_none() {
            return;
        }
        let part = self.desk.agreed * (amount as f64 / self.desk.owed as f64);
        self.desk.owed -= amount;
        self.desk.agreed -= part;
        self.desk.paid += part;
        self.purse.put_in += atoms(part);
        stage.act(Action::Deposit { who, atoms: atoms(part) });
    }
}
