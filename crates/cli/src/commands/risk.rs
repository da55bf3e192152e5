//! `firebreak risk`: a market's public record, as other programs read it.

use super::market::{report, summary};
use crate::user::{
    error::Bad,
    options::Options,
    out::{Out, Table},
    rpc,
    session::Session,
    units::{name, show_percent, show_seconds, show_usd},
};
use anyhow::Result;
use firebreak_client::{
    address, instruction,
    program::state::{Market, RiskReport},
};
use serde_json::{json, Value};
use solana_signer::Signer;

/// Arguments of `firebreak risk`.
#[derive(Debug, clap::Args)]
pub struct RiskArgs {
    #[command(flatten)]
    pub options: Options,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// How safe each market is now, and what its public record says.
    Report {
        /// Only this market.
        market: Option<String>,
        /// Writes the record first; anybody may. A new record's rent is paid once.
        #[arg(long)]
        publish: bool,
    },
}

pub fn run(args: &RiskArgs) -> Result<()> {
    let mut session = Session::open(&args.options)?;
    let Command::Report { market, publish } = &args.command;
    let chosen: Vec<u16> = match market {
        Some(text) => vec![session.book.named(text)?.index],
        None => session.book.markets.keys().copied().collect(),
    };
    let mut signatures = vec![];
    if *publish {
        let key = session.key()?;
        for index in &chosen {
            signatures.push(session.send(&[instruction::publish_report(key.pubkey(), *index)], &key)?.signature.to_string());
        }
        session.refresh()?;
    }
    let mut table =
        Table::new(&["market", "whole", "payable", "deficit USD", "pool USD", "claims USD", "insurance USD", "sigma", "record"]);
    let mut all = vec![];
    for index in &chosen {
        let market = session.book.number(*index)?;
        let (now, record) = (report(&session, market)?, record(&session, market)?);
        let published = record["age_seconds"].as_i64().map_or("never".into(), |age| format!("{} old", show_seconds(age)));
        table.row([
            name(market),
            if now.whole == 1 { "yes" } else { "no" }.into(),
            show_percent(now.payable),
            show_usd(now.deficit),
            show_usd(now.pool),
            show_usd(now.claims),
            show_usd(i128::from(now.pot) + i128::from(now.limit)),
            show_percent(now.sigma),
            published,
        ]);
        let mut json = summary(&session, market)?;
        json["record"] = record;
        all.push(json);
    }
    session.print(&Out::new(table.text(), json!({ "slot": session.now.slot, "markets": all, "signatures": signatures })));
    Ok(())
}

/// What stands in the public record, if anybody ever wrote it.
fn record(session: &Session, market: &Market) -> Result<Value> {
    let key = address::report(&address::market(market.index));
    let found: Option<RiskReport> = rpc::read(&session.rpc, &key)?;
    let Some(found) = found else { return Ok(json!({ "address": key.to_string(), "age_seconds": null })) };
    let record = &found.report;
    if record.version != firebreak_client::risk::report::VERSION {
        return Err(Bad(format!(
            "The record of {} is of version {}, which this `firebreak` does not read",
            name(market),
            record.version
        ))
        .into());
    }
    Ok(json!({
        "address": key.to_string(),
        "age_seconds": (session.now.time - record.time).max(0),
        "slot": record.slot,
        "whole": record.whole == 1,
        "level": record.level,
        "quality": record.quality,
        "payable_ppm": record.payable.0,
    }))
}
