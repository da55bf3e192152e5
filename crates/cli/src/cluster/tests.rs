//! A cluster as its users see it: started, driven, asked over RPC and websocket, stopped.

use std::{net::TcpListener, time::Duration};

use anyhow::Result;
use futures_util::StreamExt;
use solana_account::Account;
use solana_commitment_config::CommitmentConfig;
use solana_keypair::Keypair;
use solana_pubsub_client::nonblocking::pubsub_client::PubsubClient;
use solana_rpc_client::nonblocking::rpc_client::RpcClient;
use solana_signer::Signer;
use solana_system_interface::instruction::transfer;
use solana_transaction::{Address as Pubkey, Hash, InstructionError, Message, Transaction, TransactionError};

use super::{Cluster, ClusterConfig};

const SOL: u64 = 1_000_000_000;
/// 10 October 2025, 21:10 UTC.
const CRASH: i64 = 1_760_130_600;

fn cluster() -> Result<Cluster> {
    Cluster::start(ClusterConfig::default())
}

fn paused() -> Result<(Cluster, Keypair)> {
    let cluster = cluster()?;
    let payer = Keypair::new();
    cluster.airdrop(&payer.pubkey(), 100 * SOL)?;
    cluster.pause_blocks()?;
    Ok((cluster, payer))
}

fn payment(payer: &Keypair, to: &Pubkey, lamports: u64, blockhash: Hash) -> Transaction {
    let pay = transfer(&payer.pubkey(), to, lamports);
    Transaction::new(&[payer], Message::new(&[pay], Some(&payer.pubkey())), blockhash)
}

fn rpc(cluster: &Cluster) -> RpcClient {
    RpcClient::new_with_commitment(cluster.rpc_url(), CommitmentConfig::processed())
}

fn feed(byte: u8) -> Account {
    Account {
        lamports: SOL,
        data: vec![byte; 134],
        owner: Pubkey::new_from_array([9; 32]),
        executable: false,
        rent_epoch: u64::MAX,
    }
}

#[test]
fn stopping_closes_the_ports_for_the_next_cluster() -> Result<()> {
    let first = cluster()?;
    let (rpc, ws) = (first.node.rpc(), first.node.ws());
    let taken = Cluster::start(ClusterConfig { rpc_port: Some(rpc.port()), ..ClusterConfig::default() });
    assert!(taken.is_err_and(|error| error.to_string().contains(&rpc.port().to_string())));
    first.stop()?;
    drop((TcpListener::bind(rpc)?, TcpListener::bind(ws)?));

    let second = Cluster::start(ClusterConfig { rpc_port: Some(rpc.port()), ..ClusterConfig::default() })?;
    assert_eq!(second.rpc_url(), format!("http://{rpc}"));
    drop(second);
    TcpListener::bind(rpc)?;
    Ok(())
}

#[test]
fn the_clock_stands_exactly_where_it_is_set() -> Result<()> {
    let (cluster, payer) = paused()?;
    let blockhash = cluster.latest_blockhash()?;
    let start = cluster.clock()?.slot;
    cluster.set_clock(start + 1, CRASH)?;
    cluster.set_clock(start + 1_000_000, CRASH + 60)?;
    let clock = cluster.clock()?;
    assert_eq!((clock.slot, clock.unix_timestamp), (start + 1_000_000, CRASH + 60));
    close_block(&cluster)?;
    let clock = cluster.clock()?;
    assert_eq!((clock.slot, clock.unix_timestamp), (start + 1_000_001, CRASH + 60));
    assert_eq!(clock.epoch, clock.slot / 432_000);

    // Time passes for blockhashes by blocks only.
    let to = Pubkey::new_unique();
    assert_eq!(cluster.send(&payment(&payer, &to, SOL, blockhash))?.error, None);
    for _ in 0..150 {
        close_block(&cluster)?;
    }
    let late = cluster.send(&payment(&payer, &to, SOL + 1, blockhash))?;
    assert_eq!(late.error, Some(TransactionError::BlockhashNotFound));
    Ok(())
}

#[test]
fn a_clock_that_cannot_be_set_says_why() -> Result<()> {
    let (cluster, _) = paused()?;
    let slot = cluster.clock()?.slot;
    let says = |result: Result<()>, text: &str| {
        let error = result.expect_err("refused").to_string();
        assert!(error.contains(text), "{error}");
    };
    says(cluster.set_clock(slot, CRASH), "slots only grow");
    says(cluster.set_clock(slot + 1, -1), "1970");
    assert_eq!(cluster.clock()?.slot, slot);
    cluster.resume_blocks()?;
    says(cluster.set_clock(slot + 1_000, CRASH), "paused");
    std::thread::sleep(Duration::from_millis(300));
    assert!(cluster.clock()?.slot > slot);
    Ok(())
}

#[test]
fn a_result_tells_units_logs_and_error() -> Result<()> {
    let (cluster, payer) = paused()?;
    let to = Pubkey::new_unique();
    let blockhash = cluster.latest_blockhash()?;

    let paid = cluster.send(&payment(&payer, &to, SOL, blockhash))?;
    assert_eq!((paid.error, paid.compute_units), (None, 150));
    assert!(paid.logs.iter().any(|line| line.contains("success")), "{:?}", paid.logs);
    assert_eq!(cluster.get_account(&to)?.map(|a| a.lamports), Some(SOL));

    let again = cluster.send(&payment(&payer, &to, SOL, blockhash));
    assert!(again.is_err_and(|error| error.to_string().contains("already")));

    let poor = cluster.send(&payment(&payer, &to, 1_000 * SOL, blockhash))?;
    let short = TransactionError::InstructionError(0, InstructionError::Custom(1));
    assert_eq!((poor.error, poor.compute_units), (Some(short), 150));
    assert!(poor.logs.iter().any(|line| line.contains("insufficient")), "{:?}", poor.logs);

    let mut forged = payment(&payer, &to, 2 * SOL, blockhash);
    forged.message.recent_blockhash = Hash::new_unique();
    assert!(cluster.send(&forged).is_err());
    assert_eq!(cluster.take_errors(), Vec::<String>::new());
    Ok(())
}

#[test]
fn old_transactions_are_forgotten() -> Result<()> {
    let cluster = Cluster::start(ClusterConfig { kept_transactions: 10, ..ClusterConfig::default() })?;
    let payer = Keypair::new();
    cluster.airdrop(&payer.pubkey(), 100 * SOL)?;
    cluster.pause_blocks()?;
    for n in 0..50 {
        let blockhash = cluster.latest_blockhash()?;
        cluster.send(&payment(&payer, &Pubkey::new_unique(), SOL + n, blockhash))?;
        close_block(&cluster)?;
    }
    let kept = cluster.read(|svm| svm.transactions.count().unwrap_or(0))?;
    // The airdrop's block was not closed by us.
    assert!((10..=11).contains(&kept), "{kept} transactions are kept");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_see_what_the_driver_does() -> Result<()> {
    let (cluster, payer) = paused()?;
    let rpc = rpc(&cluster);
    let ws = PubsubClient::new(cluster.ws_url()).await?;
    let address = Pubkey::new_unique();
    cluster.set_account(&address, feed(1))?;
    assert_eq!(rpc.get_account(&address).await?, feed(1));

    // The server acknowledges a subscription a moment before it is in force, so the first change may go unseen.
    let (mut updates, _unsubscribe) = ws.account_subscribe(&address, None).await?;
    let mut seen = None;
    for byte in 2..50 {
        cluster.set_account(&address, feed(byte))?;
        if let Ok(update) = tokio::time::timeout(Duration::from_millis(300), updates.next()).await {
            seen = update.and_then(|update| update.value.data.decode());
            break;
        }
    }
    assert!(seen.is_some_and(|data| data.len() == 134 && data[0] >= 2));

    let start = cluster.clock()?.slot;
    cluster.set_clock(start + 500, CRASH)?;
    assert_eq!(rpc.get_slot().await?, start + 500);

    // A client's failed transaction is told in the answer; a good one is confirmed when the block closes.
    let blockhash = rpc.get_latest_blockhash().await?;
    let refused = rpc.send_transaction(&payment(&payer, &address, 1_000 * SOL, blockhash)).await;
    assert!(refused.is_err_and(|error| error.get_transaction_error().is_some()));
    let signature = rpc.send_transaction(&payment(&payer, &address, SOL, blockhash)).await?;
    assert_eq!(cluster.get_account(&address)?.map(|a| a.lamports), Some(2 * SOL));
    assert!(!rpc.confirm_transaction(&signature).await?);
    close_block(&cluster)?;
    assert!(rpc.confirm_transaction(&signature).await?);
    drop(updates);
    cluster.stop()
}

#[tokio::test]
async fn a_single_threaded_runtime_gets_an_error_not_a_panic() -> Result<()> {
    let cluster = cluster()?;
    let error = cluster.clock().expect_err("refused");
    assert!(error.to_string().contains("multi-threaded"), "{error}");
    Ok(())
}

/// Closes the current block and opens the next slot at the same second.
fn close_block(cluster: &Cluster) -> Result<()> {
    let now = cluster.clock()?;
    cluster.set_clock(now.slot + 1, now.unix_timestamp)
}

/// Configurations name the local cluster by this hash.
#[tokio::test(flavor = "multi_thread")]
async fn every_local_cluster_has_the_hash_that_keepers_know_it_by() -> Result<()> {
    let cluster = cluster()?;
    let told = rpc(&cluster).get_genesis_hash().await?;
    assert_eq!(told, cluster.genesis_hash()?);
    assert_eq!(told.to_string(), firebreak_keeper::config::LOCALNET);
    cluster.stop()
}
