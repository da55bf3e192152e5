//! What is checked before anything is done: the right chain, the right program, the right version of it.

use crate::{
    config::{Config, ConfigError},
    rpc::{Reading, Rpc, RpcFailure},
    Pubkey,
};
use firebreak_client::{
    address,
    decode::{self, DecodeError},
    program::{
        constants::LAYOUT_VERSION,
        state::{MarginAccount, Protocol},
    },
    ID,
};
use solana_message::AddressLookupTableAccount;
use solana_transaction::Hash;
use std::time::{Duration, Instant};
use thiserror::Error;

/// Between two attempts to reach a node that does not answer.
const PAUSE: Duration = Duration::from_millis(500);
/// Where a lookup table's addresses begin.
const TABLE_META: usize = 56;

/// Why a keeper does not start. Each is one sentence.
#[derive(Debug, Error)]
pub enum StartError {
    /// The configuration, or a key it names.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Another chain.
    #[error("cluster.genesis_hash is {wanted}, but the cluster at {host} has {found}")]
    WrongCluster {
        /// As configured.
        wanted: String,
        /// As found.
        found: String,
        /// Where.
        host: String,
    },
    /// The program is not there, or not as this keeper knows it.
    #[error("{0}")]
    WrongProgram(String),
    /// A lookup table is not there or holds none.
    #[error("sending.lookup_tables names {0}, which {1}")]
    WrongTable(String, &'static str),
    /// Nobody answers.
    #[error("the cluster at {host} does not answer: {why}")]
    Unreachable {
        /// Where.
        host: String,
        /// What was said last.
        why: String,
    },
    /// The metrics' address cannot be used, or another part of this machine does not do its work.
    #[error("{0}")]
    Machine(String),
}

/// What was found.
pub struct Found {
    /// The keeper's margin account, if it is open.
    pub account: Option<Pubkey>,
    /// Lookup tables.
    pub tables: Vec<AddressLookupTableAccount>,
}

/// Checks everything. A node that does not answer is asked again until `patience` is over; `None`: forever.
///
/// # Errors
/// [`StartError`].
pub async fn check(rpc: &Rpc, config: &Config, owner: &Pubkey, patience: Option<Duration>) -> Result<Found, StartError> {
    let since = Instant::now();
    let host = config.cluster.url.host().to_string();
    loop {
        let failure = match attempt(rpc, config, owner, &host).await {
            Ok(result) => return result,
            Err(failure) => failure,
        };
        if patience.is_some_and(|p| since.elapsed() >= p) {
            return Err(StartError::Unreachable { host, why: failure.to_string() });
        }
        tracing::warn!(why = %failure, "the cluster does not answer yet");
        tokio::time::sleep(PAUSE).await;
    }
}

async fn attempt(rpc: &Rpc, config: &Config, owner: &Pubkey, host: &str) -> Result<Result<Found, StartError>, RpcFailure> {
    let found = rpc.genesis_hash().await?;
    if config.genesis_hash().parse::<Hash>().ok() != Some(found) {
        let wanted = config.genesis_hash().to_string();
        return Ok(Err(StartError::WrongCluster { wanted, found: found.to_string(), host: host.into() }));
    }
    let margin = address::account(owner, config.keys.sub_account);
    let named: Vec<(String, Option<Pubkey>)> =
        config.sending.lookup_tables.iter().map(|name| (name.clone(), name.parse().ok())).collect();
    let tables = named.iter().filter_map(|(_, key)| *key);
    let keys: Vec<Pubkey> = [ID, address::protocol(), margin].into_iter().chain(tables).collect();
    let reading = rpc.accounts(&keys).await?;
    Ok(judge(&reading, &margin, &named, host))
}

fn judge(reading: &Reading, margin: &Pubkey, named: &[(String, Option<Pubkey>)], host: &str) -> Result<Found, StartError> {
    let find = |key: &Pubkey| reading.accounts.iter().find(|a| a.key == *key);
    let wrong = |why: String| Err(StartError::WrongProgram(why));
    if find(&ID).is_none() {
        return wrong(format!("the program {ID} is not deployed on the cluster at {host}"));
    }
    let Some(protocol) = find(&address::protocol()) else {
        return wrong(format!("the program {ID} on the cluster at {host} was never initialised"));
    };
    // The version is the first byte after the discriminator in every layout; the rest may be anything in another version.
    match decode::decode_owned::<Protocol>(&protocol.owner, &protocol.data) {
        Err(why @ (DecodeError::WrongOwner(_) | DecodeError::WrongType)) => {
            return wrong(format!("the protocol's account: {why}"))
        }
        Ok(_) | Err(DecodeError::TooShort { .. }) => match protocol.data.get(8) {
            Some(&LAYOUT_VERSION) if protocol.data.len() == Protocol::SPACE => {}
            Some(&LAYOUT_VERSION) => {
                return wrong(format!(
                    "the protocol's account has {} bytes, this keeper knows it with {}: the program is of another version",
                    protocol.data.len(),
                    Protocol::SPACE
                ));
            }
            version => {
                return wrong(format!(
                    "the program has layout version {}, this keeper knows version {LAYOUT_VERSION}",
                    version.copied().unwrap_or(0)
                ));
            }
        },
    }
    let account = match find(margin) {
        None => None,
        Some(a) => match decode::decode_owned::<MarginAccount>(&a.owner, &a.data) {
            Ok(_) => Some(*margin),
            Err(why) => return wrong(format!("the keeper's margin account {margin}: {why}")),
        },
    };
    let table = |(name, key): &(String, Option<Pubkey>)| {
        let data = key.as_ref().and_then(find).ok_or_else(|| StartError::WrongTable(name.clone(), "does not exist"))?;
        let rest = data.data.get(TABLE_META..).filter(|rest| rest.len() % 32 == 0);
        let rest = rest.ok_or_else(|| StartError::WrongTable(name.clone(), "is no lookup table"))?;
        let addresses = rest.chunks_exact(32).filter_map(|b| Pubkey::try_from(b).ok()).collect();
        Ok(AddressLookupTableAccount { key: data.key, addresses })
    };
    Ok(Found { account, tables: named.iter().map(table).collect::<Result<_, StartError>>()? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rpc::Read;
    use anchor_lang::Discriminator;

    fn reading(version: u8, length: usize) -> Reading {
        let mut data = Protocol::DISCRIMINATOR.to_vec();
        data.push(version);
        data.resize(length, 0);
        let program = Read { key: ID, owner: Pubkey::default(), data: vec![1] };
        Reading { slot: 1, accounts: vec![program, Read { key: address::protocol(), owner: ID, data }], absent: vec![] }
    }

    fn judged(reading: &Reading) -> Result<Found, String> {
        judge(reading, &Pubkey::new_unique(), &[], "http://host").map_err(|e| e.to_string())
    }

    fn refused(reading: &Reading) -> String {
        judged(reading).err().expect("it is refused")
    }

    #[test]
    fn another_version_of_the_program_is_refused_by_name() {
        assert!(judged(&reading(LAYOUT_VERSION, Protocol::SPACE)).is_ok_and(|f| f.account.is_none()));
        let next = refused(&reading(LAYOUT_VERSION + 1, Protocol::SPACE));
        assert!(next.contains("layout version 2, this keeper knows version 1"), "{next}");
        // A version with a larger or smaller account is told by its version, not by its size.
        assert!(refused(&reading(LAYOUT_VERSION + 1, 100)).contains("layout version 2"));
        assert!(refused(&reading(LAYOUT_VERSION, Protocol::SPACE + 8)).contains("of another version"));
        let mut foreign = reading(LAYOUT_VERSION, Protocol::SPACE);
        foreign.accounts[1].owner = Pubkey::new_unique();
        assert!(refused(&foreign).contains("not by Firebreak"));
        let mut none = reading(LAYOUT_VERSION, Protocol::SPACE);
        none.accounts.truncate(1);
        assert!(refused(&none).contains("never initialised"));
        none.accounts.clear();
        assert!(refused(&none).contains("is not deployed"));
    }

    #[test]
    fn a_lookup_table_must_be_there() {
        let mut with = reading(LAYOUT_VERSION, Protocol::SPACE);
        let key = Pubkey::new_unique();
        let named = [(key.to_string(), Some(key))];
        let judged = |with: &Reading| judge(with, &Pubkey::new_unique(), &named, "h").map(|f| f.tables);
        assert!(judged(&with).is_err_and(|e| e.to_string().contains("does not exist")));
        with.accounts.push(Read { key, owner: Pubkey::default(), data: vec![0; TABLE_META + 33] });
        assert!(judged(&with).is_err_and(|e| e.to_string().contains("is no lookup table")));
        with.accounts[2].data.pop();
        assert_eq!(judged(&with).expect("a table")[0].addresses.len(), 1);
    }
}
