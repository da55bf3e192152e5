//! `compare`: two policies, or two parameter sets, on the same draws and paths.

use super::{output::OutputArgs, scripted::find};
use crate::{Policy, Scenario};
use anyhow::Result;

/// Arguments of `compare`.
#[derive(Debug, clap::Args)]
pub struct CompareArgs {
    /// One policy: firebreak, baseline or without-NAME.
    a: String,
    /// The other.
    b: String,
    /// The scenario: a TOML file, or the name of one that ships.
    #[arg(long, default_value = "october-2025")]
    scenario: String,
    #[command(flatten)]
    output: OutputArgs,
}

/// Runs it.
pub fn run(args: &CompareArgs) -> Result<bool> {
    let (file, text) = find(&args.scenario)?;
    let policies = [Policy::named(&args.a)?, Policy::named(&args.b)?];
    args.output.play_all(&Scenario::parse(&file, &text)?, &policies, 0)
}
