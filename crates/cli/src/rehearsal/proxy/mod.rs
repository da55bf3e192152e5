//! A node that misbehaves on demand: an HTTP and a websocket endpoint in front of a real one, which pass everything on and, when told to, go
//! down, are slow, lag, lie or lose what they are given.

mod faults;
mod http;
mod socket;

pub use faults::{Counts, Faults};

use anyhow::{Context, Result};
use std::{
    collections::HashSet,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};
use tokio::{runtime::Handle, sync::watch, task::JoinHandle};

/// What both endpoints share.
struct Shared {
    faults: Mutex<Faults>,
    counts: Mutex<Counts>,
    seen: Mutex<Seen>,
    /// Its number grows when every websocket is to be cut.
    cuts: watch::Sender<u64>,
}

/// Transactions that came.
#[derive(Default)]
struct Seen {
    first: Option<Instant>,
    signatures: HashSet<String>,
}

impl Shared {
    /// A transaction came; it may have come before.
    fn sees(&self, signature: String) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.signatures.insert(signature) {
            seen.first.get_or_insert_with(Instant::now);
            self.counts().add("transactions sent");
        }
    }

    fn faults(&self) -> Faults {
        *self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The endpoints. They close when this is dropped.
pub struct Proxy {
    shared: Arc<Shared>,
    http: http::Server,
    ws: SocketAddr,
    accepting: JoinHandle<()>,
}

impl Proxy {
    /// Starts in front of the node at `rpc` and `ws`; without faults at first.
    pub fn start(runtime: &Handle, rpc: &str, ws: &str) -> Result<Self> {
        let shared = Arc::new(Shared {
            faults: Mutex::default(),
            counts: Mutex::default(),
            seen: Mutex::default(),
            cuts: watch::channel(0).0,
        });
        let http = http::Server::start(runtime.clone(), rpc.to_string(), shared.clone())?;
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).context("No free port for the proxy")?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let accepting = runtime.spawn(socket::accept(listener, ws.to_string(), shared.clone()));
        Ok(Self { shared, http, ws: address, accepting })
    }

    /// The JSON-RPC endpoint.
    pub fn rpc_url(&self) -> String {
        format!("http://{}", self.http.address())
    }

    /// The websocket endpoint.
    pub fn ws_url(&self) -> String {
        format!("ws://{}", self.ws)
    }

    /// From now on it has these faults and no others.
    pub fn set(&self, faults: Faults) {
        *self.shared.faults.lock().unwrap_or_else(PoisonError::into_inner) = faults;
        if faults.cut {
            self.shared.cuts.send_modify(|n| *n += 1);
        }
    }

    /// When the first transaction came since this was last forgotten.
    pub fn first(&self) -> Option<Instant> {
        self.shared.seen.lock().unwrap_or_else(PoisonError::into_inner).first
    }

    /// Forgets it.
    pub fn forget_first(&self) {
        self.shared.seen.lock().unwrap_or_else(PoisonError::into_inner).first = None;
    }

    /// What it did so far.
    pub fn counts(&self) -> Counts {
        self.shared.counts().clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
        self.shared.cuts.send_modify(|n| *n += 1);
    }
}
