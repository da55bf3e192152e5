//! Accounts that really existed on chain. They are kept outside the repository; without them the test says so and passes.

use std::path::PathBuf;

use base64::Engine;
use firebreak_oracle::{read, Kind, Reading, Refusal};
use serde_json::Value;

fn accounts() -> Vec<(String, Value)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/oracle-accounts");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: no real price accounts beside the repository (../shared/data/oracle-accounts)");
        return Vec::new();
    };
    entries
        .map(|entry| {
            let path = entry.expect("readable folder").path();
            let text = std::fs::read_to_string(&path).expect("readable file");
            let name = path.file_name().expect("a file").to_string_lossy().into();
            (name, serde_json::from_str(&text).expect("JSON"))
        })
        .collect()
}

fn data(account: &Value) -> Vec<u8> {
    let text = account["account"]["data"][0].as_str().expect("data");
    base64::engine::general_purpose::STANDARD.decode(text).expect("base64")
}

fn kind(name: &str) -> Kind {
    match name {
        n if n.starts_with("pyth_v2") => Kind::PythUpdate,
        n if n.starts_with("pyth_legacy") => Kind::PythLegacy,
        n if n.starts_with("sb_od") => Kind::SwitchboardOnDemand,
        n if n.starts_with("sb_v2") => Kind::SwitchboardV2,
        n => panic!("unknown kind of account: {n}"),
    }
}

/// As a float, because that is how the other decoder wrote it down. Only a comparison: no reader uses floats.
fn float(reading: &Reading, of: f64) -> f64 {
    of * 10_f64.powi(reading.exponent)
}

#[test]
fn real_accounts_read_as_another_decoder_read_them() {
    let mut read_well = 0;
    for (name, account) in accounts() {
        let (kind, data, decoded) = (kind(&name), data(&account), &account["decoded"]);
        let reading = match name.as_str() {
            "pyth_legacy_devnet_price_zero.json" => {
                let got = data.len() as u32;
                assert_eq!(read(kind, &data), Err(Refusal::TooShort { need: 3312, got }));
                continue;
            }
            "pyth_legacy_sol_usd_20241102_status_unknown.json" => {
                assert_eq!(read(kind, &data), Err(Refusal::NotTrading(0)));
                continue;
            }
            "sb_od_zero_result_20240806.json" => {
                assert_eq!(read(kind, &data), Err(Refusal::NoResult));
                continue;
            }
            _ => read(kind, &data).unwrap_or_else(|refusal| panic!("{name}: {refusal}")),
        };
        let fields = match kind {
            Kind::PythUpdate => ["price", "conf", "publish_time", "posted_slot"],
            Kind::PythLegacy => ["agg_price", "agg_conf", "timestamp", "agg_pub_slot"],
            Kind::SwitchboardOnDemand => ["value", "std_dev", "last_update_timestamp", "slot"],
            Kind::SwitchboardV2 => ["result", "std_deviation", "round_open_timestamp", "round_open_slot"],
        };
        if matches!(kind, Kind::PythUpdate | Kind::PythLegacy) {
            assert_eq!(Some(reading.mantissa), decoded[fields[0]].as_i64().map(Into::into));
            assert_eq!(Some(reading.confidence), decoded[fields[1]].as_u64().map(Into::into));
        } else {
            let values = [reading.mantissa as f64, reading.confidence as f64];
            for (value, field) in values.into_iter().zip(fields) {
                let expected = decoded[field].as_f64().expect("a number");
                let error = (float(&reading, value) / expected - 1.0).abs();
                assert!(error < 1e-15 * 4.0, "{name}: {field} off by {error}");
            }
        }
        assert_eq!(Some(reading.publish_time), decoded[fields[2]].as_i64());
        assert_eq!(Some(reading.slot), decoded[fields[3]].as_u64());
        if kind == Kind::SwitchboardOnDemand {
            assert_eq!(Some(reading.oldest_slot), decoded["min_slot"].as_u64());
        }
        let hex: String = reading.feed_id.iter().map(|b| format!("{b:02x}")).collect();
        for field in ["feed_id", "feed_hash"] {
            if let Some(expected) = decoded[field].as_str() {
                assert_eq!(hex, expected, "{name}");
            }
        }
        // The whole dollars, whatever the layout.
        let expected = ["usd", "value", "result"].iter().find_map(|field| decoded[field].as_f64()).expect("a price");
        let (price, _) = reading.scaled(10).expect("scales");
        assert!((price as f64 - expected * 1e10).abs() <= 0.5 + expected, "{name}");
        read_well += 1;
    }
    if read_well > 0 {
        println!("{read_well} real accounts read");
    }
}
