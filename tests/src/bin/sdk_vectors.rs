//! `sdk_vectors OUT`: what the TypeScript client must agree with, from the Rust client and the engine, as JSON.

use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(out) = std::env::args().nth(1) else {
        eprintln!("usage: sdk_vectors OUT");
        return ExitCode::from(2);
    };
    if let Err(why) = std::fs::write(&out, firebreak_tests::sdk::vectors().to_string()) {
        eprintln!("sdk_vectors: {out}: {why}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
