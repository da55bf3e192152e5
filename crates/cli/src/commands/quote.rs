//! `firebreak quote`: a maker's standing offers, and what everybody offers.

use crate::user::{
    error::{bad, Bad},
    options::{Mine, Options},
    out::{Out, Table},
    rpc,
    session::{Held, Session},
    units::{self, asset, name, show_lots, show_percent, show_price},
};
use anyhow::Result;
use firebreak_client::{
    address, instruction,
    program::state::{Market, Quote},
    risk::{trade::QuoteTerms, BaseQty, Price, Ratio},
    Pubkey,
};
use serde_json::{json, Value};
use solana_signer::Signer;
use std::collections::BTreeMap;

/// Arguments of `firebreak quote`.
#[derive(Debug, clap::Args)]
pub struct QuoteArgs {
    #[command(flatten)]
    pub options: Options,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Posts a two-sided offer, in place of an earlier one.
    Post {
        /// The market.
        market: String,
        #[command(flatten)]
        terms: Terms,
        #[command(flatten)]
        mine: Mine,
    },
    /// Changes what is named of your offer and keeps the rest.
    Change {
        /// The market.
        market: String,
        #[command(flatten)]
        terms: Terms,
        #[command(flatten)]
        mine: Mine,
    },
    /// Takes your offer back; its rent comes back.
    Remove {
        /// The market.
        market: String,
        #[command(flatten)]
        mine: Mine,
    },
    /// Lists what is on offer now, best first.
    List {
        /// Only this market.
        market: Option<String>,
        /// Only your own, also those that offer nothing now.
        #[arg(long)]
        own: bool,
    },
}

#[derive(Debug, clap::Args)]
struct Terms {
    /// How much you will still buy, in units of the asset.
    #[arg(long, value_name = "SIZE")]
    bid: Option<String>,
    /// How much you will still sell.
    #[arg(long, value_name = "SIZE")]
    ask: Option<String>,
    /// How far your bid is below the market's price and your ask above it, as in 0.1% or 10bp.
    #[arg(long, value_name = "FRACTION")]
    offset: Option<String>,
    /// You never pay more than this, in USD.
    #[arg(long, value_name = "PRICE")]
    max_bid: Option<String>,
    /// You never receive less.
    #[arg(long, value_name = "PRICE")]
    min_ask: Option<String>,
    /// It stands for so many slots from now [default: until you remove it].
    #[arg(long, value_name = "SLOTS")]
    slots: Option<u64>,
}

pub fn run(args: &QuoteArgs) -> Result<()> {
    let session = Session::open(&args.options)?;
    let out = match &args.command {
        Command::Post { market, terms, mine } => post(&session, market, terms, mine.sub)?,
        Command::Change { market, terms, mine } => change(&session, market, terms, mine.sub)?,
        Command::Remove { market, mine } => remove(&session, market, mine.sub)?,
        Command::List { market, own } => list(&session, market.as_deref(), *own)?,
    };
    session.print(&out);
    Ok(())
}

impl Terms {
    fn over(&self, old: QuoteTerms, market: &Market, slot: u64) -> Result<QuoteTerms> {
        let mut new = old;
        let sized = |text: &Option<String>, old| text.as_ref().map_or(Ok(old), |t| units::size(market, t));
        let priced = |text: &Option<String>, old| text.as_ref().map_or(Ok(old), |t| units::price(market, t));
        (new.bid_size, new.ask_size) = (sized(&self.bid, old.bid_size)?, sized(&self.ask, old.ask_size)?);
        (new.max_bid, new.min_ask) = (priced(&self.max_bid, old.max_bid)?, priced(&self.min_ask, old.min_ask)?);
        if let Some(offset) = &self.offset {
            let offset = units::fraction(offset)?;
            (new.bid_offset, new.ask_offset) = (offset, offset);
        }
        if let Some(slots) = self.slots {
            new.expires = slot.saturating_add(slots);
        }
        Ok(new)
    }
}

fn post(session: &Session, market: &str, terms: &Terms, sub: u16) -> Result<Out> {
    if terms.bid.is_none() && terms.ask.is_none() {
        return bad("An offer needs a size: --bid, --ask or both");
    }
    if terms.offset.is_none() {
        return bad("An offer needs --offset, how far from the market's price it is, as in 0.1%");
    }
    let fresh = QuoteTerms {
        bid_size: 0,
        ask_size: 0,
        bid_offset: Ratio(0),
        ask_offset: Ratio(0),
        max_bid: Price(u64::MAX),
        min_ask: Price(0),
        expires: u64::MAX,
        reserved: 0,
    };
    let market = session.book.named(market)?;
    put(session, market, terms.over(fresh, market, session.now.slot)?, &session.mine(sub)?)
}

fn change(session: &Session, market: &str, terms: &Terms, sub: u16) -> Result<Out> {
    let (market, held) = (session.book.named(market)?, session.mine(sub)?);
    let old: Option<Quote> = rpc::read(&session.rpc, &address::quote(&held.key, &address::market(market.index)))?;
    let old = old.ok_or_else(|| none_posted(market))?;
    put(session, market, terms.over(*old.terms, market, session.now.slot)?, &held)
}

fn none_posted(market: &Market) -> Bad {
    let name = name(market);
    Bad(format!("You have no offer in {name}: `firebreak quote post {name}` posts one"))
}

/// A price limit that is none.
fn limit(market: &Market, price: Price, none: Price) -> Value {
    if price == none {
        Value::Null
    } else {
        show_price(market, price).into()
    }
}

fn put(session: &Session, market: &Market, terms: QuoteTerms, held: &Held) -> Result<Out> {
    let key = session.key()?;
    let sent = session.send(&[instruction::post_quote(key.pubkey(), held.key, market.index, terms)], &key)?;
    let (bid, ask) = (show_lots(market, terms.bid_size), show_lots(market, terms.ask_size));
    let text = format!(
        "Offering in {}: to buy {bid} {asset} at {} below the price, to sell {ask} {asset} at {} above\nSignature {}",
        name(market),
        show_percent(terms.bid_offset),
        show_percent(terms.ask_offset),
        sent.signature,
        asset = asset(market),
    );
    let json = json!({
        "signature": sent.signature.to_string(),
        "market": name(market),
        "bid_size": bid,
        "ask_size": ask,
        "bid_offset_ppm": terms.bid_offset.0,
        "ask_offset_ppm": terms.ask_offset.0,
        "max_bid_usd": limit(market, terms.max_bid, Price(u64::MAX)),
        "min_ask_usd": limit(market, terms.min_ask, Price(0)),
        "expires_slot": (terms.expires != u64::MAX).then_some(terms.expires),
    });
    Ok(Out::new(text, json))
}

fn remove(session: &Session, market: &str, sub: u16) -> Result<Out> {
    let (market, key) = (session.book.named(market)?, session.key()?);
    let account = address::account(&key.pubkey(), sub);
    let quote: Option<Quote> = rpc::read(&session.rpc, &address::quote(&account, &address::market(market.index)))?;
    if quote.is_none() {
        return Err(none_posted(market).into());
    }
    let sent = session.send(&[instruction::remove_quote(key.pubkey(), sub, market.index)], &key)?;
    let text = format!("Your offer in {} is gone\nSignature {}", name(market), sent.signature);
    Ok(Out::new(text, json!({ "signature": sent.signature.to_string(), "market": name(market) })))
}

/// One side of somebody's offer as it stands now.
pub struct Offer {
    /// The maker's margin account.
    pub maker: Held,
    /// Lots.
    pub size: u64,
    /// What a taker pays or receives.
    pub price: Price,
}

/// What a taker who buys (or sells) in `market` can have now, best first.
pub fn offers(session: &Session, market: &Market, buys: bool) -> Result<Vec<Offer>> {
    // The market's index lies behind discriminator, version and bump.
    let quotes: Vec<(Pubkey, Quote)> = rpc::all(&session.rpc, Some((10, &market.index.to_le_bytes())))?;
    let keys: Vec<Pubkey> = quotes.iter().map(|(_, q)| q.account).collect();
    let mut makers = BTreeMap::new();
    for (key, account) in keys.iter().zip(rpc::fetch(&session.rpc, &keys)?) {
        if let Some(account) = account.and_then(|a| rpc::as_type(key, &a).ok()) {
            makers.insert(*key, Held { key: *key, account });
        }
    }
    let mut found = vec![];
    for (_, quote) in quotes {
        let Some(maker) = makers.get(&quote.account) else { continue };
        let side = BaseQty(if buys { 1 } else { -1 });
        let Ok((price, size)) = quote.terms.offer(&market.engine, side, session.now) else { continue };
        // One of an account that was closed since is nobody's.
        if size > 0 && quote.opened == maker.account.opened {
            found.push(Offer { maker: *maker, size, price });
        }
    }
    found.sort_by_key(|offer| offer.price);
    if !buys {
        found.reverse();
    }
    Ok(found)
}

fn list(session: &Session, only: Option<&str>, own: bool) -> Result<Out> {
    if own {
        return list_own(session);
    }
    let markets: Vec<&Market> = match only {
        Some(text) => vec![session.book.named(text)?],
        None => session.book.markets.values().collect(),
    };
    let mut table = Table::new(&["market", "you can", "size", "price USD", "maker"]);
    let mut all = vec![];
    for market in markets {
        for (word, buys) in [("sell", false), ("buy", true)] {
            for offer in offers(session, market, buys)? {
                let (size, price) = (show_lots(market, offer.size), show_price(market, offer.price));
                table.row([name(market), word.into(), size.clone(), price.clone(), offer.maker.key.to_string()]);
                let maker = offer.maker.key.to_string();
                all.push(json!({ "market": name(market), "taker": word, "size": size, "price_usd": price, "maker": maker }));
            }
        }
    }
    let text = if all.is_empty() { "Nobody offers anything now.".to_string() } else { table.text() };
    Ok(Out::new(text, json!({ "offers": all })))
}

fn list_own(session: &Session) -> Result<Out> {
    let mut table = Table::new(&["account", "market", "buys", "sells", "below", "above", "until slot"]);
    let mut all = vec![];
    for held in session.accounts(Some(&session.key()?.pubkey()))? {
        // The maker's account lies behind discriminator and eight bytes more.
        for (_, quote) in rpc::all::<Quote>(&session.rpc, Some((16, held.key.as_ref())))? {
            let (market, terms) = (session.book.number(quote.market)?, &quote.terms);
            let (bid, ask) = (show_lots(market, terms.bid_size), show_lots(market, terms.ask_size));
            let until = if terms.expires == u64::MAX { "-".to_string() } else { terms.expires.to_string() };
            let (below, above) = (show_percent(terms.bid_offset), show_percent(terms.ask_offset));
            table.row([held.account.sub_id.to_string(), name(market), bid.clone(), ask.clone(), below, above, until]);
            all.push(json!({
                "sub": held.account.sub_id,
                "market": name(market),
                "bid_size": bid,
                "ask_size": ask,
                "bid_offset_ppm": terms.bid_offset.0,
                "ask_offset_ppm": terms.ask_offset.0,
                "max_bid_usd": limit(market, terms.max_bid, Price(u64::MAX)),
                "min_ask_usd": limit(market, terms.min_ask, Price(0)),
                "expires_slot": (terms.expires != u64::MAX).then_some(terms.expires),
            }));
        }
    }
    let text = if all.is_empty() { "You offer nothing.".to_string() } else { table.text() };
    Ok(Out::new(text, json!({ "quotes": all })))
}
