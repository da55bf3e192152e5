//! An insurer: stakes, and may run as soon as the price falls. The cooldown makes it bear what it ran from.

use super::{Agent, Standing};
use crate::{engine::Action, stage::Stage, world::atoms};
use firebreak_risk::tranches::Seniority;

/// A fall beyond this makes a runner ask its stake back.
const FEAR: f64 = 0.1;

/// A staker.
pub struct Insurer {
    staker: usize,
    put_in: u64,
    took_out: u64,
    runs: bool,
    asked: bool,
    opening: f64,
}

impl Insurer {
    /// Number `staker`, with `usd` in a tranche.
    pub fn new(stage: &mut Stage, staker: usize, tranche: Seniority, usd: f64, runs: bool) -> Self {
        let put_in = atoms(usd);
        stage.act(Action::Stake { staker, tranche, atoms: put_in });
        Self { staker, put_in, took_out: 0, runs, asked: false, opening: stage.price(0) }
    }
}

impl Agent for Insurer {
    fn act(&mut self, stage: &mut Stage) {
        if !self.runs {
            return;
        }
        let staker = self.staker;
        if !self.asked && stage.places[0].mid < self.opening * (1.0 - FEAR) {
            self.asked = stage.act(Action::Unstake { staker }).is_some();
        } else if self.asked && stage.slot.is_multiple_of(250) {
            self.took_out += stage.act(Action::PayOut { staker }).map_or(0, |done| done.paid);
        }
    }

    fn result(&self, _: &Stage) -> Standing {
        let profit = self.took_out as i64 - self.put_in as i64;
        Standing { kind: "insurer", put_in: self.put_in, took_out: self.took_out, profit, ..Standing::default() }
    }
}
