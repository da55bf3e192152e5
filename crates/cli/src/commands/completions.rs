//! `firebreak completions`: for the user's shell.

use anyhow::Result;
use clap::CommandFactory;

/// Arguments of `firebreak completions`.
#[derive(Debug, clap::Args)]
pub struct CompletionsArgs {
    /// Which shell.
    shell: clap_complete::Shell,
}

pub fn run(args: &CompletionsArgs) -> Result<()> {
    let mut command = crate::Cli::command();
    clap_complete::generate(args.shell, &mut command, "firebreak", &mut std::io::stdout());
    Ok(())
}
