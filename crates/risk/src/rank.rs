//! Who comes first: scores and boards (design, section 8).
//!
//! Each market has two boards of 16 entries. A board is a floor, not a list of permitted names: whoever acts may use any account whose
//! score, computed now, is at least that of every live entry it skips. So nobody can hide behind a full board, nobody has to
//! be on it, and a board that nobody cares for costs nothing but order.
//!
//! A stored score counts until somebody shows the account itself; what is shown counts as it stands now, and a dead entry (score zero)
//! goes. An entry that is shown and cannot be acted on does not count. Source of the score for winners: Hyperliquid's queue,
//! profit × leverage; for the worst: dYdX's order by shortage.

use crate::{
    account::Account,
    layout,
    margin::Health,
    market::Market,
    num::{fraction_down, mul_div_down, notional_down, ratio_down, sadd, Ratio, Result},
    position::Position,
    RiskError,
};

/// Entries of a board.
pub const BOARD: usize = 16;
/// What is left of a keeper's reward when it skips a worse account.
pub const SKIPPED_SHARE: Ratio = Ratio(300_000);

/// Side of a long.
pub const LONG: u8 = 1;
/// Side of a short.
pub const SHORT: u8 = 2;
/// No side: entries of the worst board.
pub const EITHER: u8 = 0;

layout! {
    /// One account on a board.
    pub struct RankEntry [48] {
        /// The account's address; meaningful when `score` is not zero.
        pub key: [u8; 32],
        /// Its score when it was last shown; 0: the place is free.
        pub score: u64,
        /// [`LONG`], [`SHORT`] or [`EITHER`].
        pub side: u8,
        /// Room to grow; zero.
        pub reserved: [u8; 7],
    }
}

layout! {
    /// The best-known accounts of one market, in no order.
    pub struct Board [768] {
        /// Entries; free places have a score of zero.
        pub entries: [RankEntry; BOARD],
    }
}

/// An account that the caller shows, with its score computed now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Its address.
    pub key: [u8; 32],
    /// Its score now.
    pub score: u64,
    /// Whether the intended action is possible on it now, or has just been done.
    pub actionable: bool,
}

/// What became of an account that was put to a board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placed {
    /// It took a free place or a lower entry's.
    Entered,
    /// Its entry now has the score of now.
    Updated,
    /// Its entry was dead and is gone.
    Evicted,
    /// It ranks below every entry of a full board, or has no score.
    NotRanked,
}

impl RankEntry {
    /// A free place.
    pub const EMPTY: Self = Self { key: [0; 32], score: 0, side: EITHER, reserved: [0; 7] };

    fn is(&self, key: &[u8; 32]) -> bool {
        self.score != 0 && self.key == *key
    }
}

impl Board {
    /// A board with no entry.
    pub const NEW: Self = Self { entries: [RankEntry::EMPTY; BOARD] };

    /// Puts an account with its score of now to the board: enters it, moves it, or evicts it when its score is zero. A full board
    /// gives up its lowest entry to a strictly higher score only, so equal scores cannot push each other out.
    pub fn put(&mut self, key: &[u8; 32], side: u8, score: u64) -> Placed {
        if let Some(entry) = self.entries.iter_mut().find(|e| e.is(key)) {
            *entry = if score == 0 { RankEntry::EMPTY } else { RankEntry { score, side, ..*entry } };
            return if score == 0 { Placed::Evicted } else { Placed::Updated };
        }
        // A free place has score zero and so is the lowest.
        match self.entries.iter_mut().min_by_key(|e| e.score) {
            Some(entry) if score > entry.score => {
                *entry = RankEntry { key: *key, score, side, reserved: [0; 7] };
                Placed::Entered
            }
            _ => Placed::NotRanked,
        }
    }

    /// The score that an account must reach to be used in place of the live entries of `side`. `shown` are accounts the caller passes:
    /// they count with their score of now, and for nothing when they cannot be acted on or are acted on in the same step.
    pub fn floor(&self, side: u8, shown: &[Shown]) -> u64 {
        let counts = self.entries.iter().filter(|e| e.score != 0 && e.side == side);
        counts.map(|e| counted(e, shown)).max().unwrap_or(0)
    }
}

fn counted(entry: &RankEntry, shown: &[Shown]) -> u64 {
    match shown.iter().find(|s| entry.is(&s.key)) {
        Some(s) if s.actionable => s.score,
        Some(_) => 0,
        None => entry.score,
    }
}

/// Refuses an account that ranks below a live entry it would be used in place of.
pub fn require_rank(score: u64, floor: u64) -> Result<()> {
    if score < floor {
        return Err(RiskError::RankTooLow);
    }
    Ok(())
}

/// A keeper's reward in atoms after the order it kept: whole when the account scores at least `floor`, else 30 %. Rounded down.
pub fn ordered_reward_down(reward: u64, score: u64, floor: u64) -> Result<u64> {
    if score >= floor {
        return Ok(reward);
    }
    ratio_down(reward, SKIPPED_SHARE)
}

/// The side of a size.
pub fn side_of(position: &Position) -> u8 {
    match position.base.0 {
        0 => EITHER,
        1.. => LONG,
        _ => SHORT,
    }
}

/// Score of a winner: unconverted profit (claim and unrealised, at spot) × leverage (notional ÷ solvency), rounded down. The unit is one
/// atom at a leverage of one part in 4 295 (`u32::MAX` ppm is one), so that no product overflows; leverage counts up to 4 294×. An
/// account without solvency counts as that. Zero without exposure, without profit, or below `min_notional` atoms: a dust
/// account must not hold a place by its leverage. A `min_notional` of zero exempts nobody.
pub fn winner_score_down(position: &Position, market: &Market, solvency: i64, min_notional: u64) -> Result<u64> {
    let price = market.price.spot;
    let notional = notional_down(price, position.base.abs())?;
    let profit = position.standing_down(market, price)?;
    if position.base.is_flat() || profit <= 0 || notional < min_notional {
        return Ok(0);
    }
    // The profit is the account's own, though it is not capital yet: without it one that lives on profit alone has no leverage.
    let equity = sadd(solvency.max(0), profit)?.unsigned_abs();
    let leverage = fraction_down(notional, equity)?;
    mul_div_down(profit.unsigned_abs(), leverage.0 as u64, u32::MAX as u64)
}

/// Score of an account that is to be liquidated: its LiqEnd shortage in atoms. Zero while it is neither flagged nor below Maint.
pub fn worst_score(account: &Account, health: &Health) -> u64 {
    if account.flagged == 0 && health.maint >= 0 {
        return 0;
    }
    health.liq_end.min(0).unsigned_abs()
}
