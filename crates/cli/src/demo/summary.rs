//! What the terminal shows at the end.

use super::outcome::Outcome;
use firebreak_sim::report::format::counted;
use std::path::Path;

/// Prints the summary to standard output.
pub fn print(o: &Outcome, report: &Path) {
    let usd = |atoms: u64| format!("{} USD", group(atoms / 1_000_000));
    println!();
    println!("  {}", o.scenario);
    println!(
        "  {} accounts, {} ticks ({} Primary, {} Degraded, {} Frozen), {} transactions in {:.1} s",
        o.accounts, o.ticks, o.quality_ticks.primary, o.quality_ticks.degraded, o.quality_ticks.frozen, o.transactions, o.seconds
    );
    println!();
    row("Conservation", format!("{} atoms of error in {} checks", o.conservation_error_atoms, o.conservation_checks));
    row("Liquidations", format!("{}, {} bankruptcies", o.liquidations, o.bankruptcies));
    for k in &o.keepers {
        row(&format!("  keeper {}", k.name), format!("{} wins, {} earned", k.wins, usd(k.reward)));
    }
    row("Insurance", format!("{} before, {} after", usd(o.insurance_before), usd(o.insurance_after)));
    let b = &o.breaker_ticks;
    row(
        "Breaker",
        format!(
            "{} ticks at Caution, {} at ReduceOnly, {} at Halt; {} at the end",
            b.caution,
            b.reduce_only,
            b.halt,
            if o.reopened { "open" } else { "not yet open" }
        ),
    );
    row("Deleveraged", counted(o.deleveraged, "position"));
    row("Borne by claims", format!("{} in {} of the index", usd(o.losses_shared), counted(o.index_cuts, "cut")));
    row("Deficit", format!("{} at the end, {} at worst", usd(o.deficit), usd(o.deficit_worst)));
    row("Payable share h", format!("{:.6} at the end, {:.6} at worst", o.payable_share, o.payable_share_worst));
    if !o.failed_transactions.is_empty() {
        let failed: Vec<String> = o.failed_transactions.iter().map(|(name, n)| format!("{n} {name}")).collect();
        row("Refused", failed.join(", "));
    }
    let cu: Vec<String> = o.max_cu.iter().map(|(name, cu)| format!("{name} {}", group(*cu))).collect();
    row(
        "Most units",
        format!(
            "{} ({} route{})",
            cu.join(", "),
            o.route,
            if o.route == "bundled" { "; the official compiler's are higher" } else { "" }
        ),
    );
    println!();
    println!("  Report: {}", report.display());
}

fn row(name: &str, value: String) {
    println!("  {name:<18}{value}");
}

fn group(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(c);
    }
    out
}
