//! `firebreak deposit`.

use crate::user::{
    options::{Mine, Options},
    out::Out,
    session::Session,
    units,
};
use anyhow::Result;
use firebreak_client::{instruction, Pubkey};
use firebreak_migrations::test_mint::holding;
use serde_json::json;
use solana_signer::Signer;

/// Arguments of `firebreak deposit`.
#[derive(Debug, clap::Args)]
pub struct DepositArgs {
    /// How much, in USD.
    amount: String,
    #[command(flatten)]
    mine: Mine,
    /// Into somebody else's margin account: its address.
    #[arg(long, value_name = "ADDRESS", conflicts_with = "sub")]
    account: Option<Pubkey>,
    #[command(flatten)]
    pub options: Options,
}

pub fn run(args: &DepositArgs) -> Result<()> {
    let amount = units::some_usd(&args.amount)?;
    let session = Session::open(&args.options)?;
    let key = session.key()?;
    let held = match args.account {
        Some(account) => session.held(account, None)?,
        None => session.mine(args.mine.sub)?,
    };
    let mint = session.protocol.mint;
    let from = holding(&key.pubkey(), &mint);
    session.require_tokens(&from, amount)?;
    let sent = session.send(&[instruction::deposit(key.pubkey(), held.key, from, mint, amount)], &key)?;
    let capital = session.held(held.key, None)?.account.engine.capital;
    let (usd, capital) = (units::show_usd(amount), units::show_usd(capital));
    let text = format!("Deposited {usd} USD; the account's capital is {capital} USD\nSignature {}", sent.signature);
    let json = json!({
        "signature": sent.signature.to_string(),
        "account": held.key.to_string(),
        "amount_usd": usd,
        "capital_usd": capital,
    });
    session.print(&Out::new(text, json));
    Ok(())
}
