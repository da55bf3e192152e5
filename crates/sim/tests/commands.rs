//! The commands as a person runs them: files, exit codes, refusals.

use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

fn sim(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_firebreak-sim")).args(args).output().expect("it runs")
}

fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&path).expect("a folder");
    path
}

fn refusal(args: &[&str]) -> String {
    let output = sim(args);
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn file(name: &str, text: &str) -> String {
    let path = folder("inputs").join(name);
    std::fs::write(&path, text).expect("writes");
    path.display().to_string()
}

#[test]
fn one_slot_of_90_per_cent_at_20x() {
    let out = folder("shock");
    let path = |name: &str| out.join(name).display().to_string();
    let (json, html, parquet) = (path("s.json"), path("s.html"), path("s.parquet"));
    let args = ["shock", "--drop", "90%", "--leverage", "20", "--accounts", "200", "--seed", "4"];
    let output = sim(&[&args[..], &["--json", &json, "--html", &html, "--parquet", &parquet]].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = std::fs::read_to_string(&json).expect("JSON");
    let value: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(value["payable_share_worst"].as_f64(), Some(1.0 / 18.0));
    assert_eq!((value["payable_share"].as_f64(), value["deficit"].as_u64()), (Some(1.0), Some(0)));
    assert_eq!(value["invariants_broken"].as_u64(), Some(0));
    assert_eq!(value["compared"][0]["policy"], "baseline");
    let page = std::fs::read_to_string(&html).expect("HTML");
    assert!(page.contains("<svg") && page.contains("Who bore") && !page.contains("<script") && !page.contains("http://"));
    assert!(std::fs::metadata(&parquet).expect("Parquet").len() > 1_000);
    sim(&[&args[..], &["--json", &json]].concat());
    assert_eq!(std::fs::read_to_string(&json).expect("JSON"), text, "same seed, same bytes");
}

#[test]
fn a_broken_promise_is_exit_status_1() {
    let shipped = firebreak_sim::shipped::ALL.iter().find(|s| s.0 == "slot-fall-90-20x").expect("it ships").1;
    let scenario = file("fault.toml", &format!("{shipped}\n[fault]\nslot = 500\natoms = 1\n"));
    let output = sim(&["run", &scenario, "--alone"]);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("A promise broke: I1"));
}

#[test]
fn bad_scenarios_are_refused_with_file_line_and_reason() {
    let head = "name = \"x\"\nslots = 10\n[[market]]\nname = \"A\"\nprice = 1.0\n";
    let unknown = file("unknown.toml", &format!("{head}colour = 3\n"));
    let why = refusal(&["run", &unknown]);
    assert!(why.contains("unknown.toml, line 6") && why.contains("unknown field `colour`"), "{why}");
    let negative = file("negative.toml", &format!("{head}path = [[1, 1.0], [2, -0.5]]\n"));
    let why = refusal(&["run", &negative]);
    assert!(why.contains("negative.toml, line 6: ") && why.contains("-0.5 at slot 2 must be greater than zero"), "{why}");
    let unsorted = file("unsorted.toml", &format!("{head}path = [[5, 1.0], [5, 0.5]]\n"));
    let why = refusal(&["run", &unsorted]);
    assert!(why.contains("unsorted.toml, line 6: ") && why.contains("slot 5 is not after 5 before it"), "{why}");
    let bounds = file("bounds.toml", &format!("{head}\n[crowd]\naccounts = 100\nlongs = 7.0\n"));
    let why = refusal(&["run", &bounds]);
    assert!(why.contains("bounds.toml, line 9: crowd.longs must be between 0 and 1"), "{why}");
    assert!(refusal(&["run", "no-such-scenario"]).contains("no-such-scenario"));
}

#[test]
fn bad_price_files_are_refused_with_file_line_and_reason() {
    let head = "ts_ms,open,high,low,close,volume\n";
    let row = |ts: i64, price: &str| format!("{ts},{price},{price},{price},{price},1\n");
    let unknown = file("unknown.csv", &format!("ts_ms,open,high,low,close,volumes\n{}", row(0, "1")));
    let why = refusal(&["replay", "--prices", &unknown]);
    assert!(why.contains("unknown.csv, line 1: unknown column 'volumes'"), "{why}");
    let cases = [
        ("zero.csv", row(0, "1") + &row(60_000, "0"), "line 3: open: '0' must be greater than zero"),
        ("twice.csv", row(60_000, "1") + &row(60_000, "1"), "line 3: ts_ms 60000 is not after 60000"),
        ("back.csv", row(60_000, "1") + &row(0, "1"), "line 3: ts_ms 0 is not after 60000"),
        ("gap.csv", row(0, "1") + &row(3_660_000, "1"), "line 3: 3660 s pass since the line before"),
    ];
    for (name, rows, reason) in cases {
        let path = file(name, &(head.to_string() + &rows));
        let why = refusal(&["replay", "--prices", &path]);
        assert!(why.contains(name) && why.contains(reason), "{why}");
    }
    let gap = file("gap.csv", &(head.to_string() + &row(0, "1") + &row(60_000, "1") + &row(3_720_000, "1")));
    let json = folder("inputs").join("gap.json").display().to_string();
    let output = sim(&["replay", "--prices", &gap, "--max-gap", "7200", "--accounts", "10", "--alone", "--json", &json]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let value: Value = serde_json::from_str(&std::fs::read_to_string(&json).expect("JSON")).expect("JSON");
    assert_eq!(value["bars_carried"].as_u64(), Some(60));
}

#[test]
fn bad_arguments_are_refused() {
    assert!(refusal(&["shock", "--drop", "100%"]).contains("below 100%"));
    assert!(refusal(&["shock", "--drop", "much"]).contains("'much' is not a percentage"));
    assert!(refusal(&["shock", "--drop", "90%", "--leverage", "50"]).contains("above the 20"));
    assert!(refusal(&["shock", "--drop", "90%", "--without", "luck"]).contains("without-luck"));
    assert!(refusal(&["compare", "firebreak", "luck"]).contains("'luck' is no policy"));
}

#[test]
fn two_policies_are_compared_on_the_same_paths() {
    let output = sim(&["compare", "firebreak", "without-staging", "--scenario", "slot-fall-90-5x"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("firebreak") && text.contains("without-staging"), "{text}");
}

#[test]
fn two_parameter_sets_are_compared_on_the_same_draws() {
    let output = sim(&["compare", "slot-fall-90-5x", "slot-fall-90-10x"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("22.22\u{a0}%") && text.contains("11.11\u{a0}%"), "{text}");
}

#[test]
fn what_ships_is_listed() {
    let text = String::from_utf8_lossy(&sim(&["list"]).stdout).into_owned();
    assert!(text.contains("slot-fall-90-20x") && text.contains("october-2025") && text.contains("throttle"));
}

/// Several processes, each with its shard, as a cluster would run them.
#[test]
fn shards_in_processes_of_their_own_give_what_one_process_gives() {
    let (one, three) = (folder("process-1"), folder("process-3"));
    for path in [&one, &three] {
        let _ = std::fs::remove_dir_all(path);
    }
    let sweep = |out: &Path, shard: &str| {
        let out = out.display().to_string();
        let args =
            ["sweep", "slot-fall-90-5x", "one-bad-print", "--runs", "2", "--shard", shard, "--threads", "1", "--out", &out];
        Command::new(env!("CARGO_BIN_EXE_firebreak-sim")).args(args).spawn().expect("it runs")
    };
    let mut children = vec![sweep(&one, "0/1")];
    children.extend(["0/3", "1/3", "2/3"].map(|shard| sweep(&three, shard)));
    for child in &mut children {
        assert!(child.wait().expect("it ends").code().is_some_and(|code| code < 2));
    }
    let rows = |folder: &Path, count: u64| {
        let files = (0..count).map(|index| firebreak_sim::sweep::Shard { index, count }.file(folder));
        let mut rows: Vec<_> = files.flat_map(|f| firebreak_sim::sweep::read_rows(&f).expect("reads")).collect();
        rows.sort_by_key(|row| row.job);
        rows
    };
    let whole = rows(&one, 1);
    assert_eq!(whole.len(), 8);
    assert_eq!(whole, rows(&three, 3));
}

/// Every crash of the shared data, when it is there, in one table.
#[test]
fn history_is_replayed_when_it_is_there() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/crashes");
    if !data.is_dir() {
        eprintln!("skipped: {} is not there", data.display());
        return;
    }
    let out = folder("history");
    let output = sim(&["crashes", &data.display().to_string(), "--accounts", "60", "--out", &out.display().to_string()]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let crashes = firebreak_sim::crashes::find(&data).expect("a folder of crashes");
    assert!(!crashes.is_empty());
    for crash in crashes {
        let path = out.join(format!("{}.json", crash.name));
        let value: Value = serde_json::from_str(&std::fs::read_to_string(&path).expect("JSON")).expect("JSON");
        let policies: Vec<_> = value.as_array().expect("two").iter().map(|o| o["policy"].as_str().expect("a name")).collect();
        assert_eq!(policies, ["firebreak", "baseline"], "{path:?}");
        let firebreak = &value[0];
        for key in ["conservation_error_atoms", "deficit", "bystander_loss", "invariants_broken", "adl_excess_atoms"] {
            assert_eq!(firebreak[key].as_u64(), Some(0), "{path:?}: {key}");
        }
        assert!(String::from_utf8_lossy(&output.stdout).contains(&crash.name));
    }
}
