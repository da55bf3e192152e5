//! The JSON-RPC endpoint of the proxy.

use super::Shared;
use anyhow::{anyhow, Result};
use serde_json::{json, Value};
use std::{
    net::SocketAddr,
    sync::{Arc, OnceLock},
    thread,
    time::Duration,
};
use tiny_http::{Header, Request, Response, Server as Http};
use tokio::runtime::Handle;

/// Calls answered at a time; the slow ones wait in their thread.
const THREADS: usize = 24;

pub(super) struct Server {
    http: Arc<Http>,
    address: SocketAddr,
    threads: Vec<thread::JoinHandle<()>>,
}

struct Forwarder {
    runtime: Handle,
    client: reqwest::Client,
    node: String,
    shared: Arc<Shared>,
    first_hash: OnceLock<Value>,
}

impl Server {
    pub(super) fn start(runtime: Handle, node: String, shared: Arc<Shared>) -> Result<Self> {
        let http = Arc::new(Http::http(("127.0.0.1", 0)).map_err(|why| anyhow!("No free port for the proxy: {why}"))?);
        let address = http.server_addr().to_ip().ok_or_else(|| anyhow!("The proxy has no address"))?;
        let client = reqwest::Client::builder().timeout(Duration::from_secs(30)).build()?;
        let forwarder = Arc::new(Forwarder { runtime, client, node, shared, first_hash: OnceLock::new() });
        let threads = (0..THREADS)
            .map(|_| {
                let (http, forwarder) = (http.clone(), forwarder.clone());
                thread::spawn(move || {
                    while let Ok(request) = http.recv() {
                        forwarder.pass(request);
                    }
                })
            })
            .collect();
        Ok(Self { http, address, threads })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        for _ in &self.threads {
            self.http.unblock();
        }
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

impl Forwarder {
    fn pass(&self, mut request: Request) {
        let mut body = String::new();
        let read = request.as_reader().read_to_string(&mut body);
        let faults = self.shared.faults();
        if !faults.slow.is_zero() {
            self.shared.counts().add("slow answers");
            thread::sleep(faults.slow);
        }
        let answer = match read {
            Ok(_) if !faults.rpc_down => self.answer(&body),
            Ok(_) => {
                self.shared.counts().add("calls refused");
                None
            }
            Err(_) => None,
        };
        let (status, text) = answer.map_or((503, "the node is down".to_string()), |a| (200, a.to_string()));
        let mut response = Response::from_string(text).with_status_code(status);
        if let Ok(header) = Header::from_bytes("Content-Type", "application/json") {
            response.add_header(header);
        }
        // The caller has hung up.
        let _ = request.respond(response);
    }

    fn answer(&self, body: &str) -> Option<Value> {
        let call: Value = serde_json::from_str(body).ok()?;
        let method = call.get("method")?.as_str()?;
        let faults = self.shared.faults();
        if method == "sendTransaction" {
            let signature = signature(&call)?;
            self.shared.sees(signature.clone());
            if self.shared.counts().picks(faults.lose_transactions, "transactions") {
                self.shared.counts().add("transactions lost");
                return Some(json!({"jsonrpc": "2.0", "id": call["id"], "result": signature}));
            }
        }
        let post = self.client.post(&self.node).header("content-type", "application/json").body(body.to_string());
        let text = self.runtime.block_on(async { post.send().await.ok()?.text().await.ok() })?;
        let mut answer: Value = serde_json::from_str(&text).ok()?;
        if method == "getLatestBlockhash" {
            let latest = answer.pointer("/result/value").cloned().unwrap_or_default();
            let first = self.first_hash.get_or_init(|| latest).clone();
            if faults.old_blockhash {
                self.shared.counts().add("old blockhashes");
                if let Some(value) = answer.pointer_mut("/result/value") {
                    *value = first;
                }
            }
        }
        for what in faults.falsify(method, &mut answer) {
            self.shared.counts().add(what);
        }
        Some(answer)
    }
}

/// The signature of the transaction that a call sends: the node answers with it.
fn signature(call: &Value) -> Option<String> {
    use base64::prelude::{Engine, BASE64_STANDARD};
    let bytes = BASE64_STANDARD.decode(call.pointer("/params/0")?.as_str()?).ok()?;
    // One byte says how many signatures follow; nobody has as many as 128.
    let bytes: [u8; 64] = bytes.get(1..65)?.try_into().ok()?;
    Some(solana_transaction::Signature::from(bytes).to_string())
}
