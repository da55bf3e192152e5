//! What the commands say while they work, and how they run other programs.
//!
//! Everything goes to stderr, so that a command's own output (JSON, a report's path) can be piped.

use anyhow::{Context, Result};
use std::ffi::OsStr;
use std::fmt;
use std::process::{Command, ExitStatus};
use std::time::Instant;

/// Announces each step of a command: which of how many, and the seconds since the command began.
pub struct Steps {
    total: usize,
    done: usize,
    started: Instant,
}

impl Steps {
    pub fn new(total: usize) -> Self {
        Self { total, done: 0, started: Instant::now() }
    }

    pub fn next(&mut self, what: &str) {
        self.done += 1;
        debug_assert!(self.done <= self.total, "more steps than announced");
        let (done, total, seconds) = (self.done, self.total, self.seconds());
        eprintln!("xtask [{seconds:>4} s] step {done} of {total}: {what}");
    }

    pub fn say(&self, what: &str) {
        eprintln!("xtask [{:>4} s]   {what}", self.seconds());
    }

    pub fn seconds(&self) -> u64 {
        self.started.elapsed().as_secs()
    }
}

/// A program that was run failed; the process ends with the same status.
#[derive(Debug)]
pub struct Failed {
    pub code: i32,
    what: String,
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} failed with status {} (see above)", self.what, self.code)
    }
}

impl std::error::Error for Failed {}

/// Runs `command` with the terminal attached. `what` is the subject of the error sentence.
pub fn run(command: &mut Command, what: &str) -> Result<()> {
    let status = command.status().with_context(|| format!("{} cannot be started", show(command)))?;
    check(status, what)
}

fn check(status: ExitStatus, what: &str) -> Result<()> {
    if status.success() {
        return Ok(());
    }
    let what = what.to_owned();
    let code = status.code().unwrap_or(1);
    Err(Failed { code, what }.into())
}

fn show(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

/// cargo as a person would start it from the shell.
///
/// `cargo run` leaves the variables of the package it runs in the environment. Build scripts that watch one of them (ring's
/// does) would see a change with every switch between `cargo build` and `cargo xtask`, and hundreds of crates would be built again.
pub fn cargo() -> Command {
    let mut c = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    c.current_dir(super::root());
    plain_env(&mut c);
    c
}

/// Removes from the child's environment what `cargo run` put into ours.
pub fn plain_env(c: &mut Command) {
    for (key, _) in std::env::vars_os() {
        if set_by_cargo_run(&key) {
            c.env_remove(key);
        }
    }
    c.env_remove("LD_LIBRARY_PATH");
    if let Some(path) = library_path() {
        c.env("LD_LIBRARY_PATH", path);
    }
}

fn set_by_cargo_run(key: &OsStr) -> bool {
    let key = key.to_string_lossy();
    key == "CARGO"
        || key == "CARGO_MANIFEST_DIR"
        || key == "CARGO_MANIFEST_PATH"
        || key == "CARGO_MANIFEST_LINKS"
        || key == "CARGO_CRATE_NAME"
        || key == "CARGO_PRIMARY_PACKAGE"
        || key == "OUT_DIR"
        || key.starts_with("CARGO_PKG_")
        || key.starts_with("CARGO_BIN_")
}

/// The library path without the folders that cargo prepended: its outputs and rustc's own libraries.
fn library_path() -> Option<std::ffi::OsString> {
    let now = std::env::var_os("LD_LIBRARY_PATH")?;
    let target = super::target_dir();
    let kept: Vec<_> = std::env::split_paths(&now)
        .filter(|p| !p.starts_with(&target) && !p.components().any(|c| c.as_os_str() == "rustlib"))
        .filter(|p| !p.parent().is_some_and(|up| up.join("bin/rustc").exists()))
        .collect();
    if kept.is_empty() {
        return None;
    }
    std::env::join_paths(kept).ok()
}
