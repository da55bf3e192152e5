//! What a demo produced: the figures of its JSON and the series behind its charts.

use serde::Serialize;
use std::collections::BTreeMap;

/// A keeper's score.
#[derive(Clone, Debug, Default, Serialize)]
pub struct KeeperScore {
    /// Its name.
    pub name: String,
    /// Liquidations it won.
    pub wins: u64,
    /// What it earned from discounts and bonds, in atoms.
    pub reward: u64,
    /// Bankrupt positions it had closed against the other side.
    pub deleveraged: u64,
}

/// Ticks by the quality of the market's price after them.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct QualityTicks {
    /// Sources agreed.
    pub primary: u64,
    /// One source, or two that disagreed.
    pub degraded: u64,
    /// No usable price.
    pub frozen: u64,
}

/// Ticks by level of the circuit breaker after them.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct LevelTicks {
    /// All open.
    pub normal: u64,
    /// New risk pays more margin.
    pub caution: u64,
    /// No new risk.
    pub reduce_only: u64,
    /// Nothing that depends on a price leaves.
    pub halt: u64,
}

/// The figures of a run. Amounts in atoms (10^-6 USD).
#[derive(Clone, Debug, Default, Serialize)]
pub struct Outcome {
    /// What was replayed.
    pub scenario: String,
    /// Seed of the run.
    pub seed: u64,
    /// Which compiler made the program: "bundled" or "official".
    pub route: String,
    /// Trading accounts.
    pub accounts: u64,
    /// Price ticks played.
    pub ticks: u64,
    /// Ticks by price quality.
    pub quality_ticks: QualityTicks,
    /// Transactions executed or refused.
    pub transactions: u64,
    /// Refused transactions by error name.
    pub failed_transactions: BTreeMap<String, u64>,
    /// Take-overs.
    pub liquidations: u64,
    /// Accounts closed with a debt.
    pub bankruptcies: u64,
    /// Bankrupt positions closed against the other side in rank order.
    pub deleveraged: u64,
    /// Ticks by level of the market's circuit breaker.
    pub breaker_ticks: LevelTicks,
    /// Whether the breaker was back at Normal at the end.
    pub reopened: bool,
    /// Scores.
    pub keepers: Vec<KeeperScore>,
    /// Insurance fund before the crash.
    pub insurance_before: u64,
    /// Insurance fund at the end.
    pub insurance_after: u64,
    /// Which default parameters the market had.
    pub class: String,
    /// Capital that accounts without any position lost; zero or a bug.
    pub bystander_loss: u64,
    /// What the market's own pot paid for losses.
    pub pot_paid: u64,
    /// What shared insurance paid for losses.
    pub insurance_drawn: u64,
    /// What claims bore through the profit-only index.
    pub losses_shared: u64,
    /// Times at which the index was cut.
    pub index_cuts: u64,
    /// Deficit at the end.
    pub deficit: u64,
    /// Largest deficit seen.
    pub deficit_worst: u64,
    /// h = min(1, pool / claims) at the end.
    pub payable_share: f64,
    /// Smallest h seen.
    pub payable_share_worst: f64,
    /// Largest difference between the vault and the ledger seen at any tick; zero or a bug.
    pub conservation_error_atoms: u64,
    /// Ticks at which the books were added up.
    pub conservation_checks: u64,
    /// Highest compute units seen, by instruction.
    pub max_cu: BTreeMap<String, u64>,
    /// Wall-clock seconds of the replay.
    pub seconds: f64,
}

/// The state after one tick, for the charts. Prices and amounts in USD.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Point {
    /// Unix milliseconds.
    pub time_ms: i64,
    /// What each source says.
    pub sources: Vec<f64>,
    /// The robust price.
    pub spot: f64,
    /// Its low side.
    pub low: f64,
    /// Its high side.
    pub high: f64,
    /// 2 Primary, 1 Degraded, 0 Frozen.
    pub quality: u8,
    /// Level of the market's circuit breaker: 0 Normal, 1 Caution, 2 ReduceOnly, 3 Halt, 4 Settlement.
    pub level: u8,
    /// Open interest of one side.
    pub open_interest: f64,
    /// Take-overs so far.
    pub liquidations: u64,
    /// Accounts closed with a debt so far.
    pub bankruptcies: u64,
    /// Shared insurance.
    pub insurance: f64,
    /// The market's own pot.
    pub pot: f64,
    /// The largest deficit of the tick.
    pub deficit: f64,
    /// h.
    pub payable_share: f64,
}

/// Everything the report draws.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    /// Names of the sources, as in "coinbase-spot (Pyth)".
    pub sources: Vec<String>,
    /// One point a tick.
    pub points: Vec<Point>,
}
