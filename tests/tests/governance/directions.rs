//! The tables of directions leave out nothing that can be set.

use firebreak_client::risk::{
    breaker::LONGEST_TIMER,
    collateral_rules::CollateralRules,
    governance::{
        collateral, collateral::CollateralTerms, review, rules, settings, settings::Settings, volatility, Class, Delays,
    },
    layout::{Field, FieldType, Type},
    outflow::OutflowRules,
    volatility::VolatilityParams,
    RiskError, Rules,
};
use firebreak_tests::{
    collateral::{listing, major},
    params, World,
};

/// Every integer of a type with its path and its place in the type's bytes.
fn leaves(prefix: &str, fields: &[Field], at: &mut usize, found: &mut Vec<(String, usize, usize)>) {
    for field in fields {
        let path = if prefix.is_empty() { field.name.to_string() } else { format!("{prefix}.{}", field.name) };
        leaf(&path, &field.ty, at, found);
    }
}

fn leaf(path: &str, ty: &Type, at: &mut usize, found: &mut Vec<(String, usize, usize)>) {
    match ty {
        Type::Int(name) => {
            let size = name[1..].parse::<usize>().expect("an integer's bits") / 8;
            found.push((path.to_string(), *at, size));
            *at += size;
        }
        Type::Array(item, n) => (0..*n).for_each(|i| leaf(&format!("{path}[{i}]"), item, at, found)),
        // A ratio or a price is one number.
        Type::Struct(_, [only]) => leaf(path, &only.ty, at, found),
        Type::Struct(_, fields) => leaves(path, fields, at, found),
    }
}

fn every<T: FieldType>() -> Vec<(String, usize, usize)> {
    let Type::Struct(_, fields) = T::TYPE else { panic!("a struct") };
    let (mut at, mut found) = (0, vec![]);
    leaves("", fields, &mut at, &mut found);
    assert_eq!(at, std::mem::size_of::<T>());
    found
}

/// `base` with another number at one place.
fn with<T: bytemuck::Pod>(base: &T, at: usize, size: usize) -> T {
    let mut changed = *base;
    let bytes = bytemuck::bytes_of_mut(&mut changed);
    let mut number = [0; 8];
    number[..size].copy_from_slice(&bytes[at..at + size]);
    // One more, or where that is none: one less.
    let value = u64::from_le_bytes(number);
    let most = if size == 8 { u64::MAX } else { (1u64 << (8 * size)) - 1 };
    let other = if value == most { value - 1 } else { value + 1 };
    bytes[at..at + size].copy_from_slice(&other.to_le_bytes()[..size]);
    changed
}

#[test]
fn no_rule_changes_unseen() {
    let rules = Rules::MAJOR.for_asset(1_000, 1_000_000, 5);
    let all = every::<Rules>();
    assert!(all.len() > 70, "{}", all.len());
    for (path, at, size) in all {
        let seen = review(&rules, &with(&rules, at, size));
        match path.as_str() {
            p if p.contains("reserved") => {
                // Room to grow is refused here or by `validate`.
                let refused = seen == Err(RiskError::ParameterFixed)
                    || with(&rules, at, size).validate(&firebreak_client::risk::defaults::MAJOR).is_err();
                assert!(refused, "{path}");
            }
            // Anything above 2 is a halt.
            p if p.ends_with("level") => assert_ne!(seen, Err(RiskError::ParameterFixed), "{path}"),
            _ => assert_ne!(seen, Ok(Class::Neutral), "{path} changes unseen"),
        }
    }
}

#[test]
fn no_setting_changes_unseen() {
    let w = World::new();
    let delays = Delays { loosen: 200_000, list: 700_000 };
    let base = Settings { insurance_floor: 5, delays, breaker: Rules::MAJOR.breaker, guardian: [3; 32], ..w.settings() };
    for (path, at, size) in every::<Settings>() {
        let seen = review(&base, &with(&base, at, size));
        match path.as_str() {
            "reserved" => assert!(with(&base, at, size).validate().is_err()),
            p if p.contains("reserved") => assert_eq!(seen, Err(RiskError::ParameterFixed), "{path}"),
            p if p.ends_with("level") => {}
            p if p.starts_with("guardian") => assert_eq!(seen, Ok(Class::List), "{path}"),
            p if p.starts_with("delays") => assert_eq!(seen, Ok(Class::Tighten), "{path}"),
            _ => assert_ne!(seen, Ok(Class::Neutral), "{path} changes unseen"),
        }
    }
}

#[test]
fn no_term_of_a_collateral_changes_unseen() {
    let base = listing(major(), CollateralRules::MAJOR, OutflowRules { hour: 9, day: 9, free: 9 }, &[]).terms.0;
    let all = every::<CollateralTerms>();
    assert!(all.len() > 40, "{}", all.len());
    for (path, at, size) in all {
        let seen = review(&base, &with(&base, at, size));
        match path.as_str() {
            p if p.contains("reserved") => {
                let refused = seen == Err(RiskError::ParameterFixed) || with(&base, at, size).validate().is_err();
                assert!(refused, "{path}");
            }
            _ => assert_ne!(seen, Ok(Class::Neutral), "{path} changes unseen"),
        }
    }
}

#[test]
fn the_tables_name_fields_that_exist() {
    let paths = |all: Vec<(String, usize, usize)>| all.into_iter().map(|(p, _, _)| p).collect::<Vec<_>>();
    for (table, names) in [
        (rules::DIRECTIONS, paths(every::<Rules>())),
        (settings::DIRECTIONS, paths(every::<Settings>())),
        (collateral::DIRECTIONS, paths(every::<CollateralTerms>())),
        (volatility::DIRECTIONS, paths(every::<VolatilityParams>())),
    ] {
        for (name, _) in table {
            let name = name.replace(' ', "");
            assert!(names.contains(&name), "{name} is no field");
        }
    }
}

#[test]
fn zeros_that_mean_something_are_read_as_what_they_mean() {
    let base = Rules::MAJOR.for_asset(1_000, 1_000_000, 5);
    let timed = |timer: u32, level: u8| {
        let mut rules = base;
        (rules.breaker.triggers[0].timer, rules.breaker.triggers[0].level) = (timer, level);
        rules
    };
    // The longest timer, written in two ways; and from it down is looser.
    assert_eq!(review(&timed(0, 1), &timed(LONGEST_TIMER as u32, 1)), Ok(Class::Neutral));
    assert_eq!(review(&timed(0, 1), &timed(LONGEST_TIMER as u32 - 1, 1)), Ok(Class::Loosen));
    assert_eq!(review(&timed(300, 1), &timed(0, 1)), Ok(Class::Tighten));
    // Level 0 is a halt, not "off".
    assert_eq!(review(&timed(300, 1), &timed(300, 0)), Ok(Class::Tighten));
    assert_eq!(review(&timed(300, 0), &timed(300, 2)), Ok(Class::Loosen));
    // A market's first rules wait as long as a listing.
    let zero: Rules = bytemuck::Zeroable::zeroed();
    assert_eq!(rules::review_rules(&zero, &Rules::plain(&params())), Ok(Class::List));
    let mut odd = Rules::plain(&params());
    odd.throttle.reserved = 1;
    assert_eq!(rules::review_rules(&zero, &odd), Err(RiskError::ParameterFixed));
}
