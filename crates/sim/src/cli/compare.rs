//! `compare`: two policies, or two parameter sets, on the same draws and paths.

use super::{output::OutputArgs, scripted::find};
use crate::{Opener, Policy, Scenario};
use anyhow::Result;

/// Arguments of `compare`.
#[derive(Debug, clap::Args)]
pub struct CompareArgs {
    /// One policy (firebreak, baseline or without-NAME), or one parameter set: a scenario's file or name.
    a: String,
    /// The other.
    b: String,
    /// With two policies: the scenario, a TOML file or the name of one that ships. Two parameter sets are two scenarios, played on the same
    /// draws under --policy.
    #[arg(long, default_value = "october-2025")]
    scenario: String,
    #[command(flatten)]
    output: OutputArgs,
}

/// Runs it.
pub fn run(args: &CompareArgs, chain: Option<&Opener>) -> Result<bool> {
    let names = [&args.a, &args.b];
    if names.iter().any(|name| Policy::named(name).is_ok()) {
        let (file, text) = find(&args.scenario)?;
        let policies = [Policy::named(&args.a)?, Policy::named(&args.b)?];
        return args.output.play_all(&Scenario::parse(&file, &text)?, &policies, 0, chain);
    }
    let policy = args.output.policy()?;
    let plays = names.map(|name| -> Result<_> {
        let (file, text) = find(name)?;
        Ok((Scenario::parse(&file, &text)?, policy.clone(), file))
    });
    let [a, b] = plays;
    args.output.play_each(&[a?, b?], 0, chain)
}
