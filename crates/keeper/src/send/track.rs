//! Follows transactions until the chain has answered: sends them again while they may still land, and gives them up when their blockhash has
//! expired.

use crate::rpc::{Rpc, RpcFailure, Status};
use solana_transaction::{versioned::VersionedTransaction, Signature};
use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::{
    sync::{oneshot, Notify},
    task::JoinHandle,
    time,
};

/// Between two looks at what is under way.
const LOOK: Duration = Duration::from_millis(100);
/// A transaction that nobody has seen is sent again after so long.
const AGAIN: Duration = Duration::from_secs(2);
/// The height of the chain is asked for as often.
const HEIGHT: Duration = Duration::from_secs(1);

/// Signatures that are remembered: more than are sent while a blockhash is used.
const KNOWN: usize = 1_024;

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It was executed.
    Executed(Status),
    /// Its blockhash has expired.
    Expired,
    /// Nobody has seen it for as long as the configuration waits.
    Unseen,
}

struct Followed {
    tx: VersionedTransaction,
    last_valid_height: u64,
    since: Instant,
    sent: Instant,
    tell: oneshot::Sender<Ending>,
}

/// The transactions under way.
#[derive(Clone)]
pub struct Tracker {
    followed: Arc<Mutex<HashMap<Signature, Followed>>>,
    /// The last signatures, the oldest first.
    known: Arc<Mutex<VecDeque<Signature>>>,
    more: Arc<Notify>,
}

impl Tracker {
    /// Starts following. The task ends when this tracker and its copies are gone.
    pub fn start(rpc: Rpc, patience: Duration) -> (Self, JoinHandle<()>) {
        let tracker = Self { followed: Arc::default(), known: Arc::default(), more: Arc::default() };
        let task = tokio::spawn(tracker.clone().run(rpc, patience));
        (tracker, task)
    }

    /// Notes a signature; says whether it is new. The same instructions signed twice under one blockhash are one transaction, which the chain
    /// executes once.
    pub fn is_new(&self, signature: &Signature) -> bool {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.contains(signature) {
            return false;
        }
        if known.len() == KNOWN {
            known.pop_front();
        }
        known.push_back(*signature);
        true
    }

    /// Follows a transaction that was sent; resolves when it has ended.
    pub fn follow(&self, tx: VersionedTransaction, last_valid_height: u64) -> oneshot::Receiver<Ending> {
        let (tell, told) = oneshot::channel();
        if let Some(signature) = tx.signatures.first().copied() {
            let now = Instant::now();
            self.lock().insert(signature, Followed { tx, last_valid_height, since: now, sent: now, tell });
            self.more.notify_one();
        }
        told
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Signature, Followed>> {
        self.followed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn run(self, rpc: Rpc, patience: Duration) {
        let mut height = 0;
        let mut asked: Option<Instant> = None;
        loop {
            if self.lock().is_empty() {
                self.more.notified().await;
            }
            time::sleep(LOOK).await;
            let signatures: Vec<Signature> = self.lock().keys().copied().collect();
            let statuses = rpc.statuses(&signatures).await;
            if let Ok(statuses) = &statuses {
                for (signature, status) in signatures.iter().zip(statuses) {
                    if let Some(status) = status {
                        self.end(signature, Ending::Executed(status.clone()));
                    }
                }
            }
            if asked.is_none_or(|at| at.elapsed() > HEIGHT) {
                asked = Some(Instant::now());
                height = rpc.block_height().await.map_or(height, |h| h.max(height));
            }
            // Only a node that has answered can say that it has not seen a transaction.
            if statuses.is_ok() {
                self.give_up(height);
            }
            self.lose_patience(patience);
            self.again(&rpc).await;
        }
    }

    fn end(&self, signature: &Signature, ending: Ending) {
        if let Some(followed) = self.lock().remove(signature) {
            // Whoever waited has stopped waiting.
            let _ = followed.tell.send(ending);
        }
    }

    fn matching(&self, which: impl Fn(&Followed) -> bool) -> Vec<Signature> {
        self.lock().iter().filter(|(_, f)| which(f)).map(|(s, _)| *s).collect()
    }

    fn give_up(&self, height: u64) {
        for signature in self.matching(|f| f.last_valid_height < height) {
            self.end(&signature, Ending::Expired);
        }
    }

    fn lose_patience(&self, patience: Duration) {
        for signature in self.matching(|f| f.since.elapsed() > patience) {
            self.end(&signature, Ending::Unseen);
        }
    }

    async fn again(&self, rpc: &Rpc) {
        let late: Vec<VersionedTransaction> = {
            let mut followed = self.lock();
            let late = followed.values_mut().filter(|f| f.sent.elapsed() > AGAIN);
            late.map(|f| {
                f.sent = Instant::now();
                f.tx.clone()
            })
            .collect()
        };
        for tx in late {
            // The same transaction cannot be executed twice; a refusal here says nothing that its status does not say.
            let _: Result<(), RpcFailure> = rpc.send(&tx).await;
        }
    }
}
