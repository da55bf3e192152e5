//! Adds the protocol's books up from account bytes and compares them with the vault.

use super::{population::MARKET, stage::Stage};
use anyhow::{anyhow, ensure, Context, Result};
use firebreak_client::{
    address, decode,
    ledger::Books,
    program::state::{Insurance, MarginAccount, Market, Protocol},
    Pubkey,
};
use solana_account::Account;
use solana_program_pack::Pack;
use solana_signer::Signer;
use std::collections::BTreeMap;

/// All of the protocol's state at one moment.
pub struct State {
    /// The market.
    pub market: Market,
    /// The protocol.
    pub protocol: Protocol,
    /// Shared insurance.
    pub insurance: Insurance,
    /// Every margin account.
    pub accounts: BTreeMap<Pubkey, MarginAccount>,
    /// Vault less ledger; anything but zero is a bug.
    pub error: i128,
}

/// Reads every account of the protocol, all as of one moment.
pub fn read(stage: &Stage) -> Result<State> {
    let members =
        stage.makers.iter().chain(&stage.traders).chain(&stage.bystanders).chain(stage.keepers.iter().map(|k| &k.member));
    let members: Vec<Pubkey> = members.map(|m| m.account).collect();
    let vault = address::vault(&stage.keys.mint.pubkey());
    let rest = [address::market(MARKET), address::insurance(), address::protocol(), vault];
    let keys: Vec<Pubkey> = rest.iter().chain(&members).copied().collect();
    let read = stage.chain.cluster.get_accounts(&keys)?;
    let found =
        keys.iter().zip(read).map(|(key, account)| Ok((*key, account.with_context(|| format!("The account {key} is gone"))?)));
    let found = found.collect::<Result<BTreeMap<Pubkey, Account>>>()?;
    let accounts = members.iter().map(|key| Ok((*key, decoded(&found, key)?))).collect::<Result<BTreeMap<_, MarginAccount>>>()?;
    let [market, insurance, protocol, vault] = rest;
    let market: Market = decoded(&found, &market)?;
    let insurance: Insurance = decoded(&found, &insurance)?;
    let protocol: Protocol = decoded(&found, &protocol)?;
    let vault = found.get(&vault).context("The vault is gone")?;
    let vault = spl_token_interface::state::Account::unpack(&vault.data).context("The vault is no token account")?.amount;

    let books = Books::of(accounts.values(), [&market], &insurance);
    books.check(&market).map_err(|why| anyhow!("The books do not add up: {why}"))?;
    ensure!(market.engine.invariant().is_ok(), "The market's identity is broken: {:?}", market.engine.ledger);
    Ok(State { error: vault as i128 - books.ledger, market, protocol, insurance, accounts })
}

fn decoded<T: anchor_lang::ZeroCopy + anchor_lang::Discriminator>(found: &BTreeMap<Pubkey, Account>, key: &Pubkey) -> Result<T> {
    let account = found.get(key).with_context(|| format!("The account {key} is gone"))?;
    Ok(decode::decode_owned(&account.owner, &account.data)?)
}
