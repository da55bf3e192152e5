//! Who ranks highest on one side of a market: those whom a bankrupt position is closed against.

use super::{hot::bit, Book};
use firebreak_client::{
    risk::{
        rank::{side_of, winner_score_down},
        Now,
    },
    Pubkey,
};

/// A counterparty of a deleveraging.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Winner {
    /// Its score on the winners board, by the book's prices.
    pub score: u64,
    /// The margin account.
    pub key: Pubkey,
}

impl Book {
    /// The `most` accounts with the highest scores that hold `side` ([`firebreak_client::risk::rank::LONG`] or `SHORT`) in market number
    /// `index`, highest first; `skip` leaves accounts out. Those that score nothing come last.
    pub fn winners(&self, index: u16, side: u8, most: usize, now: Now, skip: impl Fn(&Pubkey) -> bool) -> Vec<Winner> {
        let table = self.table();
        let Some(market) = self.market(index).map(|held| &held.state.engine) else { return vec![] };
        let mut found: Vec<Winner> = vec![];
        for id in 0..self.hot.len() as u32 {
            let Some(seen) = self.hot.at(id, bit(index)) else { continue };
            let Some(row) = seen.rows.iter().find(|row| row.market == index) else { continue };
            let position = row.position(self.hot.indices());
            if side_of(&position) != side {
                continue;
            }
            let Ok(health) = self.health_seen(id, &seen, &table, now) else { continue };
            let Ok(score) = winner_score_down(&position, market, health.solvency, market.rules.rank_notional) else { continue };
            let Some(key) = self.key_of(id).filter(|key| !skip(key)) else { continue };
            found.push(Winner { score, key });
            // Twice as many as are asked for are kept at most.
            if found.len() >= most.saturating_mul(2).max(16) {
                found.sort_unstable_by(|a, b| b.cmp(a));
                found.truncate(most);
            }
        }
        found.sort_unstable_by(|a, b| b.cmp(a));
        found.truncate(most);
        found
    }
}
