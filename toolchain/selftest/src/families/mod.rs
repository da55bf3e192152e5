//! Operations whose translation to SBF is this toolchain's own work, in families. Each family draws its operands from a seed and
//! records every result, so that two runs can be compared byte by byte.

mod bits;
mod calls;
mod collections;
mod floats;
mod integers;
mod memory;
mod ops;
mod order;
mod shared;
mod text;
mod values;
mod wide;

pub mod traps;

use ops::{Gen, Sink};

type Family = (&'static str, fn(&mut Gen, &mut Sink));

pub const FAMILIES: [Family; 20] = [
    ("u64", integers::unsigned),
    ("i64", integers::signed),
    ("8, 16 and 32 bits", integers::narrow),
    ("checked arithmetic", integers::checked),
    ("u128", wide::unsigned),
    ("i128", wide::signed),
    ("128-bit shifts", wide::shifts),
    ("mul-div through u128", wide::mul_div),
    ("256-bit products", wide::limbs),
    ("bits and byte order", bits::run),
    ("comparisons", order::compare),
    ("sorting", order::sort),
    ("memory", memory::run),
    ("many arguments", calls::arguments),
    ("large results", calls::results),
    ("dynamic calls and recursion", calls::dynamic),
    ("enums", values::run),
    ("collections", collections::run),
    ("text", text::run),
    ("floats", floats::run),
];

/// Runs one family. Returns how many bytes of `out` it wrote; panics when they do not fit.
pub fn run(family: usize, seed: u64, out: &mut [u8]) -> usize {
    let mut sink = Sink::new(out);
    let mut gen = Gen::new(seed);
    FAMILIES[family].1(&mut gen, &mut sink);
    shared::run(&mut gen, &mut sink);
    sink.written()
}
