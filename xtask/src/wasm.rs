//! The risk engine as WebAssembly, for the TypeScript client.
//!
//! By the host's compiler where it has the target; otherwise by the bundled SBF toolchain's, which comes with the sources of `core` and
//! compiles those too. The linker is the host's in both cases.

use crate::setup::{self, Route};
use crate::ui;
use anyhow::{anyhow, bail, Context, Result};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

const TARGET: &str = "wasm32-unknown-unknown";
const ADVICE: &str = "run `rustup target add wasm32-unknown-unknown` and start again";

/// Compiles `sdk/engine` and puts it where the client loads it from.
pub fn build(route: &Route) -> Result<()> {
    let out = crate::root().join("target/sdk-engine");
    let mut c = ui::cargo();
    c.args(["build", "--release", "--locked", "--target", TARGET, "--manifest-path"]);
    c.arg(crate::root().join("sdk/engine/Cargo.toml"));
    c.env("CARGO_TARGET_DIR", &out);
    let sysroot = sysroot()?;
    // No path of this machine in what others load.
    let mut flags = vec![format!("--remap-path-prefix={}=/firebreak", crate::root().display())];
    let _lock = if sysroot.join("lib/rustlib").join(TARGET).exists() {
        None
    } else {
        Some(bundled(&mut c, &mut flags, route, &sysroot)?)
    };
    c.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"));
    ui::run(&mut c, "the build of the engine for WebAssembly")?;
    let made = out.join(TARGET).join("release/firebreak_engine_wasm.wasm");
    let kept = crate::root().join("sdk/ts/engine.wasm");
    fs::copy(&made, &kept).with_context(|| format!("{} cannot be copied to {}", made.display(), kept.display()))?;
    Ok(())
}

/// The folder of the host's compiler.
fn sysroot() -> Result<PathBuf> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let out = Command::new(rustc).args(["--print", "sysroot"]).output().context("rustc cannot be started")?;
    Ok(PathBuf::from(String::from_utf8(out.stdout)?.trim()))
}

/// Has `c` use the bundled toolchain, which stays in place while the lock is held.
fn bundled(c: &mut Command, flags: &mut Vec<String>, route: &Route, sysroot: &Path) -> Result<File> {
    if let Route::Official(_) = route {
        bail!("the host's compiler lacks the target {TARGET}: {ADVICE}");
    }
    let linker = sysroot.join("lib/rustlib/x86_64-unknown-linux-gnu/bin/rust-lld");
    if !linker.exists() {
        bail!("the host's compiler has neither the target {TARGET} nor a linker for it: {ADVICE}");
    }
    let prefix = setup::prefix().ok_or_else(|| anyhow!("neither HOME nor SBF_TOOLCHAIN_DIR is set"))?;
    let lock = File::open(prefix.join(".lock")).with_context(|| format!("{} holds no toolchain", prefix.display()))?;
    lock.lock_shared().context("the bundled toolchain cannot be locked")?;
    flags.push(format!("--remap-path-prefix={}=/toolchain", prefix.display()));
    flags.extend([format!("-Clinker={}", linker.display()), "-Clinker-flavor=wasm-ld".into()]);
    c.args(["-Zbuild-std=core"]);
    c.env("RUSTC", prefix.join("bin/rustc")).env("RUSTC_BOOTSTRAP", "1");
    Ok(lock)
}
