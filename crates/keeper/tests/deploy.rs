//! What lies in `deploy/`: the example parses and shows every key, and the dashboard draws only figures that exist.

use firebreak_keeper::{
    action::Job,
    config::Config,
    metrics::{Metrics, NAMES},
};
use serde_json::Value;
use std::{collections::BTreeSet, fs, path::PathBuf};

fn deploy(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../deploy").join(name);
    fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
}

#[test]
fn the_example_says_what_holds_when_it_says_nothing() {
    let example = Config::parse("deploy/keeper.toml", &deploy("keeper.toml")).expect("it parses");
    let least = "[cluster]\nurl = \"http://127.0.0.1:8899\"\ngenesis_hash = \"localnet\"\n";
    let least = Config::parse("least", least).expect("it parses");
    assert_eq!(example.settings(), least.settings());
    assert_eq!(example.inventory_limits(), least.inventory_limits());
    let same = |config: &Config| {
        format!("{:?}", (&config.view, &config.fees, &config.sending, &config.profit, &config.log, &config.planning))
    };
    assert_eq!(same(&example), same(&least));
    assert!(Job::ALL.iter().all(|job| example.jobs.contains_key(job)), "every job is named");
}

#[test]
fn the_example_shows_every_key() {
    let text = deploy("keeper.toml");
    let shown: BTreeSet<&str> =
        text.lines().filter_map(|l| l.trim_start_matches("# ").split_once(" = ")).map(|(key, _)| key.trim()).collect();
    // An unknown key makes the parser name all that a table has.
    for table in ["cluster", "keys", "profit", "inventory", "planning", "view", "fees", "sending", "metrics", "webhook", "log"] {
        let why = Config::parse("x", &format!("[{table}]\nnot-a-key = 1\n")).expect_err("unknown").to_string();
        let known: Vec<&str> = why.split('`').skip(3).step_by(2).collect();
        assert!(!known.is_empty(), "{why}");
        for key in known {
            assert!(shown.contains(key), "deploy/keeper.toml does not show {table}.{key}");
        }
    }
}

/// Names of figures in an expression.
fn names(expression: &str) -> Vec<String> {
    let words = expression.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|w| w.starts_with("firebreak_")).map(str::to_string).collect()
}

fn expressions(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) if name == "expr" => found.push(text.clone()),
                    other => expressions(other, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| expressions(item, found)),
        _ => {}
    }
}

#[test]
fn the_dashboard_draws_only_figures_that_exist_and_all_of_them() {
    let dashboard: Value = serde_json::from_str(&deploy("grafana.json")).expect("it is JSON");
    let mut found = vec![];
    expressions(&dashboard, &mut found);
    let drawn: BTreeSet<String> = found.iter().flat_map(|e| names(e)).collect();
    assert!(drawn.len() > 20, "{drawn:?}");
    let histogram = |name: &str| name.ends_with("_seconds");
    for name in &drawn {
        let known = NAMES.contains(&name.as_str());
        let bucket = name.strip_suffix("_bucket").is_some_and(|base| NAMES.contains(&base) && histogram(base));
        assert!((known && !histogram(name)) || bucket, "the dashboard draws {name}, which does not exist");
    }
    for name in NAMES {
        let as_drawn = if histogram(name) { format!("{name}_bucket") } else { (*name).to_string() };
        assert!(drawn.contains(&as_drawn), "nobody draws {name}");
    }
    // The names are those that are really written.
    let metrics = Metrics::new().expect("figures");
    metrics.chain_slot.set(1);
    assert!(metrics.text().contains("firebreak_keeper_chain_slot 1"));
}
