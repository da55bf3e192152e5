//! What the TypeScript client must agree with: addresses, instructions, events, errors, units and health, as the Rust client and the engine
//! have them. Written by `sdk_vectors`, read by the tests of `sdk/ts`.

mod dice;
mod events;
mod health;
mod instructions;

use anchor_lang::prelude::Pubkey;
use firebreak_client::{
    address,
    program::{errors::FirebreakError, state},
    risk::RiskError,
    units,
};
use serde_json::{json, Value};

/// Everything.
pub fn vectors() -> Value {
    json!({
        "settlementDecimals": units::SETTLEMENT_DECIMALS,
        "sizes": sizes(),
        "addresses": addresses(),
        "holder": instructions::holder_text(),
        "instructions": instructions::all(),
        "events": events::all(),
        "refusals": refusals(),
        "units": texts(),
        "worlds": health::worlds(),
    })
}

/// A key for tests, by number.
fn key(n: u8) -> Pubkey {
    Pubkey::new_from_array([n; 32])
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// Bytes of every account that has a fixed layout, discriminator included.
fn sizes() -> Value {
    json!({
        "collateral": 8 + size_of::<state::Collateral>(),
        "insurance": 8 + size_of::<state::Insurance>(),
        "marginAccount": 8 + size_of::<state::MarginAccount>(),
        "market": 8 + size_of::<state::Market>(),
        "order": 8 + size_of::<state::Order>(),
        "protocol": 8 + size_of::<state::Protocol>(),
        "quote": 8 + size_of::<state::Quote>(),
        "riskReport": 8 + size_of::<state::RiskReport>(),
        "stake": 8 + size_of::<state::Stake>(),
    })
}

fn addresses() -> Value {
    let (a, b) = (key(7), key(9));
    json!({
        "protocol": address::protocol().to_string(),
        "insurance": address::insurance().to_string(),
        "upgradeAuthority": address::upgrade_authority().to_string(),
        "eventAuthority": address::event_authority().to_string(),
        "vault": address::vault(&a).to_string(),
        "collateral": address::collateral(&a).to_string(),
        "market": ([0u16, 1, 255, 256, 65_535].map(|i| (i, address::market(i).to_string()))),
        "account": ([0u16, 1, 256, 65_535].map(|i| (i, address::account(&a, i).to_string()))),
        "quote": address::quote(&a, &b).to_string(),
        "order": ([0u16, 1, 256, 65_535].map(|i| (i, address::order(&a, i).to_string()))),
        "report": address::report(&a).to_string(),
        "stake": ([0u8, 1].map(|i| (i, address::stake(&a, i).to_string()))),
        "change": (["0", "1", "18446744073709551615"].map(|i| (i, address::change(i.parse().unwrap_or(0)).to_string()))),
    })
}

/// Numbers, names and sentences of the engine's refusals.
fn refusals() -> Value {
    RiskError::ALL
        .iter()
        .map(|e| json!({ "code": u32::from(FirebreakError::from(*e)), "name": format!("{e:?}"), "sentence": e.to_string() }))
        .collect()
}

fn texts() -> Value {
    let tried = [
        ("1", 6),
        ("0.000001", 6),
        ("12.5", 1),
        ("7", 0),
        (".5", 2),
        ("5.", 2),
        ("007.10", 3),
        ("9223372036854.775807", 6),
        ("", 6),
        (".", 6),
        ("-1", 6),
        ("1e3", 6),
        ("0.0000001", 6),
        ("9223372036854.775808", 6),
        ("1.2.3", 6),
        ("0.10000000", 1),
    ];
    let written = [(0i128, 6u8), (1, 6), (-1_500_000, 6), (12, 0), (i64::MAX as i128, 18), (-(1i128 << 63), 1)];
    json!({
        "parsed": tried.map(|(text, decimals)| match units::parse(text, decimals) {
            Ok(units) => json!({ "text": text, "decimals": decimals, "units": units.to_string() }),
            Err(why) => json!({ "text": text, "decimals": decimals, "error": why.to_string() }),
        }),
        "written": written.map(|(x, decimals)| json!({ "units": x.to_string(), "decimals": decimals, "text": units::format(x, decimals) })),
        "lotDecimals": ([0u8, 5, 9, 18, 20].map(|d| (d, units::lot_decimals(d)))),
    })
}
