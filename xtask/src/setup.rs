//! `cargo xtask setup`: what the machine must offer, and the SBF toolchain.

use crate::ui::{self, Steps};
use anyhow::{bail, Result};
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How the programs are compiled to SBF.
#[derive(Clone, Debug)]
pub enum Route {
    /// `cargo build-sbf` of the Solana tools, found on PATH.
    Official(PathBuf),
    /// `toolchain/` of this repository.
    Bundled,
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Official(_) => "official",
            Self::Bundled => "bundled",
        })
    }
}

pub fn command() -> Result<()> {
    let mut steps = Steps::new(STEPS);
    let route = run(&mut steps)?;
    steps.say(&format!("ready; programs are built by the {route} route"));
    Ok(())
}

/// How many steps `run` announces.
pub const STEPS: usize = 2;

pub fn run(steps: &mut Steps) -> Result<Route> {
    steps.next("checking what the machine offers");
    let route = route()?;
    prerequisites()?;
    match &route {
        Route::Official(path) => {
            steps.next(&format!("the official cargo build-sbf is on PATH ({})", path.display()));
        }
        Route::Bundled => install(steps)?,
    }
    Ok(route)
}

/// A command, the Debian package that has it.
const NEEDED: [(&str, &str); 7] = [
    ("cc", "build-essential"),
    ("g++", "build-essential"),
    ("make", "build-essential"),
    ("patch", "build-essential"),
    ("perl", "build-essential"),
    ("xz", "build-essential"),
    ("python3", "python3"),
];

fn prerequisites() -> Result<()> {
    let missing: Vec<_> = NEEDED.iter().filter(|(c, _)| on_path(c).is_none()).collect();
    if !missing.is_empty() {
        let commands: Vec<_> = missing.iter().map(|m| m.0).collect();
        let mut packages: Vec<_> = missing.iter().map(|m| m.1).collect();
        packages.dedup();
        let (commands, packages) = (commands.join(", "), packages.join(" "));
        bail!("this machine lacks {commands}: run `apt-get install --yes {packages}` as root and start again");
    }
    Ok(())
}

/// Where the bundled toolchain lives, as `toolchain/install.sh` has it.
pub fn prefix() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = || set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")));
    set("SBF_TOOLCHAIN_DIR").or_else(|| Some(cache()?.join("firebreak/sbf-toolchain")))
}

fn install(steps: &mut Steps) -> Result<()> {
    let script = crate::root().join("toolchain/install.sh");
    let mut check = Command::new(&script);
    ui::plain_env(check.arg("--check"));
    if check.status().is_ok_and(|s| s.success()) {
        steps.next("the bundled SBF toolchain is installed already");
        return Ok(());
    }
    steps.next("installing the bundled SBF toolchain, a minute or two");
    let mut install = Command::new(&script);
    ui::plain_env(&mut install);
    ui::run(&mut install, "the installation of the SBF toolchain")
}

fn route() -> Result<Route> {
    match (std::env::var("FIREBREAK_SBF").ok().as_deref(), official()) {
        (Some("bundled"), _) | (None, None) => Ok(Route::Bundled),
        (Some("official") | None, Some(path)) => Ok(Route::Official(path)),
        (Some("official"), None) => {
            bail!("FIREBREAK_SBF asks for the official route but cargo-build-sbf is not on PATH")
        }
        (Some(other), _) => bail!("FIREBREAK_SBF is `{other}`, it may be bundled or official"),
    }
}

/// The official command, unless what PATH offers is this repository's own.
fn official() -> Option<PathBuf> {
    let bundled = crate::root().join("toolchain").canonicalize().ok()?;
    let found = on_path("cargo-build-sbf")?;
    let real = found.canonicalize().ok()?;
    (!real.starts_with(bundled)).then_some(found)
}

pub fn on_path(command: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|dir| dir.join(command)).find(|file| is_executable(file))
}

fn is_executable(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(file).is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0)
}
