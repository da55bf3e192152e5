//! History: files of bars as the venues of one market.

use crate::{
    prices::{self, carried, DepthPoint, Venue},
    scenario::{AgentPlan, Class, Crowd, InsurancePlan, KeeperPlan, MarketPlan, Scenario, VenuePlan},
    world::SLOT_MS,
};
use thiserror::Error;

/// Most venues that one market can have as sources.
pub const MAX_VENUES: usize = 5;

/// What is replayed, with whom.
#[derive(Clone, Debug)]
pub struct Replay {
    /// Bars by venue; the first is the reference.
    pub venues: Vec<Venue>,
    /// Measured book depth.
    pub depth: Vec<DepthPoint>,
    /// Parameters of the market.
    pub class: Class,
    /// Traders.
    pub accounts: u32,
    /// Name of it.
    pub name: String,
}

/// Why files cannot be replayed together.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ReplayError {
    /// None, or more than a market has sources.
    #[error("a market takes 1 to {MAX_VENUES} venues, {0} were given")]
    Venues(usize),
    /// They do not overlap.
    #[error("the price files have no time in common")]
    Apart,
}

impl Replay {
    /// Bars that the files do not have.
    pub fn carried(&self) -> u64 {
        self.venues.iter().map(carried).sum()
    }

    /// The scenario of it.
    pub fn scenario(&self) -> Result<Scenario, ReplayError> {
        if self.venues.is_empty() || self.venues.len() > MAX_VENUES {
            return Err(ReplayError::Venues(self.venues.len()));
        }
        let ticks = prices::play(&self.venues);
        let (Some(first), Some(last)) = (ticks.first(), ticks.last()) else { return Err(ReplayError::Apart) };
        let opening = first.prices[0] as f64;
        let slot = |time_ms: i64| (time_ms - first.time_ms).max(0) as u64 / SLOT_MS;
        let venues = self.venues.iter().enumerate().map(|(i, venue)| VenuePlan {
            name: venue.name.clone(),
            path: steps(ticks.iter().map(|t| (slot(t.time_ms), t.prices[i] as f64 / opening))),
            ..VenuePlan::default()
        });
        let init = match self.class {
            Class::Major => 20.0,
            Class::Mid => 10.0,
            Class::LongTail => 3.0,
        };
        let normal = self.depth.iter().take(60).map(|d| d.bids).fold(0.0, f64::max);
        let depth_path =
            steps(self.depth.iter().filter(|d| d.time_ms >= first.time_ms).map(|d| (slot(d.time_ms), d.bids / normal)));
        Ok(Scenario {
            name: self.name.clone(),
            about: "History, replayed bar by bar: open, nearer extreme, other extreme, close".into(),
            slots: slot(last.time_ms).max(1),
            step: 5,
            markets: vec![MarketPlan {
                name: self.name.clone(),
                class: self.class,
                price: opening / crate::world::TICKS,
                path: Vec::new(),
                depth: 0.0,
                depth_path,
                depth_floor: 0.02,
                noise: 0.0,
                impact: true,
                venues: venues.collect(),
            }],
            crowd: Crowd { accounts: self.accounts, leverage: (2.0_f64.min(init * 0.5), init * 0.92), ..Crowd::default() },
            insurance: InsurancePlan::default(),
            keepers: KeeperPlan::default(),
            agents: AgentPlan::default(),
            collateral: None,
            settlement: Vec::new(),
            costs: true,
            fault: None,
        })
    }
}

/// One point a slot, and of several in the same slot the one furthest from the point before: an extreme is never dropped.
pub fn steps(points: impl Iterator<Item = (u64, f64)>) -> Vec<(u64, f64)> {
    let mut kept: Vec<(u64, f64)> = Vec::new();
    let mut before = 1.0;
    for (slot, value) in points {
        match kept.last_mut() {
            Some(last) if last.0 == slot => {
                if (value - before).abs() > (last.1 - before).abs() {
                    last.1 = value;
                }
            }
            Some(last) => {
                before = last.1;
                kept.push((slot, value));
            }
            None => kept.push((slot, value)),
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::steps;

    #[test]
    fn of_several_prices_in_a_slot_the_extreme_stays() {
        let kept = steps([(0, 1.0), (1, 0.99), (1, 0.5), (1, 0.98), (2, 0.97)].into_iter());
        assert_eq!(kept, [(0, 1.0), (1, 0.5), (2, 0.97)]);
    }
}
