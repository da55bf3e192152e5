//! The demo's view of the chain: transactions go through JSON-RPC like anybody's, with preflight, so that one round trip tells who
//! won and who lost; compute units are read from the cluster's own record.

use crate::cluster::Cluster;
use anyhow::{Context, Result};
use firebreak_client::event::{self, Event};
use solana_commitment_config::{CommitmentConfig, CommitmentLevel};
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_rpc_client::{
    api::{
        client_error::{Error as ClientError, ErrorKind},
        config::RpcSendTransactionConfig,
        request::{RpcError, RpcResponseErrorData},
    },
    rpc_client::RpcClient,
};
use solana_signer::Signer;
use solana_transaction::{Hash, Transaction};
use std::collections::BTreeMap;

/// Counts of what was sent.
#[derive(Default)]
pub struct Counts {
    /// Transactions executed or refused.
    pub sent: u64,
    /// Refused ones by error name.
    pub failed: BTreeMap<String, u64>,
    /// Highest compute units seen, by instruction.
    pub max_cu: BTreeMap<String, u64>,
}

/// A running cluster and a client of it.
pub struct Chain {
    /// The cluster.
    pub cluster: Cluster,
    /// Its JSON-RPC client.
    pub rpc: RpcClient,
    /// Counts so far.
    pub counts: Counts,
    blockhash: Hash,
}

impl Chain {
    /// A client of `cluster`.
    pub fn new(cluster: Cluster) -> Result<Self> {
        let rpc = RpcClient::new_with_commitment(cluster.rpc_url(), CommitmentConfig::processed());
        let blockhash = rpc.get_latest_blockhash().context("The cluster gave no blockhash")?;
        Ok(Self { cluster, rpc, counts: Counts::default(), blockhash })
    }

    /// Moves the clock to `slot` and `time`, closing the block before, and takes the new block's hash.
    pub fn tick(&mut self, slot: u64, time: i64) -> Result<()> {
        self.cluster.set_clock(slot, time)?;
        // The same instruction in two blocks is two transactions only under two blockhashes.
        self.blockhash = self.cluster.latest_blockhash()?;
        Ok(())
    }

    /// Sends one transaction that `payer` pays for. `Ok(Ok(…))` holds its events, `Ok(Err(name))` is a refusal by the chain, `Err` a broken cluster.
    pub fn send(
        &mut self,
        instructions: &[Instruction],
        payer: &Keypair,
        others: &[&Keypair],
    ) -> Result<Result<Vec<Event>, String>> {
        let mut signers = vec![payer];
        signers.extend(others.iter().filter(|k| k.pubkey() != payer.pubkey()));
        let tx = Transaction::new_signed_with_payer(instructions, Some(&payer.pubkey()), &signers, self.blockhash);
        let config = RpcSendTransactionConfig { preflight_commitment: Some(CommitmentLevel::Processed), ..Default::default() };
        self.counts.sent += 1;
        match self.rpc.send_transaction_with_config(&tx, config) {
            Ok(signature) => {
                let result = self.cluster.result(signature)?;
                self.note_cu(&result.logs);
                Ok(Ok(result.inner.iter().filter_map(|data| event::decode(data)).collect()))
            }
            Err(error) => {
                let (name, logs) = refusal(&error).with_context(|| format!("The cluster failed: {error}"))?;
                self.note_cu(&logs);
                *self.counts.failed.entry(name.clone()).or_default() += 1;
                Ok(Err(name))
            }
        }
    }

    /// Sends a transaction that must succeed.
    pub fn must(&mut self, what: &str, instructions: &[Instruction], payer: &Keypair, others: &[&Keypair]) -> Result<()> {
        self.send(instructions, payer, others)?.map_err(|name| anyhow::anyhow!("{what} was refused: {name}"))?;
        Ok(())
    }

    /// Reads the units of each of the program's top-level instructions out of the logs.
    fn note_cu(&mut self, logs: &[String]) {
        let ours = format!("Program {} ", firebreak_client::ID);
        let (mut depth, mut name) = (0u32, None);
        for line in logs {
            if line.starts_with("Program ") && line.contains(" invoke [") {
                depth += 1;
                if depth == 1 {
                    name = None;
                }
            } else if let Some(instruction) = line.strip_prefix("Program log: Instruction: ") {
                if depth == 1 && name.is_none() {
                    name = Some(snake(instruction));
                }
            } else if line.starts_with("Program ") && (line.ends_with(" success") || line.contains(" failed: ")) {
                depth = depth.saturating_sub(1);
            } else if let Some(rest) = line.strip_prefix(&ours).and_then(|r| r.strip_prefix("consumed ")) {
                let used: Option<u64> = rest.split(' ').next().and_then(|n| n.parse().ok());
                if let (1, Some(name), Some(used)) = (depth, &name, used) {
                    let most = self.counts.max_cu.entry(name.clone()).or_default();
                    *most = used.max(*most);
                }
            }
        }
    }
}

/// Name and logs of a transaction the cluster refused; `None` when something else went wrong.
fn refusal(error: &ClientError) -> Option<(String, Vec<String>)> {
    let ErrorKind::RpcError(RpcError::RpcResponseError { data, .. }) = error.kind() else {
        return None;
    };
    let RpcResponseErrorData::SendTransactionPreflightFailure(result) = data else {
        return None;
    };
    let logs = result.logs.clone().unwrap_or_default();
    let named = logs.iter().rev().find_map(|l| l.split("Error Code: ").nth(1));
    let name = match named {
        Some(rest) => rest.split('.').next().unwrap_or(rest).to_string(),
        None => result.err.as_ref().map_or_else(|| "Unknown".into(), |e| format!("{e:?}")),
    };
    Some((name, logs))
}

/// `RefreshMarket` → `refresh_market`.
fn snake(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}
