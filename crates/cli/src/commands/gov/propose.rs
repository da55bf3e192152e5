//! `firebreak gov propose`.

use super::{change, collateral, summary, when, word};
use crate::user::{
    error::{bad, Bad},
    fields::{apply, apply_json},
    out::Out,
    session::Session,
};
use anyhow::Result;
use firebreak_client::{
    instruction,
    program::{
        instructions::ListMarketArgs,
        state::{EngineParams, EngineSourceRule, PriceSource, VENUE},
    },
    risk::{
        defaults::{LONG_TAIL, MAJOR, MID},
        governance::settings::Settings,
        price::SourceRule,
        Ratio, Rules,
    },
    Pubkey,
};
use serde_json::Value;
use solana_instruction::Instruction;
use solana_signer::Signer;
use std::path::{Path, PathBuf};

/// What can be proposed.
#[derive(Debug, clap::Subcommand)]
pub enum Propose {
    /// Other parameters of a market.
    Params {
        /// The market.
        market: String,
        /// What changes, as in maint=32000. Fields, their units and numbers: `firebreak market params`.
        #[arg(required = true, value_name = "FIELD=NUMBER")]
        changes: Vec<String>,
    },
    /// Other rules of a market.
    Rules {
        /// The market.
        market: String,
        /// What changes, as in breaker.halt_band=50000.
        #[arg(required = true, value_name = "FIELD=NUMBER")]
        changes: Vec<String>,
    },
    /// Other price sources of a market: all of them, from a JSON file.
    Sources {
        /// The market.
        market: String,
        /// A list of {"key", "owner", "feed_id", "kind", "weight", "max_age", "max_confidence"}.
        file: PathBuf,
    },
    /// A new market, from a JSON file.
    Listing {
        /// {"name", "class": "major", "mid" or "long-tail", "params": {…}, "rules": {…}, "sources": […]}: the fields named differ from the class's.
        file: PathBuf,
    },
    /// Gives the market of a proposed listing its rules, from the same file. `listing` does both; this is for when the second part failed.
    Complete {
        /// Number of the change.
        id: u64,
        /// The listing's file.
        file: PathBuf,
    },
    /// Other terms of a collateral: its cap, haircut and warm-up, the rules of its price and sale, what may leave its vault.
    Terms {
        /// The token: its mint, or its number.
        token: String,
        /// What changes, as in params.cap=1000000. Fields, their units and numbers: `firebreak gov terms`.
        #[arg(required = true, value_name = "FIELD=NUMBER")]
        changes: Vec<String>,
    },
    /// Other price sources of a collateral: all of them, from a JSON file.
    CollateralSources {
        /// The token: its mint, or its number.
        token: String,
        /// As of a market's sources.
        file: PathBuf,
    },
    /// A new collateral, from a JSON file.
    CollateralListing {
        /// {"mint", "class": "stable", "major" or "long-tail", "terms": {…}, "sources": […]}: the fields named differ from the class's; limits of outflow that are not named are zero.
        file: PathBuf,
    },
    /// Other settings of the protocol.
    Settings {
        /// What changes, as in cooldown=864000.
        #[arg(required_unless_present = "guardian", value_name = "FIELD=NUMBER")]
        changes: Vec<String>,
        /// Another guardian.
        #[arg(long, value_name = "ADDRESS")]
        guardian: Option<Pubkey>,
    },
    /// Another authority.
    Authority {
        /// Its key.
        key: Pubkey,
    },
    /// Another program: what a buffer holds, whose authority is the program's upgrade address.
    Upgrade {
        /// The buffer.
        buffer: Pubkey,
    },
}

pub fn propose(session: &Session, proposal: &Propose) -> Result<Out> {
    let key = session.key()?;
    let (authority, id) = (key.pubkey(), session.protocol.next_change);
    if authority != session.protocol.authority {
        return bad(format!("Only the authority {} may propose; --keypair names its key", session.protocol.authority));
    }
    let (id, steps) = match proposal {
        Propose::Complete { id, file } => {
            let listing = Listing::read(file)?;
            (*id, vec![instruction::complete_listing(authority, *id, listing.rules)])
        }
        other => (id, build(session, other, authority, id)?),
    };
    let mut signatures = vec![];
    for step in &steps {
        signatures.push(session.send(std::slice::from_ref(step), &key)?.signature.to_string());
    }
    let change = change(session, id)?;
    let mut json = summary(session, &change)?;
    let text = format!(
        "Change {id} ({}) is proposed: it can be executed {}\nSignature {}",
        word(super::kind(&change)?),
        when(session, &change),
        signatures.join("\nSignature ")
    );
    json["signatures"] = signatures.into();
    Ok(Out::new(text, json))
}

fn build(session: &Session, proposal: &Propose, authority: Pubkey, id: u64) -> Result<Vec<Instruction>> {
    Ok(match proposal {
        Propose::Params { market, changes } => {
            let market = session.book.named(market)?;
            let mut new = market.engine.params;
            changes.iter().try_for_each(|c| apply(&mut new, c))?;
            new.validate().map_err(|why| Bad(why.to_string()))?;
            vec![instruction::propose_params(authority, id, market.index, new)]
        }
        Propose::Rules { market, changes } => {
            let market = session.book.named(market)?;
            let mut new = market.engine.rules;
            changes.iter().try_for_each(|c| apply(&mut new, c))?;
            new.validate(&market.engine.params).map_err(|why| Bad(why.to_string()))?;
            vec![instruction::propose_rules(authority, id, market.index, new)]
        }
        Propose::Sources { market, file } => {
            let index = session.book.named(market)?.index;
            vec![instruction::propose_sources(authority, id, index, sources(&json(file)?)?)]
        }
        Propose::Listing { file } => {
            let Listing { args, rules } = Listing::read(file)?;
            let args = ListMarketArgs { index: session.protocol.market_count, ..args };
            vec![instruction::propose_listing(authority, id, args), instruction::complete_listing(authority, id, rules)]
        }
        Propose::Terms { token, changes } => {
            let record = collateral::named(session, token)?;
            let mut new = record.terms().0;
            changes.iter().try_for_each(|c| apply(&mut new, c))?;
            new.validate().map_err(|why| Bad(why.to_string()))?;
            vec![instruction::propose_collateral_terms(authority, id, record.mint, new)]
        }
        Propose::CollateralSources { token, file } => {
            let mint = collateral::named(session, token)?.mint;
            vec![instruction::propose_collateral_sources(authority, id, mint, sources(&json(file)?)?)]
        }
        Propose::CollateralListing { file } => {
            let (mint, args) = collateral::listing(file)?;
            vec![instruction::propose_collateral_listing(authority, id, mint, args)]
        }
        Propose::Settings { changes, guardian } => {
            let mut new: Settings = *session.protocol.settings(&session.insurance);
            changes.iter().try_for_each(|c| apply(&mut new, c))?;
            if let Some(guardian) = guardian {
                new.guardian = guardian.to_bytes();
            }
            new.validate().map_err(|why| Bad(why.to_string()))?;
            vec![instruction::propose_settings(authority, id, new)]
        }
        Propose::Authority { key } => vec![instruction::propose_authority(authority, id, *key)],
        Propose::Upgrade { buffer } => vec![instruction::propose_upgrade(authority, id, *buffer)],
        Propose::Complete { .. } => vec![],
    })
}

pub fn json(file: &Path) -> Result<Value> {
    let text = std::fs::read_to_string(file).map_err(|why| Bad(format!("{} cannot be read: {why}", file.display())))?;
    serde_json::from_str(&text).map_err(|why| Bad(format!("{} is no JSON: {why}", file.display())).into())
}

/// A market to be, as its file says.
struct Listing {
    args: ListMarketArgs,
    rules: Rules,
}

impl Listing {
    fn read(file: &Path) -> Result<Self> {
        let json = json(file)?;
        let name = json["name"].as_str().ok_or_else(|| Bad("The listing has no \"name\"".into()))?;
        if name.is_empty() || name.len() > 16 {
            return bad(format!("The name '{name}' must have 1 to 16 bytes"));
        }
        let (mut params, mut rules) = match json["class"].as_str() {
            Some("major") => (MAJOR, Rules::MAJOR),
            Some("mid") => (MID, Rules::MID),
            Some("long-tail") => (LONG_TAIL, Rules::LONG_TAIL),
            _ => return bad("The listing's \"class\" must be \"major\", \"mid\" or \"long-tail\""),
        };
        if !json["params"].is_null() {
            apply_json(&mut params, &json["params"])?;
        }
        if !json["rules"].is_null() {
            apply_json(&mut rules, &json["rules"])?;
        }
        params.validate().map_err(|why| Bad(why.to_string()))?;
        rules.validate(&params).map_err(|why| Bad(why.to_string()))?;
        let mut padded = [0; 16];
        padded[..name.len()].copy_from_slice(name.as_bytes());
        let args = ListMarketArgs { index: 0, name: padded, params: EngineParams(params), sources: sources(&json["sources"])? };
        Ok(Self { args, rules })
    }
}

pub fn sources(list: &Value) -> Result<Vec<PriceSource>> {
    let list = list.as_array().ok_or_else(|| Bad("The price sources must be a list".into()))?;
    list.iter().map(source).collect()
}

fn source(entry: &Value) -> Result<PriceSource> {
    let key = |field: &str| -> Result<Pubkey> {
        let text = entry[field].as_str().unwrap_or_default();
        text.parse().map_err(|_| Bad(format!("A source's \"{field}\" is no address: '{text}'")).into())
    };
    let number = |field: &str| -> Result<u32> {
        let number = entry[field].as_u64().and_then(|x| u32::try_from(x).ok());
        number.ok_or_else(|| Bad(format!("A source's \"{field}\" is missing or no number")).into())
    };
    let rule = SourceRule {
        weight: number("weight")?,
        max_age: number("max_age")?,
        max_confidence: Ratio(number("max_confidence")?),
        reserved: 0,
    };
    if entry["kind"].as_str() == Some("venue") {
        return Ok(PriceSource { rule: EngineSourceRule(rule), kind: VENUE, ..PriceSource::EMPTY });
    }
    let kind = u8::try_from(number("kind")?).map_err(|_| Bad("A source's \"kind\" is too large".into()))?;
    let id = entry["feed_id"].as_str().unwrap_or_default();
    let feed_id = feed_id(id)
        .ok_or_else(|| Bad(format!("A source's \"feed_id\" is neither 64 hexadecimal digits nor an address: '{id}'")))?;
    Ok(PriceSource { key: key("key")?, owner: key("owner")?, feed_id, rule: EngineSourceRule(rule), kind, reserved: [0; 7] })
}

/// As Pyth writes it, in hexadecimal, or as an address.
fn feed_id(text: &str) -> Option<[u8; 32]> {
    let hex = text.strip_prefix("0x").unwrap_or(text);
    if hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_hexdigit()) {
        let mut id = [0; 32];
        for (i, byte) in id.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).ok()?;
        }
        return Some(id);
    }
    text.parse::<Pubkey>().ok().map(|key| key.to_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_source_is_read_whole_or_not_at_all() {
        let key = Pubkey::new_from_array([7; 32]);
        let good = json!({ "key": key.to_string(), "owner": key.to_string(), "feed_id": "0x".to_string() + &"0a".repeat(32),
            "kind": 1, "weight": 1, "max_age": 60, "max_confidence": 20_000 });
        let read = source(&good).unwrap();
        assert_eq!((read.key, read.feed_id, read.kind, read.rule.max_age), (key, [10; 32], 1, 60));
        for field in ["key", "owner", "feed_id", "kind", "weight", "max_age", "max_confidence"] {
            let mut bad = good.clone();
            bad.as_object_mut().unwrap().remove(field);
            assert!(source(&bad).unwrap_err().to_string().contains(field), "{field}");
        }
        assert!(source(&json!({ "kind": "venue", "weight": 1, "max_age": 60, "max_confidence": 1 })).unwrap().is_venue());
    }
}
