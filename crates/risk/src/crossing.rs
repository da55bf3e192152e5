//! Prices at which an account crosses its lines of health: for people, who ask "down to which price am I safe?".
//!
//! The question is about one market: its price, with everything that is made of it (spot, both sides, the stable price), stands at `p` and is
//! confirmed, and all else stays as it is: the other markets, collateral, the lines in force. Health as a function of `p` rises to one peak and
//! falls after it, so a line is held on one span of prices. Maint, LiqEnd and Bankrupt are crossed on the losing side only. Init is crossed on
//! both by a long: a higher price asks for more margin, and profit that is not converted pays none of it.

use crate::{
    margin::{health, init_health, Markets},
    market::{Market, Now},
    num::{mul_div_down, mul_div_up, Price, Result, NOTIONAL_SCALE},
    ops::Among,
    position::Position,
    price::Quality,
    Account, RiskError,
};

/// A line of health.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// Needed to open and, with the transfer floor, to withdraw.
    Init,
    /// A liquidation stops here.
    LiqEnd,
    /// Below it: liquidatable.
    Maint,
    /// Below it the account owes more than it has.
    Bankrupt,
}

impl Line {
    /// All of them, from the first that a losing account crosses to the last.
    pub const ALL: [Self; 4] = [Self::Init, Self::LiqEnd, Self::Maint, Self::Bankrupt];

    /// Health of this line in atoms; the account stands at or above it when that is not negative. Rounded down.
    pub fn health_down(self, account: &Account, markets: &impl Markets, now: Now) -> Result<i64> {
        if self == Self::Init {
            return init_health(account, markets, false, now);
        }
        let all = health(account, markets, now)?;
        Ok(match self {
            Self::Maint => all.maint,
            Self::LiqEnd => all.liq_end,
            _ => all.solvency,
        })
    }
}

/// Prices between which a line is held, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The lowest, in ticks; `None`: however low.
    pub from: Option<Price>,
    /// The highest; `None`: however high.
    pub to: Option<Price>,
}

/// Each of a health's three divisions rounds against the account by less than an atom. Where the rounded health is at least this, the exact
/// one is, and nothing nearer to the peak can be rounded below zero.
const ROUNDING: i64 = 2;
/// A position is not valued higher than this many atoms here: beyond lies no price that anybody asks for.
const MOST: u64 = 1 << 60;

/// The span of prices of market number `index` on which `account` holds `line`, rounded inward: at every price of the span the account's
/// health is at least zero, and outside it is less than five atoms. `None`: at no price of this market. Refuses with
/// [`RiskError::NoPosition`] when the account has no exposure there.
pub fn span_inward(account: &Account, index: u16, line: Line, markets: &impl Markets, now: Now) -> Result<Option<Span>> {
    let position = account.position(index)?;
    if position.base.is_flat() {
        return Err(RiskError::NoPosition);
    }
    let mut market = *markets.market(index)?;
    let peak = peak(position, &market, line)?;
    let most = most(position);
    let mut holds = |price: Price| -> Result<bool> {
        stand(&mut market, price, now);
        Ok(line.health_down(account, &Among::new(index, &market, markets), now)? >= ROUNDING)
    };
    let peak = Price(peak.0.clamp(1, most.0));
    if !holds(peak)? {
        return Ok(None);
    }
    let from = if holds(Price(1))? { None } else { Some(edge(Price(1), peak, &mut holds)?) };
    let to = if holds(most)? { None } else { Some(edge(most, peak, &mut holds)?) };
    Ok(Some(Span { from, to }))
}

/// The price next to `out`, where the line is not held, at which it still is; at `inside` it is.
fn edge(mut out: Price, mut inside: Price, holds: &mut impl FnMut(Price) -> Result<bool>) -> Result<Price> {
    while out.0.abs_diff(inside.0) > 1 {
        let half = out.0.abs_diff(inside.0) / 2;
        let middle = Price(out.0.min(inside.0).saturating_add(half));
        if holds(middle)? {
            inside = middle;
        } else {
            out = middle;
        }
    }
    Ok(inside)
}

/// Where health is best. A long's Init is best where it breaks even: below it loses, above it needs margin that its profit does not pay.
fn peak(position: &Position, market: &Market, line: Line) -> Result<Price> {
    if !position.base.is_long() {
        return Ok(Price(1));
    }
    if line != Line::Init {
        return Ok(Price(u64::MAX));
    }
    let worth = position.standing_down(market, Price(0))?;
    if worth >= 0 {
        return Ok(Price(1));
    }
    match mul_div_up(worth.unsigned_abs(), NOTIONAL_SCALE, position.base.abs()) {
        Ok(even) => Ok(Price(even)),
        Err(_) => Ok(Price(u64::MAX)),
    }
}

/// The highest price that is tried.
fn most(position: &Position) -> Price {
    let most = mul_div_down(MOST, NOTIONAL_SCALE, position.base.abs()).unwrap_or(i64::MAX as u64);
    Price(most.clamp(1, i64::MAX as u64))
}

/// Puts the market's price to `price`, as if its sources agreed on it now and long enough for the stable price to be there.
fn stand(market: &mut Market, price: Price, now: Now) {
    let seen = &mut market.price;
    (seen.spot, seen.low, seen.high, seen.stable) = (price, price, price, price);
    (seen.slot, seen.time, seen.quality) = (now.slot, now.time, Quality::Primary as u8);
}
