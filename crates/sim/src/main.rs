//! `firebreak-sim`: the commands of `firebreak sim`, alone.

use clap::Parser;
use firebreak_sim::cli::{self, SimCommand};
use std::process::ExitCode;

/// Firebreak's stress simulator.
#[derive(Parser)]
#[command(name = "firebreak-sim", version)]
struct Cli {
    #[command(subcommand)]
    command: SimCommand,
}

fn main() -> ExitCode {
    cli::run(&Cli::parse().command, None)
}
