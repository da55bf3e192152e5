//! `firebreak demo` as a person runs it: the binary, its files, its exit codes.

use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

fn firebreak(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_firebreak")).args(args).output().expect("firebreak runs")
}

fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&path).expect("a folder");
    path
}

fn demo(name: &str, args: &[&str]) -> (Value, String) {
    let folder = folder(name);
    let (json, html) = (folder.join("out.json"), folder.join("out.html"));
    let (json_arg, html_arg) = (json.display().to_string(), html.display().to_string());
    let mut all = vec!["demo", "--json", &json_arg, "--report", &html_arg];
    all.extend(args);
    let output = firebreak(&all);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let json = serde_json::from_slice(&std::fs::read(json).expect("the JSON is there")).expect("JSON");
    (json, std::fs::read_to_string(html).expect("the report is there"))
}

fn check(out: &Value, accounts: u64) {
    assert_eq!(out["conservation_error_atoms"], 0);
    assert_eq!(out["accounts"], accounts);
    assert!(out["ticks"].as_u64() > Some(100) && out["transactions"].as_u64() > Some(accounts));
    assert!(out["liquidations"].as_u64() > Some(0) && out["bankruptcies"].is_u64());
    assert_eq!(out["deficit"], 0, "the market heals by itself");
    assert_eq!(out["payable_share"], 1.0);
    assert!(out["insurance_before"].is_u64() && out["insurance_after"].is_u64() && out["seconds"].is_f64());
    let winners = out["keepers"].as_array().expect("keepers").iter().filter(|k| k["wins"].as_u64() > Some(0)).count();
    assert!(winners >= 2, "at least two keepers win: {}", out["keepers"]);
    for instruction in ["take", "settle", "flag", "liquidate", "refresh_market", "deposit"] {
        assert!(out["max_cu"][instruction].as_u64() > Some(1_000), "{instruction}: {}", out["max_cu"]);
    }
    assert!(out["failed_transactions"].as_object().expect("by name").values().all(Value::is_u64));
}

#[test]
fn the_built_in_crash_is_survived_and_reported() {
    let (out, html) = demo("built-in", &["--accounts", "40", "--seed", "3"]);
    check(&out, 40);
    assert!(html.contains("<svg") && !html.contains("http://") && !html.contains("src=\"https"), "self-contained");
    let (again, _) = demo("built-in-again", &["--accounts", "40", "--seed", "3"]);
    let strip = |v: &Value| {
        let mut v = v.clone();
        v.as_object_mut().map(|o| o.remove("seconds"));
        v
    };
    assert_eq!(strip(&out), strip(&again), "one seed, one result");
    let (other, _) = demo("built-in-other", &["--accounts", "40", "--seed", "4"]);
    assert_ne!(strip(&out), strip(&other));
}

#[test]
fn the_built_in_crash_reaches_every_layer_and_the_market_reopens() {
    let (out, _) = demo("built-in-layers", &[]);
    check(&out, 100);
    for layer in ["insurance_drawn", "deleveraged", "losses_shared"] {
        assert!(out[layer].as_u64() > Some(0), "{layer}: {out}");
    }
    let levels = &out["breaker_ticks"];
    assert!(levels["caution"].as_u64().max(levels["reduce_only"].as_u64()) > Some(0), "{levels}");
    assert_eq!(out["reopened"], true);
    assert_eq!(out["bystander_loss"], 0);
}

#[test]
fn real_crashes_are_survived() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/crashes");
    let file = |name: &str| data.join(name).display().to_string();
    let (spot, coinm) = (file("2025-10-10_AVAX_coinbase-spot_1m.csv.gz"), file("2025-10-10_AVAX_binance-coinm_1m.csv.gz"));
    if !Path::new(&spot).exists() {
        eprintln!("skipped: the crash files are not beside the repository");
        return;
    }
    let (out, _) = demo("avax", &["--prices", &spot, "--prices", &coinm, "--accounts", "60"]);
    check(&out, 60);
    assert!(out["quality_ticks"]["degraded"].as_u64() > Some(0), "the venues disagreed on that day");
}

#[test]
fn bad_input_is_refused_with_one_sentence_and_writes_nothing() {
    let folder = folder("bad-input");
    let path = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).expect("writes");
        path.display().to_string()
    };
    let json = folder.join("none.json").display().to_string();
    let absent = folder.join("absent.csv").display().to_string();
    let cases = [
        (absent, "No such file"),
        (path("empty.csv", ""), "no column"),
        (path("negative.csv", "ts_ms,open,high,low,close\n1,-1,1,1,1\n"), "line 2"),
        (path("backward.csv", "ts_ms,open,high,low,close\n2,1,1,1,1\n1,1,1,1,1\n"), "line 3"),
    ];
    for (file, expected) in cases {
        let output = firebreak(&["demo", "--prices", &file, "--json", &json]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(&file) && said.contains(expected) && said.lines().count() == 1, "{said}");
    }
    assert!(!Path::new(&json).exists());
    let output = firebreak(&["demo", "--accounts", "0"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn ctrl_c_leaves_nothing_running_and_writes_nothing() {
    let folder = folder("interrupted");
    let json = folder.join("out.json");
    // A runner in the background may ignore interrupts, and its children would inherit that.
    let mut child = Command::new("env")
        .args(["--default-signal=INT", env!("CARGO_BIN_EXE_firebreak"), "demo", "--accounts", "1500", "--json"])
        .arg(&json)
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("firebreak starts");
    std::thread::sleep(std::time::Duration::from_millis(1_500));
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().expect("kill runs").success());
    let started = std::time::Instant::now();
    while child.try_wait().expect("waits").is_none() {
        assert!(started.elapsed().as_secs() < 300, "it must end by itself");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    // The cluster is part of the process, so nothing can outlive it.
    assert!(!json.exists());
}
