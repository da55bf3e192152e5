//! `firebreak oracle decode` on real accounts, where they are.

use serde_json::Value;
use std::{path::Path, process::Command};

#[test]
fn real_accounts_decode_exactly_and_broken_ones_are_refused() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/oracle-accounts");
    let Ok(files) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: the oracle accounts are not beside the repository");
        return;
    };
    let (mut good, mut bad) = (0, 0);
    for file in files {
        let path = file.expect("a file").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let output = Command::new(env!("CARGO_BIN_EXE_firebreak")).args(["oracle", "decode"]).arg(&path).output().expect("runs");
        if ["zero", "unknown"].iter().any(|broken| name.contains(broken)) {
            assert_eq!(output.status.code(), Some(2), "{name}");
            assert!(output.stdout.is_empty() && String::from_utf8_lossy(&output.stderr).trim().lines().count() == 1, "{name}");
            bad += 1;
            continue;
        }
        let json: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{name}: {e}"));
        let fields: Vec<&str> = json.as_object().expect("an object").keys().map(String::as_str).collect();
        assert_eq!(fields.len(), 5, "{name}: {fields:?}");
        assert!(
            json["price"].is_string() && json["confidence"].is_string() && json["publish_time"].is_i64() && json["slot"].is_u64()
        );
        let source: Value = serde_json::from_slice(&std::fs::read(&path).expect("reads")).expect("JSON");
        let decoded = &source["decoded"];
        let usd = ["usd", "value", "result"].iter().find_map(|k| decoded[k].as_f64()).expect("a value to compare with");
        let price: f64 = json["price"].as_str().expect("text").parse().expect("a number");
        assert!((price - usd).abs() <= usd * 1e-9, "{name}: {price} against {usd}");
        good += 1;
    }
    assert!(good >= 10 && bad >= 3, "{good} good, {bad} bad");
}
