//! `cargo xtask bench cu --json FILE`: compute units of every instruction, against their budgets.
//! `cargo xtask bench keeper --json FILE`: how fast the keeper's book judges all accounts, what an account takes,
//! and how keepers do against each other on a local cluster.
//! `cargo xtask bench sim`: the simulator's speed and memory.

use crate::ui::{self, Steps};
use crate::{bench_rivals, build, demo, setup};
use anyhow::{bail, Result};
use std::{path::Path, process::Command};

pub fn command(args: &[String]) -> Result<()> {
    let args: Vec<_> = args.iter().map(String::as_str).collect();
    match args[..] {
        ["cu", "--json", out] => cu(&std::path::absolute(out)?),
        ["keeper", "--json", out] => keeper(&std::path::absolute(out)?),
        ["sim"] => sim(),
        _ => bail!("`cargo xtask bench` is used as `cargo xtask bench cu --json FILE`, `… keeper --json FILE` or `… sim`"),
    }
}

fn cu(out: &Path) -> Result<()> {
    let mut steps = Steps::new(setup::STEPS + build::steps_needed()? + 2);
    let route = setup::run(&mut steps)?;
    build::run(&mut steps, &route)?;
    demo::host_programs(&mut steps)?;
    steps.next("measuring compute units of every instruction");
    let mut c = Command::new(crate::target_dir().join("debug/bench_cu"));
    c.arg("--route").arg(route.to_string());
    c.arg("--json").arg(out);
    c.env("SBF_OUT_DIR", crate::deploy_dir());
    c.current_dir(crate::root());
    ui::plain_env(&mut c);
    ui::run(&mut c, "the measurement of compute units")
}

/// Speed is measured in release, of the keeper's core alone: its runtime would be a thousand crates to optimise.
fn keeper(out: &Path) -> Result<()> {
    let mut steps = Steps::new(setup::STEPS + build::steps_needed()? + 3 + bench_rivals::STEPS);
    let route = setup::run(&mut steps)?;
    build::run(&mut steps, &route)?;
    demo::host_programs(&mut steps)?;
    steps.next("compiling the keeper's book in release (the first time some minutes)");
    let mut c = ui::cargo();
    c.args(["build", "--release", "--locked", "-p", "firebreak-keeper", "--no-default-features", "--bin", "bench_keeper"]);
    ui::run(&mut c, "the build of the keeper's book")?;
    steps.next("measuring how fast a million accounts are judged");
    let mut c = Command::new(crate::target_dir().join("release/bench_keeper"));
    c.arg("--json").arg(out);
    c.current_dir(crate::root());
    ui::plain_env(&mut c);
    ui::run(&mut c, "the measurement of the keeper's book")?;
    bench_rivals::run(&mut steps, out)
}

/// The large run of the simulator, which fails beyond its time or memory, and a sweep on one thread and on more.
fn sim() -> Result<()> {
    let mut c = ui::cargo();
    c.args(["bench", "--package", "firebreak-sim", "--bench", "speed"]);
    ui::run(&mut c, "the simulator's benchmark")
}
