//! The report of a scenario: the first run in full, the others beside it.

use super::{
    charts::{self, Plot, Size},
    figures::figures,
    format::{count, escape, money, ratio, share},
    ink::Ink,
    verdict::{self, signed, Tone},
    STYLE,
};
use crate::{engine::PROMISES, Outcome, Run};
use anyhow::Result;
use std::fmt::Write;

/// The page for `runs` of one scenario: the first is told in full, each has a row in the comparison.
pub fn render(about: &str, runs: &[Run]) -> Result<String> {
    let Some(first) = runs.first() else { return Ok(String::new()) };
    let o = &first.outcome;
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>Firebreak simulation: {title}</title>\n<style>\n{STYLE}</style>\n\
         </head>\n<body>\n<header>\n<p class=\"brand\">Firebreak <span>simulation report</span></p>\n<h1>{title}</h1>\n\
         <p class=\"when\">{}</p>\n</header>\n<main>\n",
        escape(about),
        title = escape(&o.scenario),
    );
    push_verdict(&mut out, o);
    push_comparison(&mut out, runs);
    out.push_str("<section id=\"charts\" aria-labelledby=\"charts-title\">\n<h2 id=\"charts-title\">What happened</h2>\n<div class=\"figures\">\n");
    for (n, (title, caption, plot)) in figures(first).into_iter().enumerate() {
        // Only the first has several lines of a kind.
        let venues: &[String] = if n == 0 { &first.venues } else { &[] };
        push_figure(&mut out, n + 1, (title, caption), venues, &plot)?;
    }
    out.push_str("</div>\n</section>\n");
    push_tables(&mut out, o);
    out.push_str(
        "</main>\n<footer><p>Written by <code>firebreak sim</code>. Every action ran through the engine that the on-chain program runs. The same \
         figures, unrounded, are in the run’s JSON.</p></footer>\n</body>\n</html>\n",
    );
    Ok(out)
}

fn push_verdict(out: &mut String, o: &Outcome) {
    let verdict = verdict::of(o);
    let (class, sign, word) = match verdict.tone {
        Tone::Good => ("good", "✓", "Solvent"),
        Tone::Caution => ("caution", "!", "Solvent, with a shared loss"),
        Tone::Bad => ("bad", "✕", "Not as promised"),
    };
    let _ = write!(
        out,
        "<section class=\"verdict {class}\" aria-labelledby=\"verdict\">\n<div class=\"head\"><span class=\"sign\" \
         aria-hidden=\"true\">{sign}</span><div><p class=\"word\">{word}</p><h2 id=\"verdict\">{}</h2></div></div>\n<dl>\n",
        escape(&verdict.headline)
    );
    for (question, answer) in &verdict.answers {
        let _ = writeln!(out, "<div><dt>{}</dt><dd>{}</dd></div>", escape(question), escape(answer));
    }
    out.push_str("</dl>\n");
    push_waterfall(out, o);
    out.push_str("</section>\n");
}

/// Who bore the loss, in the order in which they are asked.
fn push_waterfall(out: &mut String, o: &Outcome) {
    // Deficits also heal by what a market earns before anybody is asked.
    let asked = [o.pot_used, o.insurance_used, o.loss_shared, o.deficit].iter().fold(0u64, |sum, part| sum.saturating_add(*part));
    let parts = [
        ("The markets’ later income", o.deficit_booked.saturating_sub(asked), "var(--muted)"),
        ("The markets’ pots", o.pot_used, "var(--s3)"),
        ("Junior insurance", o.insurance_used_junior, "var(--s2)"),
        ("Senior insurance", o.insurance_used_senior, "var(--s0)"),
        ("Winners’ claims", o.loss_shared, "var(--s4)"),
        ("Nobody yet", o.deficit, "var(--s1)"),
    ];
    let total: u64 = parts.iter().map(|p| p.1).sum();
    if total == 0 {
        return;
    }
    let _ = write!(
        out,
        "<figure class=\"bearers\"><figcaption>Who bore {}</figcaption><div class=\"stack\" aria-hidden=\"true\">",
        escape(&money(total))
    );
    for (_, part, colour) in parts.iter().filter(|p| p.1 > 0) {
        let _ = write!(out, "<span style=\"flex:{:.5};background:{colour}\"></span>", *part as f64 / total as f64);
    }
    out.push_str("</div><ul class=\"legend\">");
    for (name, part, colour) in parts {
        let _ = write!(
            out,
            "<li><span class=\"patch\" style=\"--c:{colour}\"></span>{name}: {} ({})</li>",
            escape(&money(part)),
            escape(&share(part, total))
        );
    }
    out.push_str("</ul></figure>\n");
}

/// The same path under each policy.
fn push_comparison(out: &mut String, runs: &[Run]) {
    if runs.len() < 2 {
        return;
    }
    let head = [
        "Policy",
        "Left unpaid",
        "Deficits",
        "Worst h",
        "Insurance used",
        "Shared by claims",
        "Liquidated",
        "Wrongful",
        "Impact",
    ];
    table(
        out,
        "The same prices under each policy",
        &head,
        runs.iter().map(|run| {
            let o = &run.outcome;
            vec![
                o.policy.clone(),
                money(o.deficit),
                money(o.deficit_booked),
                ratio(o.payable_share_worst),
                money(o.insurance_used),
                money(o.loss_shared),
                money(o.liquidated_notional),
                ratio(o.wrongful_share),
                ratio(o.liquidation_impact),
            ]
        }),
    );
}

/// What each of [`PROMISES`] says.
const MEANT: [&str; PROMISES.len()] = [
    "conservation",
    "matched book",
    "backed profit",
    "principal first",
    "isolation",
    "liquidation helps",
    "bounded work",
    "bad prices do nothing",
    "sourced claims",
];

fn push_tables(out: &mut String, o: &Outcome) {
    let agents = o.agents.iter().filter(|a| a.kind != "steward" && a.kind != "noise" && a.kind != "insurer");
    table(
        out,
        "Agents",
        &["Kind", "Put in", "Took out", "Take-overs", "Earned", "Spent", "Profit"],
        agents.map(|a| {
            vec![
                a.kind.into(),
                money(a.put_in),
                money(a.took_out),
                count(a.wins),
                money(a.earned),
                money(a.spent),
                signed(a.profit),
            ]
        }),
    );
    let slots: u64 = o.slots_at_level.values().sum();
    let levels = ["normal", "caution", "reduce-only", "halt", "settlement"];
    table(
        out,
        "Time at each level of the breaker",
        &["Level", "Slots", "Share"],
        levels.into_iter().map(|level| {
            let n = o.slots_at_level.get(level).copied().unwrap_or(0);
            vec![level.into(), count(n), share(n, slots)]
        }),
    );
    table(
        out,
        "Promises",
        &["Promise", "Checks", "Broken"],
        PROMISES.into_iter().zip(MEANT).map(|(name, meant)| {
            let c = o.invariants.get(name).copied().unwrap_or_default();
            vec![format!("{name} {meant}"), count(c.checked), count(c.broken)]
        }),
    );
    table(out, "Refusals", &["Action and reason", "Times"], o.refused.iter().map(|(why, n)| vec![why.clone(), count(*n)]));
}

fn table(out: &mut String, title: &str, head: &[&str], rows: impl Iterator<Item = Vec<String>>) {
    let _ = write!(
        out,
        "<section class=\"card\">\n<h2>{title}</h2>\n<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{title}\"><table>\
         <thead><tr>"
    );
    for (n, name) in head.iter().enumerate() {
        let _ = write!(out, "<th scope=\"col\"{}>{name}</th>", if n > 0 { " class=\"n\"" } else { "" });
    }
    out.push_str("</tr></thead><tbody>");
    for row in rows {
        out.push_str("<tr>");
        for (n, cell) in row.iter().enumerate() {
            let _ = match n {
                0 => write!(out, "<th scope=\"row\">{}</th>", escape(cell)),
                _ => write!(out, "<td class=\"n\">{}</td>", escape(cell)),
            };
        }
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table></div>\n</section>\n");
}

fn push_figure(out: &mut String, number: usize, (title, caption): (&str, &str), venues: &[String], plot: &Plot) -> Result<()> {
    let wide = number == 1;
    let _ = write!(
        out,
        "<figure class=\"card{}\" aria-labelledby=\"f{number}\">\n<h3 id=\"f{number}\">{title}</h3>\n",
        if wide { "" } else { " half" }
    );
    if !venues.is_empty() {
        let _ = write!(
            out,
            "<ul class=\"legend\"><li><span class=\"line\" style=\"--c:{}\"></span>robust price</li>",
            Ink::Main.css()
        );
        for (n, name) in venues.iter().enumerate() {
            let _ =
                write!(out, "<li><span class=\"line\" style=\"--c:{}\"></span>{}</li>", Ink::Series(n as u8).css(), escape(name));
        }
        out.push_str("</ul>\n");
    }
    out.push_str("<div class=\"panels\"><div class=\"panel\">");
    if wide {
        out.push_str(&charts::draw(plot, Size::wide(360), "chart on-wide")?);
        out.push_str(&charts::draw(plot, Size::narrow(260), "chart on-narrow")?);
    } else {
        out.push_str(&charts::draw(plot, Size::narrow(220), "chart")?);
    }
    let _ = writeln!(out, "</div></div>\n<figcaption><strong>Figure {number}.</strong> {caption}</figcaption>\n</figure>");
    Ok(())
}
