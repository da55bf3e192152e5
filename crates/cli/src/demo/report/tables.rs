//! The tables below the charts.

use super::super::outcome::{Outcome, Trace};
use super::{
    explain,
    format::{count, counted, escape, identifier, money, share},
    time,
};
use std::fmt::Write;

/// A table whose cells are HTML already; columns named with a leading '#' hold numbers.
fn table(class: &str, caption: &str, columns: &[&str], rows: &[Vec<String>]) -> String {
    let numeric: Vec<bool> = columns.iter().map(|c| c.starts_with('#')).collect();
    let align = |n: usize| if numeric.get(n) == Some(&true) { " class=\"n\"" } else { "" };
    let mut out = format!(
        "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{caption}\"><table class=\"{class}\"><caption>{caption}</caption><thead><tr>"
    );
    for (n, column) in columns.iter().enumerate() {
        let _ = write!(out, "<th scope=\"col\"{}>{}</th>", align(n), column.trim_start_matches('#'));
    }
    out.push_str("</tr></thead><tbody>");
    for row in rows {
        out.push_str("<tr>");
        for (n, cell) in row.iter().enumerate() {
            if n == 0 {
                let _ = write!(out, "<th scope=\"row\">{cell}</th>");
            } else {
                let _ = write!(out, "<td{}>{cell}</td>", align(n));
            }
        }
        out.push_str("</tr>");
    }
    out + "</tbody></table></div>\n"
}

/// Who liquidated.
pub fn keepers(outcome: &Outcome) -> String {
    let mut keepers: Vec<_> = outcome.keepers.iter().collect();
    keepers.sort_by(|a, b| (b.wins, b.reward, &a.name).cmp(&(a.wins, a.reward, &b.name)));
    let wins = keepers.iter().fold(0u64, |sum, k| sum.saturating_add(k.wins));
    let rewards = keepers.iter().fold(0u64, |sum, k| sum.saturating_add(k.reward));
    let winners = keepers.iter().filter(|k| k.wins > 0).count();
    if keepers.is_empty() {
        return "<p>No keeper took part.</p>\n".into();
    }
    let rows: Vec<_> = keepers
        .iter()
        .map(|k| {
            let part = if wins == 0 { 0.0 } else { k.wins as f64 / wins as f64 * 100.0 };
            vec![
                escape(&k.name),
                count(k.wins),
                format!("<span class=\"bar\" style=\"--w:{part:.1}%\"></span>{}", share(k.wins, wins)),
                money(k.reward),
                share(k.reward, rewards),
            ]
        })
        .collect();
    let won = match winners {
        0 => "no keeper won any".to_string(),
        1 => "one of them won at least one".into(),
        n => format!("{n} of them won at least one"),
    };
    format!(
        "<p>Anybody can be a keeper. {} competed for every liquidation, and {won}. Rewards are the discount on what they took over, and the \
         bond that every account with a position sets aside.</p>\n{}",
        counted(keepers.len() as u64, "keeper"),
        table("", "Keepers", &["Keeper", "#Won", "#Share of wins", "#Reward", "#Share of rewards"], &rows)
    )
}

/// Levels of the breaker and what each means, strictest last.
const LEVELS: [(&str, &str); 5] = [
    ("Normal", "Everything is open."),
    ("Caution", "New risk pays one and a half times its initial margin."),
    ("ReduceOnly", "Positions may only be reduced."),
    ("Halt", "Nothing that depends on a price leaves; reducing goes on within a band."),
    ("Settlement", "The market has ended at a fixed price."),
];

/// How long the market stood at each level of its breaker.
pub fn breaker(outcome: &Outcome, trace: &Trace) -> String {
    let mut spent = [0i64; LEVELS.len()];
    // A level holds from its tick to the next one.
    for pair in trace.points.windows(2) {
        if let [from, to] = pair {
            if let Some(sum) = spent.get_mut(usize::from(from.level)) {
                *sum += (to.time_ms - from.time_ms).max(0);
            }
        }
    }
    let all: i64 = spent.iter().sum();
    let b = outcome.breaker_ticks;
    let ticks = [b.normal, b.caution, b.reduce_only, b.halt, 0];
    let seconds = |ms: i64| time::duration(ms as f64 / 1_000.0);
    let rows: Vec<_> = LEVELS
        .iter()
        .zip(spent.iter().zip(ticks))
        // The last is entered by governance or a dead price, and counted as Halt in the ticks.
        .filter(|(level, (spent, _))| level.0 != "Settlement" || **spent > 0)
        .map(|((name, means), (spent, ticks))| {
            vec![
                (*name).to_string(),
                count(ticks),
                seconds(*spent),
                share((*spent).max(0) as u64, all.max(0) as u64),
                (*means).to_string(),
            ]
        })
        .collect();
    let end = if outcome.reopened { "It was open at the end" } else { "It was not yet open at the end" };
    let closed = all - spent.first().copied().unwrap_or(0);
    let sum = match closed {
        0 => "The market’s breaker did not trip.".to_string(),
        ms => format!("The market’s breaker stood above Normal for {}. {end}.", seconds(ms)),
    };
    format!(
        "<p>{sum} Ticks are those of the crash; time includes the calm after it. Deposits and reducing are never blocked while there is a \
         price.</p>\n{}",
        table("", "Time at each level", &["Level", "#Ticks", "#Time", "#Share of the time", "What it means"], &rows)
    )
}

/// What was refused and why.
pub fn refusals(outcome: &Outcome) -> String {
    let mut refused: Vec<_> = outcome.failed_transactions.iter().collect();
    refused.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    let total = refused.iter().fold(0u64, |sum, r| sum.saturating_add(*r.1));
    if total == 0 {
        return "<p>No transaction was refused.</p>\n".into();
    }
    let rows: Vec<_> =
        refused.into_iter().map(|(name, n)| vec![identifier(name), count(*n), escape(&explain::refusal(name))]).collect();
    format!(
        "<p>{} of {} ({}) were refused. A refused transaction changes nothing; keepers that compete for the same account are expected to lose \
         races.</p>\n{}",
        count(total),
        counted(outcome.transactions, "transaction"),
        share(total, outcome.transactions),
        table("", "Refused transactions by error", &["Error", "#Times", "What it means"], &rows)
    )
}

/// The dearest of each instruction.
pub fn compute(outcome: &Outcome) -> String {
    let route = escape(&outcome.route);
    let about = match outcome.route.as_str() {
        "bundled" => "They were measured on a program built by the <strong>bundled</strong> route and are optimistic: on Anchor’s own \
                      benchmark it used 0.71 to 0.84 of the official compiler’s units. Do not quote them as mainnet figures."
            .to_string(),
        "official" => "They were measured on a program built by the <strong>official</strong> compiler. Figures of the bundled route are lower \
                       (optimistic) and not to be compared with these."
            .into(),
        _ => format!(
            "They were measured on a program built by the route <strong>{route}</strong>; figures of the bundled route are optimistic against \
             the official compiler’s."
        ),
    };
    if outcome.max_cu.is_empty() {
        return format!("<p>No compute units were recorded. {about}</p>\n");
    }
    let rows: Vec<_> = outcome.max_cu.iter().map(|(name, cu)| vec![identifier(name), count(*cu)]).collect();
    format!(
        "<p>The most that any call of an instruction used; Solana allows a transaction 1,400,000. {about}</p>\n{}",
        table("compact", "Compute units", &["Instruction", "#Most compute units"], &rows)
    )
}

/// What the run was given.
pub fn parameters(outcome: &Outcome, trace: &Trace) -> String {
    let times = trace.points.iter().map(|p| p.time_ms);
    let period = match (times.clone().min(), times.max()) {
        (Some(from), Some(to)) => format!(
            "{} {} to {} {} UTC ({})",
            time::date(from),
            time::clock(from),
            time::date(to),
            time::clock(to),
            time::duration((to - from) as f64 / 1_000.0)
        ),
        _ => "no ticks recorded".into(),
    };
    let sources: Vec<_> = trace.sources.iter().map(|s| escape(s)).collect();
    let quality = outcome.quality_ticks;
    let rows = [
        ("Scenario", escape(&outcome.scenario)),
        ("Price sources", if sources.is_empty() { "none recorded".into() } else { sources.join("<br>") }),
        ("Period replayed", period),
        ("Trading accounts", count(outcome.accounts)),
        ("Keepers", count(outcome.keepers.len() as u64)),
        ("Seed", outcome.seed.to_string()),
        ("Market parameters", outcome.class.clone()),
        ("Price ticks", count(outcome.ticks)),
        (
            "Price quality",
            format!("Primary {}, Degraded {}, Frozen {}", count(quality.primary), count(quality.degraded), count(quality.frozen)),
        ),
        ("Transactions", count(outcome.transactions)),
        ("Checks of the books", count(outcome.conservation_checks)),
        ("Compiler route", escape(&outcome.route)),
        ("Time the replay took", time::duration(outcome.seconds)),
    ];
    let rows: Vec<_> = rows.into_iter().map(|(name, value)| vec![name.to_string(), value]).collect();
    table("", "Parameters of the run", &["Parameter", "Value"], &rows)
}
