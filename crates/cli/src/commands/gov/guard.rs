//! `firebreak gov tighten` and `pause`: the guardian's means.

use super::{collateral, differences};
use crate::user::{
    error::{bad, Bad},
    fields::{apply, leaves},
    out::Out,
    session::Session,
    units::name,
};
use anyhow::Result;
use firebreak_client::{
    instruction,
    risk::{governance::PAUSE, levels::Gate, MarketParams},
};
use serde_json::json;
use solana_keypair::Keypair;
use solana_signer::Signer;

/// What a guardian may pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Pausable {
    /// Opening and enlarging positions.
    Increase,
    /// Withdrawing, with positions and without.
    Withdraw,
    /// Converting claims.
    Convert,
    /// Staking into insurance.
    Stake,
    /// Paying stakes out.
    PayOut,
}

impl Pausable {
    fn bits(self) -> u64 {
        match self {
            Self::Increase => Gate::Increase.bit(),
            Self::Withdraw => Gate::Withdraw.bit() | Gate::WithdrawFree.bit(),
            Self::Convert => Gate::Convert.bit(),
            Self::Stake => Gate::Stake.bit(),
            Self::PayOut => Gate::PayOut.bit(),
        }
    }
}

fn guardian(session: &Session) -> Result<Keypair> {
    let key = session.key()?;
    let guardian = session.protocol.guardian;
    if key.pubkey() == guardian {
        return Ok(key);
    }
    match guardian == Default::default() {
        true => bad("The protocol has no guardian: `firebreak gov propose settings --guardian` names one"),
        false => bad(format!("Only the guardian {guardian} may do that; --keypair names its key")),
    }
}

pub fn tighten(session: &Session, market: &str, changes: &[String]) -> Result<Out> {
    let (market, key) = (session.book.named(market)?, guardian(session)?);
    let is_param = |change: &String| {
        let path = change.split('=').next().unwrap_or_default().trim();
        leaves::<MarketParams>().iter().any(|leaf| leaf.path == path)
    };
    let (params, rules): (Vec<&String>, Vec<&String>) = changes.iter().partition(|c| is_param(c));
    let (mut new_params, mut new_rules) = (market.engine.params, market.engine.rules);
    params.iter().try_for_each(|c| apply(&mut new_params, c))?;
    rules.iter().try_for_each(|c| apply(&mut new_rules, c))?;
    new_params.validate().map_err(|why| Bad(why.to_string()))?;
    new_rules.validate(&new_params).map_err(|why| Bad(why.to_string()))?;
    let mut steps = vec![];
    if !params.is_empty() {
        steps.push(instruction::tighten_params(key.pubkey(), market.index, new_params));
    }
    if !rules.is_empty() {
        steps.push(instruction::tighten_rules(key.pubkey(), market.index, new_rules));
    }
    // Each in a transaction of its own: rules are large.
    let mut signatures = vec![];
    for step in &steps {
        signatures.push(session.send(std::slice::from_ref(step), &key)?.signature.to_string());
    }
    let (a, b) = (differences(&market.engine.params, &new_params), differences(&market.engine.rules, &new_rules));
    let text = format!("Tightened {}\n{}{}Signature {}", name(market), a.0, b.0, signatures.join("\nSignature "));
    let json = json!({ "market": name(market), "params": a.1, "rules": b.1, "signatures": signatures });
    Ok(Out::new(text, json))
}

pub fn tighten_collateral(session: &Session, token: &str, changes: &[String]) -> Result<Out> {
    let (record, key) = (collateral::named(session, token)?, guardian(session)?);
    let old = record.terms().0;
    let mut new = old;
    changes.iter().try_for_each(|c| apply(&mut new, c))?;
    new.validate().map_err(|why| Bad(why.to_string()))?;
    let sent = session.send(&[instruction::tighten_collateral(key.pubkey(), record.mint, new)], &key)?;
    let (text, fields) = differences(&old, &new);
    let text = format!("Tightened collateral {}\n{text}Signature {}", record.index, sent.signature);
    Ok(Out::new(text, json!({ "signature": sent.signature.to_string(), "collateral": record.index, "terms": fields })))
}

pub fn pause(session: &Session, actions: &[Pausable]) -> Result<Out> {
    let key = guardian(session)?;
    let bits = actions.iter().fold(0, |bits, action| bits | action.bits());
    let sent = session.send(&[instruction::pause(key.pubkey(), bits)], &key)?;
    let words: Vec<String> = actions.iter().map(|a| format!("{a:?}").to_lowercase()).collect();
    let text = format!("Paused {} for {} minutes\nSignature {}", words.join(", "), PAUSE / 60, sent.signature);
    Ok(Out::new(text, json!({ "signature": sent.signature.to_string(), "paused": words, "seconds": PAUSE })))
}
