//! A Solana cluster inside this process: the real virtual machine with JSON-RPC and websockets on loopback.
//!
//! It is surfpool-core in offline mode: nothing is ever fetched from another host. Real clients talk to
//! [`Cluster::rpc_url`] and [`Cluster::ws_url`]; the replay also drives it directly, which is faster and, unlike the RPC,
//! can put the clock anywhere. Transactions of both kinds pass through one queue and run one after the other.
//!
//! The methods block for well under a millisecond. They may be called from any thread and from tasks of a
//! multi-threaded tokio runtime, but not from a single-threaded one, which they would stall: that is an error.

mod control;
#[cfg(test)]
mod deploy_tests;
mod events;
mod history;
mod node;
mod panics;
mod ports;
pub mod send;
#[cfg(test)]
mod tests;

use std::{path::PathBuf, sync::Mutex};

use anyhow::Result;
use solana_transaction::Address as Pubkey;
use surfpool_core::surfnet::locker::SurfnetSvmLocker;

use control::Control;
use node::Node;

/// How a [`Cluster`] is started.
#[derive(Clone, Debug)]
pub struct ClusterConfig {
    /// Port of the JSON-RPC server; `None` or 0 takes a free one.
    pub rpc_port: Option<u16>,
    /// Port of the websocket server; `None` or 0 takes the one after `rpc_port`, as clients expect.
    pub ws_port: Option<u16>,
    /// Milliseconds between two blocks while blocks are not paused, and how far each moves the clock.
    pub slot_time_ms: u64,
    /// Programs put in place without a deployment: their address and the path of their ELF file.
    pub programs: Vec<(Pubkey, PathBuf)>,
    /// Transactions whose record is kept while blocks are paused, at about 4 KiB each. Older ones are unknown to
    /// `getTransaction` and `getSignatureStatuses`.
    pub kept_transactions: usize,
}

impl Default for ClusterConfig {
    fn default() -> Self {
        Self { rpc_port: None, ws_port: None, slot_time_ms: 50, programs: Vec::new(), kept_transactions: 20_000 }
    }
}

/// A running cluster. Dropping it stops it.
pub struct Cluster {
    node: Node,
    svm: SurfnetSvmLocker,
    control: Mutex<Control>,
}

impl Cluster {
    /// Starts a cluster and returns when both servers answer. Blocks are produced at once; the clock starts at now.
    ///
    /// # Errors
    /// When a port is taken, a program file cannot be read or is not a program, or a server does not come up in time.
    pub fn start(config: ClusterConfig) -> Result<Self> {
        let (node, svm) = Node::start(&config)?;
        let control = Mutex::new(Control::new(config.kept_transactions));
        Ok(Self { node, svm, control })
    }

    /// The JSON-RPC endpoint, as `http://127.0.0.1:PORT`.
    pub fn rpc_url(&self) -> String {
        format!("http://{}", self.node.rpc())
    }

    /// The websocket endpoint, as `ws://127.0.0.1:PORT`.
    pub fn ws_url(&self) -> String {
        format!("ws://{}", self.node.ws())
    }

    /// Takes the errors the cluster reported since the last call, oldest first, at most the last 32. Transactions that
    /// fail are not among them: their senders are told.
    pub fn take_errors(&self) -> Vec<String> {
        self.node.take_errors()
    }

    /// Stops the cluster: its threads end and both ports are closed.
    ///
    /// # Errors
    /// When a thread or a port does not close within five seconds, or when the cluster had stopped by itself before.
    pub fn stop(mut self) -> Result<()> {
        self.node.stop()
    }
}
