//! Sending a transaction: preflight, confirmation, and what it did.

use super::{error::Refused, refusal::explain, rpc::unreachable, session::Session};
use anyhow::{bail, Context, Result};
use firebreak_client::event::{self, Event};
use serde_json::{json, Value};
use solana_commitment_config::CommitmentConfig;
use solana_compute_budget_interface::ComputeBudgetInstruction;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_rpc_client::api::{
    client_error::{Error as ClientError, ErrorKind},
    request::{RpcError, RpcRequest, RpcResponseErrorData},
};
use solana_signer::Signer;
use solana_transaction::{Signature, Transaction};
use std::{
    thread::sleep,
    time::{Duration, Instant},
};

/// About the life of a blockhash on a public cluster.
const CONFIRM_TIMEOUT: Duration = Duration::from_secs(75);
/// What a transaction may use at most; it is charged for what it asks, when it pays for priority.
const COMPUTE_LIMIT: u32 = 600_000;

/// A confirmed transaction.
pub struct Sent {
    /// Its signature.
    pub signature: Signature,
    /// What the program says it did. Empty when the server does not keep transactions.
    pub events: Vec<Event>,
}

impl Session {
    /// Signs with `key`, which pays, sends and waits until it is confirmed.
    pub fn send(&self, instructions: &[Instruction], key: &Keypair) -> Result<Sent> {
        let mut all = vec![ComputeBudgetInstruction::set_compute_unit_limit(COMPUTE_LIMIT)];
        if self.options.priority_fee > 0 {
            all.push(ComputeBudgetInstruction::set_compute_unit_price(self.options.priority_fee));
        }
        all.extend_from_slice(instructions);
        let hash = self.rpc.get_latest_blockhash().with_context(|| unreachable(&self.rpc))?;
        let transaction = Transaction::new_signed_with_payer(&all, Some(&key.pubkey()), &[key], hash);
        let signature = self.rpc.send_transaction(&transaction).map_err(|why| refused(why, &self.rpc.url()))?;
        self.confirm(&signature)?;
        Ok(Sent { signature, events: self.events(&signature) })
    }

    fn confirm(&self, signature: &Signature) -> Result<()> {
        let (started, mut pause) = (Instant::now(), Duration::from_millis(20));
        while started.elapsed() < CONFIRM_TIMEOUT {
            sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(400));
            let statuses = self.rpc.get_signature_statuses(&[*signature]).with_context(|| unreachable(&self.rpc))?;
            let Some(status) = statuses.value.into_iter().next().flatten() else { continue };
            if let Some(error) = &status.err {
                let logs = self.transaction(signature).map(|t| strings(&t["meta"]["logMessages"])).unwrap_or_default();
                return Err(anyhow::Error::new(explain(error, &logs)).context(format!("Transaction {signature} failed")));
            }
            if status.satisfies_commitment(CommitmentConfig::confirmed()) {
                return Ok(());
            }
        }
        bail!(
            "Transaction {signature} was not confirmed within {} seconds: it may yet be, look before you repeat it",
            CONFIRM_TIMEOUT.as_secs()
        )
    }

    /// What the program reported in a transaction, as far as the server remembers.
    pub fn events(&self, signature: &Signature) -> Vec<Event> {
        let Some(transaction) = self.transaction(signature) else { return vec![] };
        let groups = transaction["meta"]["innerInstructions"].as_array().cloned().unwrap_or_default();
        let inner = groups.iter().flat_map(|group| group["instructions"].as_array().cloned().unwrap_or_default());
        inner.filter_map(|i| event::decode(&bs58::decode(i["data"].as_str()?).into_vec().ok()?)).collect()
    }

    fn transaction(&self, signature: &Signature) -> Option<Value> {
        let config = json!({ "encoding": "json", "commitment": "confirmed", "maxSupportedTransactionVersion": 0 });
        let answer: Value = self.rpc.send(RpcRequest::GetTransaction, json!([signature.to_string(), config])).ok()?;
        answer.is_object().then_some(answer)
    }
}

fn strings(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(|line| line.as_str().map(str::to_string)).collect()
}

/// What the preflight said.
fn refused(why: ClientError, url: &str) -> anyhow::Error {
    if let ErrorKind::RpcError(RpcError::RpcResponseError {
        data: RpcResponseErrorData::SendTransactionPreflightFailure(failure),
        ..
    }) = why.kind()
    {
        if let Some(error) = &failure.err {
            let logs = failure.logs.clone().unwrap_or_default();
            return explain(&error.clone().into(), &logs).into();
        }
    }
    match why.get_transaction_error() {
        Some(error) => anyhow::Error::new::<Refused>(explain(&error, &[])),
        None => anyhow::Error::new(why).context(format!("{url} did not take the transaction")),
    }
}
