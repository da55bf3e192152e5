//! The HTML report of a run: one file that needs nothing but itself.
//!
//! The verdict comes first, in plain words; then figures, charts and tables. The charts are SVG inside the page whose colours
//! are CSS variables, so that they follow the reader's light or dark mode. There are no scripts.

mod explain;
mod figures;
mod page;
mod run;
mod tables;
#[cfg(test)]
mod tests;
mod verdict;

use super::outcome::{Outcome, Trace};
use anyhow::{Context, Result};
use firebreak_sim::report::{charts, format, ink, series, time, STYLE};
use std::{fs, path::Path};

/// Writes the report of a run to `path`, replacing what is there.
pub fn write(path: &Path, outcome: &Outcome, trace: &Trace) -> Result<()> {
    let page = page::render(outcome, trace)?;
    fs::write(path, page).with_context(|| format!("cannot write the report to {}", path.display()))
}
