//! The table of cases leaves no instruction and no account out: the published interface says what there is.

use super::cases::all;
use std::collections::BTreeMap;

#[test]
fn every_account_of_every_instruction_is_in_the_table() {
    let idl = concat!(env!("CARGO_MANIFEST_DIR"), "/../idl/firebreak.json");
    let idl: serde_json::Value = serde_json::from_slice(&std::fs::read(idl).expect("the IDL is there")).expect("JSON");
    let list = |value: &serde_json::Value| value.as_array().expect("a list").clone();
    let name = |value: &serde_json::Value| value["name"].as_str().expect("a name").to_string();
    let published: BTreeMap<String, Vec<String>> =
        list(&idl["instructions"]).iter().map(|ix| (name(ix), list(&ix["accounts"]).iter().map(name).collect())).collect();
    let tried: BTreeMap<String, Vec<String>> =
        all().iter().map(|case| (case.name.to_string(), case.places.iter().map(|(n, _)| n.to_string()).collect())).collect();
    assert_eq!(tried, published);
}
