//! `cargo xtask bench`: compute units of every instruction against their budgets, and the simulator's speed.

use crate::ui::{self, Steps};
use crate::{build, demo, setup};
use anyhow::{bail, Result};
use std::process::Command;

pub fn command(args: &[String]) -> Result<()> {
    let args: Vec<_> = args.iter().map(String::as_str).collect();
    let out = match args[..] {
        ["cu", "--json", out] => std::path::absolute(out)?,
        ["sim"] => return sim(),
        _ => bail!("`cargo xtask bench` is used as `cargo xtask bench cu --json FILE` or `cargo xtask bench sim`"),
    };
    let mut steps = Steps::new(setup::STEPS + build::steps_needed()? + 2);
    let route = setup::run(&mut steps)?;
    build::run(&mut steps, &route)?;
    demo::host_programs(&mut steps)?;
    steps.next("measuring compute units of every instruction");
    let mut c = Command::new(crate::target_dir().join("debug/bench_cu"));
    c.arg("--route").arg(route.to_string());
    c.arg("--json").arg(&out);
    c.env("SBF_OUT_DIR", crate::deploy_dir());
    c.current_dir(crate::root());
    ui::plain_env(&mut c);
    ui::run(&mut c, "the measurement of compute units")
}

/// The large run of the simulator, which fails beyond its time or memory, and a sweep on one thread and on more.
fn sim() -> Result<()> {
    let mut c = ui::cargo();
    c.args(["bench", "--package", "firebreak-sim", "--bench", "speed"]);
    ui::run(&mut c, "the simulator's benchmark")
}
