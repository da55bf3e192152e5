//! `firebreak take`: against the best offers there are.

use super::quote::{offers, Offer};
use crate::user::{
    book::source_keys,
    error::bad,
    options::{Mine, Options},
    out::Out,
    session::{Held, Session},
    units::{self, asset, name, show_lots, show_price, show_usd},
};
use anyhow::Result;
use firebreak_client::{
    event::Event,
    instruction,
    program::state::Market,
    risk::{
        num::{ratio_down, ratio_up},
        Price, Ratio,
    },
    Pubkey,
};
use serde_json::json;
use solana_instruction::Instruction;
use solana_signer::Signer;

/// Offers taken in one transaction at most: as many as it has room for.
const MOST_OFFERS: usize = 4;

/// Arguments of `firebreak take`.
#[derive(Debug, clap::Args)]
pub struct TakeArgs {
    /// The market.
    market: String,
    /// What to do.
    #[arg(value_enum)]
    side: Side,
    /// How much, in units of the asset. Not with `close`, which closes all.
    size: Option<String>,
    /// No worse price than this, in USD.
    #[arg(long, value_name = "PRICE", conflicts_with = "slippage")]
    limit: Option<String>,
    /// No price further than this on the worse side of the best offer.
    #[arg(long, value_name = "FRACTION", default_value = "0.5%")]
    slippage: String,
    /// Only from this margin account.
    #[arg(long, value_name = "ADDRESS")]
    maker: Option<Pubkey>,
    #[command(flatten)]
    mine: Mine,
    #[command(flatten)]
    pub options: Options,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Side {
    /// Buys: makes a position longer, or a short smaller.
    Buy,
    /// Sells: makes a position shorter, or a long smaller.
    Sell,
    /// Closes the whole position.
    Close,
}

/// What is wanted.
struct Wish<'a> {
    market: &'a Market,
    buys: bool,
    lots: u64,
}

pub fn run(args: &TakeArgs) -> Result<()> {
    let session = Session::open(&args.options)?;
    let market = session.book.named(&args.market)?;
    let (key, held) = (session.key()?, session.mine(args.mine.sub)?);
    let wish = wish(args, market, &held)?;
    let mut from = offers(&session, market, wish.buys)?;
    from.retain(|offer| offer.maker.key != held.key && args.maker.is_none_or(|maker| maker == offer.maker.key));
    let parts = split(&wish, &from)?;
    let limit = limit(args, &wish, from[0].price)?;

    // A fill needs a price of the last slots, and new risk needs lines that know it: both are brought up to date first.
    let mut instructions: Vec<Instruction> =
        vec![instruction::refresh_market(market.index, &source_keys(market)), instruction::accrue(market.index)];
    for (offer, lots) in &parts {
        let mut needs = session.book.needs(&held.account, Some(market.index));
        needs.extend(session.book.needs(&offer.maker.account, Some(market.index)));
        let base = if wish.buys { *lots as i64 } else { -(*lots as i64) };
        instructions.push(instruction::take(key.pubkey(), held.key, offer.maker.key, market.index, base, limit.0, &needs));
    }
    let sent = session.send(&instructions, &key)?;
    let fills: Vec<_> = sent.events.iter().filter_map(|e| if let Event::Filled(f) = e { Some(f) } else { None }).collect();
    let (cost, fee) = fills.iter().fold((0i128, 0i128), |(c, f), x| (c + i128::from(x.cost), f + i128::from(x.fee)));
    let size = show_lots(market, wish.lots);
    let did = if wish.buys { "Bought" } else { "Sold" };
    let text = format!(
        "{did} {size} {} in {} for {} USD, fee {} USD\nSignature {}",
        asset(market),
        name(market),
        show_usd(cost.abs()),
        show_usd(fee),
        sent.signature
    );
    let json = json!({
        "signature": sent.signature.to_string(),
        "market": name(market),
        "side": if wish.buys { "buy" } else { "sell" },
        "size": size,
        "cost_usd": show_usd(cost.abs()),
        "fee_usd": show_usd(fee),
        "fills": fills.iter().map(|f| json!({
            "maker": f.maker.to_string(),
            "size": show_lots(market, f.base.unsigned_abs()),
            "price_usd": show_price(market, Price(f.price)),
        })).collect::<Vec<_>>(),
    });
    session.print(&Out::new(text, json));
    Ok(())
}

fn wish<'a>(args: &TakeArgs, market: &'a Market, held: &Held) -> Result<Wish<'a>> {
    let name = name(market);
    match (args.side, &args.size) {
        (Side::Close, Some(_)) => bad("`close` closes the whole position: leave the size out, or buy or sell that much"),
        (Side::Close, None) => match held.account.engine.position(market.index) {
            Ok(position) if !position.base.is_flat() => {
                Ok(Wish { market, buys: !position.base.is_long(), lots: position.base.abs() })
            }
            _ => bad(format!("The account has no position in {name}")),
        },
        (_, None) => bad(format!("How much? A size in {} is missing, as in `firebreak take {name} buy 0.3`", asset(market))),
        (side, Some(size)) => Ok(Wish { market, buys: side == Side::Buy, lots: units::some_size(market, size)? }),
    }
}

/// Which offers fill the wish, best first.
fn split<'a>(wish: &Wish, from: &'a [Offer]) -> Result<Vec<(&'a Offer, u64)>> {
    let (mut parts, mut left) = (vec![], wish.lots);
    for offer in from.iter().take(MOST_OFFERS) {
        let lots = left.min(offer.size);
        parts.push((offer, lots));
        left -= lots;
        if left == 0 {
            return Ok(parts);
        }
    }
    let (name, asset) = (name(wish.market), asset(wish.market));
    if from.is_empty() {
        let other = if wish.buys { "sells" } else { "buys" };
        return bad(format!("Nobody {other} in {name} now: `firebreak quote list {name}` shows what is on offer"));
    }
    let there = show_lots(wish.market, wish.lots - left);
    bad(format!("Only {there} {asset} are on offer in {name}: take less, or in several steps"))
}

/// The worst price that is accepted.
fn limit(args: &TakeArgs, wish: &Wish, best: Price) -> Result<Price> {
    if let Some(text) = &args.limit {
        return units::price(wish.market, text);
    }
    let slippage: Ratio = units::fraction(&args.slippage)?;
    Ok(Price(if wish.buys {
        best.0.saturating_add(ratio_up(best.0, slippage)?)
    } else {
        best.0.saturating_sub(ratio_down(best.0, slippage)?)
    }))
}
