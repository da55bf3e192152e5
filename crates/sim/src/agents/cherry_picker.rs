//! A keeper that takes the healthiest liquidatable account first: the safest profit, and the least help. It gets 30 % of the reward.

use super::{Agent, Keeper, Standing};
use crate::{scenario::KeeperPlan, stage::Stage};

/// A keeper in the wrong order.
pub struct CherryPicker(Keeper);

impl CherryPicker {
    /// One with `usd`.
    pub fn new(stage: &mut Stage, usd: f64, plan: &KeeperPlan) -> Self {
        Self(Keeper::new(stage, usd, plan))
    }
}

impl Agent for CherryPicker {
    fn act(&mut self, stage: &mut Stage) {
        let due: Vec<_> = stage.due.iter().rev().copied().collect();
        self.0.work(stage, &due);
    }

    fn result(&self, stage: &Stage) -> Standing {
        self.0.score(stage, "cherry-picking")
    }
}
