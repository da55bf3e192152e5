//! `cargo xtask <command>`: the project's commands, the same on a laptop and in CI.

mod bench;
mod bench_rivals;
mod book;
mod build;
mod demo;
mod idl;
mod sdk;
mod setup;
mod test;
mod ui;
mod wasm;

use anyhow::{bail, Result};
use std::path::{Path, PathBuf};

const USAGE: &str = "\
usage: cargo xtask <command>

  setup                  check what the machine needs and install the SBF toolchain if there is no official one
  build                  compile the programs to SBF, into target/deploy
  test                   set up, build, run every test and check that the IDL is current
  demo [ARGS…]           set up, build and run `firebreak demo ARGS…`
  idl [--check]          write idl/firebreak.json, or fail when it is out of date
  sdk [--check]          write sdk/ts/src/generated from the IDL and compile the engine for it, or fail when the former is out of date
  sdk-test               set up, build and run the TypeScript client's tests
  book                   render the book in docs/ into target/book/html
  bench cu --json FILE   measure compute units of every instruction; fails above a budget
  bench keeper --json FILE
                         measure how fast a keeper judges a million accounts after a price moved
  bench sim              measure the simulator's speed and memory; fails beyond 60 s or 2 GiB

environment: FIREBREAK_SBF=bundled|official chooses the SBF route (default: official where cargo-build-sbf is on PATH)";

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let Err(e) = dispatch(&args) {
        eprintln!("xtask: error: {e:#}");
        std::process::exit(e.downcast_ref::<ui::Failed>().map_or(1, |f| f.code));
    }
}

fn dispatch(args: &[String]) -> Result<()> {
    let Some((command, rest)) = args.split_first() else {
        println!("{USAGE}");
        std::process::exit(2);
    };
    match command.as_str() {
        "setup" => no_arguments(command, rest).and_then(|()| setup::command()),
        "build" => no_arguments(command, rest).and_then(|()| build::command()),
        "test" => no_arguments(command, rest).and_then(|()| test::command()),
        "demo" => demo::command(rest),
        "idl" => idl::command(rest),
        "sdk" => sdk::command(rest),
        "sdk-test" => no_arguments(command, rest).and_then(|()| sdk::test_command()),
        "book" => book::command(rest),
        "bench" => bench::command(rest),
        "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(())
        }
        other => bail!("there is no command `{other}`; `cargo xtask help` lists the ones that there are"),
    }
}

fn no_arguments(command: &str, rest: &[String]) -> Result<()> {
    match rest.first() {
        None => Ok(()),
        Some(a) => bail!("`cargo xtask {command}` takes no arguments, but got `{a}`"),
    }
}

/// The repository's folder.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Where cargo puts host builds.
pub fn target_dir() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root().join(dir),
        None => root().join("target"),
    }
}

/// Where the compiled programs lie, for the tests, the cluster and the ordinary Solana tools alike.
pub fn deploy_dir() -> PathBuf {
    root().join("target/deploy")
}
