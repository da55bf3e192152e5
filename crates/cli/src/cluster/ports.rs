//! Loopback ports: finding free ones, and knowing when a server has opened or closed its own.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, SocketAddr, SocketAddrV4, TcpListener, TcpStream},
    thread,
    time::{Duration, Instant},
};

use anyhow::{bail, Context, Result};

const PROBE_TIMEOUT: Duration = Duration::from_millis(500);
const PAUSE: Duration = Duration::from_millis(10);

/// `port` on loopback. Nothing here ever listens on another interface.
pub(super) fn loopback(port: u16) -> SocketAddr {
    SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, port))
}

/// Chooses the ports of the two servers: the ones asked for, or free ones.
///
/// # Errors
/// When a port that was asked for is taken, or when no pair of free ports is found.
pub(super) fn choose(rpc: Option<u16>, ws: Option<u16>) -> Result<(u16, u16)> {
    let (rpc, ws) = (rpc.filter(|p| *p != 0), ws.filter(|p| *p != 0));
    if let Some(rpc) = rpc {
        let ws = match ws.or(rpc.checked_add(1)) {
            Some(ws) => ws,
            None => bail!("The RPC port {rpc} leaves no port after it for the websocket server."),
        };
        let _held = (listen(rpc)?, listen(ws)?);
        return Ok((rpc, ws));
    }
    // Clients derive the websocket's port from the RPC's by adding one, so a pair is looked for.
    for _ in 0..64 {
        let first = listen(0)?;
        let rpc = first.local_addr().context("The system gave no free port.")?.port();
        match ws {
            Some(ws) => {
                let _held = listen(ws)?;
                return Ok((rpc, ws));
            }
            None => {
                if let Some(next) = rpc.checked_add(1).filter(|next| listen(*next).is_ok()) {
                    return Ok((rpc, next));
                }
            }
        }
    }
    bail!("No two adjacent free ports were found on 127.0.0.1.")
}

fn listen(port: u16) -> Result<TcpListener> {
    TcpListener::bind(loopback(port)).with_context(|| format!("Port {port} on 127.0.0.1 cannot be used; choose another one."))
}

/// Waits until a JSON-RPC server at `address` answers `getHealth`.
pub(super) fn wait_until_healthy(address: SocketAddr, limit: Duration) -> Result<()> {
    let started = Instant::now();
    while started.elapsed() < limit {
        if is_healthy(address).unwrap_or(false) {
            return Ok(());
        }
        thread::sleep(PAUSE);
    }
    bail!("The RPC server at {address} did not answer.")
}

fn is_healthy(address: SocketAddr) -> std::io::Result<bool> {
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"getHealth"}"#;
    let mut stream = TcpStream::connect_timeout(&address, PROBE_TIMEOUT)?;
    stream.set_read_timeout(Some(PROBE_TIMEOUT))?;
    write!(
        stream,
        "POST / HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer.contains("\"ok\""))
}

/// Waits until something listens at `address`.
pub(super) fn wait_until_open(address: SocketAddr, limit: Duration) -> Result<()> {
    wait(address, true, limit)
}

/// Waits until nothing listens at `address`.
pub(super) fn wait_until_closed(address: SocketAddr, limit: Duration) -> Result<()> {
    wait(address, false, limit)
}

fn wait(address: SocketAddr, open: bool, limit: Duration) -> Result<()> {
    let started = Instant::now();
    while started.elapsed() < limit {
        if TcpStream::connect_timeout(&address, PROBE_TIMEOUT).is_ok() == open {
            return Ok(());
        }
        thread::sleep(PAUSE);
    }
    let state = if open { "open" } else { "closed" };
    bail!("The port {address} was not {state} after {} seconds.", limit.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_ports_are_adjacent() {
        let (rpc, ws) = choose(None, Some(0)).expect("two free ports");
        assert_eq!(ws, rpc + 1);
    }

    #[test]
    fn a_taken_port_is_named() {
        let holder = listen(0).expect("a free port");
        let port = holder.local_addr().expect("bound").port();
        let error = choose(Some(port), None).expect_err("it is taken");
        assert!(error.to_string().contains(&port.to_string()), "{error}");
    }

    #[test]
    fn the_last_port_has_no_successor() {
        let error = choose(Some(u16::MAX), None).expect_err("no port after it");
        assert!(error.to_string().contains("65535"), "{error}");
    }
}
