//! `firebreak account transfer`: between two margin accounts of one owner.

use crate::user::{error::bad, out::Out, session::Session, units};
use anyhow::Result;
use firebreak_client::instruction;
use serde_json::json;
use solana_signer::Signer;

/// Arguments of `firebreak account transfer`.
#[derive(Debug, clap::Args)]
pub struct TransferArgs {
    /// How much, in USD.
    amount: String,
    /// Number of the account that gives.
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    from: u16,
    /// Number of the account that receives.
    #[arg(long, value_name = "NUMBER")]
    to: u16,
}

pub fn transfer(session: &Session, args: &TransferArgs) -> Result<Out> {
    let amount = units::some_usd(&args.amount)?;
    if args.from == args.to {
        return bad("--from and --to are the same account");
    }
    let (key, from, to) = (session.key()?, session.mine(args.from)?, session.mine(args.to)?);
    let needs = session.book.needs(&from.account, None);
    let sent = session.send(&[instruction::transfer(key.pubkey(), from.key, to.key, amount, &needs)], &key)?;
    let usd = units::show_usd(amount);
    let text = format!("Moved {usd} USD from account {} to account {}\nSignature {}", args.from, args.to, sent.signature);
    let json = json!({ "signature": sent.signature.to_string(), "amount_usd": usd, "from": args.from, "to": args.to });
    Ok(Out::new(text, json))
}
