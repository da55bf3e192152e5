//! What can be wrong with a node, and how answers and notifications are falsified.

use serde::Serialize;
use serde_json::Value;
use std::{collections::BTreeMap, time::Duration};

/// What is wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// Every call is answered with 503.
    pub rpc_down: bool,
    /// Every answer comes so much later.
    pub slow: Duration,
    /// Answers say that they are so many slots older.
    pub behind: u64,
    /// Accounts in answers belong to another program.
    pub wrong_owner: bool,
    /// Accounts in answers are cut short.
    pub short_data: bool,
    /// Complete readings lack their last accounts.
    pub incomplete: bool,
    /// Of a hundred transactions so many are acknowledged and thrown away.
    pub lose_transactions: u8,
    /// The first blockhash ever seen is the latest.
    pub old_blockhash: bool,
    /// All websockets are cut now, and while this lasts none is accepted.
    pub cut: bool,
    /// Every notification comes so much later.
    pub socket_slow: Duration,
    /// Notifications of accounts tell an older slot every other time.
    pub socket_back: bool,
    /// Accounts in notifications belong to another program.
    pub socket_wrong_owner: bool,
    /// Of a hundred notifications of accounts so many are lost.
    pub lose_notifications: u8,
}

/// What the proxy did, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts(pub BTreeMap<&'static str, u64>);

impl Counts {
    pub(super) fn add(&mut self, what: &'static str) {
        *self.0.entry(what).or_default() += 1;
    }

    /// How often it did something.
    pub fn of(&self, what: &str) -> u64 {
        self.0.get(what).copied().unwrap_or(0)
    }

    /// How often it misbehaved: all but what it merely passed on.
    pub fn misdeeds(&self) -> u64 {
        let passed = ["transactions", "transactions sent", "notifications"];
        self.0.iter().filter(|(what, _)| !passed.contains(what)).map(|(_, n)| n).sum()
    }

    /// So many of a hundred, evenly.
    pub(super) fn picks(&mut self, percent: u8, seen: &'static str) -> bool {
        self.add(seen);
        let n = self.of(seen);
        n * u64::from(percent) / 100 != (n - 1) * u64::from(percent) / 100
    }
}

/// Another program than any.
const STRANGER: &str = "Stranger11111111111111111111111111111111111";

impl Faults {
    /// Falsifies the answer to `method`; says what was done.
    pub(super) fn falsify(&self, method: &str, answer: &mut Value) -> Vec<&'static str> {
        let mut done = vec![];
        let Some(result) = answer.get_mut("result") else { return done };
        if self.behind > 0 {
            let slots = if method == "getSlot" { Some(&mut *result) } else { result.pointer_mut("/context/slot") };
            if let Some(slot) = slots {
                *slot = Value::from(slot.as_u64().unwrap_or(0).saturating_sub(self.behind));
                done.push("stale answers");
            }
        }
        let reads = matches!(method, "getProgramAccounts" | "getMultipleAccounts" | "getAccountInfo");
        if !reads {
            return done;
        }
        let Some(value) = result.get_mut("value") else { return done };
        if self.incomplete && method == "getProgramAccounts" {
            if let Some(list) = value.as_array_mut() {
                list.truncate(list.len() / 2);
                done.push("incomplete answers");
            }
        }
        let accounts = match value {
            Value::Array(list) => list.iter_mut().collect(),
            one => vec![one],
        };
        for account in accounts {
            let account = match account.get("account") {
                Some(_) => &mut account["account"],
                None => account,
            };
            if account.is_null() {
                continue;
            }
            if self.wrong_owner {
                account["owner"] = STRANGER.into();
                done.push("wrong owners");
            }
            if self.short_data {
                shorten(account);
                done.push("short data");
            }
        }
        done
    }

    /// Falsifies a notification, `n` counting those of accounts. `None`: it is lost.
    pub(super) fn falsify_told(&self, told: &mut Value, n: u64) -> Vec<&'static str> {
        let mut done = vec![];
        if self.socket_back && n % 2 == 1 {
            if let Some(slot) = told.pointer_mut("/params/result/context/slot") {
                *slot = Value::from(slot.as_u64().unwrap_or(0).saturating_sub(100));
                done.push("slots gone back");
            }
        }
        if self.socket_wrong_owner {
            for path in ["/params/result/value/owner", "/params/result/value/account/owner"] {
                if let Some(owner) = told.pointer_mut(path) {
                    *owner = STRANGER.into();
                    done.push("wrong owners told");
                }
            }
        }
        done
    }
}

/// Cuts an account's data in half. Base 64 comes in groups of four.
fn shorten(account: &mut Value) {
    if let Some(Value::String(data)) = account.pointer_mut("/data/0") {
        data.truncate(data.len() / 8 * 4);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn answers_are_falsified_as_told_and_only_so() {
        let account = json!({"owner": "A", "data": ["AAAAAAAAAAAAAAAA", "base64"]});
        let answer = json!({"result": {"context": {"slot": 500}, "value": [{"pubkey": "k", "account": account}, {"pubkey": "l", "account": account}]}});
        let mut same = answer.clone();
        assert!(Faults::default().falsify("getProgramAccounts", &mut same).is_empty());
        assert_eq!(same, answer);
        let faults = Faults { behind: 30, wrong_owner: true, short_data: true, incomplete: true, ..Faults::default() };
        let mut other = answer.clone();
        faults.falsify("getProgramAccounts", &mut other);
        assert_eq!(other["result"]["context"]["slot"], 470);
        assert_eq!(other["result"]["value"].as_array().map(Vec::len), Some(1));
        assert_eq!(other["result"]["value"][0]["account"]["owner"], STRANGER);
        assert_eq!(other["result"]["value"][0]["account"]["data"][0], "AAAAAAAA");
        let mut slot = json!({"result": 500});
        faults.falsify("getSlot", &mut slot);
        assert_eq!(slot["result"], 470);
    }

    #[test]
    fn so_many_of_a_hundred_are_picked() {
        let mut counts = Counts::default();
        let picked = (0..1_000).filter(|_| counts.picks(30, "seen")).count();
        assert_eq!(picked, 300);
        assert_eq!((0..100).filter(|_| counts.picks(0, "other")).count(), 0);
        let mut counts = Counts::default();
        counts.picks(100, "transactions");
        assert_eq!(counts.misdeeds(), 0);
        counts.add("transactions lost");
        assert_eq!(counts.misdeeds(), 1);
    }
}
