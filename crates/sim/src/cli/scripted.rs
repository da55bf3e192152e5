//! `run` and `list`.

use super::output::OutputArgs;
use crate::{policy::SAFEGUARDS, shipped, Opener, Scenario};
use anyhow::Result;
use std::path::Path;

/// Arguments of `run`.
#[derive(Debug, clap::Args)]
pub struct RunArgs {
    /// A TOML file, or the name of a scenario that ships.
    scenario: String,
    #[command(flatten)]
    output: OutputArgs,
}

/// A scenario's file name and text: one that ships by its name, else a file.
pub fn find(name: &str) -> Result<(String, String)> {
    if let Some((name, text)) = shipped::ALL.iter().find(|s| s.0 == name) {
        return Ok((format!("{name}.toml"), (*text).into()));
    }
    let path = Path::new(name);
    let text =
        std::fs::read_to_string(path).map_err(|why| anyhow::anyhow!("{name}: {why} (and no scenario of that name ships)"))?;
    Ok((name.into(), text))
}

/// Runs it.
pub fn run(args: &RunArgs, chain: Option<&Opener>) -> Result<bool> {
    let (file, text) = find(&args.scenario)?;
    args.output.play(&Scenario::parse(&file, &text)?, 0, chain)
}

/// Prints what ships.
pub fn list() {
    println!("Scenarios (firebreak sim run NAME):");
    for (name, _) in shipped::ALL {
        let title = shipped::find(name).and_then(Result::ok).map_or_else(String::new, |s| s.name);
        println!("  {name:<28}{title}");
    }
    println!("\nPolicies: firebreak, baseline, without-NAME. Safeguards (--without NAME):");
    for (_, name, what) in SAFEGUARDS {
        println!("  {name:<28}{what}");
    }
}
