//! `firebreak rehearse`: a crash on a local cluster with keepers as a person runs them, each behind a node that may misbehave; says what they
//! did, how quickly, and what they left over. What a keeper's owner tries before the real thing, and what the tests and benchmarks run.

mod crew;
mod figures;
mod play;
mod proxy;
mod schedule;
mod watcher;

use crate::artifact;
use anyhow::{ensure, Context, Result};
use firebreak_sim::prices;
use schedule::Fault;
use std::path::PathBuf;

/// Arguments of `firebreak rehearse`.
#[derive(Debug, clap::Args)]
pub struct RehearseArgs {
    /// Competing keepers, each with habits of its own.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=6))]
    keepers: u64,
    /// Trading accounts.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=1_000))]
    accounts: u64,
    /// Decides everything that is drawn.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Faults of the keepers' nodes, one after the other; may be given several times.
    #[arg(long, value_enum)]
    fault: Vec<Fault>,
    /// Every fault there is.
    #[arg(long, conflicts_with = "fault")]
    all_faults: bool,
    /// Keepers that are killed in the middle of the crash and started again.
    #[arg(long, default_value_t = 0)]
    restarts: u64,
    /// Milliseconds between two prices. A price stands for 15 seconds of the crash.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u64).range(20..=10_000))]
    tick_ms: u64,
    /// The first tick that is played: the crash of two hours begins quietly.
    #[arg(long, default_value_t = 0)]
    from_tick: usize,
    /// The tick before which the play ends.
    #[arg(long)]
    to_tick: Option<usize>,
    /// Plays for about so many seconds: sets --tick-ms.
    #[arg(long, conflicts_with = "tick_ms")]
    seconds: Option<u64>,
    /// Folder for the keepers' configurations and logs; without it they are removed at the end.
    #[arg(long, value_name = "FOLDER")]
    keep: Option<PathBuf>,
    /// Where the figures go, as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// The compiled program, when it is not where the build puts it.
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
}

/// Plays, reports, and fails when something was left over or the books do not add up.
pub fn run(args: &RehearseArgs) -> Result<()> {
    let venues = prices::built_in(args.seed);
    let all = prices::play(&venues);
    let to = args.to_tick.unwrap_or(all.len()).min(all.len());
    ensure!(args.from_tick < to, "--from-tick {} must be before tick {to}", args.from_tick);
    let ticks = all[args.from_tick..to].to_vec();
    let tick_ms = args.seconds.map_or(args.tick_ms, |s| (s * 1_000 / ticks.len() as u64).max(20));
    let faults = if args.all_faults { Fault::ALL.to_vec() } else { args.fault.clone() };
    let program = artifact::load(args.program.as_deref())?;
    let plan = play::Plan { faults, restarts: args.restarts, tick_ms, keep: args.keep.clone() };
    let cast = crate::demo::stage::Play {
        venues,
        ticks,
        accounts: args.accounts,
        seed: args.seed,
        class: crate::listing::Class::Mid,
        keepers: args.keepers,
        insurance: crate::demo::INSURANCE,
        scenario: "built-in crash calibrated to 10 October 2025".into(),
    };
    let outcome = play::run(&cast, &plan, &program)?;
    let text = serde_json::to_string_pretty(&outcome)?;
    match &args.json {
        Some(path) => std::fs::write(path, text + "\n").with_context(|| format!("{} cannot be written", path.display()))?,
        None => println!("{text}"),
    }
    let error = outcome.conservation_error_atoms;
    ensure!(error == 0, "The vault and the ledger differ by {error} atoms");
    ensure!(outcome.left_over == 0, "{} accounts were still due at the end", outcome.left_over);
    Ok(())
}
