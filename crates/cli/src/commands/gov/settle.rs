//! `firebreak gov execute` and `cancel`.

use super::{change, collateral, kind, upgrade, word};
use crate::user::{out::Out, session::Session};
use anyhow::Result;
use firebreak_client::{
    instruction,
    program::state::{ChangeKind, CollateralListing, ParamChange},
    Pubkey,
};
use serde_json::json;
use solana_instruction::Instruction;
use solana_signer::Signer;

pub fn execute(session: &Session, id: u64) -> Result<Out> {
    let (key, change) = (session.key()?, change(session, id)?);
    if kind(&change)? == ChangeKind::Upgrade {
        upgrade::make_room(session, &key, &Pubkey::new_from_array(*change.content::<[u8; 32]>()?))?;
    }
    let sent = session.send(&[step(session, &change, key.pubkey())?], &key)?;
    let text = format!("Change {id} ({}) is in force\nSignature {}", word(kind(&change)?), sent.signature);
    Ok(Out::new(text, json!({ "signature": sent.signature.to_string(), "id": id, "kind": word(kind(&change)?) })))
}

fn step(session: &Session, change: &ParamChange, caller: Pubkey) -> Result<Instruction> {
    let (id, proposer) = (change.id, change.proposer);
    Ok(match kind(change)? {
        ChangeKind::Params | ChangeKind::Rules | ChangeKind::Sources => instruction::execute_change(id, change.market, proposer),
        ChangeKind::Listing => instruction::execute_listing(caller, id, change.market, proposer),
        ChangeKind::Terms | ChangeKind::CollateralSources => {
            let mint = collateral::named(session, &change.market.to_string())?.mint;
            instruction::execute_collateral_change(id, mint, proposer)
        }
        ChangeKind::CollateralListing => {
            let mint = change.content::<CollateralListing>()?.mint;
            instruction::execute_collateral_listing(caller, id, mint, proposer)
        }
        ChangeKind::Settings => instruction::execute_settings(id, proposer),
        ChangeKind::Authority => instruction::accept_authority(caller, id, proposer),
        ChangeKind::Upgrade => instruction::upgrade_program(id, proposer, Pubkey::new_from_array(*change.content::<[u8; 32]>()?)),
    })
}

pub fn cancel(session: &Session, id: u64) -> Result<Out> {
    let (key, change) = (session.key()?, change(session, id)?);
    let sent = session.send(&[instruction::cancel_change(key.pubkey(), id, change.proposer)], &key)?;
    let text = format!("Change {id} ({}) is withdrawn\nSignature {}", word(kind(&change)?), sent.signature);
    Ok(Out::new(text, json!({ "signature": sent.signature.to_string(), "id": id, "kind": word(kind(&change)?) })))
}
