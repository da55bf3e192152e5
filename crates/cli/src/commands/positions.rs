//! `firebreak positions`.

use crate::user::{
    options::{Anyones, Options},
    out::{Out, Table},
    session::{Held, Session},
    units::{name, show_lots, show_price, show_size, show_usd},
};
use anyhow::{Context, Result};
use firebreak_client::{
    program::state::Market,
    risk::{num::notional_up, Now, Position, Price},
};
use serde_json::{json, Value};

/// Arguments of `firebreak positions`.
#[derive(Debug, clap::Args)]
pub struct PositionsArgs {
    #[command(flatten)]
    which: Anyones,
    #[command(flatten)]
    pub options: Options,
}

pub fn run(args: &PositionsArgs) -> Result<()> {
    let session = Session::open(&args.options)?;
    session.print(&out(&session, &session.theirs(&args.which)?)?);
    Ok(())
}

/// One position as it stands now.
struct Row<'a> {
    market: &'a Market,
    position: Position,
    mark: Price,
    entry: Option<Price>,
    notional: u64,
    result: i64,
    claim: u64,
    warm: u64,
}

impl<'a> Row<'a> {
    fn new(position: &Position, market: &'a Market, now: Now) -> Result<Self> {
        let engine = &market.engine;
        let mark = engine.ended().unwrap_or(engine.price.better_for(position.base.is_long()));
        let mut current = *position;
        current.refresh(engine).context("The position cannot be brought up to date")?;
        let lots = i128::from(current.base.0);
        // What a lot cost on average, for reading only.
        let entry = (lots != 0).then(|| i128::from(current.entry) * 1_000_000_000_000 / lots).and_then(|p| u64::try_from(p).ok());
        Ok(Self {
            market,
            position: current,
            mark,
            entry: entry.map(Price),
            notional: notional_up(mark, current.base.abs()).context("The position has no value")?,
            result: position.standing_down(engine, mark).context("The position has no value")?,
            claim: current.result.max(0).unsigned_abs(),
            warm: current.warm_down(now.time).context("The claim cannot be read")?,
        })
    }

    fn side(&self) -> &'static str {
        match self.position.base.0 {
            0 => "flat",
            x if x > 0 => "long",
            _ => "short",
        }
    }

    fn json(&self) -> Value {
        json!({
            "market": name(self.market),
            "side": self.side(),
            "size": show_lots(self.market, self.position.base.abs()),
            "entry_price_usd": self.entry.map(|p| show_price(self.market, p)),
            "mark_price_usd": show_price(self.market, self.mark),
            "notional_usd": show_usd(self.notional),
            "result_usd": show_usd(self.result),
            "claim_usd": show_usd(self.claim),
            "warm_usd": show_usd(self.warm),
            "debt_usd": show_usd(self.position.result.min(0).unsigned_abs()),
        })
    }
}

/// All positions of an account.
pub fn out(session: &Session, held: &Held) -> Result<Out> {
    let mut table = Table::new(&["market", "size", "entry USD", "mark USD", "worth USD", "result USD", "claim USD", "warm USD"]);
    let mut all = vec![];
    for position in held.account.engine.used() {
        let row = Row::new(position, session.book.number(position.market)?, session.now)?;
        table.row([
            name(row.market),
            show_size(row.market, row.position.base),
            row.entry.map_or("-".into(), |p| show_price(row.market, p)),
            show_price(row.market, row.mark),
            show_usd(row.notional),
            show_usd(row.result),
            show_usd(row.claim),
            show_usd(row.warm),
        ]);
        all.push(row.json());
    }
    let text = if all.is_empty() { "No positions.\n".to_string() } else { table.text() };
    Ok(Out::new(text, json!({ "account": held.key.to_string(), "positions": all })))
}
