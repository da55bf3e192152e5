//! The blockhash transactions are signed with: asked for ahead, so that sending need not wait for it.

use crate::rpc::{Blockhash, Rpc, RpcFailure};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::Mutex;

/// A hash is used for so long at most. It would serve for about a minute; a fresh one lets a transaction live longer.
const FRESH: Duration = Duration::from_secs(2);

/// The latest hash.
#[derive(Clone)]
pub struct Blockhashes {
    rpc: Rpc,
    known: Arc<Mutex<Option<(Blockhash, Instant)>>>,
}

impl Blockhashes {
    /// Nothing is known yet.
    pub fn new(rpc: Rpc) -> Self {
        Self { rpc, known: Arc::default() }
    }

    /// A hash that is young, from a node that has reached slot `least`.
    ///
    /// # Errors
    /// When the node does not answer, or lags.
    pub async fn get(&self, least: u64) -> Result<Blockhash, RpcFailure> {
        let mut known = self.known.lock().await;
        if let Some((hash, at)) = *known {
            if at.elapsed() < FRESH {
                return Ok(hash);
            }
        }
        let hash = self.rpc.blockhash().await?;
        if hash.slot < least {
            return Err(RpcFailure::Behind { method: "getLatestBlockhash", got: hash.slot, least });
        }
        *known = Some((hash, Instant::now()));
        Ok(hash)
    }

    /// Forgets the hash: the chain did not know it.
    pub async fn forget(&self) {
        *self.known.lock().await = None;
    }
}
