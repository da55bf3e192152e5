//! The compiled program that the local network deploys.

use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// The program's bytes and which compiler made them.
pub struct Artifact {
    /// ELF file.
    pub so: Vec<u8>,
    /// "bundled", "official", or "unknown" for a file given by hand.
    pub route: String,
}

/// Reads the program: `given`, or `deploy/firebreak.so` beside the folder of this executable, where the build puts it. (A test's executable
/// lies one folder deeper.)
pub fn load(given: Option<&Path>) -> Result<Artifact> {
    let path = match given {
        Some(path) => path.to_path_buf(),
        None => beside_executable()?,
    };
    let so = std::fs::read(&path).with_context(|| {
        format!("The program {} cannot be read; `cargo xtask build` makes it, --program names another", path.display())
    })?;
    Ok(Artifact { so, route: route_of(&path).unwrap_or_else(|| "unknown".into()) })
}

fn beside_executable() -> Result<PathBuf> {
    let exe = std::env::current_exe().context("This executable's own path is unknown; name the program with --program")?;
    let profile = exe.parent().map(|folder| if folder.ends_with("deps") { folder.parent().unwrap_or(folder) } else { folder });
    let target = profile.and_then(Path::parent).unwrap_or(Path::new("target"));
    Ok(target.join("deploy/firebreak.so"))
}

fn route_of(so: &Path) -> Option<String> {
    let text = std::fs::read_to_string(so.with_file_name("route.json")).ok()?;
    let json: serde_json::Value = serde_json::from_str(&text).ok()?;
    json.get("route")?.as_str().map(str::to_string)
}
