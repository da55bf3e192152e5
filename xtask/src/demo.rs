//! `cargo xtask demo ARGS…`: from a fresh clone to the replay of a crash.

use crate::ui::{self, Steps};
use crate::{build, setup};
use anyhow::{anyhow, Result};
use std::os::unix::process::CommandExt;
use std::process::Command;

pub fn command(args: &[String]) -> Result<()> {
    let mut steps = Steps::new(setup::STEPS + build::steps_needed()? + 2);
    let route = setup::run(&mut steps)?;
    build::run(&mut steps, &route)?;
    host_programs(&mut steps)?;
    steps.next("starting the demo");
    let bin = crate::target_dir().join("debug/firebreak");
    let mut demo = Command::new(&bin);
    demo.arg("demo").args(args);
    ui::plain_env(&mut demo);
    // exec: Ctrl-C reaches the demo itself, and its exit status is the command's.
    let e = demo.exec();
    Err(anyhow!("{} cannot be started: {e}", bin.display()))
}

/// Compiles the host's binaries. Always the whole workspace: a build of one package would choose other features for
/// shared dependencies and compile hundreds of them a second time.
pub fn host_programs(steps: &mut Steps) -> Result<()> {
    steps.next("compiling the command line tools (the first time 15 to 25 minutes on two cores, later seconds)");
    let mut c = ui::cargo();
    c.args(["build", "--workspace", "--locked"]);
    ui::run(&mut c, "the build of the workspace")
}
