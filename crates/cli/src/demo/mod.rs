//! `firebreak demo`: a crash replayed on an embedded cluster, with keepers who compete, and a report of what happened.

pub(crate) mod audit;
pub(crate) mod chain;
pub(crate) mod keepers;
mod outcome;
pub(crate) mod population;
mod replay;
mod report;
pub(crate) mod stage;
mod summary;

use crate::artifact;
use anyhow::{ensure, Context, Result};
use firebreak_sim::prices;
use std::path::PathBuf;

/// Arguments of `firebreak demo`.
#[derive(Debug, clap::Args)]
pub struct DemoArgs {
    /// Price file to replay (`ts_ms,open,high,low,close,volume`, plain or gzip); several files are several venues, the first is the
    /// reference. Without any, the built-in crash of 10 October 2025 is played.
    #[arg(long, value_name = "FILE")]
    prices: Vec<PathBuf>,
    /// Trading accounts.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=2_000))]
    accounts: u64,
    /// Decides everything that is drawn: deposits, leverage, noise, who is quick.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Parameters of the market.
    #[arg(long, value_enum, default_value = "mid")]
    class: crate::listing::Class,
    /// USD in the insurance fund, all of it behind the market. Without it 250 000, and for the built-in crash so little that everything
    /// behind insurance acts as well.
    #[arg(long, value_name = "USD", value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    insurance: Option<u64>,
    /// Competing keepers.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=6))]
    keepers: u64,
    /// Where the figures go, as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Where the report goes.
    #[arg(long, value_name = "FILE", default_value = "target/firebreak-demo.html")]
    report: PathBuf,
    /// The compiled program, when it is not where the build puts it.
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
}

/// USD in the insurance fund behind a crash that is given.
pub(crate) const INSURANCE: u64 = 250_000;
/// The same for the built-in crash.
const BUILT_IN_INSURANCE: u64 = 20_000;

/// Most venues that one market can have as sources.
const MAX_VENUES: usize = firebreak_client::risk::price::MAX_SOURCES;

/// Runs the demo.
pub fn run(args: &DemoArgs) -> Result<()> {
    // Everything that can be wrong with the input is found before anything is started.
    ensure!(args.prices.len() <= MAX_VENUES, "A market takes at most {MAX_VENUES} venues, {} were given", args.prices.len());
    let mut venues = args.prices.iter().map(|p| prices::read(p)).collect::<Result<Vec<_>, _>>()?;
    let scenario = match venues.first() {
        Some(_) => args.prices.iter().map(|p| file_name(p)).collect::<Vec<_>>().join(" + "),
        None => {
            venues = prices::built_in(args.seed);
            "built-in crash calibrated to 10 October 2025".into()
        }
    };
    let ticks = prices::play(&venues);
    ensure!(!ticks.is_empty(), "The price files have no time in common");
    let program = artifact::load(args.program.as_deref())?;

    let play = stage::Play {
        venues,
        ticks,
        accounts: args.accounts,
        seed: args.seed,
        class: args.class,
        keepers: args.keepers,
        insurance: args.insurance.unwrap_or(if args.prices.is_empty() { BUILT_IN_INSURANCE } else { INSURANCE }),
        scenario,
    };
    let (outcome, trace) = replay::run(&play, &program)?;

    create_parent(&args.report)?;
    report::write(&args.report, &outcome, &trace)?;
    if let Some(path) = &args.json {
        create_parent(path)?;
        std::fs::write(path, serde_json::to_string_pretty(&outcome)? + "\n")
            .with_context(|| format!("{} cannot be written", path.display()))?;
    }
    summary::print(&outcome, &args.report);
    ensure!(
        outcome.conservation_error_atoms == 0,
        "The vault and the ledger differed by {} atoms",
        outcome.conservation_error_atoms
    );
    Ok(())
}

fn file_name(path: &std::path::Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned())
}

fn create_parent(path: &std::path::Path) -> Result<()> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => {
            std::fs::create_dir_all(folder).with_context(|| format!("The folder {} cannot be made", folder.display()))
        }
        _ => Ok(()),
    }
}
