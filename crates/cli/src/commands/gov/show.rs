//! `firebreak gov list` and `show`.

use super::{change, differences, kind, summary, when, word};
use crate::user::{
    fields::to_json,
    out::{pairs, Out, Table},
    rpc,
    session::Session,
};
use anyhow::Result;
use firebreak_client::{
    program::state::{
        ChangeKind, CollateralListing, EngineCollateralTerms, EngineParams, EngineRules, EngineSettings, Listing, ParamChange,
        PriceSource, Sources,
    },
    Pubkey,
};
use serde_json::{json, Value};

pub fn list(session: &Session) -> Result<Out> {
    let mut changes: Vec<ParamChange> = rpc::all(&session.rpc, None)?.into_iter().map(|(_, change)| change).collect();
    changes.sort_by_key(|c| c.id);
    let mut table = Table::new(&["number", "what", "market", "class", "can be executed"]);
    let mut all = vec![];
    for change in &changes {
        let json = summary(session, change)?;
        let text = |key: &str| json[key].as_str().unwrap_or("-").to_string();
        table.row([change.id.to_string(), word(kind(change)?).into(), text("market"), text("class"), when(session, change)]);
        all.push(json);
    }
    let text = if all.is_empty() { "No change waits.".to_string() } else { table.text() };
    Ok(Out::new(text, json!({ "changes": all })))
}

pub fn show(session: &Session, id: u64) -> Result<Out> {
    let change = change(session, id)?;
    let (text, content) = content(&change)?;
    let mut json = summary(session, &change)?;
    let rows = [
        ("change", format!("{id}, {}", word(kind(&change)?))),
        ("market", json["market"].as_str().unwrap_or("-").to_string()),
        ("class", json["class"].as_str().unwrap_or("-").to_string()),
        ("proposed by", change.proposer.to_string()),
        ("executable", when(session, &change)),
    ];
    json["content"] = content;
    Ok(Out::new(format!("{}{text}", pairs(&rows)), json))
}

fn key(bytes: &[u8; 32]) -> String {
    Pubkey::new_from_array(*bytes).to_string()
}

fn source_json(source: &PriceSource) -> Value {
    json!({ "key": source.key.to_string(), "owner": source.owner.to_string(), "kind": source.kind, "weight": source.rule.weight })
}

/// What it replaces and what shall be.
fn content(change: &ParamChange) -> Result<(String, Value)> {
    Ok(match kind(change)? {
        ChangeKind::Params => differences(&change.replaced::<EngineParams>()?.0, &change.content::<EngineParams>()?.0),
        ChangeKind::Rules => differences(&change.replaced::<EngineRules>()?.0, &change.content::<EngineRules>()?.0),
        ChangeKind::Settings => differences(&change.replaced::<EngineSettings>()?.0, &change.content::<EngineSettings>()?.0),
        ChangeKind::Terms => {
            differences(&change.replaced::<EngineCollateralTerms>()?.0, &change.content::<EngineCollateralTerms>()?.0)
        }
        ChangeKind::Sources | ChangeKind::CollateralSources => {
            let list: Vec<Value> = change.content::<Sources>()?.used().iter().map(source_json).collect();
            (list.iter().map(|s| format!("  {s}\n")).collect(), list.into())
        }
        ChangeKind::Listing => {
            let listing = change.content::<Listing>()?;
            let name = String::from_utf8_lossy(&listing.name).trim_end_matches('\0').to_string();
            let sources: Vec<Value> = listing.sources.used().iter().map(source_json).collect();
            (format!("  name: {name}, {} sources\n", sources.len()), json!({ "name": name, "sources": sources }))
        }
        ChangeKind::CollateralListing => {
            let listing = change.content::<CollateralListing>()?;
            let sources: Vec<Value> = listing.sources.used().iter().map(source_json).collect();
            let text = format!("  mint: {}, cap {}, {} sources\n", listing.mint, listing.terms.params.cap, sources.len());
            let mint = listing.mint.to_string();
            (text, json!({ "mint": mint, "terms": to_json(&listing.terms.0), "sources": sources }))
        }
        ChangeKind::Authority | ChangeKind::Upgrade => {
            let new = key(change.content::<[u8; 32]>()?);
            (format!("  new: {new}\n"), json!({ "new": new }))
        }
    })
}
