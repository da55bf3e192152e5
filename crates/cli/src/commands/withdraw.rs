//! `firebreak withdraw`.

use crate::user::{
    error::bad,
    options::{Mine, Options},
    out::Out,
    session::Session,
    units,
};
use anyhow::Result;
use firebreak_client::instruction;
use firebreak_migrations::test_mint::holding;
use serde_json::json;
use solana_signer::Signer;
use spl_associated_token_account_interface::instruction::create_associated_token_account_idempotent;

/// Arguments of `firebreak withdraw`.
#[derive(Debug, clap::Args)]
pub struct WithdrawArgs {
    /// How much, in USD, or `all` that the account's capital is.
    amount: String,
    #[command(flatten)]
    mine: Mine,
    #[command(flatten)]
    pub options: Options,
}

pub fn run(args: &WithdrawArgs) -> Result<()> {
    let asked = if args.amount == "all" { None } else { Some(units::some_usd(&args.amount)?) };
    let session = Session::open(&args.options)?;
    let (key, held) = (session.key()?, session.mine(args.mine.sub)?);
    let amount = asked.unwrap_or(held.account.engine.capital);
    if amount == 0 {
        return bad("The account has no capital to withdraw");
    }
    let (owner, mint) = (key.pubkey(), session.protocol.mint);
    let to = holding(&owner, &mint);
    let needs = session.book.needs(&held.account, None);
    let instructions = [
        create_associated_token_account_idempotent(&owner, &owner, &mint, &spl_token_interface::ID),
        instruction::withdraw(owner, held.key, to, mint, amount, &needs),
    ];
    let sent = session.send(&instructions, &key)?;
    let capital = session.held(held.key, None)?.account.engine.capital;
    let (usd, capital) = (units::show_usd(amount), units::show_usd(capital));
    let text = format!("Withdrew {usd} USD; the account's capital is {capital} USD\nSignature {}", sent.signature);
    let json = json!({
        "signature": sent.signature.to_string(),
        "account": held.key.to_string(),
        "amount_usd": usd,
        "capital_usd": capital,
    });
    session.print(&Out::new(text, json));
    Ok(())
}
