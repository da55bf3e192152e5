//! `firebreak market`: what is traded, at what, under which parameters.

use crate::user::{
    book::{level, quality, source_keys},
    error::bad,
    fields::{leaves, to_json},
    options::Options,
    out::{pairs, Out, Table},
    session::Session,
    units::{asset, name, show_lots, show_percent, show_price, show_seconds, show_usd},
};
use anyhow::{Context, Result};
use bytemuck::Pod;
use firebreak_client::{
    address,
    program::state::Market,
    risk::{layout::FieldType, report::Report},
};
use serde_json::{json, Value};

/// Arguments of `firebreak market`.
#[derive(Debug, clap::Args)]
pub struct MarketArgs {
    #[command(flatten)]
    pub options: Options,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// All markets, a line each.
    List,
    /// One market: price, lines, open interest, money.
    Show {
        /// Its name, what it trades, or its number.
        market: String,
    },
    /// Every parameter and rule of one market, in the units in which governance changes them.
    Params {
        /// Its name, what it trades, or its number.
        market: String,
        /// Only fields whose name contains this.
        filter: Option<String>,
    },
}

pub fn run(args: &MarketArgs) -> Result<()> {
    let session = Session::open(&args.options)?;
    let out = match &args.command {
        Command::List => list(&session)?,
        Command::Show { market } => show(&session, session.book.named(market)?)?,
        Command::Params { market, filter } => params(session.book.named(market)?, filter.as_deref().unwrap_or_default())?,
    };
    session.print(&out);
    Ok(())
}

/// What the market would publish now.
pub fn report(session: &Session, market: &Market) -> Result<Report> {
    let limit = market.engine.limit.now_down(&session.insurance.engine).context("The market's insurance cannot be computed")?;
    let global = session.setting().global.level;
    Report::of(&market.engine, (market.index, 0), limit, global, session.now).context("The market's report cannot be computed")
}

/// What every listing says of a market.
pub fn summary(session: &Session, market: &Market) -> Result<Value> {
    let report = report(session, market)?;
    Ok(json!({
        "market": name(market),
        "index": market.index,
        "address": address::market(market.index).to_string(),
        "price_usd": show_price(market, report.spot),
        "quality": quality(market, session.now),
        "level": level(market.engine.level(session.setting().global)),
        "whole": report.whole == 1,
        "open_interest": show_lots(market, report.open_interest),
        "open_interest_cap": show_lots(market, report.cap),
        "maint_ppm": { "long": report.maint[0].0, "short": report.maint[1].0 },
        "liq_end_ppm": { "long": report.liq_end[0].0, "short": report.liq_end[1].0 },
        "init_ppm": { "long": report.init[0].0, "short": report.init[1].0 },
        "sigma_ppm": report.sigma.0,
        "funding_ppb_per_day": report.funding_rate,
        "pool_usd": show_usd(report.pool),
        "claims_usd": show_usd(report.claims),
        "debt_usd": show_usd(report.debt),
        "deficit_usd": show_usd(report.deficit),
        "pot_usd": show_usd(report.pot),
        "insurance_limit_usd": show_usd(report.limit),
        "payable_ppm": report.payable.0,
        "price_age_seconds": (session.now.time - report.price_time).max(0),
    }))
}

fn list(session: &Session) -> Result<Out> {
    let mut table =
        Table::new(&["number", "market", "price USD", "quality", "breaker", "open interest", "init long", "init short"]);
    let mut all = vec![];
    for market in session.book.markets.values() {
        let (report, json) = (report(session, market)?, summary(session, market)?);
        table.row([
            market.index.to_string(),
            name(market),
            show_price(market, report.spot),
            quality(market, session.now).into(),
            level(market.engine.level(session.setting().global)).into(),
            format!("{} {}", show_lots(market, report.open_interest), asset(market)),
            show_percent(report.init[0]),
            show_percent(report.init[1]),
        ]);
        all.push(json);
    }
    let text = if all.is_empty() { "No market is listed.".to_string() } else { table.text() };
    Ok(Out::new(text, json!({ "slot": session.now.slot, "markets": all })))
}

fn show(session: &Session, market: &Market) -> Result<Out> {
    let report = report(session, market)?;
    let both =
        |pair: [firebreak_client::risk::Ratio; 2]| format!("{} long, {} short", show_percent(pair[0]), show_percent(pair[1]));
    let price = |p| format!("{} USD", show_price(market, p));
    let usd = |x| format!("{} USD", show_usd(x));
    let sources: Vec<String> = source_keys(market).iter().map(|k| k.to_string()).collect();
    let rows = [
        ("market", format!("{}, number {}, {}", name(market), market.index, address::market(market.index))),
        ("price", price(report.spot)),
        ("low, high", format!("{}, {}", price(report.low), price(report.high))),
        ("twap, stable", format!("{}, {}", price(report.twap), price(report.stable))),
        ("quality", format!("{}, {} old", quality(market, session.now), show_seconds(session.now.time - report.price_time))),
        ("breaker", level(market.engine.level(session.setting().global)).to_string()),
        ("init", both(report.init)),
        ("liq-end", both(report.liq_end)),
        ("maint", both(report.maint)),
        (
            "open interest",
            format!("{} of {} {}", show_lots(market, report.open_interest), show_lots(market, report.cap), asset(market)),
        ),
        ("pool", usd(report.pool)),
        ("claims, debt", format!("{}, {}", usd(report.claims), usd(report.debt))),
        ("deficit", usd(report.deficit)),
        ("whole", if report.whole == 1 { "yes: claims are paid" } else { "no: claims wait" }.to_string()),
        ("insurance", format!("{} in its pot, up to {} of the fund", usd(report.pot), usd(report.limit))),
        ("sources", sources.join("\n               ")),
    ];
    let mut json = summary(session, market)?;
    json["low_usd"] = show_price(market, report.low).into();
    json["high_usd"] = show_price(market, report.high).into();
    json["twap_usd"] = show_price(market, report.twap).into();
    json["stable_usd"] = show_price(market, report.stable).into();
    json["sources"] = sources.into();
    Ok(Out::new(pairs(&rows), json))
}

fn rows<T: Pod + FieldType>(table: &mut Table, value: &T, filter: &str) -> usize {
    let found: Vec<_> = leaves::<T>().into_iter().filter(|leaf| leaf.path.contains(filter)).collect();
    for leaf in &found {
        let docs: String = leaf.docs.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ");
        table.row([leaf.path.clone(), leaf.get(value).to_string(), docs]);
    }
    found.len()
}

fn params(market: &Market, filter: &str) -> Result<Out> {
    let (params, rules) = (&market.engine.params, &market.engine.rules);
    let mut first = Table::new(&["parameter", "number", "what it is"]);
    let mut second = Table::new(&["rule", "number", "what it is"]);
    if rows(&mut first, params, filter) + rows(&mut second, rules, filter) == 0 {
        return bad(format!("No parameter or rule has '{filter}' in its name"));
    }
    let json = json!({ "market": name(market), "params": to_json(params), "rules": to_json(rules) });
    Ok(Out::new(format!("{}\n{}", first.text(), second.text()), json))
}
