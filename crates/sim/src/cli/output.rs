//! What every command that runs scenarios writes.

use crate::{report, run, run_on, sweep::write_series, Opener, Outcome, Policy, Run, Scenario};
use anyhow::{bail, Context, Result};
use rayon::prelude::*;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Where results go, and what they are compared with.
#[derive(Debug, Clone, clap::Args)]
pub struct OutputArgs {
    /// Decides everything that is drawn.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// The rules: firebreak, baseline, or without-NAME (see `list`).
    #[arg(long, default_value = "firebreak")]
    pub policy: String,
    /// Turns one safeguard off; may be given several times (see `list`).
    #[arg(long, value_name = "NAME")]
    pub without: Vec<String>,
    /// Where the figures go, as JSON.
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Where the report goes, as one HTML page. It compares the policy with the plain baseline.
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Where the series goes, as Parquet.
    #[arg(long, value_name = "FILE")]
    pub parquet: Option<PathBuf>,
    /// Leaves the baseline out.
    #[arg(long)]
    pub alone: bool,
    /// Carries every action out a second time, by transactions to the compiled program on the embedded cluster, and compares what both
    /// leave, to the atom. A difference is exit status 1.
    #[arg(long)]
    pub on_chain: bool,
}

/// The JSON of a command: the run's own figures, and those of the policies it is compared with.
#[derive(Serialize)]
struct Document<'a> {
    #[serde(flatten)]
    outcome: &'a Outcome,
    compared: Vec<&'a Outcome>,
}

impl OutputArgs {
    /// The policy that was asked for.
    pub fn policy(&self) -> Result<Policy> {
        let mut policy = Policy::named(&self.policy)?;
        for name in &self.without {
            policy = policy.without(name)?;
        }
        Ok(policy)
    }

    /// Runs the policy and, unless it is alone, the baseline on the same draws; writes everything. Says whether every promise held.
    pub fn play(&self, scenario: &Scenario, carried: u64, chain: Option<&Opener>) -> Result<bool> {
        let policy = self.policy()?;
        let mut policies = vec![policy];
        if !self.alone && policies[0] != Policy::baseline() {
            policies.push(Policy::baseline());
        }
        self.play_all(scenario, &policies, carried, chain)
    }

    /// The same for these policies, the first being what the figures are about.
    pub fn play_all(&self, scenario: &Scenario, policies: &[Policy], carried: u64, chain: Option<&Opener>) -> Result<bool> {
        let plays: Vec<_> = policies.iter().map(|policy| (scenario.clone(), policy.clone(), policy.name.clone())).collect();
        self.play_each(&plays, carried, chain)
    }

    /// Each scenario under its policy, with the name it goes by; the first is what the figures are about.
    pub fn play_each(&self, plays: &[(Scenario, Policy, String)], carried: u64, chain: Option<&Opener>) -> Result<bool> {
        let started = std::time::Instant::now();
        let mut runs: Vec<Run> = match (self.on_chain, chain) {
            (false, _) => plays.par_iter().map(|(scenario, policy, _)| run(scenario, policy, self.seed)).collect(),
            // One cluster at a time: each has its threads and ports.
            (true, Some(open)) => {
                plays.iter().map(|(scenario, policy, _)| run_on(scenario, policy, self.seed, open)).collect::<Result<_>>()?
            }
            (true, None) => bail!("--on-chain needs the embedded cluster, which this build does not have: use `firebreak sim`"),
        };
        for (run, (_, _, name)) in runs.iter_mut().zip(plays) {
            run.outcome.bars_carried = carried;
            run.outcome.policy.clone_from(name);
        }
        let about = plays.first().map_or("", |play| play.0.about.as_str());
        let Some((first, others)) = runs.split_first() else { return Ok(true) };
        if let Some(path) = &self.json {
            let document = Document { outcome: &first.outcome, compared: others.iter().map(|r| &r.outcome).collect() };
            write(path, &(serde_json::to_string_pretty(&document)? + "\n"))?;
        }
        if let Some(path) = &self.html {
            write(path, &report::render(about, &runs)?)?;
        }
        if let Some(path) = &self.parquet {
            parent(path)?;
            write_series(path, &first.series)?;
        }
        print(&runs);
        let seconds = started.elapsed().as_secs_f64();
        runs.iter().for_each(tell_speed);
        eprintln!("{seconds:.1} s");
        // The baseline is there to break what it breaks; the promises are the policy's. The program has to agree on every policy.
        let agreed = runs.iter().all(|run| run.outcome.differential.as_ref().is_none_or(|d| d.differences == 0));
        Ok(agreed && first.outcome.invariants_broken == 0 && first.outcome.conservation_error_atoms == 0)
    }
}

/// How fast the program went, and what took the time: on standard error, because no seed decides it.
fn tell_speed(run: &Run) {
    let Some(speed) = &run.speed else { return };
    let part = |seconds: f64| 100.0 * seconds / speed.total.max(1e-9);
    let rest = speed.total - speed.executing - speed.reading - speed.publishing;
    eprintln!(
        "{}: {} transactions in {:.1} s, {:.0} a second; of the time {:.0} % executing them (one after the other: {:.0} a second at most), \
         {:.0} % reading back what they left, {:.0} % opening blocks and publishing prices, {:.0} % signing and the engine",
        run.outcome.policy,
        speed.transactions,
        speed.total,
        speed.transactions as f64 / speed.total.max(1e-9),
        part(speed.executing),
        speed.transactions as f64 / speed.executing.max(1e-9),
        part(speed.reading),
        part(speed.publishing),
        part(rest),
    );
}

/// Writes a text file, with the folder it is in.
pub fn write(path: &Path, text: &str) -> Result<()> {
    parent(path)?;
    std::fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))
}

fn parent(path: &Path) -> Result<()> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => {
            std::fs::create_dir_all(folder).with_context(|| format!("The folder {} cannot be made", folder.display()))
        }
        _ => Ok(()),
    }
}

/// The verdict and a table, on the terminal.
fn print(runs: &[Run]) {
    use report::{
        format::{money, ratio},
        verdict,
    };
    let Some(first) = runs.first() else { return };
    println!("\n  {}\n  {}\n", first.outcome.scenario, verdict::of(&first.outcome).headline);
    println!(
        "  {:<22}{:>16}{:>16}{:>10}{:>16}{:>18}{:>10}{:>12}",
        "policy", "unpaid", "deficits", "worst h", "insurance", "liquidated", "wrongful", "broken"
    );
    for Run { outcome: o, .. } in runs {
        println!(
            "  {:<22}{:>16}{:>16}{:>10}{:>16}{:>18}{:>10}{:>12}",
            o.policy,
            money(o.deficit),
            money(o.deficit_booked),
            ratio(o.payable_share_worst),
            money(o.insurance_used),
            money(o.liquidated_notional),
            ratio(o.wrongful_share),
            format!("{}/{}", o.invariants_broken, o.invariants_checked),
        );
        if let Some(d) = &o.differential {
            println!(
                "    on chain: {} actions carried out and {} refused by both, {} not mirrored; {} states compared, {} differ",
                d.accepted, d.refused, d.unmirrored, d.compared, d.differences
            );
            if let Some(first) = &d.first_difference {
                println!("    first difference: {first}");
            }
        }
    }
    println!();
}
