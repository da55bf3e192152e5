//! What a run came to: the figures of the JSON, with stable names, and the series behind charts and Parquet.

use crate::{
    agents::Standing,
    engine::{Count, Differential, Promise, Speed},
    stage::Stage,
    tally::{payable_share, worst_impact},
};
use serde::Serialize;
use std::collections::BTreeMap;

/// Version of the JSON. A key is never renamed or given another meaning under the same number.
pub const SCHEMA: &str = "firebreak-sim/1";

/// The figures of one run. Amounts in atoms (10^-6 USD), shares as fractions of one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Outcome {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// The scenario's name.
    pub scenario: String,
    /// The policy's name.
    pub policy: String,
    /// The seed.
    pub seed: u64,
    /// Accounts, everybody's.
    pub accounts: u32,
    /// Slots simulated.
    pub slots: u64,
    /// Steps of it.
    pub steps: u64,
    /// Traders whose position could not be opened.
    pub not_opened: u64,
    /// Bars absent from the price files, over which the last close was carried.
    pub bars_carried: u64,
    /// Open interest of one side at the start.
    pub open_interest: u64,
    /// The same at the end.
    pub open_interest_end: u64,
    /// Whether nothing is left unpaid and no promise broke.
    pub solvent: bool,
    /// h = min(1, pool / claims) at the end, the least of all markets.
    pub payable_share: f64,
    /// The least h seen.
    pub payable_share_worst: f64,
    /// What nobody has paid at the end: deficits, and debts of accounts that were not closed.
    pub deficit: u64,
    /// Largest deficit seen.
    pub deficit_worst: u64,
    /// All deficits booked.
    pub deficit_booked: u64,
    /// Claims not paid out at the end.
    pub claims_unpaid: u64,
    /// Insurance before and after, its floor, and what it paid, by tranche.
    pub insurance_before: u64,
    /// After.
    pub insurance_after: u64,
    /// Floor.
    pub insurance_floor: u64,
    /// Paid for losses.
    pub insurance_used: u64,
    /// Of it, by junior.
    pub insurance_used_junior: u64,
    /// Of it, by senior.
    pub insurance_used_senior: u64,
    /// What the markets' pots paid.
    pub pot_used: u64,
    /// What claims bore.
    pub loss_shared: u64,
    /// What bankrupt accounts made good later.
    pub recovered: u64,
    /// What winners were paid.
    pub winners_paid: u64,
    /// Capital that accounts without a position lost; zero or a bug.
    pub bystander_loss: u64,
    /// Take-overs.
    pub liquidations: u64,
    /// Notional of them.
    pub liquidated_notional: u64,
    /// Penalties charged.
    pub penalties: u64,
    /// Largest move of the price by forced flow.
    pub liquidation_impact: f64,
    /// Least depth as a fraction of normal.
    pub depth_worst: f64,
    /// Share of liquidated accounts that the later price would not have required.
    pub wrongful_share: f64,
    /// Accounts judged for it.
    pub wrongful_judged: u64,
    /// Accounts declared bankrupt.
    pub bankruptcies: u64,
    /// Closings against the other side.
    pub deleverages: u64,
    /// Notional of them.
    pub deleveraged_notional: u64,
    /// Closed at counterparties beyond what the bankrupt positions were.
    pub adl_excess_atoms: u64,
    /// Sales of collateral to keepers.
    pub collateral_sales: u64,
    /// What keepers paid for it.
    pub collateral_sold: u64,
    /// Smallest units of collateral that nobody bought and insolvent accounts forfeited.
    pub collateral_forfeited: u64,
    /// Slots at each level, of all markets together.
    pub slots_at_level: BTreeMap<&'static str, u64>,
    /// What keepers earned, and what that cost them.
    pub keeper_earned: u64,
    /// Their profit on everything.
    pub keeper_profit: i64,
    /// Largest difference between vault and ledger; zero or a bug.
    pub conservation_error_atoms: u64,
    /// Checks of all promises.
    pub invariants_checked: u64,
    /// Of them, failed.
    pub invariants_broken: u64,
    /// By promise.
    pub invariants: BTreeMap<&'static str, Count>,
    /// What broke first.
    pub first_break: Option<String>,
    /// Times everything was added up from nothing.
    pub audits: u64,
    /// What the compiled program made of the same actions, with `--on-chain`.
    pub differential: Option<Differential>,
    /// Actions carried out, by name.
    pub actions: BTreeMap<&'static str, u64>,
    /// Refusals, by action and reason.
    pub refused: BTreeMap<String, u64>,
    /// Agents.
    pub agents: Vec<Standing>,
}

/// One sample of the series. USD and fractions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sample {
    /// Slots since positions were opened.
    pub slot: u64,
    /// Unix milliseconds.
    pub time_ms: i64,
    /// Robust price of the first market.
    pub price: f64,
    /// Its low side.
    pub low: f64,
    /// Its high side.
    pub high: f64,
    /// What its venues print.
    pub venues: Vec<f64>,
    /// 2 Primary, 1 Degraded, 0 Frozen.
    pub quality: u8,
    /// Breaker level.
    pub level: u8,
    /// Open interest of all markets.
    pub open_interest: f64,
    /// Take-overs so far.
    pub liquidations: u64,
    /// Bankruptcies so far.
    pub bankruptcies: u64,
    /// Notional taken over so far.
    pub liquidated: f64,
    /// Deficit of all markets.
    pub deficit: f64,
    /// Least h of all markets.
    pub payable_share: f64,
    /// Shared insurance.
    pub insurance: f64,
    /// Pots.
    pub pot: f64,
    /// Depth as a fraction of normal.
    pub depth: f64,
    /// What forced flow has moved the price by.
    pub impact: f64,
    /// Live Maint of longs.
    pub maint: f64,
}

/// A run: figures and series.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Figures.
    pub outcome: Outcome,
    /// Names of the first market's venues.
    pub venues: Vec<String>,
    /// Series.
    pub series: Vec<Sample>,
    /// Where the time went, on a chain.
    pub speed: Option<Speed>,
}

/// What is known before the first step.
#[derive(Clone, Debug, Default)]
pub struct Before {
    /// Seed.
    pub seed: u64,
    /// Traders that could not open.
    pub not_opened: u64,
    /// Bars carried.
    pub bars_carried: u64,
    /// Open interest in atoms.
    pub open_interest: u64,
    /// Insurance in atoms.
    pub insurance: u64,
    /// Accounts that hold no position, with what they hold.
    pub bystanders: Vec<(u32, u64)>,
    /// Steps.
    pub steps: u64,
}

const LEVELS: [&str; 5] = ["normal", "caution", "reduce-only", "halt", "settlement"];

impl Outcome {
    /// Gathers the figures.
    pub fn of(stage: &Stage, before: &Before, agents: Vec<Standing>) -> Self {
        let (t, guard, fund) = (&stage.tally, stage.backend.guard(), &stage.backend.insurance().fund);
        let markets = stage.backend.books().markets;
        // What nobody has paid: booked as a deficit, or still owed by accounts that cannot pay it and were not closed.
        let deficit: u64 = markets.iter().map(|m| m.ledger.deficit.saturating_add(m.ledger.debt)).sum();
        let open = (0..markets.len() as u16).map(|m| crate::world::atoms(stage.open_interest(m))).sum();
        let keepers = |a: &&Standing| a.kind == "keeper" || a.kind == "cherry-picking";
        let lost = |(who, had): &(u32, u64)| had.saturating_sub(stage.backend.account(*who).holdings().unwrap_or(0));
        Self {
            schema: SCHEMA,
            scenario: stage.scenario.name.clone(),
            policy: stage.policy.name.clone(),
            seed: before.seed,
            accounts: stage.backend.accounts(),
            slots: stage.slot,
            steps: before.steps,
            not_opened: before.not_opened,
            bars_carried: before.bars_carried,
            open_interest: before.open_interest,
            open_interest_end: open,
            solvent: deficit == 0 && guard.broken() == 0,
            payable_share: markets.iter().map(payable_share).fold(1.0, f64::min),
            payable_share_worst: t.share_worst.unwrap_or(1.0),
            deficit,
            deficit_worst: t.deficit_worst,
            deficit_booked: t.deficit_booked,
            claims_unpaid: markets.iter().map(|m| m.ledger.claims).sum(),
            insurance_before: before.insurance,
            insurance_after: fund.assets,
            insurance_floor: fund.floor,
            insurance_used: t.junior + t.senior,
            insurance_used_junior: t.junior,
            insurance_used_senior: t.senior,
            pot_used: t.pot,
            loss_shared: t.shared,
            recovered: t.recovered,
            winners_paid: t.converted,
            bystander_loss: before.bystanders.iter().map(lost).sum(),
            liquidations: t.liquidations,
            liquidated_notional: t.liquidated,
            penalties: t.penalties,
            liquidation_impact: worst_impact(&stage.places),
            depth_worst: stage.places.iter().map(|p| p.liquidity.least_depth).fold(1.0, f64::min),
            wrongful_share: t.wrongful.share(),
            wrongful_judged: t.wrongful.judged,
            bankruptcies: t.bankruptcies,
            deleverages: t.deleverages,
            deleveraged_notional: t.deleveraged,
            adl_excess_atoms: t.adl_excess,
            collateral_sales: t.sales,
            collateral_sold: t.sold,
            collateral_forfeited: t.forfeited,
            slots_at_level: LEVELS.into_iter().zip(t.levels).collect(),
            keeper_earned: agents.iter().filter(keepers).map(|a| a.earned).sum(),
            keeper_profit: agents.iter().filter(keepers).map(|a| a.profit).sum(),
            conservation_error_atoms: guard.conservation_error,
            invariants_checked: guard.checked(),
            invariants_broken: guard.broken(),
            invariants: guard.counts().collect(),
            first_break: guard.first.clone(),
            audits: guard.audits,
            differential: None,
            actions: t.actions.clone(),
            refused: t.refused.clone(),
            agents,
        }
    }

    /// Checks of one promise.
    pub fn promise(&self, promise: Promise) -> Count {
        self.invariants.get(crate::engine::PROMISES[promise as usize]).copied().unwrap_or_default()
    }
}
