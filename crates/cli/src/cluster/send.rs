//! Sends transactions without the network: through the same queue as the RPC server's, but with the whole result.

use anyhow::{anyhow, bail, Context, Result};
use crossbeam_channel::bounded;
use solana_transaction::{versioned::VersionedTransaction, Signature, Transaction, TransactionError};
use surfpool_types::{SimnetCommand, TransactionStatusEvent};

use super::{control::check_context, Cluster};

/// What became of a transaction that was executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TxResult {
    /// Its first signature, which is its name on the chain.
    pub signature: Signature,
    /// Compute units it consumed, also when it failed.
    pub compute_units: u64,
    /// The log lines of its programs, cut at 10 000 bytes.
    pub logs: Vec<String>,
    /// Data of its inner instructions, in order; empty when it failed. Programs emit their events this way.
    pub inner: Vec<Vec<u8>>,
    /// Why it failed; `None` when it succeeded. A failed one has paid its fee and changed nothing else.
    pub error: Option<TransactionError>,
}

impl Cluster {
    /// Executes `transaction`, without preflight, and returns its result. Later transactions see its effects at once;
    /// RPC clients see it confirmed after the block closes.
    ///
    /// # Errors
    /// When it never reached execution: a wrong signature, or the same transaction sent before within the life of its
    /// blockhash; and when the cluster has stopped. A transaction that fails is no error here: see [`TxResult::error`].
    pub fn send(&self, transaction: &Transaction) -> Result<TxResult> {
        check_context()?;
        let Some(signature) = transaction.signatures.first().copied() else {
            bail!("A transaction without a signature cannot be sent.");
        };
        let (status_tx, status) = bounded(1);
        let skip_preflight = true;
        self.node.command(SimnetCommand::ProcessTransaction(
            None,
            VersionedTransaction::from(transaction.clone()),
            status_tx,
            skip_preflight,
            None,
        ))?;
        match self.answer(&status)? {
            TransactionStatusEvent::Success(_) => self.result(signature),
            TransactionStatusEvent::ExecutionFailure((error, meta))
            | TransactionStatusEvent::SimulationFailure((error, meta)) => Ok(TxResult {
                signature,
                compute_units: meta.compute_units_consumed,
                logs: meta.logs,
                inner: Vec::new(),
                error: Some(error),
            }),
            TransactionStatusEvent::VerificationFailure(reason) => {
                bail!("The transaction {signature} was refused: {reason}")
            }
        }
    }

    /// The result of a transaction that was executed, by whatever way it came.
    ///
    /// # Errors
    /// When the cluster has no record of it (any more).
    pub fn result(&self, signature: Signature) -> Result<TxResult> {
        let record = self
            .read(|svm| svm.transactions.get(&signature.to_string()).map_err(|error| error.to_string()))?
            .map_err(|error| anyhow!("The transaction {signature} could not be read: {error}"))?;
        let (record, _) = record
            .and_then(|status| status.as_processed())
            .with_context(|| format!("The transaction {signature} left no record."))?;
        Ok(TxResult {
            signature,
            compute_units: record.meta.compute_units_consumed.unwrap_or(0),
            logs: record.meta.log_messages.unwrap_or_default(),
            inner: record
                .meta
                .inner_instructions
                .unwrap_or_default()
                .into_iter()
                .flat_map(|group| group.instructions)
                .map(|inner| inner.instruction.data)
                .collect(),
            error: record.meta.status.err(),
        })
    }
}
