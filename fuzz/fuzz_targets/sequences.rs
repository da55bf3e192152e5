//! `cargo +nightly fuzz run sequences`: any bytes as a sequence of operations on the engine's small world.
#![no_main]

#[path = "../../crates/risk/tests/world/mod.rs"]
mod world;

libfuzzer_sys::fuzz_target!(|data: &[u8]| world::bytes::run(data));
