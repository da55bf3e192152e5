//! What a rehearsal came to.

use super::proxy::Counts;
use serde::Serialize;
use std::{collections::BTreeMap, time::Duration};

/// Waiting times, collected.
#[derive(Clone, Debug, Default)]
pub struct Waits(Vec<Duration>);

/// A summary of waiting times, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Percentiles {
    /// How many.
    pub count: usize,
    /// Half were shorter.
    pub p50: f64,
    /// All but one of a hundred were shorter.
    pub p99: f64,
    /// The longest.
    pub max: f64,
}

impl Waits {
    /// Another.
    pub fn add(&mut self, wait: Duration) {
        self.0.push(wait);
    }

    /// In short.
    pub fn summary(&self) -> Percentiles {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let at = |percent: usize| {
            let index = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
            sorted.get(index).map_or(0.0, |d| (d.as_secs_f64() * 10_000.0).round() / 10.0)
        };
        Percentiles { count: sorted.len(), p50: at(50), p99: at(99), max: at(100) }
    }
}

/// What one keeper did.
#[derive(Clone, Debug, Serialize)]
pub struct KeeperFigures {
    /// Its name.
    pub name: String,
    /// Transactions by what became of them.
    pub transactions: BTreeMap<String, u64>,
    /// Confirmed accounts compared with what was predicted, by transaction.
    pub predictions: BTreeMap<String, u64>,
    /// What it was told and did not believe, by source and reason.
    pub refused: BTreeMap<String, u64>,
    /// Actions by job and what became of them.
    pub actions: BTreeMap<String, u64>,
    /// Every other counter and gauge.
    pub others: BTreeMap<String, f64>,
    /// What its node did to it.
    pub faults: Counts,
    /// Times it was killed and started again.
    pub restarts: u64,
    /// Resident memory after a tenth of the time and at the end, in KiB.
    pub memory_kib: (u64, u64),
    /// What it returned when it was told to stop.
    pub exit: Option<i32>,
}

/// What a rehearsal came to.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// Seed.
    pub seed: u64,
    /// Trading accounts.
    pub accounts: u64,
    /// Price ticks played, and milliseconds between two.
    pub ticks: u64,
    /// Milliseconds between two.
    pub tick_ms: u64,
    /// Which compiler made the program.
    pub route: String,
    /// Seconds from the first tick to the last.
    pub seconds: f64,
    /// Liquidations.
    pub liquidations: u64,
    /// Bankruptcies.
    pub bankruptcies: u64,
    /// Liquidations in the best second.
    pub liquidations_best_second: u64,
    /// Transactions sent by all keepers.
    pub sent: u64,
    /// Of those, executed and failed.
    pub failed: u64,
    /// `failed` in parts of `sent`.
    pub failed_share: f64,
    /// From a price account's update to the first transaction that a keeper's node receives after it, by keeper and tick.
    pub update_to_sent_ms: Percentiles,
    /// From an account's falling below Maint to its flag.
    pub due_to_flagged_ms: Percentiles,
    /// Accounts that were due at the end.
    pub left_over: u64,
    /// Rounds of the calm end until nobody was due any more.
    pub calm_rounds: u64,
    /// Vault less ledger at the end.
    pub conservation_error_atoms: i128,
    /// Confirmed transactions that did something else than was predicted.
    pub mismatches: u64,
    /// Keepers.
    pub keepers: Vec<KeeperFigures>,
}

/// The counters of one figure by the values of their labels, in the order of their names.
pub fn by_labels(figures: &BTreeMap<String, f64>, name: &str) -> BTreeMap<String, u64> {
    let mut found = BTreeMap::new();
    for (key, value) in figures {
        let Some(labels) = key.strip_prefix(name).and_then(|rest| rest.strip_prefix('{')) else { continue };
        let values: Vec<&str> = labels.split('"').skip(1).step_by(2).collect();
        found.insert(values.join(" "), *value as u64);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_what_was_collected() {
        let mut waits = Waits::default();
        assert_eq!(waits.summary(), Percentiles::default());
        for ms in 1..=200 {
            waits.add(Duration::from_millis(ms));
        }
        assert_eq!(waits.summary(), Percentiles { count: 200, p50: 100.0, p99: 198.0, max: 200.0 });
    }

    #[test]
    fn counters_are_found_by_their_labels() {
        let all = [("actions_total{job=\"flag\",outcome=\"won\"}".to_string(), 3.0), ("actions_total_other 1".to_string(), 1.0)];
        let found = by_labels(&all.into_iter().collect(), "actions_total");
        assert_eq!(found.into_iter().collect::<Vec<_>>(), [("flag won".to_string(), 3)]);
    }
}
