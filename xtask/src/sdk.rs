//! `cargo xtask sdk [--check]` and `cargo xtask sdk-test`: the TypeScript client.

use crate::setup::{self, Route};
use crate::ui::{self, Steps};
use crate::{build, demo, wasm};
use anyhow::{bail, Context, Result};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// The oldest Node that the client's dependencies run on.
const NODE: (u32, u32) = (20, 18);

fn folder() -> PathBuf {
    crate::root().join("sdk/ts")
}

pub fn command(args: &[String]) -> Result<()> {
    let args: Vec<_> = args.iter().map(String::as_str).collect();
    let check = match args[..] {
        [] => false,
        ["--check"] => true,
        _ => bail!("`cargo xtask sdk` takes nothing or --check"),
    };
    node()?;
    let mut steps = Steps::new(2 + if check { 0 } else { setup::STEPS + 1 });
    install(&mut steps)?;
    generate(&mut steps, check)?;
    if !check {
        let route = setup::run(&mut steps)?;
        engine(&mut steps, &route)?;
    }
    Ok(())
}

pub fn test_command() -> Result<()> {
    node()?;
    let mut steps = Steps::new(setup::STEPS + build::steps_needed()? + 1 + STEPS);
    let route = setup::run(&mut steps)?;
    build::run(&mut steps, &route)?;
    demo::host_programs(&mut steps)?;
    test(&mut steps, &route)?;
    println!("the TypeScript client's tests passed in {} s", steps.seconds());
    Ok(())
}

/// How many steps `test` announces.
pub const STEPS: usize = 4;

/// Everything that must hold of the client. The host's programs are built already.
pub fn test(steps: &mut Steps, route: &Route) -> Result<()> {
    install(steps)?;
    generate(steps, true)?;
    engine(steps, route)?;
    steps.next("testing the TypeScript client on a local network");
    npm(&["run", "--silent", "lint"], "the check of how sdk/ts is written")?;
    let mut c = Command::new("npm");
    c.args(["run", "--silent", "test"]).env("FIREBREAK_BIN", crate::target_dir().join("debug"));
    run(c, "the test run of sdk/ts")
}

/// Refuses, with what to do, when Node is missing or too old.
pub fn node() -> Result<()> {
    let (major, minor) = NODE;
    let advice = format!("install Node {major}.{minor} or newer, with npm (https://nodejs.org), and start again");
    let Ok(out) = Command::new("node").arg("--version").output() else { bail!("this machine lacks node: {advice}") };
    if setup::on_path("npm").is_none() {
        bail!("this machine lacks npm: {advice}");
    }
    let said = String::from_utf8_lossy(&out.stdout);
    let version = said.trim().trim_start_matches('v');
    let mut parts = version.split('.').map_while(|part| part.parse::<u32>().ok());
    match (parts.next(), parts.next()) {
        (Some(a), Some(b)) if (a, b) >= NODE => Ok(()),
        _ => bail!("node is {version}: {advice}"),
    }
}

/// `npm ci`, unless what it installed last was the same.
fn install(steps: &mut Steps) -> Result<()> {
    let lock = folder().join("package-lock.json");
    let wanted = fs::read(&lock).with_context(|| format!("{} cannot be read", lock.display()))?;
    let mark = folder().join("node_modules/.installed-lock");
    if fs::read(&mark).is_ok_and(|installed| installed == wanted) {
        steps.next("the TypeScript client's packages are installed already");
        return Ok(());
    }
    steps.next("installing the TypeScript client's packages");
    npm(&["ci", "--no-audit", "--no-fund", "--loglevel=error"], "the installation of the packages of sdk/ts")?;
    fs::write(&mark, wanted).with_context(|| format!("{} cannot be written", mark.display()))
}

fn generate(steps: &mut Steps, check: bool) -> Result<()> {
    steps.next("generating the TypeScript client from the IDL");
    npm(&["run", "--silent", if check { "check" } else { "generate" }], "the generation of the TypeScript client")
}

fn engine(steps: &mut Steps, route: &Route) -> Result<()> {
    steps.next("compiling the engine to WebAssembly");
    wasm::build(route)
}

fn npm(args: &[&str], what: &str) -> Result<()> {
    let mut c = Command::new("npm");
    c.args(args);
    run(c, what)
}

fn run(mut c: Command, what: &str) -> Result<()> {
    c.current_dir(folder());
    ui::plain_env(&mut c);
    ui::run(&mut c, what)
}
