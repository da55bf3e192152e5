//! `/metrics` and `/health` over HTTP.

use super::Metrics;
use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};
use tiny_http::{Header, Method, Response, Server as Http};

/// How the keeper is, for whoever restarts it when it is not well.
#[derive(Clone)]
pub struct Health(Arc<Mutex<State>>);

#[derive(Clone)]
struct State {
    /// Why it is not well; `None` when it is.
    trouble: Option<String>,
    /// When its loop last came by.
    seen: Instant,
}

/// A loop that has not come by for so long hangs.
const HANGS: Duration = Duration::from_secs(30);

impl Default for Health {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(State { trouble: Some("it has not read the chain yet".into()), seen: Instant::now() })))
    }
}

impl Health {
    /// Says how it is; called on every round of the loop.
    pub fn set(&self, trouble: Option<String>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = State { trouble, seen: Instant::now() };
    }

    /// Why it is not well.
    pub fn trouble(&self) -> Option<String> {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let silent = state.seen.elapsed();
        if silent > HANGS {
            return Some(format!("its loop has not come by for {} seconds", silent.as_secs()));
        }
        state.trouble
    }
}

/// The server; it ends when this is dropped.
pub struct Server {
    http: Arc<Http>,
    address: SocketAddr,
    thread: Option<thread::JoinHandle<()>>,
}

impl Server {
    /// Listens on `address`.
    ///
    /// # Errors
    /// When the address cannot be used.
    pub fn start(address: SocketAddr, metrics: Metrics, health: Health) -> io::Result<Self> {
        let http = Http::http(address).map_err(io::Error::other)?;
        let http = Arc::new(http);
        let bound = http.server_addr().to_ip().unwrap_or(address);
        let serving = http.clone();
        let thread = thread::Builder::new().name("metrics".into()).spawn(move || {
            for request in serving.incoming_requests() {
                let (status, kind, body) = match (request.method(), request.url()) {
                    (Method::Get, "/metrics") => (200, "text/plain; version=0.0.4", metrics.text()),
                    (Method::Get, "/health") => match health.trouble() {
                        None => (200, "application/json", "{\"status\":\"ok\"}\n".into()),
                        Some(why) => {
                            (503, "application/json", serde_json::json!({"status": "unwell", "why": why}).to_string() + "\n")
                        }
                    },
                    _ => (404, "text/plain", "only /metrics and /health are served\n".into()),
                };
                let mut response = Response::from_string(body).with_status_code(status);
                if let Ok(header) = Header::from_bytes("Content-Type", kind) {
                    response.add_header(header);
                }
                // Whoever asked has hung up: nobody is left to tell.
                let _ = request.respond(response);
            }
        })?;
        Ok(Self { http, address: bound, thread: Some(thread) })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.http.unblock();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        io::{Read, Write},
        net::TcpStream,
    };

    fn get(address: SocketAddr, path: &str) -> String {
        let mut stream = TcpStream::connect(address).expect("it listens");
        write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").expect("sent");
        let mut said = String::new();
        stream.read_to_string(&mut said).expect("answered");
        said
    }

    #[test]
    fn figures_and_health_are_served_and_the_port_is_freed() {
        let health = Health::default();
        let metrics = Metrics::new().expect("figures");
        let server = Server::start(([127, 0, 0, 1], 0).into(), metrics.clone(), health.clone()).expect("a port");
        let address = server.address();
        assert!(get(address, "/health").starts_with("HTTP/1.1 503"));
        health.set(None);
        assert!(get(address, "/health").starts_with("HTTP/1.1 200"));
        health.set(Some("the view is 40 slots old".into()));
        assert!(get(address, "/health").contains("40 slots old"));
        metrics.chain_slot.set(77);
        assert!(get(address, "/metrics").contains("firebreak_keeper_chain_slot 77"));
        assert!(get(address, "/").starts_with("HTTP/1.1 404"));
        drop(server);
        // Its listener ends on a thread of its own, a moment later.
        let until = Instant::now() + Duration::from_secs(5);
        while TcpStream::connect(address).is_ok() {
            assert!(Instant::now() < until, "the port is still taken");
            thread::sleep(Duration::from_millis(20));
        }
    }
}
