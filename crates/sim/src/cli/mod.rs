//! The commands: `shock`, `replay`, `crashes`, `run`, `compare`, `sweep`, `merge`, `list`.
//!
//! Exit status: 0 when every promise held, 1 when one broke, 2 when the input was refused or nothing could be written.

mod compare;
mod crashes;
mod history;
mod many;
mod output;
mod scripted;
mod slot;

use crate::Opener;
use std::process::ExitCode;

/// A command of the simulator.
#[derive(Debug, clap::Subcommand)]
pub enum SimCommand {
    /// One slot through everybody's margin.
    Shock(slot::ShockArgs),
    /// History: files of bars as the venues of a market.
    Replay(history::ReplayArgs),
    /// Every crash of a folder, under Firebreak and the plain baseline, as one table.
    Crashes(crashes::CrashesArgs),
    /// A scenario from a file, or one that ships, by its name.
    Run(scripted::RunArgs),
    /// Two policies on the same paths.
    Compare(compare::CompareArgs),
    /// Many seeds and parameters in parallel, in shards.
    Sweep(many::SweepArgs),
    /// Reads the shards of a sweep together.
    Merge(many::MergeArgs),
    /// What ships: scenarios, policies, safeguards.
    List,
}

/// Runs a command. `chain` makes the world of `--on-chain`, where this build has one.
pub fn run(command: &SimCommand, chain: Option<&Opener>) -> ExitCode {
    let result = match command {
        SimCommand::Shock(args) => slot::run(args, chain),
        SimCommand::Replay(args) => history::run(args, chain),
        SimCommand::Crashes(args) => crashes::run_all(args),
        SimCommand::Run(args) => scripted::run(args, chain),
        SimCommand::Compare(args) => compare::run(args, chain),
        SimCommand::Sweep(args) => many::sweep(args),
        SimCommand::Merge(args) => many::merge(args),
        SimCommand::List => {
            scripted::list();
            Ok(true)
        }
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            eprintln!("firebreak sim: a promise broke");
            ExitCode::from(1)
        }
        Err(why) => {
            eprintln!("firebreak sim: {why:#}");
            ExitCode::from(2)
        }
    }
}
