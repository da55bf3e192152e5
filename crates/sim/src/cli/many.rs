//! `sweep` and `merge`.

use super::{output, scripted::find};
use crate::sweep::{run_shard, Grid, Plan, Shard};
use anyhow::Result;
use indicatif::{ProgressBar, ProgressStyle};
use std::path::PathBuf;

/// Arguments of `sweep`.
#[derive(Debug, clap::Args)]
pub struct SweepArgs {
    /// Scenarios: TOML files, or names of those that ship.
    #[arg(required = true)]
    scenarios: Vec<String>,
    /// Policies.
    #[arg(long, value_delimiter = ',', default_value = "firebreak,baseline")]
    policies: Vec<String>,
    /// A parameter and its values, as in insurance.share=0.01,0.02; several make a grid.
    #[arg(long = "set", value_name = "KEY=VALUE,VALUE")]
    grids: Vec<String>,
    /// Runs of each combination.
    #[arg(long, default_value_t = 10)]
    runs: usize,
    /// Decides the seed of every run.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Runs the jobs of shard I of N only, as in 0/4.
    #[arg(long, value_name = "I/N", default_value = "0/1")]
    shard: Shard,
    /// Threads; 0: one a core.
    #[arg(long, default_value_t = 0)]
    threads: usize,
    /// Folder of the results.
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
}

/// Arguments of `merge`.
#[derive(Debug, clap::Args)]
pub struct MergeArgs {
    /// Folder that all shards wrote into.
    folder: PathBuf,
    /// Where the summary goes, as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// Runs a shard.
pub fn sweep(args: &SweepArgs) -> Result<bool> {
    let plan = Plan {
        scenarios: args.scenarios.iter().map(|name| find(name)).collect::<Result<_>>()?,
        policies: args.policies.clone(),
        grids: args.grids.iter().map(|text| text.parse::<Grid>()).collect::<Result<_, _>>()?,
        seed: args.seed,
        runs: args.runs,
    };
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("  {bar:32} {pos}/{len} runs, {elapsed} passed, {eta} left") {
        bar.set_style(style);
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(args.threads).build()?;
    let started = std::time::Instant::now();
    let rows = pool.install(|| {
        run_shard(&plan, args.shard, &args.out, |done, all| {
            bar.set_length(all as u64);
            bar.set_position(done as u64);
        })
    })?;
    bar.finish_and_clear();
    let broken: u64 = rows.iter().map(|row| row.broken()).sum();
    println!(
        "{} runs in {:.1} s on {} threads: {}, {broken} promises broken",
        rows.len(),
        started.elapsed().as_secs_f64(),
        pool.current_num_threads(),
        args.shard.file(&args.out).display()
    );
    Ok(broken == 0)
}

/// Reads the shards together.
pub fn merge(args: &MergeArgs) -> Result<bool> {
    let merged = crate::sweep::merge::merge(&args.folder)?;
    println!(
        "{:<44}{:<22}{:>6}{:>18}{:>10}{:>16}{:>10}",
        "scenario", "policy", "runs", "worst unpaid", "worst h", "insurance", "broken"
    );
    for s in &merged.summaries {
        println!(
            "{:<44}{:<22}{:>6}{:>18}{:>10}{:>16}{:>10}{}",
            s.scenario,
            s.policy,
            s.runs,
            crate::report::format::money(s.deficit_worst),
            crate::report::format::ratio(s.payable_share_worst),
            crate::report::format::money(s.insurance_used_mean as u64),
            s.invariants_broken,
            if s.settings.is_empty() { String::new() } else { format!("  {}", s.settings) }
        );
    }
    if let Some(path) = &args.json {
        output::write(path, &(serde_json::to_string_pretty(&merged.summaries)? + "\n"))?;
    }
    Ok(merged.summaries.iter().all(|s| s.invariants_broken == 0))
}
