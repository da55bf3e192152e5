//! Health, liquidation and settlement.

use super::{
    run,
    scene::{account, traded, Book, Traded, NOW, UNIT, USD},
};
use firebreak_risk::{
    deleverage::{against, Counterparty, Deleverage},
    liquidation::{plan, take_over, Plan},
    margin::{health, init_health, Health, Markets},
    num::{BaseQty, Ratio, Result},
    price::Use,
    rank::winner_score_down,
    settle::{convert, settle},
    Account, RiskError,
};

type Judged = (Box<Account>, Book);

fn judged(positions: usize, collaterals: usize, claims: bool) -> Result<Judged> {
    let book = Book::new();
    Ok((account(positions, collaterals, claims, &book)?, book))
}

fn lines(call: bool, positions: usize, collaterals: usize, claims: bool) -> Result<()> {
    run(call, &mut judged(positions, collaterals, claims)?, |(account, book)| health(account, book, NOW))
}

pub fn health_1(call: bool) -> Result<()> {
    lines(call, 1, 0, false)
}

pub fn health_4(call: bool) -> Result<()> {
    lines(call, 4, 0, false)
}

pub fn health_8(call: bool) -> Result<()> {
    lines(call, 8, 0, false)
}

pub fn health_8_4(call: bool) -> Result<()> {
    lines(call, 8, 4, false)
}

pub fn health_16(call: bool) -> Result<()> {
    lines(call, 16, 0, false)
}

pub fn health_16_8(call: bool) -> Result<()> {
    lines(call, 16, 8, false)
}

pub fn health_16_8_claims(call: bool) -> Result<()> {
    lines(call, 16, 8, true)
}

fn init(call: bool, positions: usize, collaterals: usize) -> Result<()> {
    run(call, &mut judged(positions, collaterals, false)?, |(account, book)| init_health(account, book, true, NOW))
}

pub fn init_4(call: bool) -> Result<()> {
    init(call, 4, 0)
}

pub fn init_8_4(call: bool) -> Result<()> {
    init(call, 8, 4)
}

pub fn init_16(call: bool) -> Result<()> {
    init(call, 16, 0)
}

pub fn init_16_8(call: bool) -> Result<()> {
    init(call, 16, 8)
}

/// Collateral 2 floats; `purpose` Init counts how crowded it is.
pub fn collateral_value(call: bool) -> Result<()> {
    run(call, &mut judged(4, 8, false)?, |(account, book)| {
        let [settlement, _, floating, ..] = &book.collaterals[..] else { return Err(RiskError::NoCollateral) };
        let balance = account.collateral.get(2).ok_or(RiskError::NoCollateral)?;
        floating.value_down(balance, account, settlement, Use::Init, NOW)
    })
}

/// A flagged account that misses LiqEnd by little, in the ramp. The position has the last slot, or the one before.
fn planned(call: bool, index: u16) -> Result<()> {
    let usd = USD as i64;
    let line = Health {
        maint: -usd,
        liq_end: -300 * usd,
        solvency: 2_000 * usd,
        notional: 90_000 * USD,
        maint_required: 2_700 * USD,
        ..Health::default()
    };
    let (mut account, book) = judged(16, 0, false)?;
    account.flagged = NOW.slot - 50;
    run(call, &mut (account, book, line), |(account, book, line)| {
        let market = book.market(index)?;
        plan(account, index, market, line, NOW)
    })
}

pub fn plan_losing(call: bool) -> Result<()> {
    planned(call, 14)
}

pub fn plan_winning(call: bool) -> Result<()> {
    planned(call, 15)
}

/// A part of a long, by the other side of the market, so that its keeper's position shrinks.
pub fn taken_over(call: bool) -> Result<()> {
    let scene = traded(103)?;
    let plan = Plan { base: BaseQty(20 * UNIT), price: scene.market.price.spot, penalty: Ratio(7_777), liq_end: Ratio(40_000) };
    run(call, &mut (scene, plan), |(scene, plan)| {
        let Traded { market, long, short } = scene;
        take_over(market, (long, 0), (short, 0), plan, u64::MAX, NOW)
    })
}

fn settled(call: bool, entry: u64) -> Result<()> {
    run(call, &mut traded(entry)?, |scene| {
        let Traded { market, long, .. } = scene;
        let (capital, position) = long.split(0)?;
        settle(market, capital, position, NOW)
    })
}

pub fn settle_winning(call: bool) -> Result<()> {
    settled(call, 97)
}

/// A loss larger than the claim: the claim goes, the rest is paid.
pub fn settle_losing(call: bool) -> Result<()> {
    settled(call, 130)
}

pub fn converted(call: bool) -> Result<()> {
    run(call, &mut traded(97)?, |scene| {
        let Traded { market, long, .. } = scene;
        let (capital, position) = long.split(0)?;
        convert(market, capital, position, NOW)
    })
}

/// The bankrupt long is larger than what this counterparty, in profit, closes of it.
pub fn deleveraged(call: bool) -> Result<()> {
    let mut scene = traded(130)?;
    scene.long.bankrupt = 1;
    let closing = Deleverage { left: 30 * UNIT as u64, price: scene.market.price.spot, long: true };
    run(call, &mut (scene, closing), |(scene, closing)| {
        let Traded { market, long, short } = scene;
        let other = Counterparty { account: short, slot: 0, solvency: 5_000 * USD as i64, score: 7 };
        against(market, (long, 0), other, closing, 5, NOW)
    })
}

pub fn winner(call: bool) -> Result<()> {
    run(call, &mut (traded(97)?, 5_000 * USD as i64), |(scene, solvency)| {
        let position = scene.long.positions.first().ok_or(RiskError::NoPosition)?;
        winner_score_down(position, &scene.market, *solvency, 100 * USD)
    })
}
