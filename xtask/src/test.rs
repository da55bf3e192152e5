//! `cargo xtask test`: everything that must hold before a change is merged.

use crate::ui::{self, Steps};
use crate::{build, idl, sdk, setup};
use anyhow::Result;

pub fn command() -> Result<()> {
    let legacy = crate::root().join("tests/legacy-oracles/Cargo.toml");
    let host = 1 + usize::from(legacy.exists());
    // Found out at once, not after the long part. Without any Node the client goes untested; one that is too old has to be replaced.
    let untested = if setup::on_path("node").is_none() { sdk::node().err() } else { sdk::node().map(|()| None)? };
    if let Some(why) = &untested {
        eprintln!("xtask: the TypeScript client will not be tested: {why}");
    }
    let client = if untested.is_none() { sdk::STEPS } else { 0 };
    let mut steps = Steps::new(setup::STEPS + build::steps_needed()? + host + idl::STEPS + client);
    let route = setup::run(&mut steps)?;
    build::run(&mut steps, &route)?;

    steps.next("running the workspace's tests (the first time 20 to 30 minutes on two cores, later some 9)");
    let mut c = ui::cargo();
    c.args(["test", "--workspace", "--locked"]);
    c.env("SBF_OUT_DIR", crate::deploy_dir());
    ui::run(&mut c, "the workspace's test run")?;

    if legacy.exists() {
        steps.next("checking the legacy price readers against the publishers' own crates");
        let mut c = ui::cargo();
        c.args(["test", "--locked", "--manifest-path"]).arg(&legacy);
        // Older dependencies than the workspace's: in one folder the two would lock each other out.
        c.env("CARGO_TARGET_DIR", crate::root().join("target/legacy-oracles"));
        ui::run(&mut c, "the test run of tests/legacy-oracles")?;
    }

    idl::run(&mut steps, true)?;
    if untested.is_none() {
        sdk::test(&mut steps, &route)?;
    }
    let seconds = steps.seconds();
    match untested {
        None => println!("every test passed in {seconds} s; the programs were built by the {route} route"),
        Some(why) => println!("every test passed in {seconds} s but the TypeScript client's, which did not run: {why}"),
    }
    Ok(())
}
