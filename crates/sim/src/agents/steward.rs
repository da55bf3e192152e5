//! Permissionless housekeeping that somebody is paid for: settling in a loss window, covering and sharing deficits, sweeping fees,
//! collecting what bankrupt accounts came to later, ending the wait of collateral that nobody buys.

use super::{Agent, Standing};
use crate::{
    engine::{Action, Who},
    policy::Safeguard,
    stage::Stage,
};
use std::collections::BTreeSet;

/// Accounts settled in a slot while a loss window is open.
const SETTLED: u64 = 80;
/// Slots between two sweeps.
const SWEEP: u64 = 250;
/// Slots between two attempts to cover a deficit, and between two looks at the global breaker.
const COVER: u64 = 25;

/// The housekeeper.
#[derive(Default)]
pub struct Steward {
    cursor: Who,
    swept: u64,
    covered: u64,
    checked: u64,
    forfeited: u64,
}

impl Steward {
    fn share(&mut self, stage: &mut Stage, m: u16) {
        let now = stage.backend.now();
        let ledger = &stage.backend.market(m).ledger;
        let ended = now.time > ledger.window_ends;
        let payable = ledger.pot > 0 || stage.backend.insurance().pending_down(stage.backend.market(m)).unwrap_or(0) > 0;
        if ended || payable {
            stage.act(Action::Share { m });
        }
    }

    /// Of accounts that cannot pay or owe: starts the time for sale of their collateral, and takes it away when that is over.
    fn forfeit(stage: &mut Stage) {
        let held = |who: Who| stage.backend.account(who).collateral_used().map(move |b| (who, b.collateral));
        let in_distress: BTreeSet<Who> = stage.due.iter().map(|due| due.who).collect();
        let owing = (0..stage.backend.accounts()).filter(|who| stage.backend.account(*who).owes());
        let all: BTreeSet<Who> = owing.chain(in_distress).collect();
        let due: Vec<(Who, u16)> = all.into_iter().flat_map(held).collect();
        for (who, collateral) in due {
            let action = Action::Forfeit { who, collateral };
            if stage.backend.try_out(&action).is_ok() {
                stage.act(action);
            }
        }
    }

    fn settle(&mut self, stage: &mut Stage, m: u16) {
        let accounts = stage.backend.accounts();
        for _ in 0..(SETTLED * stage.slots).min(u64::from(accounts)) {
            self.cursor = if self.cursor + 1 >= accounts { 0 } else { self.cursor + 1 };
            let who = self.cursor;
            let spot = stage.backend.market(m).price.spot;
            let account = stage.backend.account(who);
            let moved = account.position(m).is_ok_and(|p| p.unrealised_down(spot).unwrap_or(0) != 0);
            if moved && account.bankrupt == 0 && stage.backend.health(who).is_ok_and(|h| h.solvency >= 0) {
                stage.act(Action::Settle { m, who, by_owner: false });
            }
        }
    }
}

impl Agent for Steward {
    fn act(&mut self, stage: &mut Stage) {
        if stage.policy.has(Safeguard::Breaker) && stage.slot >= self.checked {
            self.checked = stage.slot + COVER;
            stage.act(Action::CheckGlobal);
        }
        if stage.slot >= self.forfeited {
            self.forfeited = stage.slot + SWEEP;
            Self::forfeit(stage);
        }
        let covers = stage.slot >= self.covered;
        let sweeps = stage.slot >= self.swept;
        for m in 0..stage.places.len() as u16 {
            let ledger = &stage.backend.market(m).ledger;
            let (deficit, fees) = (ledger.deficit, ledger.insurance_fees);
            let window = ledger.window_deficit > 0 && stage.backend.now().time <= ledger.window_ends;
            if deficit > 0 {
                if window {
                    self.settle(stage, m);
                }
                if covers {
                    self.covered = stage.slot + COVER;
                    self.share(stage, m);
                }
            }
            if sweeps && fees > 0 {
                self.swept = stage.slot + SWEEP;
                stage.act(Action::Sweep { m });
            }
        }
    }

    fn result(&self, _: &Stage) -> Standing {
        Standing { kind: "steward", ..Standing::default() }
    }
}
