//! Options that every user command takes, as the Solana tools name them.

use std::path::PathBuf;

/// Options of every user command.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// localnet, devnet, testnet, mainnet-beta (or l, d, t, m) or the address of an RPC server. Otherwise the environment's
    /// FIREBREAK_URL, otherwise the configuration file of the Solana tools.
    #[arg(short, long, global = true, value_name = "URL_OR_MONIKER")]
    pub url: Option<String>,
    /// File with the key that signs and pays, - for standard input. Otherwise that of the configuration file.
    #[arg(short, long, global = true, value_name = "FILE")]
    pub keypair: Option<String>,
    /// Configuration file of the Solana tools [default: ~/.config/solana/cli/config.yml].
    #[arg(short = 'C', long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Pays so many micro-lamports for each compute unit, to come before others.
    #[arg(long, global = true, value_name = "MICRO_LAMPORTS", default_value_t = 0)]
    pub priority_fee: u64,
    /// Answers as JSON: one object, with the fields that the book's reference lists.
    #[arg(long, global = true)]
    pub json: bool,
}

/// Which of an owner's margin accounts.
#[derive(Clone, Debug, clap::Args)]
pub struct Mine {
    /// Number of your margin account.
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    pub sub: u16,
}

/// Anybody's margin account, to read.
#[derive(Clone, Debug, clap::Args)]
pub struct Anyones {
    /// Address of a margin account, instead of one of yours.
    #[arg(long, value_name = "ADDRESS", conflicts_with_all = ["sub", "owner"])]
    pub account: Option<firebreak_client::Pubkey>,
    /// Whose account, instead of yours.
    #[arg(long, value_name = "ADDRESS")]
    pub owner: Option<firebreak_client::Pubkey>,
    /// Number of the owner's margin account.
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    pub sub: u16,
}
