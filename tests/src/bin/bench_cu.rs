//! `bench_cu --route bundled|official --json OUT`: measures every instruction and fails above a budget.

use firebreak_tests::bench::{rows, Row};
use std::{io::Write, path::PathBuf, process::ExitCode};

const USAGE: &str = "usage: bench_cu --route bundled|official --json FILE";

struct Args {
    route: String,
    json: PathBuf,
}

fn parse() -> Option<Args> {
    let (mut route, mut json) = (None, None);
    let mut args = std::env::args().skip(1);
    while let Some(name) = args.next() {
        let value = args.next()?;
        match name.as_str() {
            "--route" if value == "bundled" || value == "official" => route = Some(value),
            "--json" => json = Some(value.into()),
            _ => return None,
        }
    }
    Some(Args { route: route?, json: json? })
}

/// Budgets are of the bundled route; the official compiler's code may take 1.4 times as much.
fn budget(row: &Row, route: &str) -> u64 {
    match route {
        "official" => row.budget * 14 / 10,
        _ => row.budget,
    }
}

fn main() -> ExitCode {
    let Some(args) = parse() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let rows = rows();
    let mut over = 0;
    let mut table = format!("{:<18} {:<58} {:>8} {:>8}\n", "instruction", "size", "CU", "budget");
    for row in &rows {
        let budget = budget(row, &args.route);
        let mark = if row.cu > budget { "  OVER" } else { "" };
        over += usize::from(row.cu > budget);
        table += &format!("{:<18} {:<58} {:>8} {:>8}{mark}\n", row.instruction, row.size, row.cu, budget);
    }
    // Whoever reads the table may stop reading; the measurement goes on.
    std::io::stdout().write_all(table.as_bytes()).ok();
    let list: Vec<_> = rows
        .iter()
        .map(
            |r| serde_json::json!({ "instruction": r.instruction, "size": r.size, "cu": r.cu, "budget": budget(r, &args.route) }),
        )
        .collect();
    let json = serde_json::json!({ "route": args.route, "rows": list });
    let text = serde_json::to_string_pretty(&json).unwrap_or_default() + "\n";
    if let Err(why) = std::fs::write(&args.json, text) {
        eprintln!("bench_cu: {}: {why}", args.json.display());
        return ExitCode::FAILURE;
    }
    if over > 0 {
        eprintln!("bench_cu: {over} of {} measurements are above their budget", rows.len());
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
