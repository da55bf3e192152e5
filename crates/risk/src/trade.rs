//! Fills, fees and what a quote offers (design, section 7).

use crate::{
    account::Account,
    fees::split_down,
    layout,
    levels::{require_in_band, Gate, Global, Permit},
    liquidation::penalty_cap_down,
    margin::{health, increase_health, init_health, Markets},
    market::{Market, Now},
    num::{add, notional_down, notional_up, ratio_down, ratio_up, sadd, signed, ssub, sub, BaseQty, Price, Ratio, Result},
    price::{Action, Quality},
    recovery::earn_pot,
    settle::{book, reposition},
    RiskError,
};

layout! {
    /// A maker's standing two-sided quote: sizes, and prices as offsets from the robust price.
    pub struct QuoteTerms [56] {
        /// Lots the maker will still buy.
        pub bid_size: u64,
        /// Lots the maker will still sell.
        pub ask_size: u64,
        /// The bid is `low` less this fraction.
        pub bid_offset: Ratio,
        /// The ask is `high` plus this fraction.
        pub ask_offset: Ratio,
        /// The maker never pays more; 0: never buys.
        pub max_bid: Price,
        /// The maker never receives less.
        pub min_ask: Price,
        /// Last slot at which the quote stands.
        pub expires: u64,
        /// Room to grow; zero.
        pub reserved: u64,
    }
}

impl QuoteTerms {
    /// The price at which a taker of `base` lots (positive: buys) trades, and the size it may have.
    pub fn offer(&self, market: &Market, base: BaseQty, now: Now) -> Result<(Price, u64)> {
        if now.slot > self.expires {
            return Err(RiskError::QuoteExpired);
        }
        if base.is_long() {
            let high = market.price.high;
            let ask = Price(add(high.0, ratio_up(high.0, self.ask_offset)?)?);
            Ok((ask.max(self.min_ask), self.ask_size))
        } else {
            let low = market.price.low;
            let bid = Price(sub(low.0, ratio_up(low.0, self.bid_offset)?.min(low.0))?.max(1));
            let bid = bid.min(self.max_bid);
            // A bid of zero is no bid: nobody sells for nothing by leaving the maker's limit unset.
            Ok((bid, if bid.0 == 0 { 0 } else { self.bid_size }))
        }
    }

    /// Takes a fill of `base` (the taker's sign) out of the quote.
    pub fn consume(&mut self, base: BaseQty) -> Result<()> {
        let size = if base.is_long() { &mut self.ask_size } else { &mut self.bid_size };
        *size = sub(*size, base.abs())?;
        Ok(())
    }
}

/// Where a fee went, in atoms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fee {
    /// Charged in all.
    pub charged: u64,
    /// Of it, the maker's.
    pub maker: u64,
}

/// Adds `base` at total cost `cost` (both signed) to a position; a flat position realises its result at once.
pub fn fill(market: &mut Market, account: &mut Account, slot: usize, base: BaseQty, cost: i64, now: Now) -> Result<()> {
    if base.is_flat() {
        return Err(RiskError::ZeroAmount); // no lots at a cost would be a gift through the pool
    }
    let (capital, position) = account.split(slot)?;
    position.refresh(market)?;
    if position.base.is_flat() && position.result == 0 {
        position.settled = now.time;
    }
    let new_base = position.base.plus(base)?;
    let new_entry = sadd(position.entry, cost)?;
    let grown = increases(position.base, new_base);
    let ledger = &mut market.ledger;
    if !new_base.is_flat() {
        reposition(ledger, position, new_base, new_entry)?;
        // Of the market's price, not of the fill's, which the two sides choose.
        let term = market.rules.dynamic.size_up(notional_up(market.price.spot, new_base.abs())?);
        if grown {
            (position.accepted, position.size_term) = (market.margin.accept(new_base), term);
        } else {
            // What makes a position smaller raises none of its lines, however far the price has gone since it was opened.
            position.size_term = position.size_term.min(term);
        }
        return Ok(());
    }
    (position.accepted, position.size_term) = (Ratio(0), Ratio(0));
    reposition(ledger, position, new_base, 0)?;
    book(ledger, capital, position, ssub(0, new_entry)?, market.params.claim_warmup, now)?;
    Ok(())
}

/// Atoms that a taker of `base` pays (positive) or receives at `price`, rounded against the taker.
pub fn cost(price: Price, base: BaseQty) -> Result<i64> {
    if base.is_long() {
        signed(notional_up(price, base.abs())?)
    } else {
        ssub(0, signed(notional_down(price, base.abs())?)?)
    }
}

/// Charges the taker `rate` of `notional` and splits what was really charged.
pub fn charge_fee(
    market: &mut Market,
    taker: &mut Account,
    slot: usize,
    maker: &mut Account,
    notional: u64,
    rate: Ratio,
) -> Result<Fee> {
    // An account without capital can only reduce, and must be able to: what it cannot pay is not charged, and not counted.
    let charged = ratio_up(notional, rate)?.min(taker.capital);
    let parts = split_down(charged, &market.params)?;
    let (capital, position) = taker.split(slot)?;
    *capital = sub(*capital, charged)?;
    position.cover = add(position.cover, ratio_down(parts.insurance, Ratio(market.params.cover_multiple))?)?;
    maker.capital = add(maker.capital, parts.maker)?;
    let ledger = &mut market.ledger;
    earn_pot(ledger, parts.pot)?;
    ledger.insurance_fees = add(ledger.insurance_fees, parts.insurance)?;
    ledger.treasury_fees = add(ledger.treasury_fees, parts.treasury)?;
    Ok(Fee { charged, maker: parts.maker })
}

/// What a side's fill does to its exposure.
pub fn increases(before: BaseQty, after: BaseQty) -> bool {
    after.abs() > before.abs() || (before.0 > 0 && after.0 < 0) || (before.0 < 0 && after.0 > 0)
}

/// The rules a side must meet after its fill (design, section 7): above Init it may have traded at any price; below Init it
/// may only have reduced, and not at a price worse for it than the robust price less what a take-over may cost it. An account
/// that owes more than it has may not trade at all, declared or not: it would choose which market is paid.
pub fn check_side(
    market: &Market,
    account: &Account,
    markets: &impl Markets,
    before: BaseQty,
    fill: (BaseQty, Price),
    global: impl Into<Global>,
    now: Now,
) -> Result<()> {
    let global = global.into();
    let after = before.plus(fill.0)?;
    let increased = increases(before, after);
    let (action, gate) = if increased { (Action::Increase, Gate::Increase) } else { (Action::Reduce, Gate::Reduce) };
    market.require(action.least(), now)?;
    match market.permit(gate, global)? {
        // Positions of an ended market close by settling: there is one price, and nobody to trade with at another.
        Permit::AtFixedPrice => return Err(RiskError::BreakerForbids),
        Permit::InBand => require_in_band(fill.1, market.price.spot, market.rules.breaker.halt_band)?,
        _ => {}
    }
    if account.bankrupt != 0 {
        return Err(RiskError::AccountBankrupt);
    }
    if increased {
        if account.owes() {
            return Err(RiskError::AccountInDebt);
        }
        if account.unrecovered()? > 0 {
            return Err(RiskError::LossUnrecovered);
        }
        if market.ledger.deficit > 0 {
            return Err(RiskError::MarketReduceOnly);
        }
        if !market.price.is_active(&market.params, now) {
            return Err(RiskError::MarketNotActive);
        }
    }
    if increased {
        if increase_health(account, markets, market.level(global), now)? >= 0 {
            return Ok(());
        }
    } else if init_health(account, markets, false, now)? >= 0 {
        return Ok(());
    }
    if increased {
        return Err(if before.is_flat() { RiskError::BelowInit } else { RiskError::OnlyReduce });
    }
    let health = health(account, markets, now)?;
    if health.solvency < 0 {
        return Err(RiskError::MustDeclareBankrupt);
    }
    // What it lost to a price worse than the robust one is already out of its solvency. Capped like a penalty, that loss cannot
    // make the rest of the account weaker than it was: nobody can hand his last equity to a friend and leave a debt behind.
    let price = market.price.better_for(before.is_long());
    let robust = price.0;
    let held = add(health.notional, notional_up(price, fill.0.abs())?)?;
    let slack = ratio_down(robust, market.params.max_penalty.min(penalty_cap_down(health.solvency, held)?))?;
    let fair = if before.is_long() { fill.1 .0 >= robust.saturating_sub(slack) } else { fill.1 .0 <= add(robust, slack)? };
    if fair {
        Ok(())
    } else {
        Err(RiskError::PriceTooBadForReduce)
    }
}

/// Refuses a fill on a price that is too old, and one that lifts open interest over the cap.
pub fn check_market(market: &Market, increased: bool, now: Now) -> Result<()> {
    market.require(Quality::Degraded, now)?;
    if now.slot.saturating_sub(market.price.slot) > market.params.trade_price_slots as u64 {
        return Err(RiskError::PriceTooOld);
    }
    if increased {
        // New risk is taken at lines that know the price it is taken at.
        if market.margin.slot < market.price.slot || market.margin.spot != market.price.spot {
            return Err(RiskError::RiskStateOld);
        }
        if market.ledger.long_base > market.params.max_open_interest.min(market.margin.cap) {
            return Err(RiskError::OpenInterestCap);
        }
    }
    Ok(())
}
