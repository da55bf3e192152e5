//! Whoever holds every admin key (Drift, April 2026): loosens a market at once, pauses again and again, and takes out what the outflow
//! limit lets it. The engine's own rules of governance decide what of it happens.

use super::{Agent, Purse, Standing};
use crate::stage::Stage;
use firebreak_risk::{
    governance::{Change, Delays, Guardian},
    MarketParams, Ratio,
};

/// The captor.
pub struct CapturedAdmin {
    purse: Purse,
    guardian: Guardian,
    proposed: Option<Change>,
    /// Changes applied.
    pub applied: u64,
    /// Changes refused.
    pub refused: u64,
    /// Pauses granted.
    pub pauses: u64,
}

impl CapturedAdmin {
    /// One with `usd` of its own.
    pub fn new(stage: &mut Stage, usd: f64) -> Self {
        let mut purse = Purse::default();
        purse.open(stage, usd);
        Self { purse, guardian: Guardian::NEW, proposed: None, applied: 0, refused: 0, pauses: 0 }
    }

    fn count(&mut self, done: bool) {
        *(if done { &mut self.applied } else { &mut self.refused }) += 1;
    }
}

impl Agent for CapturedAdmin {
    fn act(&mut self, stage: &mut Stage) {
        if !stage.slot.is_multiple_of(250) {
            return;
        }
        let now = stage.backend.now().time;
        let mut params = stage.backend.market(0).params;
        // Twice the leverage in one step is more than a step may be; a permitted step has to wait for its delay.
        let half = MarketParams {
            init: Ratio(params.init.0 / 2),
            maint: Ratio(params.maint.0 / 2),
            liq_end: Ratio(params.liq_end.0 / 2),
            ..params
        };
        self.count(Change::propose(&params, &half, &Delays { loosen: 0, list: 0 }, now).is_ok());
        if self.proposed.is_none() {
            let step = MarketParams { init: Ratio(params.init.0 - params.init.0 / 10), ..params };
            self.proposed = Change::propose(&params, &step, &Delays { loosen: 0, list: 0 }, now).ok();
        }
        if let Some(change) = self.proposed {
            let done = change.apply(&mut params, now).is_ok();
            self.count(done);
        }
        // A guardian's tightening may not be a loosening in disguise.
        let done = self.guardian.tighten(&stage.backend.market(0).params, &half, now).is_ok();
        self.count(done);
        self.pauses += u64::from(self.guardian.pause(now).is_ok());
        // Keys move no tokens: what leaves is its own.
        let who = self.purse.accounts[0];
        self.purse.withdraw(stage, who);
    }

    fn result(&self, stage: &Stage) -> Standing {
        Standing { wins: self.applied, ..self.purse.standing(stage, "captured-admin") }
    }
}
