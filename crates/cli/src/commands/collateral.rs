//! `firebreak collateral`: which tokens count besides the settlement token, and for how much.

use crate::user::{
    book::{collateral_sources, quality_word},
    options::Options,
    out::{pairs, Out, Table},
    session::{Held, Session},
    units::{show_percent, show_seconds, show_token_price, show_tokens, show_usd},
};
use anyhow::{Context, Result};
use firebreak_client::{
    address,
    program::state::{Collateral, SETTLEMENT},
    risk::{
        margin::Markets,
        price::{Quality, Use},
        Price, Ratio,
    },
};
use serde_json::{json, Value};

/// Arguments of `firebreak collateral`.
#[derive(Debug, clap::Args)]
pub struct CollateralArgs {
    #[command(flatten)]
    pub options: Options,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Every collateral, a line each.
    List,
    /// One collateral: price, haircut, cap, what it may lose from its vault.
    Show {
        /// What it is, its number, or its token's address.
        token: String,
    },
}

pub fn run(args: &CollateralArgs) -> Result<()> {
    let session = Session::open(&args.options)?;
    let out = match &args.command {
        Command::List => list(&session)?,
        Command::Show { token } => show(&session, session.book.token(token)?)?,
    };
    session.print(&out);
    Ok(())
}

fn quality(session: &Session, record: &Collateral) -> Quality {
    record.engine.price.quality_at(session.now, record.engine.params.price_max_age)
}

/// The haircuts of Init and Maint at the price that counts.
fn haircuts(record: &Collateral) -> Result<[Ratio; 2]> {
    let at = |price: Price, purpose| record.engine.haircut_up(purpose, price).context("The haircut cannot be computed");
    let price = &record.engine.price;
    Ok([at(price.low.min(price.stable), Use::Init)?, at(price.low, Use::Maint)?])
}

fn summary(session: &Session, record: &Collateral) -> Result<Value> {
    let [init, maint] = haircuts(record)?;
    let engine = &record.engine;
    Ok(json!({
        "collateral": session.book.token_name(record),
        "index": record.index,
        "mint": record.mint.to_string(),
        "address": address::collateral(&record.mint).to_string(),
        "price_usd": show_token_price(record, engine.price.spot),
        "quality": quality_word(quality(session, record)),
        "haircut_ppm": { "init": init.0, "maint": maint.0 },
        "held": show_tokens(record, engine.total),
        "cap": show_tokens(record, engine.params.cap),
        "counted_in_full": show_tokens(record, engine.params.full_value),
        "warmup_seconds": engine.params.warmup,
        "forfeited": show_tokens(record, record.forfeited),
    }))
}

fn list(session: &Session) -> Result<Out> {
    let mut table =
        Table::new(&["number", "token", "price USD", "quality", "haircut init", "haircut maint", "held", "cap", "warms up in"]);
    let mut all = vec![];
    for record in session.book.collaterals.values() {
        let (json, [init, maint]) = (summary(session, record)?, haircuts(record)?);
        let engine = &record.engine;
        // The settlement token is capital: it counts at once and without a haircut.
        let only = |text: String| if record.index == SETTLEMENT { "-".to_string() } else { text };
        table.row([
            record.index.to_string(),
            session.book.token_name(record),
            show_token_price(record, engine.price.spot),
            quality_word(quality(session, record)).into(),
            only(show_percent(init)),
            only(show_percent(maint)),
            only(show_tokens(record, engine.total)),
            only(show_tokens(record, engine.params.cap)),
            only(show_seconds(engine.params.warmup)),
        ]);
        all.push(json);
    }
    Ok(Out::new(table.text(), json!({ "slot": session.now.slot, "collaterals": all })))
}

fn show(session: &Session, record: &Collateral) -> Result<Out> {
    let ([init, maint], engine, name) = (haircuts(record)?, &record.engine, session.book.token_name(record));
    let tokens = |amount| format!("{} {name}", show_tokens(record, amount));
    let sources: Vec<String> = collateral_sources(record).iter().map(ToString::to_string).collect();
    let age = show_seconds(session.now.time - engine.price.time);
    let rows = [
        ("collateral", format!("{name}, number {}, {}", record.index, address::collateral(&record.mint))),
        ("token", format!("{} ({} decimals)", record.mint, engine.params.decimals)),
        ("price", format!("{} USD", show_token_price(record, engine.price.spot))),
        ("quality", format!("{}, {age} old", quality_word(quality(session, record)))),
        ("haircut", format!("{} for init, {} for maint", show_percent(init), show_percent(maint))),
        ("held", format!("{} of {}", tokens(engine.total), tokens(engine.params.cap))),
        ("counted", format!("in full up to {} of all accounts together", tokens(engine.params.full_value))),
        ("warm-up", show_seconds(engine.params.warmup)),
        ("forfeited", tokens(record.forfeited)),
        ("sources", sources.join("\n            ")),
    ];
    let mut json = summary(session, record)?;
    json["sources"] = sources.into();
    Ok(Out::new(pairs(&rows), json))
}

/// What an account holds besides its capital: as rows for people and as values.
pub fn balances(session: &Session, held: &Held) -> Result<(String, Vec<Value>)> {
    let mut table = Table::new(&["collateral", "held", "warm", "counts for init USD", "for maint USD"]);
    let (account, book, now) = (&held.account.engine, &session.book, session.now);
    let mut all = vec![];
    for balance in account.collateral_used() {
        let record = book.collaterals.get(&balance.collateral).context("A collateral was listed a moment ago: try again")?;
        let settlement = book.settlement().context("The settlement token is not listed")?;
        let counts = |purpose| {
            let value = record.engine.value_down(balance, account, settlement, purpose, now);
            value.map(show_usd).context("The collateral cannot be valued")
        };
        let warm = balance.counted_down(now.time).context("The balance cannot be read")?;
        let (init, maint) = (counts(Use::Init)?, counts(Use::Maint)?);
        let (name, amount, warm) = (book.token_name(record), show_tokens(record, balance.amount), show_tokens(record, warm));
        all.push(json!({ "collateral": name, "amount": amount, "warm": warm, "init_usd": init, "maint_usd": maint }));
        table.row([name, amount, warm, init, maint]);
    }
    Ok((if all.is_empty() { String::new() } else { table.text() }, all))
}
