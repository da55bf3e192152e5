//! `firebreak order`: what anybody may do for your account once it comes into danger.

use crate::user::{
    error::{bad, Bad},
    options::{Mine, Options},
    out::{Out, Table},
    rpc,
    session::{Held, Session},
    units::{self, name, show_lots, show_percent, show_usd},
};
use anyhow::Result;
use firebreak_client::{
    instruction,
    program::state::Order,
    risk::{
        order::{self, Order as Terms, REDUCE, TOP_UP},
        Ratio,
    },
};
use serde_json::{json, Value};
use solana_signer::Signer;

/// Arguments of `firebreak order`.
#[derive(Debug, clap::Args)]
pub struct OrderArgs {
    #[command(flatten)]
    pub options: Options,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Makes a position smaller, step by step.
    Reduce {
        /// The market.
        market: String,
        /// How much in all, in units of the asset.
        size: String,
        /// How far from the robust price a run may trade.
        #[arg(long, value_name = "FRACTION", default_value = "1%")]
        slip: String,
        #[command(flatten)]
        when: When,
    },
    /// Moves money in from another of your accounts.
    TopUp {
        /// How much in all, in USD.
        amount: String,
        /// Number of the account it comes from.
        #[arg(long, value_name = "NUMBER")]
        from: u16,
        #[command(flatten)]
        when: When,
    },
    /// Lists the account's orders.
    List {
        #[command(flatten)]
        mine: Mine,
    },
    /// Takes an order back; its rent comes back.
    Cancel {
        /// Its number.
        id: u16,
        #[command(flatten)]
        mine: Mine,
    },
}

#[derive(Debug, clap::Args)]
struct When {
    /// Due once equity is at most this part of the maintenance requirement: 100% is the line of liquidation.
    #[arg(long, value_name = "FRACTION", default_value = "120%")]
    level: String,
    /// What one run does [default: a quarter].
    #[arg(long, value_name = "AMOUNT")]
    step: Option<String>,
    /// What a whole step pays to whoever runs it, in USD.
    #[arg(long, value_name = "AMOUNT", default_value = "0.1")]
    reward: String,
    /// Slots between two runs.
    #[arg(long, value_name = "SLOTS", default_value_t = 25)]
    cooldown: u32,
    /// It stands for so many slots from now [default: until you cancel it].
    #[arg(long, value_name = "SLOTS")]
    slots: Option<u64>,
    #[command(flatten)]
    mine: Mine,
}

pub fn run(args: &OrderArgs) -> Result<()> {
    let session = Session::open(&args.options)?;
    let out = match &args.command {
        Command::Reduce { market, size, slip, when } => {
            let market = session.book.named(market)?;
            let size = units::some_size(market, size)?;
            let step = when.step.as_ref().map_or(Ok(quarter(size)), |s| units::some_size(market, s))?;
            let terms = when.terms(&session, size, step)?;
            place(&session, when, Terms { kind: REDUCE, market: market.index, slip: units::fraction(slip)?, ..terms })?
        }
        Command::TopUp { amount, from, when } => {
            let size = units::some_usd(amount)?;
            let step = when.step.as_ref().map_or(Ok(quarter(size)), |s| units::some_usd(s))?;
            if *from == when.mine.sub {
                return bad("--from is the account itself");
            }
            place(&session, when, Terms { kind: TOP_UP, source: *from, ..when.terms(&session, size, step)? })?
        }
        Command::List { mine } => list(&session, mine.sub)?,
        Command::Cancel { id, mine } => cancel(&session, *id, mine.sub)?,
    };
    session.print(&out);
    Ok(())
}

fn quarter(size: u64) -> u64 {
    (size / 4).max(1)
}

impl When {
    /// What both kinds have.
    fn terms(&self, session: &Session, size: u64, step: u64) -> Result<Terms> {
        Ok(Terms {
            size,
            step,
            reward: units::usd(&self.reward)?,
            expires: self.slots.map_or(u64::MAX, |slots| session.now.slot.saturating_add(slots)),
            ready: 0,
            level: units::fraction(&self.level)?,
            slip: Ratio(0),
            cooldown: self.cooldown,
            market: 0,
            source: 0,
            kind: 0,
            reserved: [0; 15],
        })
    }
}

fn orders(session: &Session, held: &Held) -> Result<Vec<Order>> {
    // The account's key lies behind discriminator and eight bytes more.
    let mut found: Vec<Order> =
        rpc::all::<Order>(&session.rpc, Some((16, held.key.as_ref())))?.into_iter().map(|(_, order)| order).collect();
    found.sort_by_key(|order| order.id);
    Ok(found)
}

fn place(session: &Session, when: &When, terms: order::Order) -> Result<Out> {
    terms.validate().map_err(|why| Bad(why.to_string()))?;
    let (key, held) = (session.key()?, session.mine(when.mine.sub)?);
    let taken: Vec<u16> = orders(session, &held)?.iter().map(|o| o.id).collect();
    let Some(id) = (0..=u16::MAX).find(|id| !taken.contains(id)) else { return bad("Every order number is in use: cancel one") };
    let sent = session.send(&[instruction::place_order(key.pubkey(), held.key, id, terms)], &key)?;
    let mut json = describe(session, id, &terms)?;
    let text = format!("Order {id}: {}\nSignature {}", sentence(&json), sent.signature);
    json["signature"] = sent.signature.to_string().into();
    Ok(Out::new(text, json))
}

fn describe(session: &Session, id: u16, terms: &Terms) -> Result<Value> {
    let market = if terms.kind == REDUCE { Some(session.book.number(terms.market)?) } else { None };
    let amount = |x| market.map_or_else(|| show_usd(x), |m| show_lots(m, x));
    Ok(json!({
        "id": id,
        "kind": if terms.kind == REDUCE { "reduce" } else { "top-up" },
        "market": market.map(name),
        "from_sub": (terms.kind == TOP_UP).then_some(terms.source),
        "left": amount(terms.size),
        "step": amount(terms.step),
        "level_ppm": terms.level.0,
        "slip_ppm": terms.slip.0,
        "reward_usd": show_usd(terms.reward),
        "cooldown_slots": terms.cooldown,
        "expires_slot": (terms.expires != u64::MAX).then_some(terms.expires),
    }))
}

fn sentence(order: &Value) -> String {
    let text = |key: &str| order[key].as_str().unwrap_or_default();
    let level = show_percent(Ratio(order["level_ppm"].as_u64().unwrap_or(0) as u32));
    match order["kind"].as_str() {
        Some("reduce") => {
            format!("at {level} of maintenance, reduce {} by {} at a time, {} in all", text("market"), text("step"), text("left"))
        }
        _ => format!(
            "at {level} of maintenance, move in {} USD at a time from account {}, {} in all",
            text("step"),
            order["from_sub"],
            text("left")
        ),
    }
}

fn list(session: &Session, sub: u16) -> Result<Out> {
    let held = session.mine(sub)?;
    let mut table = Table::new(&["number", "order", "reward USD"]);
    let mut all = vec![];
    for order in orders(session, &held)?.iter().filter(|o| o.opened == held.account.opened) {
        let json = describe(session, order.id, &order.engine)?;
        table.row([order.id.to_string(), sentence(&json), show_usd(order.engine.reward)]);
        all.push(json);
    }
    let text = if all.is_empty() { "No orders.".to_string() } else { table.text() };
    Ok(Out::new(text, json!({ "account": held.key.to_string(), "orders": all })))
}

fn cancel(session: &Session, id: u16, sub: u16) -> Result<Out> {
    let (key, held) = (session.key()?, session.mine(sub)?);
    if !orders(session, &held)?.iter().any(|o| o.id == id) {
        return bad(format!("There is no order {id}: `firebreak order list` shows those that there are"));
    }
    let sent = session.send(&[instruction::cancel_order(key.pubkey(), sub, id)], &key)?;
    let text = format!("Order {id} is cancelled\nSignature {}", sent.signature);
    Ok(Out::new(text, json!({ "signature": sent.signature.to_string(), "id": id })))
}
