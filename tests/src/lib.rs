//! A small world for end-to-end tests: the compiled program in a virtual machine, a settlement token, price accounts in the real
//! layouts, and the promises checked after every instruction.
//!
//! Nothing here stands in for the program: every test runs `target/deploy/firebreak.so`.

pub mod actions;
pub mod bank;
pub mod bench;
pub mod checks;
pub mod collateral;
pub mod defaults;
pub mod expect;
pub mod gap;
pub mod govern;
pub mod keeping;
pub mod nonce;
pub mod people;
pub mod prices;
pub mod read;
pub mod scenes;
pub mod sdk;
pub mod stakers;
pub mod upgrades;
pub mod vm;
pub mod world;

pub use actions::Outcome;
pub use defaults::{initial, params, stop, terms, top_up, tripping, TREASURY, UNIT, USD};
pub use expect::{events, runtime, told, Expect};
pub use gap::Gap;
pub use people::Trader;
pub use prices::Feed;
pub use vm::{Refused, Vm};
pub use world::World;

pub use firebreak_client::program::errors::FirebreakError as E;

/// Where the build puts compiled programs.
pub fn deploy_dir() -> std::path::PathBuf {
    match std::env::var_os("SBF_OUT_DIR") {
        Some(dir) => dir.into(),
        None => std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/deploy"),
    }
}

/// The compiled program, or one sentence saying how to build it.
pub fn program_bytes(name: &str) -> Vec<u8> {
    let path = deploy_dir().join(format!("{name}.so"));
    std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}; `cargo xtask build` builds it", path.display()))
}
