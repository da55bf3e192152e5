//! `cargo +nightly fuzz run decoders`: any bytes as any price account.
#![no_main]

#[path = "../../crates/oracle/tests/harness/mod.rs"]
mod harness;

libfuzzer_sys::fuzz_target!(|data: &[u8]| harness::decode(data));
