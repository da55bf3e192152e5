//! `firebreak key`: make a key, show its address. `solana-keygen new` makes the same.

use crate::user::{
    config::{default_keypair, SolanaConfig},
    keys,
    options::Options,
    out::Out,
};
use anyhow::Result;
use serde_json::json;
use solana_signer::Signer;
use std::path::PathBuf;

/// Arguments of `firebreak key`.
#[derive(Debug, clap::Args)]
pub struct KeyArgs {
    #[command(flatten)]
    pub options: Options,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Makes a key, where the Solana tools look for it. Whoever has the file has what it owns; there is no seed phrase.
    New {
        /// Another place.
        #[arg(long, value_name = "FILE")]
        outfile: Option<PathBuf>,
    },
    /// Prints the key's address.
    Show,
}

pub fn run(args: &KeyArgs) -> Result<()> {
    let (key, path) = match &args.command {
        Command::New { outfile } => {
            let path = match outfile {
                Some(path) => path.clone(),
                None => default_keypair()?,
            };
            (keys::create(&path)?, path.display().to_string())
        }
        Command::Show => {
            let path = SolanaConfig::load(args.options.config.as_deref())?.keypair(args.options.keypair.as_deref())?;
            (keys::read(&path)?, path)
        }
    };
    let address = key.pubkey().to_string();
    Out::new(&address, json!({ "address": address, "file": path })).print(args.options.json);
    Ok(())
}
