//! `firebreak deposit` and `withdraw` with `--collateral`.

use crate::user::{
    book::collateral_sources,
    error::bad,
    options::Mine,
    out::Out,
    session::{Held, Session},
    units::{show_tokens, some_tokens},
};
use anyhow::Result;
use firebreak_client::{instruction, program::state::Collateral};
use firebreak_migrations::test_mint::holding;
use serde_json::json;
use solana_signer::Signer;
use solana_transaction::{Instruction, Signature};
use spl_associated_token_account_interface::instruction::create_associated_token_account_idempotent;

/// Puts collateral into the user's account.
pub fn deposit(session: &Session, mine: &Mine, token: &str, amount: &str) -> Result<()> {
    let record = session.book.token(token)?;
    let (name, held, key) = (session.book.token_name(record), session.mine(mine.sub)?, session.key()?);
    let amount = some_tokens(record, &name, amount)?;
    let from = holding(&key.pubkey(), &record.mint);
    session.require_held(&from, amount, &|units| format!("{} {name}", show_tokens(record, units)), &name)?;
    let put = instruction::deposit_collateral(key.pubkey(), held.key, from, record.mint, amount);
    let sent = session.send(&[put], &key)?;
    done(session, record, &held, ("Deposited", amount), sent.signature)
}

/// Takes collateral out of the user's account.
pub fn withdraw(session: &Session, mine: &Mine, token: &str, amount: &str) -> Result<()> {
    let record = session.book.token(token)?;
    let (name, held, key) = (session.book.token_name(record), session.mine(mine.sub)?, session.key()?);
    let amount = match amount {
        "all" => balance(record, &held),
        text => some_tokens(record, &name, text)?,
    };
    if amount == 0 {
        return bad(format!("The account holds no {name} to withdraw"));
    }
    let (owner, needs) = (key.pubkey(), session.book.needs(&held.account, None));
    let mut steps: Vec<Instruction> = vec![
        create_associated_token_account_idempotent(&owner, &owner, &record.mint, &spl_token_interface::ID),
        instruction::refresh_collateral(record.mint, &collateral_sources(record)),
    ];
    steps.push(instruction::withdraw_collateral(owner, held.key, holding(&owner, &record.mint), record.mint, amount, &needs));
    let sent = session.send(&steps, &key)?;
    done(session, record, &held, ("Withdrew", amount), sent.signature)
}

/// Smallest units of it that the account holds.
fn balance(record: &Collateral, held: &Held) -> u64 {
    held.account.engine.collateral_used().find(|b| b.collateral == record.index).map_or(0, |b| b.amount)
}

fn done(session: &Session, record: &Collateral, held: &Held, (did, amount): (&str, u64), signature: Signature) -> Result<()> {
    let (name, after) = (session.book.token_name(record), session.held(held.key, None)?);
    let (amount, holds) = (show_tokens(record, amount), show_tokens(record, balance(record, &after)));
    let text = format!("{did} {amount} {name}; the account holds {holds} {name}\nSignature {signature}");
    let json = json!({
        "signature": signature.to_string(),
        "account": held.key.to_string(),
        "collateral": name,
        "amount": amount,
        "balance": holds,
    });
    session.print(&Out::new(text, json));
    Ok(())
}
