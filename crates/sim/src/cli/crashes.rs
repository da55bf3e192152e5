//! `crashes`: every crash of a folder, under Firebreak and the plain baseline, as one table.

use super::output::write;
use crate::{crashes, report, run, Policy, Run, Scenario};
use anyhow::Result;
use rayon::prelude::*;
use std::path::PathBuf;

/// Arguments of `crashes`.
#[derive(Debug, clap::Args)]
pub struct CrashesArgs {
    /// Folder of price files named DATE_ASSET_VENUE_INTERVAL.csv (or .csv.gz); those of one day and asset are venues of one market.
    folder: PathBuf,
    /// Traders of each.
    #[arg(long, default_value_t = 400)]
    accounts: u32,
    /// Decides everything that is drawn.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The longest gap between two bars that is carried over, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 3_600)]
    max_gap: u32,
    /// Policies.
    #[arg(long, value_delimiter = ',', default_value = "firebreak,baseline")]
    policies: Vec<String>,
    /// Folder for the figures and the report of each.
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

/// Runs all of them.
pub fn run_all(args: &CrashesArgs) -> Result<bool> {
    let policies = args.policies.iter().map(|name| Policy::named(name)).collect::<Result<Vec<_>, _>>()?;
    let gap = i64::from(args.max_gap) * 1_000;
    let mut plays: Vec<(String, Scenario, u64)> = Vec::new();
    for crash in crashes::find(&args.folder)? {
        let (scenario, carried) = crash.scenario(args.accounts, gap)?;
        scenario.check().map_err(anyhow::Error::msg)?;
        plays.push((crash.name, scenario, carried));
    }
    let jobs: Vec<_> = plays.iter().flat_map(|play| policies.iter().map(move |policy| (play, policy))).collect();
    let mut runs: Vec<Run> = jobs.par_iter().map(|((_, scenario, _), policy)| run(scenario, policy, args.seed)).collect();
    for (run, ((_, _, carried), _)) in runs.iter_mut().zip(&jobs) {
        run.outcome.bars_carried = *carried;
    }
    table(&runs);
    for ((name, scenario, _), runs) in plays.iter().zip(runs.chunks(policies.len())) {
        if let Some(folder) = &args.out {
            let outcomes: Vec<_> = runs.iter().map(|run| &run.outcome).collect();
            write(&folder.join(format!("{name}.json")), &(serde_json::to_string_pretty(&outcomes)? + "\n"))?;
            write(&folder.join(format!("{name}.html")), &report::render(&scenario.about, runs)?)?;
        }
    }
    let firebreak = |run: &&Run| run.outcome.policy != "baseline";
    Ok(runs.iter().filter(firebreak).all(|run| run.outcome.invariants_broken == 0 && run.outcome.conservation_error_atoms == 0))
}

/// A table in Markdown, a line a crash and policy.
fn table(runs: &[Run]) {
    use report::format::{count, money, ratio};
    println!("| crash | policy | deficits | unpaid | worst h | pots | insurance | liquidated | wrongful | bankrupt | invariants checked | broken |");
    println!("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    for Run { outcome: o, .. } in runs {
        println!(
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            o.scenario,
            o.policy,
            money(o.deficit_booked),
            money(o.deficit),
            ratio(o.payable_share_worst),
            money(o.pot_used),
            money(o.insurance_used),
            money(o.liquidated_notional),
            ratio(o.wrongful_share),
            count(o.bankruptcies),
            count(o.invariants_checked),
            count(o.invariants_broken),
        );
    }
}
