//! Random accounts and what the engine says of their health.

use super::dice::Dice;
use base64::{engine::general_purpose::STANDARD, Engine};
use bytemuck::Zeroable;
use firebreak_client::risk::{
    balance::Balance,
    collateral::{Collateral, CollateralParams, OF_NO_MARKET},
    crossing::{span_inward, Line},
    defaults::{LONG_TAIL, MAJOR, MID},
    glide::Glide,
    index::LossIndex,
    margin::{health, init_health, mark, Markets, Valued},
    num::{value_down, Result},
    price::{RobustPrice, Use},
    volatility::VolatilityParams,
    Account, BaseQty, Market, Now, Position, Price, Ratio, RiskError, Rules,
};
use serde_json::{json, Value};

/// Worlds, each with markets of its own.
const WORLDS: usize = 64;
/// Accounts in each.
const ACCOUNTS: usize = 64;
const NOW: Now = Now { slot: 300_000_000, time: 1_800_000_000 };

struct Book {
    markets: Vec<Market>,
    collaterals: Vec<Collateral>,
}

impl Markets for Book {
    fn market(&self, index: u16) -> Result<&Market> {
        self.markets.get(usize::from(index)).ok_or(RiskError::NoPosition)
    }

    fn collateral(&self, index: u16) -> Result<&Collateral> {
        self.collaterals.get(usize::from(index)).ok_or(RiskError::NoCollateral)
    }

    fn settlement(&self) -> Result<&Collateral> {
        self.collateral(0)
    }
}

/// 64 worlds of 64 accounts.
pub fn worlds() -> Value {
    let mut dice = Dice(1);
    (0..WORLDS)
        .map(|n| {
            // Every eighth world is large enough for an account in sixteen markets with eight collaterals.
            let (markets, others) = if n % 8 == 0 { (16, 8) } else { (3, 2) };
            let book = Book {
                markets: (0..markets).map(|_| market(&mut dice)).collect(),
                collaterals: (0..=others).map(|index| collateral(&mut dice, index, markets)).collect(),
            };
            let accounts: Vec<_> = (0..ACCOUNTS).map(|_| account(&mut dice, &book)).collect();
            json!({
                "slot": NOW.slot.to_string(),
                "time": NOW.time.to_string(),
                "markets": book.markets.iter().map(|m| STANDARD.encode(bytemuck::bytes_of(m))).collect::<Vec<_>>(),
                "collaterals": book.collaterals.iter().map(|c| STANDARD.encode(bytemuck::bytes_of(c))).collect::<Vec<_>>(),
                "accounts": accounts.iter().map(|a| json!({
                    "bytes": STANDARD.encode(bytemuck::bytes_of(a)),
                    "health": answer(a, &book).unwrap_or_else(|why| json!({ "refusal": format!("{why:?}"), "sentence": why.to_string() })),
                })).collect::<Vec<_>>(),
            })
        })
        .collect()
}

fn market(dice: &mut Dice) -> Market {
    let (params, rules) = [(MAJOR, Rules::MAJOR), (MID, Rules::MID), (LONG_TAIL, Rules::LONG_TAIL)][dice.below(3) as usize];
    let mut market = Market::new(params, rules);
    let spot = dice.bits(50).max(1_000);
    let p = &mut market.price;
    (p.spot, p.twap) = (Price(spot), Price(dice.near(spot, 50_000)));
    (p.low, p.high) = (Price(spot - dice.below(spot / 50)), Price(spot + dice.below(spot / 50)));
    p.stable = Price(dice.near(spot, 200_000));
    p.quality = if dice.once_in(6) { dice.below(3) as u8 } else { 2 };
    p.time = if dice.once_in(12) { NOW.time - 1_000_000 } else { NOW.time };
    let maint = dice.below(500_000) as u32;
    for line in &mut market.margin.lines {
        line.maint = Ratio(maint);
        line.liq_end = Ratio(maint + dice.below(100_000) as u32);
        line.init = Ratio(line.liq_end.0 + dice.below(100_000) as u32);
    }
    market.margin.crowd = Ratio(if dice.once_in(3) { dice.below(1_000_001) as u32 } else { 0 });
    market.params.transfer_floor = Ratio(dice.below(200_000) as u32);
    market.funding.index = dice.bits(40) as i64;
    if dice.once_in(4) {
        market.ledger.index = LossIndex::NEW.shrunk_down(dice.below(1_000), 1_000).unwrap_or(LossIndex::NEW);
    }
    if dice.once_in(16) {
        market.settlement.price = Price(dice.near(spot, 300_000));
    }
    market
}

fn account(dice: &mut Dice, book: &Book) -> Account {
    let mut account = Account { capital: dice.bits(43), ..Account::NEW };
    let wild = dice.once_in(10);
    if wild {
        account.capital = dice.any();
    }
    let markets = book.markets.len() as u64;
    let first = dice.below(markets);
    for n in 0..dice.below(markets + 1) {
        let index = (first + n) % markets;
        account.positions[n as usize] = position(dice, &book.markets[index as usize], index as u16, wild);
    }
    if dice.once_in(3) {
        let others = book.collaterals.len() as u64 - 1;
        let first = dice.below(others);
        for n in 0..1 + dice.below(others) {
            account.collateral[n as usize] = balance(dice, 1 + ((first + n) % others) as u16);
            account.collaterals += 1;
        }
    }
    account
}

/// Record `index`: the settlement token, at its peg or not, or another.
fn collateral(dice: &mut Dice, index: u16, markets: u64) -> Collateral {
    let usd = if index == 0 { 1_000_000_000_000 } else { dice.bits(45).max(1_000) };
    let defaults = [CollateralParams::STABLE, CollateralParams::MAJOR, CollateralParams::LONG_TAIL];
    let params = defaults[if index == 0 { 0 } else { dice.below(3) as usize }];
    let underlying = if dice.once_in(3) { dice.below(markets) as u16 } else { OF_NO_MARKET };
    let decimals = if index == 0 { 6 } else { 4 + dice.below(11) as u8 };
    let spot = if dice.once_in(3) { dice.near(usd, 80_000) } else { usd };
    let price = RobustPrice {
        spot: Price(spot),
        low: Price(spot - dice.below(spot / 50)),
        high: Price(spot + dice.below(spot / 50)),
        stable: Price(dice.near(spot, 200_000)),
        twap: Price(dice.near(spot, 50_000)),
        slot: NOW.slot,
        time: if dice.once_in(8) { NOW.time - 1_000_000 } else { NOW.time },
        quality: if dice.once_in(6) { dice.below(3) as u8 } else { 2 },
        ..RobustPrice::NEW
    };
    Collateral {
        params: params.for_token(decimals, underlying, u64::MAX / 4, dice.bits(50).max(1)),
        measured: VolatilityParams::MAJOR,
        price,
        haircut: Glide { live: dice.below(1_000_001) << 32, slot: NOW.slot - dice.below(1_000) },
        total: dice.bits(51),
        ..Collateral::zeroed()
    }
}

fn balance(dice: &mut Dice, index: u16) -> Balance {
    let amount = dice.bits(50);
    let cold = if dice.once_in(2) { dice.below(amount + 1) } else { 0 };
    let (since, until) = (NOW.time - dice.below(10_000) as i64, NOW.time + dice.below(10_000) as i64);
    Balance { amount, cold, cold_since: since, cold_until: until, collateral: index, used: 1, ..Balance::EMPTY }
}

fn position(dice: &mut Dice, market: &Market, index: u16, wild: bool) -> Position {
    let worth = dice.bits(44);
    let lots = (worth as u128 * 1_000_000_000_000 / market.price.spot.0 as u128).min(1 << 60) as u64;
    let base = BaseQty(if wild { dice.any() as i64 } else { dice.signed(lots) });
    let value = value_down(market.price.spot, base).unwrap_or(0);
    let entry = (value as i128 * (800_000 + dice.below(400_000) as i128) / 1_000_000) as i64;
    let (owed, drift) = (dice.bits(40), dice.bits(24));
    Position {
        base,
        entry: if wild { dice.any() as i64 } else { entry },
        result: if wild { dice.any() as i64 } else { dice.signed(owed) },
        funding: market.funding.index - dice.signed(drift),
        size_term: Ratio(dice.below(50_000) as u32),
        market: index,
        used: 1,
        ..Position::EMPTY
    }
}

fn text(x: impl ToString) -> Value {
    Value::String(x.to_string())
}

fn answer(account: &Account, book: &Book) -> Result<Value> {
    let whole = health(account, book, NOW)?;
    let (init, withdraw) = (init_health(account, book, false, NOW)?, init_health(account, book, true, NOW)?);
    let positions = account.active().map(|p| held(account, p, book)).collect::<Result<Vec<_>>>()?;
    Ok(json!({
        "init": text(init), "withdraw": text(withdraw), "liqEnd": text(whole.liq_end), "maint": text(whole.maint),
        "solvency": text(whole.solvency), "notional": text(whole.notional), "maintRequired": text(whole.maint_required),
        "unpriced": whole.unpriced, "collateral": text(whole.collateral), "positions": positions,
    }))
}

fn held(account: &Account, position: &Position, book: &Book) -> Result<Value> {
    let market = book.market(position.market)?;
    let valued = Valued::new(position, market, Use::Maint, NOW)?;
    let (price, usable) = mark(position, market, Use::Maint, NOW);
    let mut spans = serde_json::Map::new();
    for (name, line) in ["init", "liqEnd", "maint", "solvency"].into_iter().zip(Line::ALL) {
        let span = match position.base.is_flat() {
            true => break,
            false => span_inward(account, position.market, line, book, NOW)?,
        };
        let bound = |p: Option<Price>| p.map(|p| text(p.0));
        spans.insert(name.into(), span.map_or(Value::Null, |s| json!({ "from": bound(s.from), "to": bound(s.to) })));
    }
    let spans = if spans.is_empty() { Value::Null } else { Value::Object(spans) };
    Ok(json!({
        "market": position.market, "base": text(position.base.0), "price": text(price.0), "usable": usable,
        "notional": text(valued.notional), "result": text(valued.result),
        "requires": { "init": market.margin.crowded_up(valued.lines.init)?.0, "liqEnd": valued.lines.liq_end.0, "maint": valued.lines.maint.0 },
        "spans": spans,
    }))
}
