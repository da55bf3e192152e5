//! Writes a program into a loader buffer, many chunks at a time.

use std::time::{Duration, Instant};

use anyhow::{bail, Context, Result};
use futures_util::{stream, StreamExt};
use solana_commitment_config::CommitmentConfig;
use solana_keypair::Keypair;
use solana_loader_v3_interface::instruction as loader;
use solana_rpc_client::{
    api::{client_error::Error as ClientError, config::RpcSendTransactionConfig},
    nonblocking::rpc_client::RpcClient,
};
use solana_signer::Signer;
use solana_transaction::{Hash, Instruction, Message, Signature, Transaction};

/// Bytes of the program per transaction. A packet holds 1232; signature, header, three keys, blockhash and the
/// instruction's own fields take 220.
pub(crate) const CHUNK: usize = 1012;

/// Transactions in flight. Public endpoints limit requests per second; a local cluster executes one at a time anyway.
const PARALLEL: usize = 8;
/// A chunk that is not confirmed is signed again with a fresh blockhash, this many times in all.
const ROUNDS: usize = 5;
/// How long one round waits for its chunks.
const ROUND_TIMEOUT: Duration = Duration::from_secs(45);
const POLL: Duration = Duration::from_millis(100);
/// The most signatures `getSignatureStatuses` accepts.
const STATUSES_PER_REQUEST: usize = 256;

struct Chunk<'a> {
    offset: usize,
    bytes: &'a [u8],
}

/// Writes `so` into the existing buffer account `buffer`, whose authority is `payer`.
///
/// `progress(done, total)` counts bytes.
pub(crate) async fn write_all(
    rpc: &RpcClient,
    payer: &Keypair,
    buffer: &Keypair,
    so: &[u8],
    progress: &impl Fn(usize, usize),
) -> Result<()> {
    // A new buffer is all zeros: chunks of zeros need no transaction.
    let mut pending: Vec<Chunk> = so
        .chunks(CHUNK)
        .enumerate()
        .map(|(index, bytes)| Chunk { offset: index * CHUNK, bytes })
        .filter(|chunk| chunk.bytes.iter().any(|byte| *byte != 0))
        .collect();
    let mut last_error = None;
    let done = |pending: &[Chunk]| so.len() - pending.iter().map(|chunk| chunk.bytes.len()).sum::<usize>();

    progress(done(&pending), so.len());
    for _ in 0..ROUNDS {
        if pending.is_empty() {
            return Ok(());
        }
        let blockhash = rpc.get_latest_blockhash().await.context("The cluster gave no blockhash.")?;
        let mut in_flight = Vec::new();
        let mut unsent = Vec::new();
        let mut sending = stream::iter(pending.into_iter().map(|chunk| async {
            let sent = send(rpc, payer, buffer, &chunk, blockhash).await;
            (chunk, sent)
        }))
        .buffer_unordered(PARALLEL);
        while let Some((chunk, sent)) = sending.next().await {
            match sent {
                Ok(signature) => in_flight.push((chunk, signature)),
                Err(error) => {
                    last_error = Some(error);
                    unsent.push(chunk);
                }
            }
        }
        drop(sending);

        let started = Instant::now();
        while !in_flight.is_empty() && started.elapsed() < ROUND_TIMEOUT {
            tokio::time::sleep(POLL).await;
            in_flight = unconfirmed(rpc, in_flight).await?;
            let waiting: usize = in_flight.iter().map(|(chunk, _)| chunk.bytes.len()).sum();
            progress(done(&unsent) - waiting, so.len());
        }
        pending = unsent;
        pending.extend(in_flight.into_iter().map(|(chunk, _)| chunk));
    }
    match (pending.is_empty(), last_error) {
        (true, _) => Ok(()),
        (false, Some(error)) => Err(error).context(format!("{} parts of the program could not be written.", pending.len())),
        (false, None) => bail!("{} parts of the program were sent but never confirmed.", pending.len()),
    }
}

/// Sends one chunk. Without preflight: the simulation would cost as much as the write and tell nothing new.
async fn send(rpc: &RpcClient, payer: &Keypair, buffer: &Keypair, chunk: &Chunk<'_>, blockhash: Hash) -> Result<Signature> {
    let transaction = sign(payer, write_instruction(payer, buffer, chunk.offset, chunk.bytes)?, blockhash)?;
    let config = RpcSendTransactionConfig { skip_preflight: true, ..RpcSendTransactionConfig::default() };
    rpc.send_transaction_with_config(&transaction, config)
        .await
        .map_err(|error: ClientError| anyhow::Error::new(error).context("The cluster refused a part of the program."))
}

/// Drops the confirmed ones and returns the rest.
async fn unconfirmed<'a>(rpc: &RpcClient, in_flight: Vec<(Chunk<'a>, Signature)>) -> Result<Vec<(Chunk<'a>, Signature)>> {
    let mut waiting = Vec::new();
    let mut rest = in_flight.into_iter().peekable();
    while rest.peek().is_some() {
        let group: Vec<_> = rest.by_ref().take(STATUSES_PER_REQUEST).collect();
        let signatures: Vec<Signature> = group.iter().map(|(_, signature)| *signature).collect();
        let statuses = rpc
            .get_signature_statuses(&signatures)
            .await
            .context("The cluster did not tell the status of the program's parts.")?
            .value;
        for (entry, status) in group.into_iter().zip(statuses) {
            match status {
                Some(status) if status.err.is_some() => bail!(
                    "Writing the program at byte {} failed: {}.",
                    entry.0.offset,
                    status.err.map(|e| e.to_string()).unwrap_or_default()
                ),
                Some(status) if status.satisfies_commitment(CommitmentConfig::confirmed()) => {}
                _ => waiting.push(entry),
            }
        }
    }
    Ok(waiting)
}

fn write_instruction(payer: &Keypair, buffer: &Keypair, offset: usize, bytes: &[u8]) -> Result<Instruction> {
    let offset = u32::try_from(offset).context("A program of more than 4 GiB cannot be deployed.")?;
    Ok(loader::write(&buffer.pubkey(), &payer.pubkey(), offset, bytes.to_vec()))
}

fn sign(payer: &Keypair, instruction: Instruction, blockhash: Hash) -> Result<Transaction> {
    let mut transaction = Transaction::new_unsigned(Message::new(&[instruction], Some(&payer.pubkey())));
    transaction.try_sign(&[payer], blockhash).context("The transaction could not be signed with the payer's key.")?;
    Ok(transaction)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The largest packet that a cluster accepts.
    const PACKET: usize = 1232;

    #[test]
    fn a_full_chunk_fills_the_packet_exactly() {
        let (payer, buffer) = (Keypair::new(), Keypair::new());
        let write = write_instruction(&payer, &buffer, 5 * CHUNK, &[7; CHUNK]).expect("in range");
        let transaction = sign(&payer, write, Hash::default()).expect("the payer signs");
        let signatures = 1 + 64 * transaction.signatures.len();
        assert_eq!(signatures + transaction.message_data().len(), PACKET);
    }
}
