//! At which price of a market an account crosses a line of health, everything else as it is.
//!
//! For people, and for whoever plans ahead; no instruction decides by it. *Price* is the mark at which the line values the account's
//! position in that market (spot for the liquidation lines while the price is Primary, the worse of low and stable for Init). Other markets,
//! collateral, funding and the lines themselves stay as they are, although a real move would raise margin as well.
//!
//! Found by halving with the very functions that judge the account, so it can differ from none of them: between break-even and either end,
//! health only rises or only falls with the price.

use crate::{
    account::Account,
    collateral::Collateral,
    margin::{health, init_health, mark, Markets},
    market::{Market, Now},
    num::{mul_div_down, Price, Result, NOTIONAL_SCALE},
    position::Position,
    price::Use,
    RiskError,
};

/// No position is worth more than this at the highest price that is tried, so that sums keep fitting.
const MOST: u64 = 1 << 59;

/// The lines of health (design, section 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// Below it the account neither opens nor withdraws.
    Init,
    /// A liquidation stops here.
    LiqEnd,
    /// Below it the account is liquidatable.
    Maint,
    /// Below it the account is bankrupt.
    Solvency,
}

impl Line {
    /// Every line, highest first.
    pub const ALL: [Self; 4] = [Self::Init, Self::LiqEnd, Self::Maint, Self::Solvency];

    /// At which of a market's prices the line values a position.
    pub const fn purpose(self) -> Use {
        match self {
            Self::Init => Use::Init,
            Self::LiqEnd | Self::Maint | Self::Solvency => Use::Maint,
        }
    }

    /// Health of this line: the account stands above it when it is not negative.
    pub fn health(self, account: &Account, markets: &impl Markets, now: Now) -> Result<i64> {
        match self {
            Self::Init => init_health(account, markets, false, now),
            Self::LiqEnd => Ok(health(account, markets, now)?.liq_end),
            Self::Maint => Ok(health(account, markets, now)?.maint),
            Self::Solvency => Ok(health(account, markets, now)?.solvency),
        }
    }
}

/// Where the account crosses a line, to whichever side it is not on now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Crossing {
    /// The highest price below the mark at which it stands on the line's other side.
    pub below: Option<Price>,
    /// The lowest price above the mark at which it does.
    pub above: Option<Price>,
}

/// Where `account` crosses `line` as the price of market number `index` moves. Nowhere when it has no exposure there, or when the price
/// no longer matters: before the first and after the market's end.
pub fn crossing(account: &Account, markets: &impl Markets, index: u16, line: Line, now: Now) -> Result<Crossing> {
    let market = markets.market(index)?;
    let Ok(position) = account.position(index) else { return Ok(Crossing::default()) };
    let here = mark(position, market, line.purpose(), now).0 .0;
    if position.base.is_flat() || market.ended().is_some() || here == 0 {
        return Ok(Crossing::default());
    }
    let search = Search { account, markets, index, line, now };
    let top = highest(position)?.max(here);
    let turn = break_even(position, market, top)?;
    // On each stretch between two stops health only rises or only falls.
    let down = [turn.saturating_add(1).min(here), turn.min(here), 1];
    let up = [turn.max(here), turn.saturating_add(1).max(here).min(top), top];
    Ok(Crossing { below: search.walk(here, down)?, above: search.walk(here, up)? })
}

/// The highest price that is tried.
fn highest(position: &Position) -> Result<u64> {
    match mul_div_down(MOST, NOTIONAL_SCALE, position.base.abs()) {
        Err(RiskError::Overflow) => Ok(MOST),
        found => Ok(found?.clamp(1, MOST)),
    }
}

/// The last price before the position's result changes its sign; 1 when it never does up to `top`.
fn break_even(position: &Position, market: &Market, top: u64) -> Result<u64> {
    let wins = |price: u64| Ok(position.standing_down(market, Price(price))? >= 0);
    let first = wins(1)?;
    if wins(top)? == first {
        return Ok(1);
    }
    let (near, _) = halve(1, top, |price| Ok(wins(price)? == first))?;
    Ok(near)
}

/// Narrows to two neighbouring prices between which `same` ends: it holds at `near` and not at `far`.
fn halve(mut near: u64, mut far: u64, same: impl Fn(u64) -> Result<bool>) -> Result<(u64, u64)> {
    while near.abs_diff(far) > 1 {
        let middle = near.midpoint(far);
        if same(middle)? {
            near = middle;
        } else {
            far = middle;
        }
    }
    Ok((near, far))
}

struct Search<'a, M> {
    account: &'a Account,
    markets: &'a M,
    index: u16,
    line: Line,
    now: Now,
}

impl<M: Markets> Search<'_, M> {
    /// Whether the account stands above the line when the market's price is `price`.
    fn stands(&self, price: u64) -> Result<bool> {
        let mut market = *self.markets.market(self.index)?;
        let p = &mut market.price;
        (p.spot, p.low, p.high, p.stable) = (Price(price), Price(price), Price(price), Price(price));
        let moved = Moved { markets: self.markets, index: self.index, market };
        Ok(self.line.health(self.account, &moved, self.now)? >= 0)
    }

    /// The first price on the way from `here` over `stops` at which the account is on the line's other side.
    fn walk(&self, here: u64, stops: [u64; 3]) -> Result<Option<Price>> {
        let side = self.stands(here)?;
        let mut near = here;
        for stop in stops {
            if self.stands(stop)? != side {
                let (_, far) = halve(near, stop, |price| Ok(self.stands(price)? == side))?;
                return Ok(Some(Price(far)));
            }
            near = stop;
        }
        Ok(None)
    }
}

/// The same markets, one of them at another price.
struct Moved<'a, M> {
    markets: &'a M,
    index: u16,
    market: Market,
}

impl<M: Markets> Markets for Moved<'_, M> {
    fn market(&self, index: u16) -> Result<&Market> {
        if index == self.index {
            return Ok(&self.market);
        }
        self.markets.market(index)
    }

    fn collateral(&self, index: u16) -> Result<&Collateral> {
        self.markets.collateral(index)
    }

    fn settlement(&self) -> Result<&Collateral> {
        self.markets.settlement()
    }
}
