//! `firebreak localnet` as a person runs it: real clients reach it, and Ctrl-C leaves nothing behind.

use firebreak_client::{address, decode, program::state::Market, Pubkey};
use solana_commitment_config::CommitmentConfig;
use solana_rpc_client::rpc_client::RpcClient;
use std::{
    io::{BufRead, BufReader},
    net::{SocketAddr, TcpStream},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

struct Localnet {
    child: Child,
    rpc: String,
    ws: String,
    said: Vec<String>,
}

impl Localnet {
    fn start(args: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_firebreak"))
            .args(["localnet", "--port", "0", "--slot-ms", "100"])
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("firebreak starts");
        let lines = BufReader::new(child.stdout.take().expect("stdout")).lines();
        let said: Vec<String> = lines.map_while(Result::ok).take_while(|l| !l.starts_with("Ctrl-C")).collect();
        let value = |name: &str| {
            let line = said.iter().find(|l| l.starts_with(name)).unwrap_or_else(|| panic!("no {name} in {said:?}"));
            line.split_whitespace().nth(1).expect("a value").to_string()
        };
        Self { child, rpc: value("RPC"), ws: value("Websocket"), said }
    }

    fn interrupt(mut self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &pid]).status().expect("kill runs").success());
        let started = Instant::now();
        while self.child.try_wait().expect("waits").is_none() {
            assert!(started.elapsed() < Duration::from_secs(10), "it must stop within ten seconds");
            std::thread::sleep(Duration::from_millis(20));
        }
        assert_eq!(self.child.wait().expect("waits").code(), Some(0));
        for url in [&self.rpc, &self.ws] {
            let address: SocketAddr = url.rsplit('/').next().expect("host").parse().expect("an address");
            assert!(address.ip().is_loopback());
            assert!(TcpStream::connect_timeout(&address, Duration::from_millis(200)).is_err(), "{url} must be closed");
        }
    }
}

impl Drop for Localnet {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

#[test]
fn clients_see_prices_move_and_ctrl_c_leaves_nothing() {
    let owner = Pubkey::new_from_array([9; 32]);
    let net = Localnet::start(&["--fund", &owner.to_string()]);
    let rpc = RpcClient::new_with_commitment(net.rpc.clone(), CommitmentConfig::confirmed());
    assert_eq!(rpc.get_balance(&owner).expect("a balance"), 100_000_000_000);
    let funded = net.said.iter().find(|l| l.starts_with("Funded")).expect("says where the tokens are");
    let wallet: Pubkey = funded.rsplit(' ').next().expect("an address").parse().expect("an address");
    assert_eq!(rpc.get_token_account_balance(&wallet).expect("tokens").ui_amount_string, "1000000");

    let read = || -> Market {
        let account = rpc.get_account(&address::market(1)).expect("the market is there");
        decode::decode_owned(&account.owner, &account.data).expect("it decodes")
    };
    let started = Instant::now();
    let first = loop {
        let market = read();
        if market.engine.price.updates > 0 {
            break market.engine.price.slot;
        }
        assert!(started.elapsed() < Duration::from_secs(10), "a price must arrive");
        std::thread::sleep(Duration::from_millis(50));
    };
    while read().engine.price.slot == first {
        assert!(started.elapsed() < Duration::from_secs(10), "prices must move");
        std::thread::sleep(Duration::from_millis(50));
    }
    net.interrupt();
}

#[test]
fn a_taken_port_is_one_sentence() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port().to_string();
    let output = Command::new(env!("CARGO_BIN_EXE_firebreak")).args(["localnet", "--port", &port]).output().expect("runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2));
    assert!(said.lines().any(|l| l.starts_with("firebreak:") && l.contains(&port)), "{said}");
}
