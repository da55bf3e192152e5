//! `firebreak account`: open, close, show, list, transfer.

use super::{health, positions, transfer};
use crate::user::{
    options::{Anyones, Mine, Options},
    out::{pairs, Out, Table},
    session::{Held, Session},
    units::show_usd,
};
use anyhow::Result;
use firebreak_client::{address, instruction, program::instructions::AccountKind, Pubkey};
use serde_json::{json, Value};
use solana_signer::Signer;

/// Arguments of `firebreak account`.
#[derive(Debug, clap::Args)]
pub struct AccountArgs {
    #[command(flatten)]
    pub options: Options,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Opens a margin account. Its rent comes back when it is closed.
    Open {
        #[command(flatten)]
        mine: Mine,
        /// It holds at most one market's position: what is lost there is all that can be lost.
        #[arg(long)]
        isolated: bool,
    },
    /// Closes an empty margin account.
    Close {
        #[command(flatten)]
        mine: Mine,
    },
    /// Shows one margin account with all it holds.
    Show {
        #[command(flatten)]
        which: Anyones,
    },
    /// Lists an owner's margin accounts.
    List {
        /// Whose, instead of yours.
        #[arg(long, value_name = "ADDRESS")]
        owner: Option<Pubkey>,
    },
    /// Moves money between two of your margin accounts.
    Transfer(transfer::TransferArgs),
}

pub fn run(args: &AccountArgs) -> Result<()> {
    let session = Session::open(&args.options)?;
    let out = match &args.command {
        Command::Open { mine, isolated } => open(&session, mine.sub, *isolated)?,
        Command::Close { mine } => close(&session, mine.sub)?,
        Command::Show { which } => show(&session, &session.theirs(which)?)?,
        Command::List { owner } => list(&session, *owner)?,
        Command::Transfer(transfer) => transfer::transfer(&session, transfer)?,
    };
    session.print(&out);
    Ok(())
}

fn open(session: &Session, sub: u16, isolated: bool) -> Result<Out> {
    let key = session.key()?;
    let kind = if isolated { AccountKind::Isolated } else { AccountKind::Cross };
    let account = address::account(&key.pubkey(), sub);
    if session.held(account, Some(sub)).is_ok() {
        return crate::user::error::bad(format!(
            "You have a margin account {sub} already: `firebreak account show --sub {sub}` shows it"
        ));
    }
    let sent = session.send(&[instruction::open_account_of(key.pubkey(), sub, kind)], &key)?;
    let word = if isolated { "isolated" } else { "cross" };
    let text = format!("Opened {word} margin account {sub}: {account}\nSignature {}", sent.signature);
    Ok(Out::new(
        text,
        json!({ "signature": sent.signature.to_string(), "account": account.to_string(), "sub": sub, "kind": word }),
    ))
}

fn close(session: &Session, sub: u16) -> Result<Out> {
    let (key, held) = (session.key()?, session.mine(sub)?);
    let sent = session.send(&[instruction::close_account(key.pubkey(), held.key)], &key)?;
    let text = format!("Closed margin account {sub}; its rent is back\nSignature {}", sent.signature);
    Ok(Out::new(text, json!({ "signature": sent.signature.to_string(), "account": held.key.to_string(), "sub": sub })))
}

/// What every listing says of an account.
fn summary(held: &Held) -> Value {
    let engine = &held.account.engine;
    json!({
        "account": held.key.to_string(),
        "owner": held.account.owner.to_string(),
        "sub": held.account.sub_id,
        "kind": if engine.isolated != 0 { "isolated" } else { "cross" },
        "capital_usd": show_usd(engine.capital),
        "bond_usd": show_usd(engine.bond),
        "status": status(held),
        "positions": engine.used().filter(|p| !p.base.is_flat()).count(),
    })
}

/// In the words of the protocol.
fn status(held: &Held) -> &'static str {
    match (held.account.engine.bankrupt, held.account.engine.flagged) {
        (0, 0) => "healthy",
        (0, _) => "liquidating",
        _ => "bankrupt",
    }
}

fn show(session: &Session, held: &Held) -> Result<Out> {
    let engine = &held.account.engine;
    let rows = [
        ("account", held.key.to_string()),
        ("owner", format!("{}, number {}", held.account.owner, held.account.sub_id)),
        ("kind", if engine.isolated != 0 { "isolated" } else { "cross" }.to_string()),
        ("status", status(held).to_string()),
        ("capital", format!("{} USD", show_usd(engine.capital))),
        ("bond", format!("{} USD, for keepers, comes back with the last position", show_usd(engine.bond))),
    ];
    let (positions, health) = (positions::out(session, held)?, health::out(session, held)?);
    let mut json = summary(held);
    json["positions"] = positions.json["positions"].clone();
    json["lines"] = health.json["lines"].clone();
    Ok(Out::new(format!("{}\n{}\n{}", pairs(&rows), positions.text, health.text), json))
}

fn list(session: &Session, owner: Option<Pubkey>) -> Result<Out> {
    let owner = match owner {
        Some(owner) => owner,
        None => session.key()?.pubkey(),
    };
    let accounts = session.accounts(Some(&owner))?;
    let mut table = Table::new(&["number", "account", "kind", "capital USD", "positions", "status"]);
    for held in &accounts {
        let json = summary(held);
        table.row([
            held.account.sub_id.to_string(),
            held.key.to_string(),
            json["kind"].as_str().unwrap_or_default().to_string(),
            show_usd(held.account.engine.capital),
            json["positions"].to_string(),
            status(held).to_string(),
        ]);
    }
    let text = match accounts.is_empty() {
        true => format!("{owner} has no margin account: `firebreak account open` opens one"),
        false => table.text(),
    };
    let all: Vec<Value> = accounts.iter().map(summary).collect();
    Ok(Out::new(text, json!({ "owner": owner.to_string(), "accounts": all })))
}
