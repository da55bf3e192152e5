//! `cargo xtask idl [--check]`: the program's interface description, `idl/firebreak.json`.
//!
//! The generator brings dependencies that no other command needs, so it is behind the feature `idl`. The command starts itself
//! again with that feature, in a target folder of its own: the generator compiles the program with other flags, which in the main
//! folder would compile everything else again too.

use crate::ui::{self, Steps};
use anyhow::{bail, Context, Result};
use std::fs;
use std::path::Path;

pub fn command(args: &[String]) -> Result<()> {
    let args: Vec<_> = args.iter().map(String::as_str).collect();
    match args[..] {
        [] => run(&mut Steps::new(STEPS), false),
        ["--check"] => run(&mut Steps::new(STEPS), true),
        ["--generate", out] => generate(Path::new(out)),
        _ => bail!("`cargo xtask idl` takes nothing or --check"),
    }
}

/// The generator runs once and briefly: optimising its dependencies would take longer than the run.
const UNOPTIMISED: [&str; 4] = ["--config", "profile.dev.package.\"*\".opt-level=0", "--config", "profile.dev.debug=false"];

/// How many steps `run` announces.
pub const STEPS: usize = 1;

pub fn run(steps: &mut Steps, check: bool) -> Result<()> {
    let idl = crate::root().join("idl/firebreak.json");
    let target = crate::root().join("target/idl");
    let fresh = target.join("firebreak.json");
    steps.next("generating the IDL from the program's source");
    let mut c = ui::cargo();
    c.args(["run", "--locked", "--package", "xtask"]).args(UNOPTIMISED);
    c.args(["--features", "idl", "--", "idl", "--generate"]);
    c.arg(&fresh);
    c.env("CARGO_TARGET_DIR", &target);
    ui::run(&mut c, "the generation of the IDL")?;
    let new = fs::read(&fresh).with_context(|| format!("{} cannot be read", fresh.display()))?;
    let current = fs::read(&idl).is_ok_and(|old| old == new);
    match (current, check) {
        (true, _) => steps.say("idl/firebreak.json is current"),
        (false, true) => bail!("idl/firebreak.json is out of date: run `cargo xtask idl` and commit the result"),
        (false, false) => {
            fs::create_dir_all(crate::root().join("idl"))?;
            fs::write(&idl, new).with_context(|| format!("{} cannot be written", idl.display()))?;
            steps.say("wrote idl/firebreak.json");
        }
    }
    Ok(())
}

#[cfg(feature = "idl")]
fn generate(out: &Path) -> Result<()> {
    // SAFETY: this process has one thread. The builder takes a set RUSTUP_TOOLCHAIN, which rustup always exports,
    // for an argument of cargo that only rustup's proxy understands.
    unsafe { std::env::remove_var("RUSTUP_TOOLCHAIN") };
    let idl = anchor_lang_idl::build::IdlBuilder::new()
        .program_path(crate::root().join("programs/firebreak"))
        .skip_lint(true)
        .cargo_args(["--lib", "--locked"].into_iter().chain(UNOPTIMISED).map(Into::into).collect())
        .build()?;
    let text = serde_json::to_string_pretty(&idl)?;
    fs::write(out, text + "\n").with_context(|| format!("{} cannot be written", out.display()))
}

#[cfg(not(feature = "idl"))]
fn generate(_: &Path) -> Result<()> {
    bail!("the IDL generator is not part of this build: run `cargo xtask idl`")
}
