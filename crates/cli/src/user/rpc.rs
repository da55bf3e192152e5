//! Reading accounts over any RPC endpoint.

use anchor_lang::{Discriminator, ZeroCopy};
use anyhow::{anyhow, bail, Context, Result};
use base64::{engine::general_purpose::STANDARD, Engine};
use firebreak_client::{decode, Pubkey, ID};
use serde_json::{json, Value};
use solana_account::Account;
use solana_rpc_client::{api::request::RpcRequest, rpc_client::RpcClient};

/// The accounts at `keys`, as far as there are any.
pub fn fetch(rpc: &RpcClient, keys: &[Pubkey]) -> Result<Vec<Option<Account>>> {
    let mut found = Vec::with_capacity(keys.len());
    // Servers take a hundred at a time.
    for some in keys.chunks(100) {
        found.extend(rpc.get_multiple_accounts(some).with_context(|| unreachable(rpc))?);
    }
    Ok(found)
}

/// The program's account at `key`, if there is one.
pub fn read<T: ZeroCopy + Discriminator>(rpc: &RpcClient, key: &Pubkey) -> Result<Option<T>> {
    let account = fetch(rpc, &[*key])?.pop().flatten();
    account.map(|account| as_type(key, &account)).transpose()
}

/// Decodes an account of the program.
pub fn as_type<T: ZeroCopy + Discriminator>(key: &Pubkey, account: &Account) -> Result<T> {
    decode::decode_owned(&account.owner, &account.data).map_err(|why| anyhow!("{key} is not what was expected there: {why}"))
}

/// Every account of the program that is a `T`; with `at`, only those that have these bytes at this place.
pub fn all<T: ZeroCopy + Discriminator>(rpc: &RpcClient, at: Option<(usize, &[u8])>) -> Result<Vec<(Pubkey, T)>> {
    let mut filters =
        vec![json!({ "memcmp": { "offset": 0, "encoding": "base64", "bytes": STANDARD.encode(T::DISCRIMINATOR) } })];
    if let Some((offset, bytes)) = at {
        filters.push(json!({ "memcmp": { "offset": offset, "encoding": "base64", "bytes": STANDARD.encode(bytes) } }));
    }
    let config = json!({ "encoding": "base64", "commitment": "confirmed", "filters": filters });
    let answer: Value =
        rpc.send(RpcRequest::GetProgramAccounts, json!([ID.to_string(), config])).with_context(|| unreachable(rpc))?;
    let Some(list) = answer.as_array() else { bail!("{} answered with something that is no list of accounts", rpc.url()) };
    list.iter()
        .map(|entry| {
            let key: Pubkey =
                entry["pubkey"].as_str().and_then(|k| k.parse().ok()).context("An account came without its address")?;
            let data = entry["account"]["data"][0].as_str().and_then(|text| STANDARD.decode(text).ok());
            let data = data.with_context(|| format!("The account {key} came without its data"))?;
            let decoded = decode::decode(&data).map_err(|why| anyhow!("{key} is not what was expected there: {why}"))?;
            Ok((key, decoded))
        })
        .collect()
}

/// What to say when a server does not answer as it should.
pub fn unreachable(rpc: &RpcClient) -> String {
    format!("{} did not answer; --url names another server, `firebreak localnet` starts one", rpc.url())
}
