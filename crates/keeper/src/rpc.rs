//! The JSON-RPC endpoint: every call has a limit of time, is counted and measured, and fails in a sentence that hides the endpoint's secrets.

use crate::{config::Endpoint, metrics::Metrics, Pubkey};
use solana_commitment_config::CommitmentConfig;
use solana_message::VersionedMessage;
use solana_rpc_client::{
    api::{
        client_error::{Error as ClientError, ErrorKind},
        config::{
            RpcAccountInfoConfig, RpcProgramAccountsConfig, RpcSendTransactionConfig, RpcSimulateTransactionConfig,
            UiAccountEncoding,
        },
        custom_error::JSON_RPC_SERVER_ERROR_MIN_CONTEXT_SLOT_NOT_REACHED,
        request::{RpcError, RpcRequest},
        response::{OptionalContext, Response, RpcKeyedAccount, RpcSimulateTransactionResult, UiAccount},
    },
    nonblocking::rpc_client::RpcClient,
    rpc_client::GetConfirmedSignaturesForAddress2Config,
};
use solana_transaction::{versioned::VersionedTransaction, Hash, Signature, TransactionError};
use std::{
    future::Future,
    sync::Arc,
    time::{Duration, Instant},
};
use thiserror::Error;

/// Accounts that one `getMultipleAccounts` may name.
const ACCOUNTS_AT_ONCE: usize = 100;
/// Signatures that one `getSignatureStatuses` may name.
const SIGNATURES_AT_ONCE: usize = 256;

/// Why a call gave nothing.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum RpcFailure {
    /// No answer, or none that can be read.
    #[error("{method} gave no answer: {why}")]
    Unanswered {
        /// The method.
        method: &'static str,
        /// What the client says.
        why: String,
    },
    /// The node is behind what is known already.
    #[error("{method} answered as of slot {got}, slot {least} is known")]
    Behind {
        /// The method.
        method: &'static str,
        /// The slot of the answer; zero when the node only says that it is behind.
        got: u64,
        /// What it should be at least.
        least: u64,
    },
    /// The transaction was refused before it was sent on.
    #[error("the transaction was refused: {0}")]
    Refused(TransactionError),
}

/// An account as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// Address.
    pub key: Pubkey,
    /// Owning program.
    pub owner: Pubkey,
    /// Bytes.
    pub data: Vec<u8>,
}

/// Accounts as of one slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The slot.
    pub slot: u64,
    /// Those that exist.
    pub accounts: Vec<Read>,
    /// Those that were asked for and do not exist.
    pub absent: Vec<Pubkey>,
}

/// What became of a transaction, as far as the node knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The slot it was executed in.
    pub slot: u64,
    /// Why it failed, if it did.
    pub error: Option<TransactionError>,
}

/// A blockhash and the last block that takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blockhash {
    /// The hash.
    pub hash: Hash,
    /// The last block height at which it is valid.
    pub last_valid_height: u64,
    /// The slot of the answer.
    pub slot: u64,
}

/// The endpoint.
#[derive(Clone)]
pub struct Rpc {
    client: Arc<RpcClient>,
    url: Endpoint,
    commitment: CommitmentConfig,
    metrics: Metrics,
}

impl Rpc {
    /// A client; nothing is connected yet.
    pub fn new(url: Endpoint, commitment: CommitmentConfig, timeout: Duration, metrics: Metrics) -> Self {
        let client = RpcClient::new_with_timeout_and_commitment(url.0.clone(), timeout, commitment);
        Self { client: Arc::new(client), url, commitment, metrics }
    }

    async fn call<T>(&self, method: &'static str, work: impl Future<Output = Result<T, ClientError>>) -> Result<T, RpcFailure> {
        let started = Instant::now();
        let result = work.await;
        self.metrics.rpc_seconds.with_label_values(&[method]).observe(started.elapsed().as_secs_f64());
        result.map_err(|error| {
            let failure = self.failure(method, &error);
            if !matches!(failure, RpcFailure::Refused(_)) {
                self.metrics.rpc_failures.with_label_values(&[method]).inc();
            }
            failure
        })
    }

    fn failure(&self, method: &'static str, error: &ClientError) -> RpcFailure {
        if let Some(refused) = error.kind().get_transaction_error() {
            return RpcFailure::Refused(refused);
        }
        if let ErrorKind::RpcError(RpcError::RpcResponseError { code, .. }) = error.kind() {
            if *code == JSON_RPC_SERVER_ERROR_MIN_CONTEXT_SLOT_NOT_REACHED {
                return RpcFailure::Behind { method, got: 0, least: 0 };
            }
        }
        let mut why = error.to_string().replace('\n', " ");
        let mut source = std::error::Error::source(error);
        while let Some(inner) = source {
            let text = inner.to_string();
            if !why.contains(&text) {
                why = format!("{why}: {text}");
            }
            source = inner.source();
        }
        RpcFailure::Unanswered { method, why: self.url.hide_in(&why) }
    }

    fn unread(&self, method: &'static str, why: impl Into<String>) -> RpcFailure {
        self.metrics.rpc_failures.with_label_values(&[method]).inc();
        RpcFailure::Unanswered { method, why: why.into() }
    }

    fn account_config(&self) -> RpcAccountInfoConfig {
        RpcAccountInfoConfig {
            encoding: Some(UiAccountEncoding::Base64),
            commitment: Some(self.commitment),
            ..RpcAccountInfoConfig::default()
        }
    }

    /// Hash of the cluster's first block.
    pub async fn genesis_hash(&self) -> Result<Hash, RpcFailure> {
        self.call("getGenesisHash", self.client.get_genesis_hash()).await
    }

    /// The newest slot.
    pub async fn slot(&self) -> Result<u64, RpcFailure> {
        self.call("getSlot", self.client.get_slot()).await
    }

    /// The height of the newest block.
    pub async fn block_height(&self) -> Result<u64, RpcFailure> {
        self.call("getBlockHeight", self.client.get_block_height()).await
    }

    /// The newest transactions that succeeded and named the account, with their slots.
    pub async fn signatures(&self, key: &Pubkey) -> Result<Vec<(Signature, u64)>, RpcFailure> {
        let config = GetConfirmedSignaturesForAddress2Config {
            limit: Some(100),
            commitment: Some(CommitmentConfig::confirmed()),
            ..GetConfirmedSignaturesForAddress2Config::default()
        };
        let asked = self.client.get_signatures_for_address_with_config(key, config);
        let all = self.call("getSignaturesForAddress", asked).await?;
        let done = all.into_iter().filter(|found| found.err.is_none());
        Ok(done.filter_map(|found| Some((found.signature.parse().ok()?, found.slot))).collect())
    }

    /// Every account that `program` owns.
    pub async fn program_accounts(&self, program: &Pubkey) -> Result<Reading, RpcFailure> {
        const METHOD: &str = "getProgramAccounts";
        let config = RpcProgramAccountsConfig {
            account_config: self.account_config(),
            with_context: Some(true),
            ..RpcProgramAccountsConfig::default()
        };
        let params = serde_json::json!([program.to_string(), config]);
        let answer = self.call(METHOD, self.client.send(RpcRequest::GetProgramAccounts, params)).await?;
        let OptionalContext::<Vec<RpcKeyedAccount>>::Context(Response { context, value }) = answer else {
            return Err(self.unread(METHOD, "it does not say of which slot its answer is"));
        };
        let mut accounts = Vec::with_capacity(value.len());
        for RpcKeyedAccount { pubkey, account } in value {
            let read = pubkey.parse().ok().and_then(|key| read(key, &account));
            accounts.push(read.ok_or_else(|| self.unread(METHOD, format!("the account {pubkey} cannot be decoded")))?);
        }
        Ok(Reading { slot: context.slot, accounts, absent: vec![] })
    }

    /// The accounts named. When they are too many for one call, the slot is that of the oldest answer.
    pub async fn accounts(&self, keys: &[Pubkey]) -> Result<Reading, RpcFailure> {
        const METHOD: &str = "getMultipleAccounts";
        let mut all = Reading { slot: u64::MAX, accounts: vec![], absent: vec![] };
        for part in keys.chunks(ACCOUNTS_AT_ONCE) {
            let config = self.account_config();
            let Response { context, value } =
                self.call(METHOD, self.client.get_multiple_ui_accounts_with_config(part, config)).await?;
            if value.len() != part.len() {
                return Err(self.unread(METHOD, format!("{} accounts were asked for, {} came", part.len(), value.len())));
            }
            all.slot = all.slot.min(context.slot);
            for (key, account) in part.iter().zip(value) {
                match account {
                    None => all.absent.push(*key),
                    Some(account) => {
                        let account = read(*key, &account);
                        all.accounts
                            .push(account.ok_or_else(|| self.unread(METHOD, format!("the account {key} cannot be decoded")))?);
                    }
                }
            }
        }
        Ok(all)
    }

    /// A new blockhash.
    pub async fn blockhash(&self) -> Result<Blockhash, RpcFailure> {
        const METHOD: &str = "getLatestBlockhash";
        #[derive(serde::Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Answer {
            blockhash: String,
            last_valid_block_height: u64,
        }
        let params = serde_json::json!([self.commitment]);
        let Response { context, value }: Response<Answer> =
            self.call(METHOD, self.client.send(RpcRequest::GetLatestBlockhash, params)).await?;
        let hash = value.blockhash.parse().map_err(|_| self.unread(METHOD, format!("'{}' is no blockhash", value.blockhash)))?;
        Ok(Blockhash { hash, last_valid_height: value.last_valid_block_height, slot: context.slot })
    }

    /// What was paid lately for a compute unit by transactions that wrote `accounts`, in 10^-6 lamports.
    pub async fn recent_prices(&self, accounts: &[Pubkey]) -> Result<Vec<u64>, RpcFailure> {
        let accounts = accounts.get(..128).unwrap_or(accounts);
        let fees = self.call("getRecentPrioritizationFees", self.client.get_recent_prioritization_fees(accounts)).await?;
        Ok(fees.into_iter().map(|f| f.prioritization_fee).collect())
    }

    /// What would happen, as of `least` or later. Signatures are not checked and the blockhash is replaced.
    pub async fn simulate(
        &self,
        message: VersionedMessage,
        least: u64,
    ) -> Result<(u64, RpcSimulateTransactionResult), RpcFailure> {
        const METHOD: &str = "simulateTransaction";
        let signatures = vec![Signature::default(); usize::from(message.header().num_required_signatures)];
        let config = RpcSimulateTransactionConfig {
            replace_recent_blockhash: true,
            commitment: Some(self.commitment),
            min_context_slot: Some(least),
            ..RpcSimulateTransactionConfig::default()
        };
        let tx = VersionedTransaction { signatures, message };
        let answer = self.call(METHOD, self.client.simulate_transaction_with_config(&tx, config)).await;
        match answer {
            Ok(Response { context, value }) if context.slot >= least => Ok((context.slot, value)),
            Ok(Response { context, .. }) => Err(RpcFailure::Behind { method: METHOD, got: context.slot, least }),
            Err(RpcFailure::Behind { method, got, .. }) => Err(RpcFailure::Behind { method, got, least }),
            Err(other) => Err(other),
        }
    }

    /// Sends a signed transaction on. It was simulated before, so the node need not do it again.
    pub async fn send(&self, tx: &VersionedTransaction) -> Result<(), RpcFailure> {
        let config =
            RpcSendTransactionConfig { skip_preflight: true, max_retries: Some(0), ..RpcSendTransactionConfig::default() };
        self.call("sendTransaction", self.client.send_transaction_with_config(tx, config)).await?;
        Ok(())
    }

    /// What the node knows of transactions, in order.
    pub async fn statuses(&self, signatures: &[Signature]) -> Result<Vec<Option<Status>>, RpcFailure> {
        let mut all = Vec::with_capacity(signatures.len());
        for part in signatures.chunks(SIGNATURES_AT_ONCE) {
            let answer = self.call("getSignatureStatuses", self.client.get_signature_statuses(part)).await?;
            if answer.value.len() != part.len() {
                return Err(self.unread("getSignatureStatuses", "it answered for another number of signatures"));
            }
            all.extend(
                answer.value.into_iter().map(|s| {
                    s.filter(|s| s.satisfies_commitment(self.commitment)).map(|s| Status { slot: s.slot, error: s.err })
                }),
            );
        }
        Ok(all)
    }

    /// Lamports of a wallet.
    pub async fn balance(&self, key: &Pubkey) -> Result<u64, RpcFailure> {
        self.call("getBalance", self.client.get_balance(key)).await
    }
}

fn read(key: Pubkey, account: &UiAccount) -> Option<Read> {
    Some(Read { key, owner: account.owner.parse().ok()?, data: account.data.decode()? })
}
