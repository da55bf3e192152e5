//! Events as the program calls itself with them, and what they say.

use super::{hex, key};
use anchor_lang::{event::EVENT_IX_TAG_LE, Event};
use firebreak_client::{
    program::{
        events::{AccountState, CapitalMoved, Deleveraged, DeleveragedParty, Filled, Held},
        state::{EngineLedger, EnginePosition},
    },
    risk::{index::LossIndex, BaseQty, Ledger, Position, Ratio},
};
use serde_json::{json, Value};

/// Each with its text. Numbers above 2^53 are texts.
pub fn all() -> Value {
    let call = |event: Vec<u8>| hex(&[EVENT_IX_TAG_LE, &event].concat());
    let (taker, maker, party) = (held(100), held(200), held(300));
    let (ledger, totals) = ledger();
    let filled = Filled {
        market: 513,
        taker: key(3),
        maker: key(4),
        base: -5,
        cost: i64::MIN,
        fee: u64::MAX,
        maker_fee: 1,
        price: 2,
        taker_held: taker.0,
        maker_held: maker.0,
        ledger,
        quoted: Some([3, u64::MAX]),
    };
    let matched = Filled { quoted: None, ..filled.clone() };
    let told = |quoted: Value| {
        json!({
            "market": 513, "taker": key(3).to_string(), "maker": key(4).to_string(), "base": "-5", "cost": i64::MIN.to_string(),
            "fee": u64::MAX.to_string(), "makerFee": "1", "price": "2", "takerHeld": taker.1, "makerHeld": maker.1, "ledger": totals,
            "quoted": quoted,
        })
    };
    let moved = CapitalMoved { account: key(5), amount: -7, capital: 8 };
    let parties = vec![DeleveragedParty { account: key(7), lots: 1, notional: 2, paid: 3, held: party.0 }];
    let closed = Deleveraged { market: 9, account: key(8), price: 1, left: 2, deficit: 3, parties, held: maker.0, ledger };
    json!([
        { "call": call(closed.data()), "name": "deleveraged", "data": {
            "market": 9, "account": key(8).to_string(), "price": "1", "left": "2", "deficit": "3", "held": maker.1, "ledger": totals,
            "parties": [{ "account": key(7).to_string(), "lots": "1", "notional": "2", "paid": "3", "held": party.1 }] } },
        { "call": call(filled.data()), "name": "filled", "data": told(json!({ "__option": "Some", "value": ["3", u64::MAX.to_string()] })) },
        { "call": call(matched.data()), "name": "filled", "data": told(json!({ "__option": "None" })) },
        { "call": call(moved.data()), "name": "capitalMoved", "data": { "account": key(5).to_string(), "amount": "-7", "capital": "8" } },
    ])
}

/// What an account holds, every field different from every other by `n` and its place.
fn held(n: u64) -> (Held, Value) {
    let [size, money] = [n as i64, -(n as i64)];
    let account = AccountState { capital: n + 1, bond: n + 2, flagged: n + 3, freed: n + 4, bankrupt: 1 };
    let position = Position {
        base: BaseQty(size + 5),
        entry: money - 6,
        result: money - 7,
        index: LossIndex { mantissa: n + 8, exponent: n + 9 },
        cold: n + 10,
        cold_since: size + 11,
        cold_until: size + 12,
        cover: n + 13,
        settled: size + 14,
        funding: money - 15,
        lost: n + 16,
        insured: n + 17,
        accepted: Ratio(n as u32 + 18),
        size_term: Ratio(n as u32 + 19),
        market: n as u16 + 20,
        used: 1,
        ..Position::EMPTY
    };
    let told = json!({
        "account": {
            "capital": text(n + 1), "bond": text(n + 2), "flagged": text(n + 3), "freed": text(n + 4), "bankrupt": 1,
        },
        "position": {
            "base": text(n + 5), "entry": text(money - 6), "result": text(money - 7),
            "index": { "mantissa": text(n + 8), "exponent": text(n + 9) },
            "cold": text(n + 10), "coldSince": text(n + 11), "coldUntil": text(n + 12), "cover": text(n + 13),
            "settled": text(n + 14), "funding": text(money - 15), "lost": text(n + 16), "insured": text(n + 17),
            "accepted": n + 18, "sizeTerm": n + 19, "market": n + 20, "used": 1,
            "reserved": { "0": 0, "1": 0, "2": 0, "3": 0, "4": 0 },
        },
    });
    (Held { account, position: EnginePosition(position) }, told)
}

/// A market's totals, every field different.
fn ledger() -> (EngineLedger, Value) {
    let ledger = Ledger {
        long_base: 1,
        short_base: 2,
        long_entry: 3,
        short_entry: -4,
        pool: 5,
        pot: 6,
        insurance_fees: 7,
        treasury_fees: 8,
        claims: 9,
        debt: 10,
        deficit: 11,
        window_deficit: 12,
        window_ends: 13,
        insured_deficit: 14,
        insurance_drawn: 15,
        loss_shared: 16,
        index: LossIndex { mantissa: 17, exponent: 18 },
        fills: 19,
        bankruptcies: 20,
        liquidations: 21,
        liquidated_base: 22,
        event_drawn: 23,
    };
    let told = json!({
        "longBase": "1", "shortBase": "2", "longEntry": "3", "shortEntry": "-4", "pool": "5", "pot": "6", "insuranceFees": "7",
        "treasuryFees": "8", "claims": "9", "debt": "10", "deficit": "11", "windowDeficit": "12", "windowEnds": "13",
        "insuredDeficit": "14", "insuranceDrawn": "15", "lossShared": "16", "index": { "mantissa": "17", "exponent": "18" },
        "fills": "19", "bankruptcies": "20", "liquidations": "21", "liquidatedBase": "22", "eventDrawn": "23",
    });
    (EngineLedger(ledger), told)
}

fn text(x: impl ToString) -> Value {
    Value::String(x.to_string())
}
