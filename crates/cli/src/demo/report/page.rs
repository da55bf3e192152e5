//! Puts the page together.

use super::super::outcome::{Outcome, Trace};
use super::{
    charts::{self, Size},
    figures::{self, Figure, Key},
    format::{count, counted, escape, money, ratio, share},
    tables, time,
    verdict::{self, Bearers, Tone, Verdict},
};
use anyhow::Result;
use std::fmt::Write;

/// The whole page.
pub fn render(outcome: &Outcome, trace: &Trace) -> Result<String> {
    let (verdict, bearers) = (verdict::of(outcome), Bearers::of(outcome));
    let when = period(trace);
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>Firebreak demo: {}</title>\n<style>\n{}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#charts\">Skip to the charts</a>\n\
         <header>\n<p class=\"brand\">Firebreak <span>demo report</span></p>\n<h1>{}</h1>\n",
        escape(&outcome.scenario),
        super::STYLE,
        escape(&outcome.scenario)
    );
    if let Some(when) = &when {
        let _ = writeln!(out, "<p class=\"when\">{when}, all times in UTC</p>");
    }
    out.push_str("</header>\n<main>\n");
    push_verdict(&mut out, &verdict, outcome.conservation_checks);
    push_bearers(&mut out, &bearers);
    out.push_str("</section>\n");
    push_tiles(&mut out, outcome, &bearers);
    out.push_str("<section id=\"charts\" aria-labelledby=\"charts-title\">\n<h2 id=\"charts-title\">What happened</h2>\n");
    let figures = figures::all(trace);
    if figures.is_empty() {
        out.push_str("<p>No price tick was recorded, so there is nothing to draw.</p>\n");
    } else {
        out.push_str("<div class=\"figures\">\n");
        for (n, figure) in figures.iter().enumerate() {
            push_figure(&mut out, n + 1, figure)?;
        }
        out.push_str("</div>\n");
    }
    out.push_str("</section>\n");
    for (title, body) in [
        ("Circuit breaker", tables::breaker(outcome, trace)),
        ("Keepers", tables::keepers(outcome)),
        ("Refused transactions", tables::refusals(outcome)),
        ("Compute units", tables::compute(outcome)),
        ("Parameters of the run", tables::parameters(outcome, trace)),
    ] {
        let _ = writeln!(out, "<section class=\"card\">\n<h2>{title}</h2>\n{body}</section>");
    }
    out.push_str(
        "</main>\n<footer><p>Written by <code>firebreak demo</code>. Amounts are in dollars of the demo’s own settlement token, a test mint on a \
         local cluster. The same figures, unrounded, are in the run’s JSON.</p></footer>\n</body>\n</html>\n",
    );
    Ok(out)
}

fn period(trace: &Trace) -> Option<String> {
    let times = trace.points.iter().map(|p| p.time_ms);
    Some(time::dates(times.clone().min()?, times.max()?))
}

/// Leaves its section open.
fn push_verdict(out: &mut String, verdict: &Verdict, checks: u64) {
    // The word beside the sign: neither colour nor shape alone carries the meaning.
    let (class, sign, word) = match verdict.tone {
        Tone::Good => ("good", "✓", "As promised"),
        Tone::Caution => ("caution", "!", "With a remainder"),
        Tone::Bad => ("bad", "✕", "Promise broken"),
    };
    let word = if checks == 0 && verdict.tone == Tone::Caution { "Not checked" } else { word };
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
}

/// Who bore the loss, as one bar; nothing when there was none.
fn push_bearers(out: &mut String, bearers: &Bearers) {
    let total = bearers.total();
    if total == 0 {
        return;
    }
    let parts = [
        ("The market’s pot", bearers.pot, "var(--s3)"),
        ("Insurance fund", bearers.insurance, "var(--s2)"),
        ("Winners’ claims", bearers.claims, "var(--s4)"),
        ("Nobody yet", bearers.unpaid, "var(--s1)"),
    ];
    let _ = write!(
        out,
        "<figure class=\"bearers\"><figcaption>Who bore {}</figcaption><div class=\"stack\" aria-hidden=\"true\">",
        money(total)
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

fn push_tiles(out: &mut String, outcome: &Outcome, bearers: &Bearers) {
    let quality = outcome.quality_ticks;
    let refused = outcome.failed_transactions.values().fold(0u64, |sum, n| sum.saturating_add(*n));
    let winners = outcome.keepers.iter().filter(|k| k.wins > 0).count() as u64;
    let tiles = [
        (
            "Conservation error",
            counted(outcome.conservation_error_atoms, "atom"),
            format!("at {}", counted(outcome.conservation_checks, "check")),
        ),
        ("Liquidations", count(outcome.liquidations), format!("by {}", counted(winners, "keeper"))),
        ("Bankruptcies", count(outcome.bankruptcies), format!("of {}", counted(outcome.accounts, "account"))),
        ("Insurance fund", money(outcome.insurance_after), format!("{} before the crash", money(outcome.insurance_before))),
        ("Paid by insurance", money(outcome.insurance_drawn), format!("and {} by the market’s pot", money(bearers.pot))),
        ("Deleveraged", counted(outcome.deleveraged, "position"), "closed against the other side, at the robust price".into()),
        (
            "Borne by claims",
            money(outcome.losses_shared),
            format!("of profit that losers could not pay, in {} of the index", counted(outcome.index_cuts, "cut")),
        ),
        ("Deficit", money(outcome.deficit), format!("{} at its worst", money(outcome.deficit_worst))),
        ("Payable share h", ratio(outcome.payable_share), format!("{} at its lowest", ratio(outcome.payable_share_worst))),
        (
            "Price ticks",
            count(outcome.ticks),
            format!(
                "{} Primary · {} Degraded · {} Frozen",
                count(quality.primary),
                count(quality.degraded),
                count(quality.frozen)
            ),
        ),
        (
            "Transactions",
            count(outcome.transactions),
            format!("{} refused, replayed in {}", count(refused), time::duration(outcome.seconds)),
        ),
    ];
    out.push_str(
        "<section aria-labelledby=\"figures-title\">\n<h2 id=\"figures-title\">Key figures</h2>\n<dl class=\"tiles\">\n",
    );
    for (name, value, note) in tiles {
        let _ = writeln!(
            out,
            "<div class=\"tile\"><dt>{name}</dt><dd class=\"value\">{}</dd><dd class=\"note\">{}</dd></div>",
            escape(&value),
            escape(&note)
        );
    }
    out.push_str("</dl>\n</section>\n");
}

fn push_figure(out: &mut String, number: usize, figure: &Figure) -> Result<()> {
    let when = figure.panels.first().map_or_else(String::new, |(_, plot)| time::dates(plot.span.0, plot.span.1));
    let class = match (figure.wide, figure.panels.len()) {
        (None, 0 | 1) => "card half",
        _ => "card",
    };
    let _ = write!(
        out,
        "<figure class=\"{class}\" aria-labelledby=\"f{number}\">\n<h3 id=\"f{number}\">{}</h3>\n",
        escape(figure.title)
    );
    if !figure.legend.is_empty() {
        out.push_str("<ul class=\"legend\">");
        for (ink, key, name) in &figure.legend {
            let mark = match key {
                Key::Line => "line",
                Key::Patch => "patch",
            };
            let _ = write!(out, "<li><span class=\"{mark}\" style=\"--c:{}\"></span>{}</li>", ink.css(), escape(name));
        }
        out.push_str("</ul>\n");
    }
    out.push_str("<div class=\"panels\">\n");
    for (title, plot) in &figure.panels {
        out.push_str("<div class=\"panel\">");
        if !title.is_empty() {
            let _ = write!(out, "<h4>{}</h4>", escape(title));
        }
        // A wide chart shrunk to a phone cannot be read, so there are two and the style sheet shows one.
        match figure.wide {
            Some(height) => {
                out.push_str(&charts::draw(plot, Size::wide(height), "chart on-wide")?);
                out.push_str(&charts::draw(plot, Size::narrow(height.min(300)), "chart on-narrow")?);
            }
            None => out.push_str(&charts::draw(plot, Size::narrow(220), "chart")?),
        }
        out.push_str("</div>\n");
    }
    let _ = write!(
        out,
        "</div>\n<figcaption><strong>Figure {number}.</strong> {} <span class=\"when\">UTC, {}.</span></figcaption>\n</figure>\n",
        escape(figure.caption.trim()),
        when
    );
    Ok(())
}
