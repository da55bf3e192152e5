//! What the planner is told, from what the file says.

use super::Config;
use crate::{action::Job, inventory::InventoryLimits, plan::Settings};

const PPM_PER_PERCENT: u32 = 10_000;

impl Job {
    /// Its name: in the configuration, in figures and in logs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Refresh => "refresh",
            Self::Funding => "funding",
            Self::Flag => "flag",
            Self::TakeOver => "take-over",
            Self::IntoQuotes => "into-quotes",
            Self::Collateral => "collateral",
            Self::Declare => "declare",
            Self::Deleverage => "deleverage",
            Self::ShareLoss => "share-loss",
            Self::Recover => "recover",
            Self::Settle => "settle",
            Self::Rank => "rank",
            Self::Orders => "orders",
            Self::Breakers => "breakers",
            Self::Dust => "dust",
            Self::Skim => "skim",
            Self::Reports => "reports",
            Self::Settlement => "settlement",
            Self::Unwind => "unwind",
            Self::Convert => "convert",
        }
    }
}

impl Config {
    /// Whether a job is on.
    pub fn is_on(&self, job: Job) -> bool {
        self.jobs.get(&job).copied().unwrap_or(true)
    }

    /// The planner's settings; what priority fees are at the moment is set later.
    pub fn settings(&self) -> Settings {
        Settings {
            jobs: Job::ALL.into_iter().filter(|job| self.is_on(*job)).collect(),
            markets: self.planning.markets.clone(),
            excluded: self.planning.excluded.clone(),
            profit_floor: self.profit.floor.0,
            atoms_per_sol: self.profit.sol_price.0,
            max_actions: self.planning.max_actions,
            funding_seconds: self.planning.funding_seconds,
            report_seconds: self.planning.report_seconds,
            refresh_seconds: self.planning.refresh_seconds,
            refresh_move_ppm: self.planning.refresh_move_ppm,
            threads: self.planning.threads,
            // What is under way is known here, so the planner need not guess it.
            retry_slots: 0,
            ..Settings::default()
        }
    }

    /// How much may be held.
    pub fn inventory_limits(&self) -> InventoryLimits {
        let ppm = |percent: u8| u32::from(percent) * PPM_PER_PERCENT;
        InventoryLimits {
            max_notional: self.inventory.max_total.0,
            max_market_notional: self.inventory.max_per_market.0,
            max_init_used_ppm: ppm(self.inventory.max_margin_percent),
            unwind_above_ppm: ppm(self.inventory.unwind_above_percent),
            max_collateral: self.inventory.max_collateral.0,
            collateral_cost_ppm: self.inventory.collateral_cost_ppm,
            unwind_step_ppm: ppm(self.inventory.unwind_step_percent),
            unwind_whole_below: self.inventory.unwind_whole_below.0,
            unwind_cost_ppm: self.inventory.unwind_cost_ppm,
            unwind_slippage_ppm: self.inventory.unwind_slippage_ppm,
        }
    }
}
