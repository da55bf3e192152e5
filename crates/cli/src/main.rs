//! `firebreak`: the command line.

mod artifact;
mod cluster;
mod commands;
mod demo;
mod feeds;
mod keeper;
mod listing;
mod localnet;
mod onchain;
mod oracle;
mod protocol;
mod rehearsal;
mod ui;
mod user;

use clap::{Parser, Subcommand};
use firebreak_sim::cli::SimCommand;
use std::process::ExitCode;

/// Firebreak: on-chain margin and clearing that survives.
#[derive(Parser)]
#[command(name = "firebreak", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Replays a crash on an embedded cluster and reports what happened.
    Demo(demo::DemoArgs),
    /// Keeps the protocol: refreshes, liquidates, settles; earns rewards.
    Keeper(keeper::KeeperArgs),
    /// Runs a local cluster with the protocol on it and prices that move.
    Localnet(localnet::LocalnetArgs),
    /// Plays a crash on a local cluster with keepers whose nodes may misbehave.
    Rehearse(rehearsal::RehearseArgs),
    /// Price accounts.
    #[command(subcommand)]
    Oracle(OracleCommand),
    /// The stress simulator: what a set of parameters survives.
    #[command(subcommand)]
    Sim(SimCommand),
    #[command(flatten)]
    User(commands::User),
}

#[derive(Subcommand)]
enum OracleCommand {
    /// Prints what a price account says, or why it is refused.
    Decode(oracle::DecodeArgs),
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Demo(args) => demo::run(&args),
        Command::Keeper(args) => keeper::run(&args),
        Command::Localnet(args) => localnet::run(&args),
        Command::Rehearse(args) => rehearsal::run(&args),
        Command::Oracle(OracleCommand::Decode(args)) => return oracle::run(&args),
        Command::Sim(command) => return firebreak_sim::cli::run(&command, Some(&onchain::open)),
        Command::User(command) => return commands::run(command),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("firebreak: {why:#}");
            ExitCode::from(2)
        }
    }
}
