//! Noise: traders of the crowd who change their position a little, for no reason the market knows.

use super::{Agent, Standing};
use crate::{engine::Who, stage::Stage};
use rand::Rng;

/// The part of the crowd that acts in a slot.
pub struct Noise {
    members: Vec<Who>,
    activity: f64,
    owed: f64,
}

impl Noise {
    /// Of these members, a share of `activity` acts in each slot.
    pub fn new(members: Vec<Who>, activity: f64) -> Self {
        Self { members, activity, owed: 0.0 }
    }
}

impl Agent for Noise {
    fn act(&mut self, stage: &mut Stage) {
        self.owed += self.members.len() as f64 * self.activity * stage.slots as f64;
        while self.owed >= 1.0 && !self.members.is_empty() {
            self.owed -= 1.0;
            let who = self.members[stage.rng.random_range(0..self.members.len())];
            let Some((m, base)) = stage.backend.account(who).used().next().map(|p| (p.market, p.base.0)) else { continue };
            // A fiftieth more or less; both directions alike, so that positions stay about as large as they were.
            let part = (base / 50).max(1);
            let more = stage.rng.random_bool(0.5);
            stage.order(m, who, if more { part } else { -part });
        }
    }

    fn result(&self, _: &Stage) -> Standing {
        Standing { kind: "noise", ..Standing::default() }
    }
}
