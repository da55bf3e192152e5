//! `firebreak health`: the four lines, and the prices at which each is crossed.

use crate::user::{
    options::{Anyones, Options},
    out::{Out, Table},
    session::{Held, Session},
    units::{name, show_price, show_usd},
};
use anyhow::{Context, Result};
use firebreak_client::{
    program::state::Market,
    risk::{
        crossing::{span_inward, Line, Span},
        margin::collateral_down,
        price::Use,
    },
};
use serde_json::{json, Value};

/// Arguments of `firebreak health`.
#[derive(Debug, clap::Args)]
pub struct HealthArgs {
    #[command(flatten)]
    which: Anyones,
    #[command(flatten)]
    pub options: Options,
}

pub fn run(args: &HealthArgs) -> Result<()> {
    let session = Session::open(&args.options)?;
    session.print(&out(&session, &session.theirs(&args.which)?)?);
    Ok(())
}

/// A line's name.
pub fn word(line: Line) -> &'static str {
    match line {
        Line::Init => "init",
        Line::LiqEnd => "liq-end",
        Line::Maint => "maint",
        Line::Bankrupt => "bankrupt",
    }
}

/// Where a line is held, in words.
fn held_text(market: &Market, span: Option<Span>) -> String {
    let show = |p| show_price(market, p);
    match span {
        None => "at no price".into(),
        Some(Span { from: None, to: None }) => "at any price".into(),
        Some(Span { from: Some(low), to: None }) => format!("down to {}", show(low)),
        Some(Span { from: None, to: Some(high) }) => format!("up to {}", show(high)),
        Some(Span { from: Some(low), to: Some(high) }) => format!("{} to {}", show(low), show(high)),
    }
}

fn held_json(market: &Market, span: Option<Span>) -> Value {
    let bound = |p: Option<_>| p.map(|p| show_price(market, p));
    json!({
        "market": name(market),
        "price_usd": show_price(market, market.engine.price.spot),
        "held_at_some_price": span.is_some(),
        "from_usd": span.and_then(|s| bound(s.from)),
        "to_usd": span.and_then(|s| bound(s.to)),
    })
}

/// The lines of an account.
pub fn out(session: &Session, held: &Held) -> Result<Out> {
    let (account, book, now) = (&held.account.engine, &session.book, session.now);
    let exposed: Vec<&Market> =
        account.used().filter(|p| !p.base.is_flat()).map(|p| book.number(p.market)).collect::<Result<_>>()?;
    let heading: Vec<String> =
        exposed.iter().map(|m| format!("held in {} (now {})", name(m), show_price(m, m.engine.price.spot))).collect();
    let mut columns = vec!["line", "health USD"];
    columns.extend(heading.iter().map(String::as_str));
    let mut table = Table::new(&columns);
    let mut lines = serde_json::Map::new();
    for line in Line::ALL {
        let health = line.health_down(account, book, now).context("The account's health cannot be computed")?;
        let mut row = vec![word(line).to_string(), show_usd(health)];
        let mut prices = vec![];
        for market in &exposed {
            let span = span_inward(account, market.index, line, book, now).context("The prices cannot be computed")?;
            row.push(held_text(market, span));
            prices.push(held_json(market, span));
        }
        table.row(row);
        lines.insert(word(line).to_string(), json!({ "health_usd": show_usd(health), "held": prices }));
    }
    let collateral = collateral_down(account, book, Use::Maint, now).context("The collateral cannot be valued")?;
    let json = json!({
        "account": held.key.to_string(),
        "capital_usd": show_usd(account.capital),
        "collateral_usd": show_usd(collateral),
        "lines": lines,
    });
    Ok(Out::new(table.text(), json))
}
