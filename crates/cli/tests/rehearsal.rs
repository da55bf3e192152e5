//! `firebreak keeper` as people run it, against real local clusters whose nodes misbehave. The longer profile of the same, ten minutes
//! with every fault: `firebreak rehearse --keepers 3 --accounts 200 --all-faults --restarts 6 --seconds 600 --json soak.json`.

use anchor_lang::Discriminator;
use base64::Engine;
use firebreak_client::program::state::Protocol;
use serde_json::{json, Value};
use std::{
    fs,
    path::PathBuf,
    process::{Command, Output},
};

fn firebreak(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_firebreak")).args(args).output().expect("firebreak runs")
}

/// A file of this test alone, removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("firebreak-keeper-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        fs::write(&path, text).expect("written");
        path.display().to_string()
    }

    /// Lines of the keepers' logs that contain `what`.
    fn lines(&self, what: &str) -> String {
        let files = fs::read_dir(&self.0).expect("the folder").filter_map(|entry| fs::read_to_string(entry.ok()?.path()).ok());
        files.flat_map(|text| text.lines().filter(|l| l.contains(what)).map(str::to_string).collect::<Vec<_>>()).collect()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A crash cut to its worst quarter of an hour, with faults; the figures.
fn rehearse(name: &str, args: &[&str]) -> Value {
    let scratch = Scratch::new(name);
    let json = scratch.0.join("figures.json").display().to_string();
    // Ticks of 15 seconds: the unrest, the worst minutes and the way back up.
    let kept = scratch.0.display().to_string();
    let play = ["rehearse", "--from-tick", "230", "--to-tick", "330", "--json", &json, "--keep", &kept];
    let output = firebreak(&[&play[..], args].concat());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}");
    let figures: Value = serde_json::from_str(&fs::read_to_string(&json).expect("figures")).expect("JSON");
    assert_eq!(figures["left_over"], 0, "{figures:#}");
    assert_eq!(figures["mismatches"], 0, "{}", scratch.lines("something else than was predicted"));
    assert!(figures["liquidations"].as_u64() > Some(0), "{figures:#}");
    for keeper in figures["keepers"].as_array().expect("keepers") {
        assert_eq!(keeper["exit"], 0, "{keeper:#}");
    }
    figures
}

/// The sum over keepers of a figure under `group` whose name contains `name`.
fn sum(figures: &Value, group: &str, name: &str) -> u64 {
    let keepers = figures["keepers"].as_array().expect("keepers").iter();
    let found = keepers.filter_map(|k| k[group].as_object()).flatten().filter(|(n, _)| n.contains(name));
    found.filter_map(|(_, v)| v.as_f64()).sum::<f64>() as u64
}

#[test]
fn three_keepers_compete_through_a_crash_while_every_fault_happens() {
    let figures = rehearse("all", &["--keepers", "3", "--accounts", "40", "--all-faults", "--restarts", "2", "--tick-ms", "250"]);
    let won = |i: usize| figures["keepers"][i]["transactions"]["won"].as_u64();
    assert!((0..3).all(|i| won(i) > Some(0)), "each keeper won something: {figures:#}");
    assert!(sum(&figures, "transactions", "lost") > 0, "and somebody lost a race");
    assert_eq!(figures["keepers"][0]["restarts"].as_u64().zip(figures["keepers"][1]["restarts"].as_u64()), Some((1, 1)));
    assert!(sum(&figures, "predictions", "equal") > 0);
}

#[test]
fn a_node_that_is_down_or_slow_is_waited_for() {
    let figures = rehearse("down", &["--keepers", "1", "--accounts", "15", "--fault", "rpc-down", "--fault", "slow"]);
    assert!(sum(&figures, "faults", "calls refused") > 0 && sum(&figures, "faults", "slow answers") > 0);
    assert!(sum(&figures, "others", "rpc_failures") > 0);
}

#[test]
fn a_websocket_that_is_cut_or_late_is_begun_anew() {
    let figures = rehearse("cut", &["--keepers", "1", "--accounts", "15", "--fault", "cut", "--fault", "socket-slow"]);
    assert!(sum(&figures, "faults", "websockets cut") > 0 && sum(&figures, "faults", "websockets refused") > 0);
    assert!(sum(&figures, "others", "subscriptions_lost_total") > 0);
    assert!(sum(&figures, "others", "resyncs_total{reason=\"subscribed\"}") > 1);
}

#[test]
fn a_node_that_lies_is_not_believed() {
    // A lie lasts eight prices: longer than it takes until everything is read again.
    let lies = ["stale", "wrong-owner", "short-data", "incomplete"];
    let args: Vec<&str> = ["--keepers", "1", "--accounts", "15", "--tick-ms", "450"]
        .into_iter()
        .chain(lies.iter().flat_map(|l| ["--fault", l]))
        .collect();
    let figures = rehearse("lies", &args);
    // Which answers a lie meets is chance: those with accounts, or those with the clock alone.
    for (told, refused) in [
        ("stale answers", ["old slot rpc", "old slot clock"]),
        ("wrong owners", ["owner rpc", "owner clock"]),
        ("short data", ["length rpc", "garbled clock"]),
        ("incomplete answers", ["incomplete rpc", "incomplete rpc"]),
    ] {
        assert!(sum(&figures, "faults", told) > 0, "the node did not lie: {told}");
        assert!(refused.iter().any(|why| sum(&figures, "refused", why) > 0), "{told} were believed: {figures:#}");
    }
}

#[test]
fn a_websocket_that_lies_or_keeps_things_to_itself_is_found_out() {
    let lies = ["socket-back", "socket-wrong-owner", "lose-notifications"];
    let args: Vec<&str> =
        ["--keepers", "1", "--accounts", "15"].into_iter().chain(lies.iter().flat_map(|l| ["--fault", l])).collect();
    let figures = rehearse("socket", &args);
    for (told, refused) in [("slots gone back", "slot went back websocket"), ("wrong owners told", "owner websocket")] {
        assert!(sum(&figures, "faults", told) > 0, "the node did not lie: {told}");
        assert!(sum(&figures, "refused", refused) > 0, "{told} were believed: {figures:#}");
    }
    assert!(sum(&figures, "faults", "notifications lost") > 0);
    assert!(sum(&figures, "others", "missed_updates_total") > 0, "what was lost is found by the next reading");
}

#[test]
fn lost_transactions_and_expired_blockhashes_are_sent_again() {
    let figures =
        rehearse("lost", &["--keepers", "1", "--accounts", "15", "--fault", "lose-transactions", "--fault", "old-blockhash"]);
    assert!(sum(&figures, "faults", "transactions lost") > 0);
    assert!(sum(&figures, "faults", "old blockhashes") > 0);
    // What was lost is seen again, until it is confirmed or cannot be any more; what has an old blockhash is refused, or expires.
    let faults = &figures["keepers"][0]["faults"];
    assert!(faults["transactions"].as_u64() > faults["transactions sent"].as_u64(), "nothing was sent again: {figures:#}");
    let ended: u64 = ["expired", "unseen", "not-sent"].iter().map(|how| sum(&figures, "transactions", how)).sum();
    assert!(ended + sum(&figures, "others", "rpc_failures{method=\"sendTransaction\"}") > 0, "{figures:#}");
}

#[test]
fn a_keeper_that_is_killed_in_the_middle_goes_on_from_the_chain() {
    let figures = rehearse("killed", &["--keepers", "1", "--accounts", "15", "--restarts", "4"]);
    assert_eq!(figures["keepers"][0]["restarts"], 4);
}

#[test]
fn bad_input_is_one_sentence_and_two() {
    let scratch = Scratch::new("bad");
    let refused = |text: &str, expected: &str| {
        let config = scratch.write("keeper.toml", text);
        let output = firebreak(&["keeper", "--config", &config, "--once"]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert_eq!(said.lines().filter(|l| l.starts_with("firebreak:")).count(), 1, "{said}");
        assert!(said.contains(expected), "'{expected}' is not in: {said}");
    };
    let cluster = "[cluster]\nurl = \"http://127.0.0.1:9\"\ngenesis_hash = \"localnet\"\n";
    refused("dry = true\n", "unknown field `dry`");
    refused(&format!("{cluster}[keys]\nkeypair = \"none.json\"\n"), "none.json cannot be read");
    refused(&format!("{cluster}[view]\nmax_age_slots = 0\n"), "view.max_age_slots must be from 1 to 150, it is 0");
    let key = serde_json::to_string(&solana_keypair::Keypair::new().to_bytes().to_vec()).expect("json");
    scratch.write("owner.json", &key);
    refused(&format!("{cluster}[keys]\nkeypair = \"owner.json\"\n"), "the cluster at http://127.0.0.1:9 does not answer");
    let output = firebreak(&["keeper", "--config", "/nowhere/keeper.toml"]);
    assert_eq!(output.status.code(), Some(2));

    let url = node("EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG", 1);
    let own = |url: &str| format!("[cluster]\nurl = \"{url}\"\ngenesis_hash = \"localnet\"\n[keys]\nkeypair = \"owner.json\"\n");
    refused(&own(&url), "but the cluster at http://127.0.0.1");
    let url = node("9PVReQoFqBoTLJ2v5MtYsZthzts3HH5iju11LMZQNpNB", 9);
    refused(&own(&url), "the program has layout version 9, this keeper knows version 1");
}

/// A node that knows the hash of its first block, and accounts of a program with this layout's number, and nothing else. Returns its address.
fn node(genesis: &'static str, layout: u8) -> String {
    let server = tiny_http::Server::http("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", server.server_addr());
    std::thread::spawn(move || {
        for mut request in server.incoming_requests() {
            let asked: Value = serde_json::from_reader(request.as_reader()).expect("JSON");
            let mut data = Protocol::DISCRIMINATOR.to_vec();
            data.resize(Protocol::SPACE, 0);
            data[8] = layout;
            let account = |data: &[u8]| {
                let data = base64::engine::general_purpose::STANDARD.encode(data);
                json!({"lamports": 1, "data": [data, "base64"], "owner": firebreak_client::ID.to_string(), "executable": false, "rentEpoch": 0})
            };
            let result = match asked["method"].as_str() {
                Some("getGenesisHash") => json!(genesis),
                _ => json!({"context": {"slot": 1}, "value": [account(&[1]), account(&data), null]}),
            };
            let answer = json!({"jsonrpc": "2.0", "id": asked["id"], "result": result}).to_string();
            let header: tiny_http::Header = "Content-Type: application/json".parse().expect("a header");
            // Whoever asked has heard enough.
            let _ = request.respond(tiny_http::Response::from_string(answer).with_header(header));
        }
    });
    url
}
