//! `replay`.

use super::output::OutputArgs;
use crate::{
    prices::{read_depth, read_with_gaps},
    replay::Replay,
    scenario::Class,
    Opener, Scenario,
};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// Arguments of `replay`.
#[derive(Debug, clap::Args)]
pub struct ReplayArgs {
    #[command(flatten)]
    pub history: HistoryArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// What is replayed.
#[derive(Debug, Clone, clap::Args)]
pub struct HistoryArgs {
    /// Price file (`ts_ms,open,high,low,close,volume`, plain or gzip); several files are several venues, the first is the reference.
    #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
    pub prices: Vec<PathBuf>,
    /// Book-depth file (`timestamp,percentage,depth,notional,weighted_avg_price`). Without it depth follows volatility.
    #[arg(long, value_name = "FILE")]
    pub depth: Option<PathBuf>,
    /// Traders.
    #[arg(long, default_value_t = 400)]
    pub accounts: u32,
    /// Parameters of the market: major, mid or long-tail.
    #[arg(long, default_value = "mid")]
    pub class: String,
    /// The longest gap between two bars that is carried over, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 3_600)]
    pub max_gap: u32,
}

impl HistoryArgs {
    /// The scenario, and how many absent bars are carried over.
    pub fn scenario(&self) -> Result<(Scenario, u64)> {
        let gap = i64::from(self.max_gap) * 1_000;
        let venues = self.prices.iter().map(|p| read_with_gaps(p, gap)).collect::<Result<Vec<_>, _>>()?;
        let depth = match &self.depth {
            Some(path) => read_depth(path)?,
            None => Vec::new(),
        };
        let name = self.prices.iter().map(|p| file_name(p)).collect::<Vec<_>>().join(" + ");
        let replay = Replay { venues, depth, class: class(&self.class)?, accounts: self.accounts, name };
        let scenario = replay.scenario()?;
        scenario.check().map_err(anyhow::Error::msg)?;
        Ok((scenario, replay.carried()))
    }
}

fn class(name: &str) -> Result<Class> {
    match name {
        "major" => Ok(Class::Major),
        "mid" => Ok(Class::Mid),
        "long-tail" => Ok(Class::LongTail),
        _ => None.with_context(|| format!("--class '{name}' is not major, mid or long-tail")),
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned())
}

/// Runs it.
pub fn run(args: &ReplayArgs, chain: Option<&Opener>) -> Result<bool> {
    let (scenario, carried) = args.history.scenario()?;
    args.output.play(&scenario, carried, chain)
}
