//! Bankruptcy, insurance, sharing a loss; boards.

use super::{
    run,
    scene::{market, traded, Traded, NOW, USD},
};
use firebreak_risk::{
    index::LossIndex,
    num::{Ratio, Result},
    rank::{Board, Placed, Shown, BOARD, LONG},
    shares::Stake,
    tranches::{Insurance, Limit, Seniority},
    waterfall::{close_bankrupt, mark_unpaid, pay_pro_rata, share_loss, InsuranceFund},
    Market, RiskError,
};

const FUND: InsuranceFund = InsuranceFund {
    assets: 1_000_000 * USD,
    floor: 100_000 * USD,
    event_cap: Ratio(100_000),
    day_cap: Ratio(200_000),
    day_start: NOW.time - 1_000,
    day_assets: 1_000_000 * USD,
    day_drawn: 10 * USD,
    drawn: 10 * USD,
    reserved: 0,
};

pub fn unpaid(call: bool) -> Result<()> {
    run(call, &mut traded(400)?, |scene| {
        let Traded { market, long, .. } = scene;
        mark_unpaid(market, long.split(0)?.1, NOW)
    })
}

/// What one of several positions that owe pays of the account's capital.
pub fn pro_rata(call: bool) -> Result<()> {
    let mut scene = traded(400)?;
    let Traded { market, long, .. } = &mut scene;
    let owed = mark_unpaid(market, long.split(0)?.1, NOW)?;
    run(call, &mut (scene, owed), |(scene, owed)| {
        let Traded { market, long, .. } = scene;
        let (capital, position) = long.split(0)?;
        let all = *capital;
        pay_pro_rata(&mut market.ledger, capital, position, all, *owed * 3, false)
    })
}

pub fn closed(call: bool) -> Result<()> {
    let mut scene = traded(400)?;
    let Traded { market, long, .. } = &mut scene;
    (market.ledger.debt, long.bankrupt) = (9_000 * USD, 1);
    let (_, position) = long.split(0)?;
    (position.base.0, position.result, position.cover) = (0, -9_000 * USD as i64, 3_000 * USD);
    run(call, &mut scene, |scene| {
        let Traded { market, long, .. } = scene;
        close_bankrupt(market, long, 0, NOW)
    })
}

/// A deficit that pot, insurance and claims each bear a part of.
fn deficit() -> Box<Market> {
    let mut market = Box::new(market(0));
    let ledger = &mut market.ledger;
    (ledger.pot, ledger.claims, ledger.deficit) = (100 * USD, 10_000 * USD, 1_000 * USD);
    (ledger.window_deficit, ledger.insured_deficit, ledger.window_ends) = (1_000 * USD, 500 * USD, NOW.time - 1);
    market
}

pub fn shared(call: bool) -> Result<()> {
    run(call, &mut (deficit(), FUND), |(market, fund)| share_loss(market, fund, 300 * USD, NOW))
}

/// Both tranches staked, and more limits granted than one market uses.
fn insurance(limit: &mut Limit, staker: &mut Stake) -> Result<Box<Insurance>> {
    let mut insurance = Box::new(Insurance::new(FUND, 86_400, Ratio(500_000)));
    insurance.stake(Seniority::Junior, staker, 150 * USD)?;
    insurance.stake(Seniority::Senior, &mut Stake { shares: 0, index: LossIndex::NEW, ..*staker }, 1_000_000 * USD)?;
    insurance.grant(limit, 300 * USD)?;
    Ok(insurance)
}

const NO_STAKE: Stake =
    Stake { shares: 0, index: LossIndex::NEW, requested: 0, requested_value: 0, requested_at: 0, reserved: 0 };

/// The staker's shares are from before the tranche's were scaled back.
pub fn staked(call: bool) -> Result<()> {
    let (mut limit, mut staker) = (Limit::NONE, NO_STAKE);
    let mut insurance = insurance(&mut limit, &mut staker)?;
    insurance.junior.index = LossIndex { mantissa: LossIndex::NEW.mantissa / 9 * 7, exponent: 3 };
    run(call, &mut (insurance, staker), |(insurance, staker)| insurance.stake(Seniority::Junior, staker, 12_345_678_901))
}

/// More than junior has: senior bears a part too.
pub fn insured(call: bool) -> Result<()> {
    let (mut limit, mut staker) = (Limit::NONE, NO_STAKE);
    let mut insurance = insurance(&mut limit, &mut staker)?;
    insurance.limit_index = LossIndex { mantissa: LossIndex::NEW.mantissa / 9 * 7, exponent: 0 };
    let mut market = deficit();
    market.limit = limit;
    run(call, &mut (insurance, market), |(insurance, market)| insurance.share_loss(market, NOW))
}

/// Addresses that agree in all but their last bytes are the most work to tell apart.
fn key(i: u8) -> [u8; 32] {
    let mut key = [7; 32];
    key[31] = i;
    key
}

fn full_board() -> Box<Board> {
    let mut board = Box::new(Board::NEW);
    for i in 0..BOARD as u8 {
        board.put(&key(i), LONG, 1_000 - u64::from(i));
    }
    board
}

pub fn board_put(call: bool) -> Result<()> {
    run(call, &mut (full_board(), key(99)), |(board, key)| match board.put(key, LONG, 5_000) {
        Placed::Entered => Ok(()),
        _ => Err(RiskError::RankTooLow),
    })
}

fn floor(call: bool, shown: u8) -> Result<()> {
    let mut all = [Shown { key: key(0), score: 0, actionable: true }; 8];
    for (slot, i) in all.iter_mut().zip(0u8..) {
        (slot.key, slot.score) = (key(i), 900);
    }
    run(call, &mut (full_board(), all, usize::from(shown)), |(board, all, n)| {
        Ok(board.floor(LONG, all.get(..*n).ok_or(RiskError::RankTooLow)?))
    })
}

pub fn floor_one(call: bool) -> Result<()> {
    floor(call, 1)
}

pub fn floor_eight(call: bool) -> Result<()> {
    floor(call, 8)
}
