//! What `firebreak gov` knows of collaterals.

use super::propose::{json, sources};
use crate::user::{
    error::{bad, Bad},
    fields::{apply_json, leaves, to_json},
    out::{Out, Table},
    rpc,
    session::Session,
};
use anyhow::Result;
use firebreak_client::{
    address, instruction,
    program::{
        instructions::ListCollateralArgs,
        state::{Collateral, EngineCollateralTerms},
    },
    risk::{
        collateral::CollateralParams, collateral_rules::CollateralRules, governance::collateral::CollateralTerms,
        outflow::OutflowRules, volatility::VolatilityParams,
    },
    Pubkey,
};
use serde_json::{json, Value};
use solana_signer::Signer;
use std::path::Path;

/// Every collateral's record, by number.
fn all(session: &Session) -> Result<Vec<Collateral>> {
    let mut records: Vec<Collateral> = rpc::all(&session.rpc, None)?.into_iter().map(|(_, record)| record).collect();
    records.sort_by_key(|r| r.index);
    Ok(records)
}

/// The collateral that `text` names: its mint, or its number.
pub fn named(session: &Session, text: &str) -> Result<Collateral> {
    let found = match text.parse::<Pubkey>() {
        Ok(mint) => rpc::read(&session.rpc, &address::collateral(&mint))?,
        Err(_) => {
            let number: Option<u16> = text.parse().ok();
            all(session)?.into_iter().find(|record| Some(record.index) == number)
        }
    };
    Ok(found.ok_or_else(|| Bad(format!("There is no collateral '{text}': `firebreak gov terms` shows those that there are")))?)
}

pub fn show(session: &Session, token: Option<&str>) -> Result<Out> {
    let records = match token {
        Some(token) => vec![named(session, token)?],
        None => all(session)?,
    };
    let mut text = String::new();
    let mut list = vec![];
    for record in &records {
        let terms = record.terms().0;
        let mut table = Table::new(&["field", "number", "what it is"]);
        for leaf in leaves::<CollateralTerms>() {
            let docs: Vec<&str> = leaf.docs.iter().map(|line| line.trim()).collect();
            table.row([leaf.path.clone(), leaf.get(&terms).to_string(), docs.join(" ")]);
        }
        text += &format!("Collateral {}, {}\n{}\n", record.index, record.mint, table.text());
        list.push(json!({
            "collateral": record.index,
            "mint": record.mint.to_string(),
            "held": record.engine.total,
            "forfeited": record.forfeited,
            "terms": to_json(&terms),
        }));
    }
    Ok(Out::new(if list.is_empty() { "No collateral is listed.".into() } else { text }, json!({ "collaterals": list })))
}

pub fn lower_cap(session: &Session, token: &str, cap: u64) -> Result<Out> {
    let (record, key) = (named(session, token)?, session.key()?);
    let sent = session.send(&[instruction::set_collateral_cap(key.pubkey(), record.mint, cap)], &key)?;
    let text = format!("The cap of collateral {} is {cap}\nSignature {}", record.index, sent.signature);
    Ok(Out::new(text, json!({ "signature": sent.signature.to_string(), "collateral": record.index, "cap": cap })))
}

/// A collateral to be, as its file says: its mint, its terms and sources.
pub fn listing(file: &Path) -> Result<(Pubkey, ListCollateralArgs)> {
    read(&json(file)?)
}

fn read(json: &Value) -> Result<(Pubkey, ListCollateralArgs)> {
    let text = json["mint"].as_str().unwrap_or_default();
    let mint = text.parse().map_err(|_| Bad(format!("The listing's \"mint\" is no address: '{text}'")))?;
    let (params, rules) = match json["class"].as_str() {
        Some("stable") => (CollateralParams::STABLE, CollateralRules::STABLE),
        Some("major") => (CollateralParams::MAJOR, CollateralRules::MAJOR),
        Some("long-tail") => (CollateralParams::LONG_TAIL, CollateralRules::LONG_TAIL),
        _ => return bad("The listing's \"class\" must be \"stable\", \"major\" or \"long-tail\""),
    };
    // What is not named of the limits is zero: nothing leaves.
    let outflow = OutflowRules { hour: 0, day: 0, free: 0 };
    let mut terms = CollateralTerms { params, measured: VolatilityParams::MAJOR, rules, outflow };
    apply_json(&mut terms, &json["terms"])?;
    terms.validate().map_err(|why| Bad(why.to_string()))?;
    Ok((mint, ListCollateralArgs { terms: EngineCollateralTerms(terms), sources: sources(&json["sources"])? }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_is_its_class_and_what_differs() {
        let mint = Pubkey::new_from_array([7; 32]);
        let json = json!({ "mint": mint.to_string(), "class": "major", "sources": [],
            "terms": { "params.cap": 5, "params.full_value": 4, "params.decimals": 9, "outflow.day": 3 } });
        let (key, args) = read(&json).unwrap();
        assert_eq!(key, mint);
        let expected = CollateralParams { cap: 5, full_value: 4, decimals: 9, ..CollateralParams::MAJOR };
        assert_eq!((args.terms.params, args.terms.rules), (expected, CollateralRules::MAJOR));
        assert_eq!(args.terms.outflow, OutflowRules { hour: 0, day: 3, free: 0 });
        let said = |field: &str, value: Value| {
            let mut bad = json.clone();
            bad[field] = value;
            read(&bad).unwrap_err().to_string()
        };
        assert!(said("mint", "x".into()).contains("mint"));
        assert!(said("class", "small".into()).contains("long-tail"));
        assert!(said("terms", json!({ "params.warmup": 0, "params.full_value": 1 })).contains("warmup"));
    }
}
