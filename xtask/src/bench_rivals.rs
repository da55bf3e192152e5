//! The part of `cargo xtask bench keeper` that needs a chain: keepers as processes, one, two and four of them, compete through the built-in
//! crash on a local cluster. How quick they are depends on the machine, and on the cluster, which looks for news to tell every 50 ms.

use crate::ui::{self, Steps};
use anyhow::{Context, Result};
use serde_json::{json, Map, Value};
use std::{fs, path::Path, process::Command};

/// Numbers of keepers.
const CREWS: [u64; 3] = [1, 2, 4];
/// Rehearsals, as steps.
pub const STEPS: usize = CREWS.len();

/// Plays the rehearsals and adds their figures to the file at `out`.
pub fn run(steps: &mut Steps, out: &Path) -> Result<()> {
    let mut found = Map::new();
    for keepers in CREWS {
        steps.next(&format!("rehearsing a crash with {keepers} keepers"));
        let file = out.with_extension(format!("{keepers}.json"));
        let mut c = Command::new(crate::target_dir().join("debug/firebreak"));
        c.args(["rehearse", "--accounts", "150", "--from-tick", "220", "--to-tick", "340", "--tick-ms", "500"]);
        c.args(["--keepers", &keepers.to_string(), "--json"]).arg(&file);
        ui::plain_env(&mut c);
        ui::run(&mut c, "the rehearsal")?;
        let figures: Value = serde_json::from_str(&fs::read_to_string(&file).context("the rehearsal left no figures")?)?;
        fs::remove_file(&file)?;
        let seconds = figures["seconds"].as_f64().unwrap_or(0.0).max(0.001);
        let liquidations = figures["liquidations"].as_f64().unwrap_or(0.0);
        found.insert(
            format!("keepers_{keepers}"),
            json!({
                "liquidations": liquidations,
                "liquidations_per_second": (liquidations / seconds * 100.0).round() / 100.0,
                "liquidations_best_second": figures["liquidations_best_second"],
                "transactions_sent": figures["sent"],
                "failed_share": figures["failed_share"],
                "update_to_sent_ms_p50": figures["update_to_sent_ms"]["p50"],
                "update_to_sent_ms_p99": figures["update_to_sent_ms"]["p99"],
                "due_to_flagged_ms_p99": figures["due_to_flagged_ms"]["p99"],
                "left_over": figures["left_over"],
                "mismatches": figures["mismatches"],
            }),
        );
    }
    let mut all: Map<String, Value> = match fs::read_to_string(out) {
        Ok(text) => serde_json::from_str(&text).context("the figures so far are no JSON object")?,
        Err(_) => Map::new(),
    };
    all.append(&mut found);
    fs::write(out, serde_json::to_string_pretty(&all)? + "\n").with_context(|| format!("{} cannot be written", out.display()))
}
