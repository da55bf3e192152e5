//! The engine's laid-out types by the names of their fields: to show them, and to change some of them.
//!
//! The layout describes itself, so every parameter there is can be shown and proposed without a list of them here.

use super::error::{bad, Bad};
use anyhow::{anyhow, Result};
use bytemuck::Pod;
use firebreak_client::risk::layout::{Field, FieldType, Type};
use serde_json::{Map, Value};

/// A number in a laid-out type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// Its path, as in `dynamic.min` or `triggers.3.bound`.
    pub path: String,
    /// Byte at which it begins.
    at: usize,
    /// `u8` … `i64`.
    int: &'static str,
    /// What it holds, in which unit.
    pub docs: &'static [&'static str],
}

fn width(int: &str) -> usize {
    match int {
        "u8" => 1,
        "u16" => 2,
        "u32" | "i32" => 4,
        _ => 8,
    }
}

/// Every number of a type, in order; room to grow is left out.
pub fn leaves<T: FieldType>() -> Vec<Leaf> {
    let mut found = vec![];
    walk(&T::TYPE, String::new(), &[], &mut 0, &mut found);
    found
}

fn walk(ty: &Type, path: String, docs: &'static [&'static str], at: &mut usize, found: &mut Vec<Leaf>) {
    let below = |name: &str| if path.is_empty() { name.to_string() } else { format!("{path}.{name}") };
    match ty {
        Type::Int(int) => {
            if !path.rsplit('.').any(|part| part == "reserved") {
                found.push(Leaf { path, at: *at, int, docs });
            }
            *at += width(int);
        }
        Type::Array(item, count) => {
            for i in 0..*count {
                walk(item, below(&i.to_string()), docs, at, found);
            }
        }
        Type::Struct(_, fields) => {
            for Field { name, ty, docs } in fields.iter() {
                walk(ty, below(name), docs, at, found);
            }
        }
    }
}

impl Leaf {
    /// Its number in `value`.
    pub fn get<T: Pod>(&self, value: &T) -> i128 {
        let bytes = &bytemuck::bytes_of(value)[self.at..self.at + width(self.int)];
        let mut wide = [0; 8];
        wide[..bytes.len()].copy_from_slice(bytes);
        let raw = u64::from_le_bytes(wide);
        match self.int {
            "i64" => (raw as i64).into(),
            "i32" => (raw as u32 as i32).into(),
            _ => raw.into(),
        }
    }

    /// Writes its number.
    fn set<T: Pod>(&self, value: &mut T, number: i128) -> Result<()> {
        let signed = self.int.starts_with('i');
        let bits = 8 * width(self.int) as u32;
        let (least, most) = if signed { (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1) } else { (0, (1i128 << bits) - 1) };
        if number < least || number > most {
            return bad(format!("{} must be {least} to {most}, not {number}", self.path));
        }
        let bytes = (number as i64).to_le_bytes();
        let bytes = if signed { bytes } else { (number as u64).to_le_bytes() };
        bytemuck::bytes_of_mut(value)[self.at..self.at + width(self.int)].copy_from_slice(&bytes[..width(self.int)]);
        Ok(())
    }
}

/// All numbers of `value` by their paths.
pub fn to_json<T: Pod + FieldType>(value: &T) -> Value {
    let number = |x: i128| match (u64::try_from(x), i64::try_from(x)) {
        (Ok(x), _) => Value::from(x),
        (_, Ok(x)) => Value::from(x),
        _ => Value::Null,
    };
    Value::Object(leaves::<T>().iter().map(|leaf| (leaf.path.clone(), number(leaf.get(value)))).collect::<Map<_, _>>())
}

/// Applies `path=number` to `value`. The number is in the field's own unit, as `market params` shows it.
pub fn apply<T: Pod + FieldType>(value: &mut T, text: &str) -> Result<()> {
    let Some((path, number)) = text.split_once('=') else {
        return bad(format!("'{text}' is no change: write FIELD=NUMBER, as in maint=32000"));
    };
    let (path, number) = (path.trim(), number.trim());
    let all = leaves::<T>();
    let leaf = all.iter().find(|leaf| leaf.path == path);
    let leaf = leaf.ok_or_else(|| {
        Bad(format!("There is no field '{path}': `firebreak market params` and `firebreak gov terms` show those that there are"))
    })?;
    let number = number.replace('_', "");
    let number: i128 = number.parse().map_err(|_| Bad(format!("'{number}' is no whole number for {path}")))?;
    leaf.set(value, number)
}

/// Applies an object of `path: number`.
pub fn apply_json<T: Pod + FieldType>(value: &mut T, object: &Value) -> Result<()> {
    let object = object.as_object().ok_or_else(|| anyhow!(Bad("An object of fields and numbers was expected".into())))?;
    object.iter().try_for_each(|(path, number)| apply(value, &format!("{path}={number}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use firebreak_client::risk::{defaults::MAJOR, MarketParams, Ratio, Rules};

    #[test]
    fn every_number_is_found_at_its_place() {
        let leaves = leaves::<MarketParams>();
        let get = |path: &str| leaves.iter().find(|l| l.path == path).map(|l| l.get(&MAJOR));
        assert_eq!(get("maint"), Some(MAJOR.maint.0.into()));
        assert_eq!(get("claim_warmup"), Some(MAJOR.claim_warmup.into()));
        assert_eq!(get("decimals"), Some(MAJOR.decimals.into()));
        assert_eq!(get("reserved.0"), None);
        assert!(leaves.iter().all(|l| !l.docs.is_empty()), "each says what it is");
    }

    #[test]
    fn a_change_changes_one_number() {
        let mut new = MAJOR;
        apply(&mut new, "maint=32_000").unwrap();
        assert_eq!(new, MarketParams { maint: Ratio(32_000), ..MAJOR });
        let mut rules = Rules::MAJOR;
        let before = to_json(&rules);
        apply(&mut rules, "frozen_limit = 7").unwrap();
        assert_eq!(rules, Rules { frozen_limit: 7, ..Rules::MAJOR });
        apply_json(&mut rules, &before).unwrap();
        assert_eq!(rules, Rules::MAJOR);
    }

    #[test]
    fn what_is_no_change_is_said() {
        let mut new = MAJOR;
        for (text, expected) in [
            ("maint", "FIELD=NUMBER"),
            ("main=1", "'main'"),
            ("maint=1.5", "whole number"),
            ("maint=-1", "0 to"),
            ("decimals=256", "0 to 255"),
        ] {
            let said = apply(&mut new, text).unwrap_err();
            assert!(said.is::<Bad>() && said.to_string().contains(expected), "{said}");
        }
        assert_eq!(new, MAJOR);
    }
}
