//! Every formula of the engine against rationals of unlimited precision, over random and extreme inputs: the engine's figure is the
//! exact one within the rounding that its name and docs state, never on the wrong side of it.
//!
//! Inputs are drawn evenly over magnitudes, from 1 to the largest number, so that prices from 1e-9 to 1e7 USD at every `decimals`, and
//! sizes up to the caps, are all among them.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod flows;
mod index;
mod insurance;
mod margin;
mod numbers;
mod position;
mod prices;
#[path = "../world/mod.rs"]
mod world;

use firebreak_risk::{num::Result, RiskError};
use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::{prelude::*, test_runner::Config};

/// An exact number.
pub type Exact = BigRational;

pub fn config() -> Config {
    Config { failure_persistence: None, ..Config::with_cases(2_000) }
}

pub fn exact(x: impl Into<BigInt>) -> Exact {
    Exact::from_integer(x.into())
}

/// `a / b`.
pub fn over(a: impl Into<BigInt>, b: impl Into<BigInt>) -> Exact {
    Exact::new(a.into(), b.into())
}

/// The engine's answer to an exact question: rounded down, and an error exactly when it is above 2^63 - 1.
pub fn floor_of(x: &Exact) -> Result<u64> {
    answer(x.floor())
}

/// The same rounded up.
pub fn ceil_of(x: &Exact) -> Result<u64> {
    answer(x.ceil())
}

fn answer(x: Exact) -> Result<u64> {
    let text = x.to_integer().to_string();
    text.parse::<u64>().ok().filter(|x| *x <= i64::MAX as u64).ok_or(RiskError::Overflow)
}

/// A number of any magnitude, its neighbours of powers of two included.
pub fn any_size(bits: u32) -> impl Strategy<Value = u64> {
    (0..=bits, any::<u64>(), 0u8..4).prop_map(|(bits, noise, kind)| {
        let top = 1u64.checked_shl(bits).unwrap_or(0);
        match kind {
            0 => top.wrapping_sub(1),
            1 => top.max(1),
            _ => top.wrapping_sub(1) & noise | top >> 1,
        }
    })
}
