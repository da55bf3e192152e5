//! Adds the protocol's books up from account bytes and compares them with the vault.

use super::stage::Stage;
use anyhow::{anyhow, ensure, Context, Result};
use firebreak_client::{
    address, decode,
    ledger::Books,
    program::state::{Insurance, MarginAccount, Market, Protocol},
    Pubkey,
};
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

/// Reads every account of the protocol.
pub fn read(stage: &Stage) -> Result<State> {
    let members =
        stage.makers.iter().chain(&stage.traders).chain(&stage.bystanders).chain(stage.keepers.iter().map(|k| &k.member));
    let accounts = members.map(|m| Ok((m.account, fetch(stage, &m.account)?))).collect::<Result<BTreeMap<_, MarginAccount>>>()?;
    let market = stage.market()?;
    let insurance: Insurance = fetch(stage, &address::insurance())?;
    let protocol: Protocol = fetch(stage, &address::protocol())?;
    let vault = address::vault(&stage.keys.mint.pubkey());
    let vault = stage.chain.cluster.get_account(&vault)?.context("The vault is gone")?;
    let vault = spl_token_interface::state::Account::unpack(&vault.data).context("The vault is no token account")?.amount;

    let books = Books::of(accounts.values(), [&market], &insurance);
    books.check(&market).map_err(|why| anyhow!("The books do not add up: {why}"))?;
    ensure!(market.engine.invariant().is_ok(), "The market's identity is broken: {:?}", market.engine.ledger);
    Ok(State { error: vault as i128 - books.ledger, market, protocol, insurance, accounts })
}

fn fetch<T: anchor_lang::ZeroCopy + anchor_lang::Discriminator>(stage: &Stage, key: &Pubkey) -> Result<T> {
    let account = stage.chain.cluster.get_account(key)?.with_context(|| format!("The account {key} is gone"))?;
    Ok(decode::decode_owned(&account.owner, &account.data)?)
}
