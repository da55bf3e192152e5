//! Every invariant over whole sequences of random operations on the small world.
//!
//! `plain` runs them in markets in which nothing moves by itself, `live` in markets under a major's rules; 21 600 sequences all
//! together. `PROPTEST_CASES=100000 cargo test --release -p firebreak-risk --test sequences` is the long profile. Shrunk
//! counterexamples are kept in `regressions`.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod live;
mod plain;
mod reach;
#[path = "../world/mod.rs"]
mod world;

use proptest::test_runner::Config;

/// Operations after the opening.
pub const LENGTH: usize = 40;

pub fn config(cases: u32) -> Config {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(cases);
    Config { cases, failure_persistence: None, ..Config::default() }
}

/// One test a line: sequences of a kind from a world, and what must hold after each step.
#[macro_export]
macro_rules! sequences {
    ($cases:literal of $ops:expr, from $start:expr; $($(#[$doc:meta])* $name:ident: |$step:ident, $world:ident| $check:expr;)*) => {
        proptest! {
            #![proptest_config($crate::config($cases))]
            $(
                $(#[$doc])*
                #[test]
                fn $name(ops in $ops) {
                    let result = $start.run(&ops, |$step, $world| $check);
                    prop_assert!(result.is_ok(), "{}", result.unwrap_err());
                }
            )*
        }
    };
}
