//! Lines of health (design, section 6).
//!
//! The health of a line is `capital - Σ charge`; an account stands above the line when it is not negative. A position's charge is
//! its requirement plus its loss, or what its requirement exceeds its profit by: unconverted profit covers the
//! requirement of its own market and nothing else, and for Init it covers nothing.

use crate::{
    account::Account,
    collateral::Collateral,
    dynamic_margin::Fractions,
    levels::{self, Level},
    market::{Market, Now},
    num::{add, notional_up, ratio_up, sadd, signed, ssub, Price, Ratio, Result},
    position::Position,
    price::{Quality, Use},
    RiskError,
};

/// The price at which `position` counts for `purpose`, and whether it is usable. That of an ended market always is.
#[inline]
pub fn mark(position: &Position, market: &Market, purpose: Use, now: Now) -> (Price, bool) {
    let usable = market.quality(now) > Quality::Frozen;
    match market.ended() {
        Some(price) => (price, true),
        None if usable => (market.price.mark(position.base, purpose), true),
        None => (market.price.spot, false),
    }
}

/// One position, valued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Valued {
    /// Atoms of the size at the mark, rounded up.
    pub notional: u64,
    /// Claim or debt plus unrealised result, rounded down.
    pub result: i64,
    /// 1, or 2 when the price is not usable.
    pub weight: u8,
    /// The lines of the position.
    pub lines: Fractions,
}

impl Valued {
    /// Whether exposure was valued at a price that is not usable.
    pub fn is_unpriced(&self) -> bool {
        self.weight > 1
    }

    /// Values a position for `purpose`. One whose price is not usable counts as: no profit, its loss at the last
    /// accepted price, twice its requirement.
    pub fn new(position: &Position, market: &Market, purpose: Use, now: Now) -> Result<Self> {
        let lines = market.margin.of(position);
        if position.base.is_flat() {
            let result = position.result_now_down(&market.ledger)?;
            return Ok(Self { notional: 0, result, weight: 1, lines });
        }
        let (mark, usable) = mark(position, market, purpose, now);
        let result = position.standing_down(market, mark)?;
        Ok(Self {
            notional: notional_up(mark, position.base.abs())?,
            result: if usable { result } else { result.min(0) },
            weight: if usable { 1 } else { 2 },
            lines,
        })
    }

    /// What a line takes from capital for this position: `ratio` of its notional and its loss; profit covers the former
    /// when `profit_covers`.
    pub fn charge_up(&self, ratio: Ratio, profit_covers: bool) -> Result<u64> {
        self.charge(ratio_up(self.notional, ratio)?, profit_covers)
    }

    /// The charge for a requirement that was computed before, of weight one.
    fn charge(&self, requirement: u64, profit_covers: bool) -> Result<u64> {
        let required = add(0, requirement.saturating_mul(self.weight as u64))?;
        if self.result < 0 {
            return add(required, self.result.unsigned_abs());
        }
        Ok(if profit_covers { required.saturating_sub(self.result.unsigned_abs()) } else { required })
    }

    /// What the position owes.
    pub fn owed(&self) -> u64 {
        self.result.min(0).unsigned_abs()
    }
}

/// Health of the liquidation lines, all at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// Health of the Maint line, signed atoms.
    pub maint: i64,
    /// Health of the LiqEnd line.
    pub liq_end: i64,
    /// Capital less what is owed in all markets; below zero the account is bankrupt.
    pub solvency: i64,
    /// Sum of notional.
    pub notional: u64,
    /// Sum of Maint requirements, before profit.
    pub maint_required: u64,
    /// Positions whose price is not usable: their loss is that of the last accepted price, which may not bankrupt anybody.
    pub unpriced: u32,
    /// What collateral counts, included in the three lines: it pays a debt only once it is sold.
    pub collateral: u64,
}

impl Health {
    /// Health of an account without positions.
    pub fn of_capital(capital: u64) -> Result<Self> {
        let c = signed(capital)?;
        Ok(Self { maint: c, liq_end: c, solvency: c, ..Self::default() })
    }

    /// Takes the value of an account's collateral in.
    pub fn add_collateral(&mut self, value: u64) -> Result<()> {
        let v = signed(value)?;
        (self.maint, self.liq_end, self.solvency) = (sadd(self.maint, v)?, sadd(self.liq_end, v)?, sadd(self.solvency, v)?);
        self.collateral = add(self.collateral, value)?;
        Ok(())
    }

    /// Takes one position in.
    pub fn take(&mut self, valued: &Valued) -> Result<()> {
        let maint = ratio_up(valued.notional, valued.lines.maint)?;
        self.maint = ssub(self.maint, signed(valued.charge(maint, true)?)?)?;
        self.liq_end = ssub(self.liq_end, signed(valued.charge_up(valued.lines.liq_end, true)?)?)?;
        self.solvency = ssub(self.solvency, signed(valued.owed())?)?;
        self.notional = add(self.notional, valued.notional)?;
        self.maint_required = add(self.maint_required, maint)?;
        self.unpriced = self.unpriced.saturating_add(valued.is_unpriced() as u32);
        Ok(())
    }
}

/// Finds the market of a position. The program looks among the accounts it was given, the keeper in its book.
pub trait Markets {
    /// Market number `index`.
    fn market(&self, index: u16) -> Result<&Market>;

    /// Collateral number `index`. A caller that passes none can only judge accounts without any.
    fn collateral(&self, _index: u16) -> Result<&Collateral> {
        Err(RiskError::NoCollateral)
    }

    /// The settlement token's own record: what a USD is in it.
    fn settlement(&self) -> Result<&Collateral> {
        Err(RiskError::NoCollateral)
    }
}

impl Markets for &Market {
    fn market(&self, _: u16) -> Result<&Market> {
        Ok(self)
    }
}

/// What all of the account's collateral counts for `purpose`, rounded down.
pub fn collateral_down(account: &Account, markets: &impl Markets, purpose: Use, now: Now) -> Result<u64> {
    let mut sum = 0;
    for balance in account.collateral_used() {
        let collateral = markets.collateral(balance.collateral)?;
        sum = add(sum, collateral.value_down(balance, account, markets.settlement()?, purpose, now)?)?;
    }
    Ok(sum)
}

/// Health of the liquidation lines of `account`.
pub fn health(account: &Account, markets: &impl Markets, now: Now) -> Result<Health> {
    let mut health = Health::of_capital(account.capital)?;
    health.add_collateral(collateral_down(account, markets, Use::Maint, now)?)?;
    for position in account.active() {
        let market = markets.market(position.market)?;
        health.take(&Valued::new(position, market, Use::Maint, now)?)?;
    }
    Ok(health)
}

/// The Maint health that `account` would have at the fractions it accepted when it last increased: whether raised margin alone
/// makes it liquidatable (I8).
pub fn accepted_health(account: &Account, markets: &impl Markets, now: Now) -> Result<i64> {
    let mut health = Health::of_capital(account.capital)?;
    health.add_collateral(collateral_down(account, markets, Use::Maint, now)?)?;
    for position in account.active() {
        let market = markets.market(position.market)?;
        let lines = market.margin.accepted(position);
        health.take(&Valued { lines, ..Valued::new(position, market, Use::Maint, now)? })?;
    }
    Ok(health.maint)
}

/// Health of the Init line; with `withdrawing`, of the greater of Init and the transfer floor.
pub fn init_health(account: &Account, markets: &impl Markets, withdrawing: bool, now: Now) -> Result<i64> {
    init_line(account, markets, now, |market, init| Ok(if withdrawing { init.max(market.params.transfer_floor) } else { init }))
}

/// Health of the line at which an account may increase while the breaker stands at `level`: 1.5 times Init at Caution.
pub fn increase_health(account: &Account, markets: &impl Markets, level: Level, now: Now) -> Result<i64> {
    init_line(account, markets, now, |_, init| levels::init_up(level, init))
}

fn init_line(account: &Account, markets: &impl Markets, now: Now, line: impl Fn(&Market, Ratio) -> Result<Ratio>) -> Result<i64> {
    let mut health = signed(add(account.capital, collateral_down(account, markets, Use::Init, now)?)?)?;
    for position in account.active() {
        let market = markets.market(position.market)?;
        let valued = Valued::new(position, market, Use::Init, now)?;
        let init = market.margin.crowded_up(valued.lines.init)?;
        health = ssub(health, signed(valued.charge_up(line(market, init)?, false)?)?)?;
    }
    Ok(health)
}

/// Refuses unless the account ends at or above its Init line.
pub fn require_init(account: &Account, markets: &impl Markets, now: Now) -> Result<()> {
    if init_health(account, markets, false, now)? < 0 {
        return Err(RiskError::BelowInit);
    }
    Ok(())
}

/// Refuses a withdrawal that leaves less than the greater of Init and the transfer floor. A position without exposure needs no
/// price: its claim counts for nothing here.
pub fn require_withdrawable(account: &Account, markets: &impl Markets, now: Now) -> Result<()> {
    for position in account.used().filter(|p| !p.base.is_flat()) {
        markets.market(position.market)?.require_or_ended(crate::price::Action::Withdraw.least(), now)?;
    }
    if init_health(account, markets, true, now)? < 0 {
        return Err(RiskError::BelowInit);
    }
    Ok(())
}
