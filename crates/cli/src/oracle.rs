//! `firebreak oracle decode FILE`: what a price account says, in exact numbers, or why it is refused.

use std::fmt::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use base64::Engine;
use firebreak_oracle::{read, Kind, Reading};
use serde::Serialize;
use serde_json::Value;

/// Owner programs whose accounts are decoded, and how. Only the command line's list: markets pin their own.
const OWNERS: [(&str, Kind); 7] = [
    // Pyth's receivers: the first, and the compatible one of 2026.
    ("rec5EKMGg6MxZYaMdyBfgwp4d5rB9T1VQH5pJv5LtFJ", Kind::PythUpdate),
    ("rec2HHDDnjLfj4kE7VyEtFA1HPGQLK33259532cRyHp", Kind::PythUpdate),
    // Pyth's push program: mainnet, devnet.
    ("FsJ3A3u2vn5cTVofAjvy6y5kwABJAqYWpe4975bi2epH", Kind::PythLegacy),
    ("gSbePebfvPy7tRqimPoVecS2UsBvYv46ynrzWocc92s", Kind::PythLegacy),
    // Switchboard On-Demand: mainnet, devnet.
    ("SBondMDrcV3K4kxZR1HNVT7osZxAHVHgYXL5Ze1oMUv", Kind::SwitchboardOnDemand),
    ("Aio4gaXjXzJNVLtzwtNVmSqGKpANtXhybbkhtAC94ji2", Kind::SwitchboardOnDemand),
    // Switchboard V2.
    ("SW1TCH7qEPTdLsDHRgPuMQjbQxKdH2aBStViMFnt64f", Kind::SwitchboardV2),
];

/// Seconds that a publish time may be ahead of `--now`: clocks of publishers and clusters differ a little.
const MAX_AHEAD: i64 = 2;

/// Arguments of `firebreak oracle decode`.
#[derive(Debug, clap::Args)]
pub struct DecodeArgs {
    /// Account as JSON: the output of `solana account KEY --output json`, or of the RPC method getAccountInfo with
    /// base64 encoding
    pub file: PathBuf,
    /// Judge the price's age at this time (Unix seconds); without it, age is not judged
    #[arg(long, value_name = "UNIX_SECONDS")]
    pub now: Option<i64>,
    /// Greatest age in seconds that --now allows
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub max_age: u64,
}

/// Runs the command: one JSON object on standard output and exit code 0, or one sentence on standard error and exit code
/// 2 when the account is refused, 1 when the file cannot be read.
pub fn run(args: &DecodeArgs) -> ExitCode {
    let text = match std::fs::read_to_string(&args.file) {
        Ok(text) => text,
        Err(error) => {
            eprintln!("cannot read {}: {error}", args.file.display());
            return ExitCode::from(1);
        }
    };
    match decode(&text, args.now, args.max_age) {
        Ok(decoded) => {
            let json = serde_json::to_string(&decoded).expect("strings and numbers always serialise");
            println!("{json}");
            ExitCode::SUCCESS
        }
        Err(refused) => {
            eprintln!("{refused}");
            ExitCode::from(2)
        }
    }
}

/// What the command prints, as one JSON object with these fields.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Decoded {
    /// The layout, by [`Kind::name`].
    pub kind: &'static str,
    /// USD, exact decimal.
    pub price: String,
    /// USD, exact decimal: Pyth's confidence interval, Switchboard's standard deviation.
    pub confidence: String,
    /// Unix seconds.
    pub publish_time: i64,
    /// Pyth's posting or aggregation slot, the signed slot of Switchboard On-Demand's median, the opening slot of a
    /// Switchboard V2 round.
    pub slot: u64,
}

/// Why an account was refused, as one sentence.
#[derive(Debug, PartialEq, Eq)]
pub struct Refused(String);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}

fn refused<T>(reason: impl Into<String>) -> Result<T, Refused> {
    Err(Refused(reason.into()))
}

/// Decodes the JSON text of an account file. The owner decides the layout, which the account's discriminator must confirm.
///
/// # Errors
/// [`Refused`] for text that is no account, an owner that is no known oracle, bytes the reader refuses, and, given `now`, a
/// publish time more than `max_age` seconds before or two seconds after it.
pub fn decode(text: &str, now: Option<i64>, max_age: u64) -> Result<Decoded, Refused> {
    let (owner, data) = account(text)?;
    let Some((_, kind)) = OWNERS.into_iter().find(|(known, _)| *known == owner) else {
        return refused(format!("owner {owner} is not a known oracle program"));
    };
    let reading = read(kind, &data).map_err(|refusal| Refused(format!("{}: {refusal}", kind.name())))?;
    if let Some(now) = now {
        judge_age(&reading, now, max_age)?;
    }
    Ok(Decoded {
        kind: kind.name(),
        price: decimal(reading.mantissa.unsigned_abs(), reading.exponent),
        confidence: decimal(reading.confidence, reading.exponent),
        publish_time: reading.publish_time,
        slot: reading.slot,
    })
}

/// Owner and data of the account in a file, in any of the shapes that tools write.
fn account(text: &str) -> Result<(String, Vec<u8>), Refused> {
    let Ok(file) = serde_json::from_str::<Value>(text) else {
        return refused("file is not JSON");
    };
    // The account itself, or wrapped as the command line tool, or as the RPC method's answer, wraps it.
    let Some(account) = ["", "/account", "/value", "/result/value"]
        .into_iter()
        .filter_map(|place| file.pointer(place))
        .find(|place| place.get("owner").is_some() && place.get("data").is_some())
    else {
        return refused("file holds no account: fields owner and data must be there");
    };
    let Some(owner) = account["owner"].as_str() else {
        return refused("owner is not a string");
    };
    let (Some(data), Some("base64")) = (account["data"][0].as_str(), account["data"][1].as_str()) else {
        return refused("data is not a pair of text and the encoding \"base64\"");
    };
    match base64::engine::general_purpose::STANDARD.decode(data) {
        Ok(data) => Ok((owner.to_owned(), data)),
        Err(_) => refused("data is not valid base64"),
    }
}

fn judge_age(reading: &Reading, now: i64, max_age: u64) -> Result<(), Refused> {
    let time = reading.publish_time;
    if time > now.saturating_add(MAX_AHEAD) {
        return refused(format!("publish time {time} is after {now}, must not be more than {MAX_AHEAD} seconds after"));
    }
    let age = now.saturating_sub(time).max(0).unsigned_abs();
    if age > max_age {
        return refused(format!("publish time {time} is {age} seconds before {now}, must not be more than {max_age}"));
    }
    Ok(())
}

/// `value * 10^exponent` for `exponent <= 0`, exactly, without trailing zeros: `132.72457249`, `0.5`, `3`, `0`.
fn decimal(value: u128, exponent: i32) -> String {
    let places = usize::try_from(exponent.saturating_neg()).unwrap_or(0);
    // At least one digit before the point.
    let mut text = String::new();
    let _ = write!(text, "{value:0>width$}", width = places + 1);
    if places > 0 {
        text.insert(text.len() - places, '.');
        text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn decimals_are_exact_and_short() {
        assert_eq!(decimal(13_272_457_249, -8), "132.72457249");
        assert_eq!(decimal(14_061_593_700, -8), "140.615937");
        assert_eq!(decimal(345_526, -10), "0.0000345526");
        assert_eq!(decimal(300_000_000, -8), "3");
        assert_eq!(decimal(1_000, 0), "1000");
        assert_eq!(decimal(0, -8), "0");
        assert_eq!(decimal(0, 0), "0");
        assert_eq!(decimal(100, -2), "1");
        assert_eq!(decimal(10, -2), "0.1");
        assert_eq!(decimal(1, -28), "0.0000000000000000000000000001");
        assert_eq!(decimal(u128::MAX, -18), "340282366920938463463.374607431768211455");
    }

    /// A Pyth account of 132.72457249 ± 0.13518041 USD, published at 1 720 094 645.
    fn pyth() -> Value {
        let mut buf = [0; firebreak_oracle::pyth_update::LEN];
        let fields = firebreak_oracle::write::PythUpdate {
            price: 13_272_457_249,
            confidence: 13_518_041,
            exponent: -8,
            publish_time: 1_720_094_645,
            posted_slot: 275_626_831,
            ..Default::default()
        };
        firebreak_oracle::write::write_pyth_update(&mut buf, &fields);
        let data = base64::engine::general_purpose::STANDARD.encode(buf);
        json!({ "data": [data, "base64"], "owner": OWNERS[0].0 })
    }

    #[test]
    fn accepts_each_wrapping() {
        let account = pyth();
        let expected = r#"{"kind":"pyth_price_update_v2","price":"132.72457249","confidence":"0.13518041","publish_time":1720094645,"slot":275626831}"#;
        for file in [
            account.clone(),
            json!({ "pubkey": "k", "account": account }),
            json!({ "context": { "slot": 1 }, "value": account }),
            json!({ "jsonrpc": "2.0", "id": 1, "result": { "context": {}, "value": account } }),
        ] {
            let decoded = decode(&file.to_string(), None, 60).expect("decodes");
            assert_eq!(serde_json::to_string(&decoded).expect("JSON"), expected);
        }
    }

    #[test]
    fn judges_age_only_when_asked() {
        let text = pyth().to_string();
        let time = 1_720_094_645;
        let fine = |now, max_age| decode(&text, Some(now), max_age).is_ok();
        assert!(decode(&text, None, 0).is_ok());
        assert!(fine(time, 0) && fine(time + 60, 60) && fine(time - 2, 60));
        assert!(!fine(time + 61, 60) && !fine(time - 3, 60) && !fine(time + 1, 0));
        assert!(!fine(i64::MIN, u64::MAX) && fine(i64::MAX, u64::MAX) && !fine(i64::MAX, 60));
    }

    #[test]
    fn refuses_what_is_no_price_account() {
        let check = |file: Value, expected: &str| {
            let refused = decode(&file.to_string(), None, 60).expect_err("refused").to_string();
            assert!(refused.contains(expected), "{refused}");
            assert_eq!(refused.lines().count(), 1);
        };
        let with = |field: &str, value: Value| {
            let mut account = pyth();
            account[field] = value;
            account
        };
        check(json!([]), "no account");
        check(json!({ "account": null }), "no account");
        check(with("owner", json!("11111111111111111111111111111111")), "owner");
        check(with("owner", json!(7)), "owner");
        check(with("owner", json!(OWNERS[2].0)), "pyth_legacy: account data has 134 bytes");
        check(with("data", json!("AAAA")), "base64");
        check(with("data", json!(["AAAA", "base64+zstd"])), "base64");
        check(with("data", json!(["?", "base64"])), "base64");
        check(with("data", json!(["", "base64"])), "has 0 bytes");
        assert!(decode("", None, 60).is_err());
    }

    /// Real accounts are kept outside the repository; without them this says so and passes.
    #[test]
    fn real_accounts_decode_or_are_refused() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/oracle-accounts");
        let Ok(entries) = std::fs::read_dir(folder) else {
            eprintln!("skipped: no real price accounts beside the repository (../shared/data/oracle-accounts)");
            return;
        };
        for path in entries.map(|entry| entry.expect("readable folder").path()) {
            let text = std::fs::read_to_string(&path).expect("readable file");
            let name = path.file_name().expect("a file").to_string_lossy().into_owned();
            let decoded = match decode(&text, None, 60) {
                Ok(decoded) => decoded,
                Err(refused) => {
                    let broken = ["price_zero", "status_unknown", "zero_result"];
                    assert!(broken.iter().any(|word| name.contains(word)), "{name}: {refused}");
                    continue;
                }
            };
            let file: Value = serde_json::from_str(&text).expect("JSON");
            let stated = ["usd", "value", "result"].into_iter().find_map(|field| file["decoded"][field].as_f64());
            assert_eq!(decoded.price.parse().ok(), stated, "{name}");
        }
    }
}
