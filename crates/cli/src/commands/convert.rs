//! `firebreak convert`: what was won becomes money.

use crate::user::{
    book::source_keys,
    options::{Mine, Options},
    out::Out,
    session::Session,
    units,
};
use anyhow::Result;
use firebreak_client::{event::Event, instruction};
use serde_json::json;
use solana_signer::Signer;

/// Arguments of `firebreak convert`.
#[derive(Debug, clap::Args)]
pub struct ConvertArgs {
    /// The market in which it was won.
    market: String,
    #[command(flatten)]
    mine: Mine,
    #[command(flatten)]
    pub options: Options,
}

pub fn run(args: &ConvertArgs) -> Result<()> {
    let session = Session::open(&args.options)?;
    let market = session.book.named(&args.market)?;
    let (key, held) = (session.key()?, session.mine(args.mine.sub)?);
    let needs = session.book.needs(&held.account, Some(market.index));
    let instructions = [
        instruction::refresh_market(market.index, &source_keys(market)),
        instruction::accrue(market.index),
        instruction::convert(key.pubkey(), held.key, market.index, &needs),
    ];
    let sent = session.send(&instructions, &key)?;
    let after = session.held(held.key, None)?.account.engine;
    let amount = sent.events.iter().find_map(|e| match e {
        Event::Converted(c) => Some(c.amount),
        _ => None,
    });
    let amount = amount.unwrap_or(after.capital.saturating_sub(held.account.engine.capital));
    let (usd, capital) = (units::show_usd(amount), units::show_usd(after.capital));
    let text = format!("Converted {usd} USD; the account's capital is {capital} USD\nSignature {}", sent.signature);
    let json = json!({
        "signature": sent.signature.to_string(),
        "market": units::name(market),
        "amount_usd": usd,
        "capital_usd": capital,
    });
    session.print(&Out::new(text, json));
    Ok(())
}
