//! Who stands out in one market: the highest-ranked of a side, whom a bankrupt position is closed against, and those who owe most.

use super::{hot::bit, judge::Table, Book};
use firebreak_client::{
    risk::{
        rank::{side_of, winner_score_down},
        Now, Position,
    },
    Pubkey,
};

/// An account that stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Standing {
    /// By how much.
    pub score: u64,
    /// The margin account.
    pub key: Pubkey,
}

impl Book {
    /// The `most` accounts with the highest scores that hold `side` ([`firebreak_client::risk::rank::LONG`] or `SHORT`) in market number
    /// `index`, highest first. Those that score nothing come last.
    pub fn winners(&self, table: &Table, index: u16, side: u8, most: usize, now: Now) -> Vec<Standing> {
        let Some(market) = table.get(index) else { return vec![] };
        self.pick(index, most, |id, position| {
            if side_of(position) != side {
                return None;
            }
            let (health, _) = self.health_of(id, table, now)?.ok()?;
            winner_score_down(position, market, health.solvency, market.rules.rank_notional).ok()
        })
    }

    /// The `most` accounts with the largest loss in market number `index`, in atoms at its price, largest first. With `all`, those
    /// with exposure and no loss come last.
    pub fn losers(&self, table: &Table, index: u16, most: usize, all: bool) -> Vec<Standing> {
        let Some(market) = table.get(index) else { return vec![] };
        let price = market.ended().unwrap_or(market.price.spot);
        self.pick(index, most, |_, position| {
            let standing = position.standing_down(market, price).ok()?;
            let exposed = all && !position.base.is_flat();
            (standing < 0 || exposed).then_some(standing.min(0).unsigned_abs())
        })
    }

    fn pick(&self, index: u16, most: usize, score: impl Fn(u32, &Position) -> Option<u64>) -> Vec<Standing> {
        let mut found: Vec<Standing> = vec![];
        let order = |found: &mut Vec<Standing>| {
            found.sort_unstable_by(|a, b| b.cmp(a));
            found.truncate(most);
        };
        for id in 0..self.hot.len() as u32 {
            let Some(seen) = self.hot.at(id, bit(index)) else { continue };
            let Some(row) = seen.rows.iter().find(|row| row.market == index) else { continue };
            let scored = score(id, &row.position(self.hot.indices())).zip(self.key_of(id));
            found.extend(scored.map(|(score, key)| Standing { score, key }));
            // What cannot be among the first is not kept for long.
            if found.len() >= most.saturating_mul(2).max(64) {
                order(&mut found);
            }
        }
        order(&mut found);
        found
    }
}
