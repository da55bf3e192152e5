//! What the keeper is asked to do, and for how much.

use crate::action::Job;
use std::collections::BTreeSet;

/// Settings of the planner.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Jobs that are on.
    pub jobs: BTreeSet<Job>,
    /// Markets to act in; empty: all.
    pub markets: BTreeSet<u16>,
    /// Margin accounts that are never acted on, in base58.
    pub excluded: BTreeSet<String>,
    /// The least profit of a liquidation after fees, in atoms. Negative: at a loss.
    pub profit_floor: i64,
    /// Lamports a signature costs.
    pub lamports_per_signature: u64,
    /// Lamports for a million compute units, as priority fees are now.
    pub lamports_per_million_cu: u64,
    /// Atoms of the settlement token a SOL is worth, to compare fees with rewards.
    pub atoms_per_sol: u64,
    /// Actions in one plan at most.
    pub max_actions: usize,
    /// Slots after which something is planned again whose effect has not been seen.
    pub retry_slots: u64,
    /// Threads that judge accounts.
    pub threads: usize,
    /// Slots between two looks for winners that belong on a board.
    pub rank_slots: u64,
    /// Accounts that slow work looks at in one round.
    pub sweep_accounts: u32,
    /// Insurance fees of a market are moved into the fund from so many atoms on.
    pub sweep_fees_from: u64,
    /// Seconds between two rounds of accruing a market.
    pub funding_seconds: i64,
    /// Seconds between two publications of a market's record.
    pub report_seconds: i64,
    /// A price that is this many seconds old is refreshed even when the sources have not moved.
    pub refresh_seconds: i64,
    /// A source that has moved by this much, in ppm, is refreshed at once.
    pub refresh_move_ppm: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            jobs: Job::ALL.into_iter().collect(),
            markets: BTreeSet::new(),
            excluded: BTreeSet::new(),
            profit_floor: 0,
            lamports_per_signature: 5_000,
            lamports_per_million_cu: 0,
            atoms_per_sol: 150_000_000,
            max_actions: 256,
            retry_slots: 4,
            threads: 2,
            rank_slots: 150,
            sweep_accounts: 256,
            sweep_fees_from: 1_000_000,
            funding_seconds: 60,
            report_seconds: 60,
            refresh_seconds: 5,
            refresh_move_ppm: 500,
        }
    }
}
