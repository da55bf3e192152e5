//! `cargo xtask build`: the programs as the bytecode that Solana runs.

use crate::setup::{self, Route};
use crate::ui::{self, Steps};
use anyhow::{anyhow, Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub fn command() -> Result<()> {
    let mut steps = Steps::new(setup::STEPS + steps_needed()?);
    let route = setup::run(&mut steps)?;
    run(&mut steps, &route)?;
    let deploy = crate::deploy_dir();
    steps.say(&format!("built by the {route} route into {}", deploy.display()));
    Ok(())
}

/// How many steps `run` announces: one per program.
pub fn steps_needed() -> Result<usize> {
    Ok(programs()?.len())
}

pub fn run(steps: &mut Steps, route: &Route) -> Result<()> {
    let deploy = crate::deploy_dir();
    fs::create_dir_all(&deploy).with_context(|| format!("{} cannot be created", deploy.display()))?;
    development_keypair(&deploy)?;
    note_route(&deploy, route)?;
    for program in programs()? {
        let what = program.name();
        steps.next(&format!("compiling {what} to SBF ({route} route)"));
        let mut c = match route {
            Route::Bundled => bundled(&program),
            Route::Official(tool) => official(tool, &program)?,
        };
        ui::run(&mut c, &format!("the SBF build of {what}"))?;
    }
    Ok(())
}

/// Leaves the route beside the programs. What the other route made is removed first: the official command keeps a file that is newer than
/// its own output.
fn note_route(deploy: &Path, route: &Route) -> Result<()> {
    let file = deploy.join("route.json");
    let json = serde_json::json!({ "route": route.to_string() });
    let text = format!("{json}\n");
    if fs::read_to_string(&file).is_ok_and(|old| old == text) {
        return Ok(());
    }
    for folder in [deploy.to_path_buf(), deploy.join(LAYOUT_2)] {
        let Ok(entries) = fs::read_dir(folder) else { continue };
        for path in entries.flatten().map(|e| e.path()) {
            if path.extension().is_some_and(|e| e == "so") {
                fs::remove_file(&path).with_context(|| format!("{} cannot be removed", path.display()))?;
            }
        }
    }
    write_if_changed(&file, &text)
}

/// The feature that gives the program a second layout of some accounts, and the folder of what is compiled with it: what the program is
/// upgraded to in the migration's tests. It costs one more compilation of the program's own crate.
const LAYOUT_2: &str = "layout-2";

/// What is compiled to SBF.
struct Program {
    manifest: PathBuf,
    feature: Option<&'static str>,
}

impl Program {
    fn name(&self) -> String {
        let dir = self.manifest.parent().and_then(|d| d.strip_prefix(crate::root()).ok()).unwrap_or(&self.manifest);
        match self.feature {
            Some(feature) => format!("{} with {feature}", dir.display()),
            None => dir.display().to_string(),
        }
    }

    fn out_dir(&self) -> PathBuf {
        let deploy = crate::deploy_dir();
        self.feature.map_or(deploy.clone(), |feature| deploy.join(feature))
    }

    /// What both routes are told alike.
    fn arguments(&self, c: &mut Command) {
        c.arg("--manifest-path").arg(&self.manifest);
        c.arg("--sbf-out-dir").arg(self.out_dir());
        if let Some(feature) = self.feature {
            c.args(["--features", feature]);
        }
    }
}

/// Everything that is compiled to SBF. Programs that only tests use have a workspace of their own each, so that a host build of the
/// main workspace does not compile them.
fn programs() -> Result<Vec<Program>> {
    let firebreak = crate::root().join("programs/firebreak/Cargo.toml");
    let mut all: Vec<_> = manifests()?.into_iter().map(|manifest| Program { manifest, feature: None }).collect();
    all.push(Program { manifest: firebreak, feature: Some(LAYOUT_2) });
    Ok(all)
}

fn manifests() -> Result<Vec<PathBuf>> {
    let root = crate::root();
    let mut found = vec![root.join("programs/firebreak/Cargo.toml"), root.join("toolchain/selftest/Cargo.toml")];
    if let Ok(entries) = fs::read_dir(root.join("tests/programs")) {
        let mut more: Vec<_> = entries.flatten().map(|e| e.path().join("Cargo.toml")).filter(|m| m.exists()).collect();
        more.sort();
        found.extend(more);
    }
    match found.iter().find(|m| !m.exists()) {
        None => Ok(found),
        Some(lost) => Err(anyhow!("{} is missing from this checkout", lost.display())),
    }
}

fn bundled(program: &Program) -> Command {
    let root = crate::root();
    let mut c = Command::new(root.join("toolchain/bin/cargo-build-sbf"));
    program.arguments(&mut c);
    c.args(["--profile", "sbf", "--locked"]);
    c.arg("--target-dir").arg(root.join("target"));
    ui::plain_env(&mut c);
    if let Some(cargo) = std::env::var_os("CARGO") {
        c.env("CARGO", cargo);
    }
    c
}

/// The official command knows the release profile only: it gets our SBF profile's settings as overrides of that.
fn official(tool: &Path, program: &Program) -> Result<Command> {
    let root = crate::root();
    let mut c = Command::new(tool);
    program.arguments(&mut c);
    // Its compiler is older than the host's. What the programs need of it is checked by compiling them.
    c.args(["--", "--locked", "--ignore-rust-version"]);
    ui::plain_env(&mut c);
    c.env_remove("RUSTUP_TOOLCHAIN");
    c.env("CARGO_TARGET_DIR", root.join("target/sbf-official"));
    c.env("CARGO_PROFILE_RELEASE_OVERFLOW_CHECKS", "true");
    for (key, value) in sbf_profile(&root.join("Cargo.toml"))? {
        c.env(format!("CARGO_PROFILE_RELEASE_{key}"), value);
    }
    Ok(c)
}

/// The settings of `[profile.sbf]`, named as cargo's environment variables name them.
fn sbf_profile(manifest: &Path) -> Result<Vec<(String, String)>> {
    let text = fs::read_to_string(manifest).with_context(|| format!("{} cannot be read", manifest.display()))?;
    let settings: Vec<_> = text
        .lines()
        .map(str::trim)
        .skip_while(|l| *l != "[profile.sbf]")
        .skip(1)
        .take_while(|l| !l.starts_with('['))
        .filter_map(|l| l.split('#').next()?.split_once('='))
        .map(|(k, v)| (k.trim().to_uppercase().replace('-', "_"), v.trim().trim_matches('"').to_owned()))
        .filter(|(k, _)| k != "INHERITS")
        .collect();
    if settings.is_empty() {
        return Err(anyhow!("{} has no [profile.sbf]", manifest.display()));
    }
    Ok(settings)
}

/// The program's id is fixed in its source. The key that belongs to it (a development key without value, see SECURITY.md) goes
/// where the build and the deploy tools look for it; otherwise each of them would make up another one.
fn development_keypair(deploy: &Path) -> Result<()> {
    let from = crate::root().join("programs/firebreak/dev-keypair.json");
    let key = fs::read_to_string(&from).with_context(|| format!("{} cannot be read", from.display()))?;
    write_if_changed(&deploy.join("firebreak-keypair.json"), &key)
}

fn write_if_changed(path: &Path, text: &str) -> Result<()> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))
}
