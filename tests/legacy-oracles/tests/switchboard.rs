//! The reader and the writer of Switchboard V2 accounts against `switchboard-solana`.
//!
//! The crate's structs are `repr(packed)` without `C`. The program on chain was built when compilers left such fields in
//! the order of declaration; today's may reorder them, so casting bytes to the struct proves nothing. What does not depend
//! on the compiler is checked: discriminator, size, decimals, and the order of declaration, taken from the crate's source
//! text and laid out without padding. Real accounts pin the same offsets in `crates/oracle/tests/real_accounts.rs`.

use std::collections::BTreeMap;
use std::process::Command;

use firebreak_legacy_oracles::Random;
use firebreak_oracle::write::{write_switchboard_v2, AggregatorV2};
use firebreak_oracle::{read, switchboard_v2, Kind, Reading};
use rust_decimal::Decimal;
use switchboard_solana::anchor_lang::{Discriminator, Owner};
use switchboard_solana::{AggregatorAccountData, AggregatorRound, SwitchboardDecimal};

/// Source text of the crate's account, where cargo keeps it.
fn source() -> String {
    let cargo = |args: &[&str]| {
        let output = Command::new(env!("CARGO")).args(args).output().expect("cargo runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let version = cargo(&["-vV"]);
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).expect("a host");
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let metadata = cargo(&[
        "metadata",
        "--format-version=1",
        "--offline",
        "--locked",
        "--filter-platform",
        host,
        "--manifest-path",
        manifest,
    ]);
    let metadata: serde_json::Value = serde_json::from_str(&metadata).expect("JSON");
    let package = metadata["packages"]
        .as_array()
        .expect("packages")
        .iter()
        .find(|package| package["name"] == "switchboard-solana")
        .expect("the crate is a dependency");
    let manifest = package["manifest_path"].as_str().expect("a path");
    let folder = manifest.strip_suffix("Cargo.toml").expect("a manifest");
    std::fs::read_to_string(format!("{folder}src/oracle_program/accounts/aggregator.rs")).expect("readable source")
}

/// Fields of a struct as `(name, type)`, in the order of declaration.
fn fields<'a>(source: &'a str, name: &str) -> Vec<(&'a str, &'a str)> {
    let start = format!("pub struct {name} {{");
    let body = source.split_once(&start).expect("the struct").1;
    let body = body.split_once("\n}").expect("its end").0;
    body.lines()
        .filter_map(|line| line.trim().strip_prefix("pub "))
        .map(|field| {
            let (name, kind) = field.split_once(':').expect("a type");
            (name, kind.trim().trim_end_matches(','))
        })
        .collect()
}

/// Size of a type without padding.
fn size(source: &str, kind: &str) -> usize {
    if let Some((item, count)) = kind.strip_prefix('[').and_then(|array| array.strip_suffix(']')?.split_once("; ")) {
        return size(source, item) * count.parse::<usize>().expect("a length");
    }
    match kind {
        "u8" | "bool" | "AggregatorResolutionMode" => 1,
        "u32" => 4,
        "u64" | "i64" => 8,
        "SwitchboardDecimal" => 20,
        "Pubkey" | "Hash" => 32,
        "AggregatorRound" => fields(source, kind).iter().map(|(_, kind)| size(source, kind)).sum(),
        kind => panic!("type of unknown size: {kind}"),
    }
}

/// Offsets in the account, discriminator included; those of the confirmed round as `latest_confirmed_round.field`.
fn offsets(source: &str) -> (BTreeMap<String, usize>, usize) {
    let mut offsets = BTreeMap::new();
    let mut at = 8;
    for (name, kind) in fields(source, "AggregatorAccountData") {
        offsets.insert(name.to_owned(), at);
        if name == "latest_confirmed_round" {
            let mut at = at;
            for (part, kind) in fields(source, kind) {
                offsets.insert(format!("{name}.{part}"), at);
                at += size(source, kind);
            }
        }
        at += size(source, kind);
    }
    (offsets, at)
}

#[test]
fn constants() {
    assert_eq!(AggregatorAccountData::discriminator(), switchboard_v2::DISCRIMINATOR);
    // The size of a packed struct does not depend on the order of its fields.
    assert_eq!(AggregatorAccountData::size(), switchboard_v2::LEN);
    assert_eq!(AggregatorAccountData::owner().to_string(), "SW1TCH7qEPTdLsDHRgPuMQjbQxKdH2aBStViMFnt64f");
    assert_eq!(switchboard_v2::MAX_SCALE, Decimal::MAX_SCALE);
}

#[test]
fn declared_order_is_the_layout_read() {
    let source = source();
    let (offsets, end) = offsets(&source);
    assert_eq!(end, switchboard_v2::LEN);
    assert_eq!(size(&source, "AggregatorRound"), size_of::<AggregatorRound>());

    let mut random = Random(3);
    for _ in 0..500 {
        // Noise everywhere, then the fields that are read, each where the declaration puts it.
        let mut data: Vec<u8> = (0..end).map(|_| random.bits() as u8).collect();
        let mut put = |name: &str, bytes: &[u8]| {
            let at = offsets[name];
            data[at..at + bytes.len()].copy_from_slice(bytes);
        };
        let scale = (random.bits() % 20) as u32;
        let decimal = |mantissa: i64| {
            let mut bytes = i128::from(mantissa).to_le_bytes().to_vec();
            bytes.extend(scale.to_le_bytes());
            bytes
        };
        let (result, deviation) = (random.positive(), random.positive());
        let (slot, time, queue) = (random.bits() | 1, random.positive(), random.key());
        put("queue_pubkey", &queue);
        put("min_oracle_results", &2_u32.to_le_bytes());
        put("resolution_mode", &[0]);
        put("latest_confirmed_round.num_success", &3_u32.to_le_bytes());
        put("latest_confirmed_round.is_closed", &[1]);
        put("latest_confirmed_round.round_open_slot", &slot.to_le_bytes());
        put("latest_confirmed_round.round_open_timestamp", &time.to_le_bytes());
        put("latest_confirmed_round.result", &decimal(result));
        put("latest_confirmed_round.std_deviation", &decimal(deviation));
        data[..8].copy_from_slice(&AggregatorAccountData::discriminator());

        let expected = Reading {
            mantissa: result.into(),
            confidence: deviation.unsigned_abs().into(),
            exponent: -(scale as i32),
            publish_time: time,
            slot,
            oldest_slot: slot,
            feed_id: queue,
        };
        assert_eq!(read(Kind::SwitchboardV2, &data), Ok(expected));
    }
}

#[test]
fn decimals_mean_the_same() {
    let mut random = Random(4);
    for _ in 0..2_000 {
        let (mantissa, width) = (random.positive(), random.positive());
        let (scale, width_scale) = ((random.bits() % 19) as u32, (random.bits() % 19) as u32);
        let fields = AggregatorV2 {
            result: (mantissa.into(), scale),
            std_deviation: (width.into(), width_scale),
            num_success: 1,
            slot: 1,
            publish_time: 1,
            ..AggregatorV2::default()
        };
        let mut buf = [0; switchboard_v2::LEN];
        write_switchboard_v2(&mut buf, &fields);
        let ours = read(Kind::SwitchboardV2, &buf).expect("reads");

        // The crate's conversion, compared at our common number of decimals.
        let theirs = |mantissa: i64, scale| -> Decimal {
            (&SwitchboardDecimal::new(mantissa.into(), scale)).try_into().expect("converts")
        };
        let lift = |value: Decimal| {
            let missing = ours.exponent.unsigned_abs() - value.scale();
            value.mantissa() * 10_i128.pow(missing)
        };
        assert_eq!(ours.mantissa, lift(theirs(mantissa, scale)));
        assert_eq!(ours.confidence, lift(theirs(width, width_scale)).unsigned_abs());
    }
}

/// Not a check of ours but a record: whether this compiler's layout of the crate's struct is the one on chain.
#[test]
fn where_this_compiler_puts_the_result() {
    let (offsets, _) = offsets(&source());
    let declared = offsets["latest_confirmed_round.result"];
    let compiled =
        8 + std::mem::offset_of!(AggregatorAccountData, latest_confirmed_round) + std::mem::offset_of!(AggregatorRound, result);
    println!("result of the confirmed round: declared at {declared}, compiled to {compiled}");
    assert_eq!(declared, 366);
}
