//! Sends one transaction and waits for it, over any RPC endpoint.
//!
//! The RPC client's own `send_and_confirm_*` polls every half second, which makes a local set-up of a few dozen
//! transactions take half a minute. This polls quickly at first and then slows down.

use std::time::{Duration, Instant};

use anyhow::{bail, Context, Result};
use solana_commitment_config::CommitmentConfig;
use solana_keypair::Keypair;
use solana_rpc_client::nonblocking::rpc_client::RpcClient;
use solana_signer::Signer;
use solana_transaction::{Instruction, Message, Signature, Transaction};

/// How long a transaction may take to be confirmed: about the life of a blockhash on a public cluster.
pub const CONFIRM_TIMEOUT: Duration = Duration::from_secs(75);

const FIRST_POLL: Duration = Duration::from_millis(10);
const SLOWEST_POLL: Duration = Duration::from_millis(400);

/// Signs `instructions` with `payer` and `others`, sends them with preflight and waits for commitment "confirmed".
///
/// # Errors
/// When a signer is missing, when the preflight or the execution fails (the text carries the program's logs), and
/// when the transaction is not confirmed within [`CONFIRM_TIMEOUT`]. A cluster that produces no blocks never confirms.
pub async fn send_and_confirm(
    rpc: &RpcClient,
    payer: &Keypair,
    others: &[&Keypair],
    instructions: &[Instruction],
) -> Result<Signature> {
    let blockhash = rpc.get_latest_blockhash().await.context("The cluster gave no blockhash.")?;
    let mut signers = vec![payer];
    signers.extend(others.iter().filter(|key| key.pubkey() != payer.pubkey()));
    let mut transaction = Transaction::new_unsigned(Message::new(instructions, Some(&payer.pubkey())));
    transaction.try_sign(&signers, blockhash).context("The transaction could not be signed with the keys at hand.")?;

    let signature = rpc.send_transaction(&transaction).await.context("The cluster refused the transaction.")?;
    confirm(rpc, signature).await?;
    Ok(signature)
}

/// Waits until `signature` reaches commitment "confirmed".
async fn confirm(rpc: &RpcClient, signature: Signature) -> Result<()> {
    let started = Instant::now();
    let mut pause = FIRST_POLL;
    while started.elapsed() < CONFIRM_TIMEOUT {
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(SLOWEST_POLL);
        let statuses =
            rpc.get_signature_statuses(&[signature]).await.context("The cluster did not tell the status of the transaction.")?;
        let Some(status) = statuses.value.into_iter().next().flatten() else {
            continue;
        };
        if let Some(error) = &status.err {
            bail!("Transaction {signature} failed: {error}.");
        }
        if status.satisfies_commitment(CommitmentConfig::confirmed()) {
            return Ok(());
        }
    }
    bail!("Transaction {signature} was not confirmed within {} seconds.", CONFIRM_TIMEOUT.as_secs())
}
