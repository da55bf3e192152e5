//! What a new user does from the command line, and what is said to one who errs.

mod net;

use net::{Home, Net};
use serde_json::Value;
use std::time::Instant;

fn start(name: &str) -> (Home, Net, String) {
    let mut home = Home::new(name);
    let address = home.json(&["key", "new"])["address"].as_str().expect("an address").to_string();
    let mut command = home.command(net::FIREBREAK);
    command.args(["localnet", "--fund", &address, "--slot-ms", "200"]);
    let net = Net::start(command);
    home.url = Some(net.url.clone());
    (home, net, address)
}

fn number(value: &Value) -> f64 {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).parse().unwrap_or_else(|_| panic!("{value} is no number"))
}

fn signed(answer: &Value) {
    assert!(answer["signature"].as_str().is_some_and(|s| s.len() > 80), "{answer}");
}

#[test]
fn a_new_user_trades_and_every_answer_is_json() {
    let (home, _net, address) = start("trades");
    let opened = home.json(&["account", "open"]);
    signed(&opened);
    let account = opened["account"].as_str().expect("an address").to_string();
    let deposited = home.json(&["deposit", "5000 USD"]);
    assert_eq!((deposited["amount_usd"].as_str(), deposited["capital_usd"].as_str()), (Some("5000"), Some("5000")));

    let markets = home.json(&["market", "list"]);
    assert_eq!(markets["markets"].as_array().map(Vec::len), Some(3));
    let sol = home.json(&["market", "show", "sol"]);
    assert_eq!((sol["market"].as_str(), sol["quality"].as_str()), (Some("SOL-PERP"), Some("primary")));
    let params = home.json(&["market", "params", "SOL-PERP"]);
    assert!(params["params"]["maint"].is_u64() && params["rules"]["frozen_limit"].is_u64());
    assert!(!home.json(&["quote", "list", "SOL-PERP"])["offers"].as_array().expect("offers").is_empty());

    let bought = home.json(&["take", "SOL-PERP", "buy", "100"]);
    signed(&bought);
    let price = number(&bought["fills"][0]["price_usd"]);
    assert_eq!(bought["fills"][0]["size"], "100");
    assert!((number(&bought["cost_usd"]) - 100.0 * price).abs() < 0.001 && number(&bought["fee_usd"]) > 0.0, "{bought}");
    let held = home.json(&["positions"]);
    let position = &held["positions"][0];
    assert_eq!(
        (position["market"].as_str(), position["side"].as_str(), position["size"].as_str()),
        (Some("SOL-PERP"), Some("long"), Some("100"))
    );

    // 20 000 USD on 5 000: a fall of a quarter takes all of it, and each line is crossed before the next.
    let health = home.json(&["health"]);
    let from = |line: &str| number(&health["lines"][line]["held"][0]["from_usd"]);
    assert!(from("init") > from("liq-end") && from("liq-end") > from("maint") && from("maint") > from("bankrupt"), "{health}");
    assert!((from("bankrupt") / price - 0.75).abs() < 0.01, "{health}");
    assert!(number(&health["lines"]["maint"]["health_usd"]) > 3_000.0);
    // Anybody may read it.
    let by_address = home.json(&["health", "--account", &account]);
    assert_eq!(by_address["account"], health["account"]);

    let order = home.json(&["order", "reduce", "SOL-PERP", "100"]);
    assert_eq!(
        (order["id"].as_u64(), order["step"].as_str(), order["level_ppm"].as_u64()),
        (Some(0), Some("25"), Some(1_200_000))
    );
    assert_eq!(home.json(&["order", "list"])["orders"].as_array().map(Vec::len), Some(1));
    signed(&home.json(&["order", "cancel", "0"]));

    let quote = home.json(&["quote", "post", "BTC-PERP", "--bid", "0.01", "--ask", "0.02", "--offset", "0.2%"]);
    assert_eq!((quote["bid_size"].as_str(), quote["bid_offset_ppm"].as_u64()), (Some("0.01"), Some(2_000)));
    let changed = home.json(&["quote", "change", "BTC-PERP", "--ask", "0"]);
    assert_eq!((changed["bid_size"].as_str(), changed["ask_size"].as_str()), (Some("0.01"), Some("0")));
    assert_eq!(home.json(&["quote", "list", "--own"])["quotes"].as_array().map(Vec::len), Some(1));
    signed(&home.json(&["quote", "remove", "BTC-PERP"]));

    home.json(&["account", "open", "--sub", "1", "--isolated"]);
    let moved = home.json(&["account", "transfer", "100", "--to", "1"]);
    assert_eq!(moved["amount_usd"], "100");
    let all = home.json(&["account", "list", "--owner", &address]);
    assert_eq!(all["accounts"][1]["kind"], "isolated");

    signed(&home.json(&["take", "SOL-PERP", "close"]));
    let shown = home.json(&["account", "show"]);
    assert_eq!(shown["status"], "healthy");
    let before = number(&shown["capital_usd"]);
    let withdrawn = home.json(&["withdraw", "1000.5"]);
    assert!((before - 1_000.5 - number(&withdrawn["capital_usd"])).abs() < 1e-6);
    home.json(&["withdraw", "all", "--sub", "1"]);
    signed(&home.json(&["account", "close", "--sub", "1"]));

    let report = home.json(&["risk", "report", "SOL-PERP", "--publish"]);
    assert!(report["markets"][0]["record"]["slot"].as_u64() > Some(0), "{report}");
    assert!(home.json(&["gov", "list"])["changes"].as_array().is_some_and(Vec::is_empty));
    let watched = home.json(&["watch"]);
    assert_eq!(watched["markets"].as_array().map(Vec::len), Some(3));
    assert!(watched["accounts"].as_u64() >= Some(3), "{watched}");
}

#[test]
fn a_new_user_pledges_what_warms_up_and_takes_it_back() {
    let (home, _net, _) = start("pledges");
    home.json(&["account", "open"]);
    let listed = home.json(&["collateral", "list"]);
    let names: Vec<_> = listed["collaterals"].as_array().expect("collaterals").iter().map(|c| c["collateral"].as_str()).collect();
    assert_eq!(names, [Some("USD"), Some("SOL")]);
    let shown = home.json(&["collateral", "show", "sol"]);
    assert_eq!((shown["quality"].as_str(), shown["warmup_seconds"].as_i64()), (Some("primary"), Some(172_800)), "{shown}");
    let mint = shown["mint"].as_str().expect("an address").to_string();

    home.refused(&["deposit", "2000", "--collateral", "SOL"], 2, "less than the 2000 SOL asked for");
    home.refused(&["deposit", "1", "--collateral", "DOGE"], 2, "There is no collateral 'DOGE'");
    home.refused(&["deposit", "1", "--collateral", "USD"], 2, "There is no collateral 'USD'");
    let since = Instant::now();
    let put = home.json(&["deposit", "10.5 SOL", "--collateral", "SOL"]);
    signed(&put);
    assert_eq!((put["amount"].as_str(), put["balance"].as_str()), (Some("10.5"), Some("10.5")), "{put}");

    // Fresh collateral counts nothing and warms up in two days: no more of it counts than time has passed, to a few seconds of the chain's clock.
    let counts = |home: &Home| number(&home.json(&["account", "show"])["collaterals"][0]["maint_usd"]);
    let fresh = counts(&home);
    let most =
        10.5 * number(&home.json(&["collateral", "show", "1"])["price_usd"]) * (since.elapsed().as_secs_f64() + 5.0) / 172_800.0;
    assert!(fresh <= most, "{fresh} of at most {most}");
    home.json(&["skip", "1d"]);
    let price = number(&home.json(&["collateral", "show", "1"])["price_usd"]);
    assert!((counts(&home) / (10.5 * price * 0.5) - 0.95).abs() < 0.05, "{}", home.json(&["account", "show"]));

    // Whoever holds some trades, moves money and is judged like anybody.
    home.json(&["deposit", "3000"]);
    signed(&home.json(&["take", "BTC-PERP", "buy", "0.1"]));
    home.json(&["account", "open", "--sub", "1"]);
    assert_eq!(home.json(&["account", "transfer", "100", "--to", "1"])["amount_usd"], "100");
    assert!(number(&home.json(&["health"])["collateral_usd"]) > 500.0);
    signed(&home.json(&["take", "BTC-PERP", "close"]));

    // What was just deposited is what leaves first.
    let back = home.json(&["withdraw", "0.5", "--collateral", &mint]);
    assert_eq!((back["amount"].as_str(), back["balance"].as_str()), (Some("0.5"), Some("10")), "{back}");
    assert_eq!(home.json(&["withdraw", "all", "--collateral", "SOL"])["balance"], "0");
    home.refused(&["withdraw", "all", "--collateral", "SOL"], 2, "holds no SOL");
}

#[test]
fn a_new_user_stakes_waits_and_is_paid() {
    let (home, _net, _) = start("stakes");
    let staked = home.json(&["insurance", "stake", "10000"]);
    signed(&staked);
    assert_eq!(staked["tranche"], "senior");
    let asked = home.json(&["insurance", "unstake", "request", "4000"]);
    assert!((604_790..=604_800).contains(&asked["ready_in_seconds"].as_i64().expect("a time")), "{asked}");
    home.refused(&["insurance", "unstake", "complete"], 1, "cooldown has not ended");
    assert!(home.json(&["skip", "7d"])["seconds"].as_i64() >= Some(604_800));
    let paid = home.json(&["insurance", "unstake", "complete"]);
    assert!((number(&paid["amount_usd"]) - 4_000.0).abs() < 0.01, "{paid}");
    let left = home.json(&["insurance", "show"]);
    assert!((number(&left["stakes"][0]["worth_usd"]) - 6_000.0).abs() < 0.01, "{left}");
    home.refused(&["insurance", "unstake", "complete"], 2, "Nothing was asked back");
    home.json(&["insurance", "unstake", "request", "all"]);
    signed(&home.json(&["insurance", "unstake", "cancel"]));
}

#[test]
fn a_new_user_liquidates_by_hand() {
    let (home, _net, _) = start("liquidates");
    home.json(&["account", "open"]);
    home.json(&["deposit", "100000"]);
    let done = home.json(&["liquidate", "--worst", "--wait", "400"]);
    signed(&done);
    let taken = &done["taken"];
    assert_eq!(taken["market"], "AVAX-PERP");
    assert!(number(&taken["size"]) > 0.0 && number(&taken["discount_usd"]) >= 0.0, "{done}");
    let held = home.json(&["positions"]);
    assert_eq!(held["positions"][0]["market"], "AVAX-PERP");
    let watched = home.json(&["watch"]);
    assert!(watched["keepers"].as_array().is_some_and(|k| !k.is_empty()), "the win is seen: {watched}");
    // A healthy account is left alone.
    let account = home.json(&["account", "list"])["accounts"][0]["account"].as_str().expect("an address").to_string();
    home.refused(&["liquidate", &account], 2, "cannot take itself over");
}

#[test]
fn governance_proposes_waits_and_executes() {
    let (home, _net, _) = start("governs");
    // The authority of every local network; it guards nothing.
    let authority = solana_keypair::Keypair::new_from_array([1; 32]);
    let file = home.path.join("authority.json");
    std::fs::write(&file, serde_json::to_string(&authority.to_bytes().to_vec()).expect("JSON")).expect("writes");
    let signer = ["--keypair", file.to_str().expect("a path")];
    let run = |args: &[&str]| home.json(&[args, &signer].concat());

    let proposed = run(&["gov", "propose", "params", "SOL-PERP", "maint=31_000"]);
    let id = proposed["id"].as_u64().expect("a number").to_string();
    assert_eq!((proposed["kind"].as_str(), proposed["class"].as_str()), (Some("params"), Some("tighten")));
    let shown = home.json(&["gov", "show", &id]);
    assert_eq!(shown["content"][0], serde_json::json!({ "field": "maint", "old": "30000", "new": "31000" }));
    home.refused(&["gov", "execute", &id], 1, "delay of this change has not passed");
    home.json(&["skip", "49h"]);
    // Anybody may execute it.
    assert_eq!(home.json(&["gov", "execute", &id])["kind"], "params");
    assert_eq!(home.json(&["market", "params", "SOL-PERP", "maint"])["params"]["maint"], 31_000);
    assert!(home.json(&["gov", "list"])["changes"].as_array().is_some_and(Vec::is_empty));

    // A collateral's terms go the same way; number 0 is the settlement token, whose limits are those of all capital.
    let hour =
        |home: &Home| home.json(&["gov", "terms", "0"])["collaterals"][0]["terms"]["outflow.hour"].as_u64().expect("a limit");
    let wider = hour(&home) / 5 * 6;
    let proposed = run(&["gov", "propose", "terms", "0", &format!("outflow.hour={wider}")]);
    let id = proposed["id"].as_u64().expect("a number").to_string();
    assert_eq!((proposed["kind"].as_str(), proposed["class"].as_str()), (Some("terms"), Some("loosen")));
    assert_eq!(proposed["collateral"], 0);
    assert_eq!(home.json(&["gov", "show", &id])["content"][0]["field"], "outflow.hour");
    home.refused(&["gov", "execute", &id], 1, "delay of this change has not passed");
    home.json(&["skip", "49h"]);
    assert_eq!(home.json(&["gov", "execute", &id])["kind"], "terms");
    assert_eq!(hour(&home), wider);
    home.refused(&["gov", "terms", "7"], 2, "There is no collateral '7'");

    let refused = |change: &str, expected: &str| {
        let args = [&["gov", "propose", "params", "SOL-PERP", change][..], &signer].concat();
        let output = home.run(&args);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(expected), "{change}: {said}");
    };
    refused("maint=0", "maint must be greater than zero");
    refused("price_max_age=60", "one change may not move the parameter this far");
    refused("mint=1", "There is no field 'mint'");

    let guardian = home.json(&["key", "show"])["address"].as_str().expect("an address").to_string();
    let proposed = run(&["gov", "propose", "settings", "--guardian", &guardian]);
    let id = proposed["id"].as_u64().expect("a number").to_string();
    assert_eq!(run(&["gov", "cancel", &id])["kind"], "settings");
    let proposed = run(&["gov", "propose", "settings", "--guardian", &guardian]);
    let id = proposed["id"].as_u64().expect("a number").to_string();
    home.json(&["skip", "8d"]);
    home.json(&["gov", "execute", &id]);
    assert_eq!(home.json(&["gov", "pause", "increase", "convert"])["seconds"], 1_800);
    home.json(&["account", "open"]);
    home.json(&["deposit", "1000"]);
    home.refused(&["take", "SOL-PERP", "buy", "1"], 1, "the guardian has paused this action");
    let tightened = home.json(&["gov", "tighten", "SOL-PERP", "maint=32000"]);
    assert_eq!(tightened["params"][0]["new"], "32000");
    let warmup = home.json(&["gov", "terms", "0"])["collaterals"][0]["terms"]["params.warmup"].as_u64().expect("seconds");
    let tightened = home.json(&["gov", "tighten-collateral", "0", &format!("params.warmup={}", warmup + 1)]);
    assert_eq!(tightened["terms"][0]["new"], (warmup + 1).to_string());
    let refused = ["gov", "tighten-collateral", "0", &format!("params.warmup={warmup}")].map(str::to_string);
    home.refused(&refused.each_ref().map(String::as_str), 1, "only a tightening");
}

#[test]
fn whoever_errs_is_told_what_to_do() {
    let (home, net, address) = start("errs");
    home.refused(&["positions"], 2, "firebreak account open");
    home.refused(&["deposit", "12.5.1"], 2, "'12.5.1'");
    home.refused(&["deposit", "0.0000001"], 2, "digits after the point");
    home.refused(&["deposit", "0"], 2, "greater than 0");
    home.json(&["account", "open"]);
    home.refused(&["account", "open"], 2, "already");
    home.refused(&["positions", "--sub", "3"], 2, "firebreak account open --sub 3");
    home.refused(&["deposit", "2000000"], 2, "holds 1000000 USD");
    home.refused(&["take", "DOGE-PERP", "buy", "1"], 2, "BTC-PERP, SOL-PERP, AVAX-PERP");
    home.refused(&["take", "SOL-PERP", "buy"], 2, "How much?");
    home.refused(&["take", "SOL-PERP", "close"], 2, "no position");
    home.refused(&["take", "SOL-PERP", "buy", "1", "--slippage", "1"], 2, "needs a unit");
    home.refused(&["take", "SOL-PERP", "buy", "1"], 1, "below its Init line");
    home.refused(&["withdraw", "1"], 1, "capital is less than the amount");
    home.refused(&["order", "cancel", "7"], 2, "no order 7");
    home.refused(&["quote", "post", "SOL-PERP", "--bid", "1"], 2, "--offset");
    home.refused(&["gov", "propose", "params", "SOL-PERP", "maint=40000"], 2, "Only the authority");
    home.refused(&["gov", "pause", "increase"], 2, "no guardian");
    home.refused(&["gov", "show", "3"], 2, "no change 3");
    home.refused(&["liquidate", &address], 2, "no margin account");
    home.refused(&["health", "--account", "11111111111111111111111111111112"], 2, "no margin account");
    home.refused(&["liquidate", "--worst"], 1, "not below its Maint line");
    home.refused(&["skip", "1w"], 2, "'1w'");
    home.refused(&["market", "list", "--url", "mainet"], 2, "'mainet'");
    home.refused(&["market", "list", "--url", "http://127.0.0.1:9"], 1, "did not answer");
    home.refused(&["positions", "--keypair", "/nowhere/id.json"], 2, "/nowhere/id.json");
    home.refused(&["positions", "--config", "/nowhere/config.yml"], 2, "/nowhere/config.yml");
    home.refused(&["watch"], 2, "needs a terminal");
    // The same as JSON: the sentence, and the refusal's name if it is one of the program's.
    let output = home.run(&["withdraw", "1", "--json"]);
    let answer: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((output.status.code(), answer["refusal"].as_str()), (Some(1), Some("InsufficientCapital")), "{answer}");
    // The Solana tools' configuration file is heard.
    let config = home.path.join("config.yml");
    std::fs::write(
        &config,
        format!("json_rpc_url: {}\nkeypair_path: {}\n", net.url, home.path.join(".config/solana/id.json").display()),
    )
    .expect("writes");
    let elsewhere = Home { path: home.path.join("elsewhere"), url: None };
    std::fs::create_dir_all(&elsewhere.path).expect("a folder");
    let account = elsewhere.json(&["account", "show", "--config", config.to_str().expect("a path")]);
    assert_eq!(account["owner"].as_str(), Some(address.as_str()));
}

#[test]
fn completions_are_made_for_every_shell() {
    let home = Home::new("completions");
    for shell in ["bash", "zsh", "fish"] {
        let output = home.run(&["completions", shell]);
        assert!(output.status.success() && String::from_utf8_lossy(&output.stdout).contains("liquidate"), "{shell}");
    }
}
