//! Deleveraging in the order of the winners board: the whole side ranked, so that nobody is skipped.

use super::Stage;
use crate::engine::{Action, Who};
use firebreak_risk::{margin::health, rank::winner_score_down};

impl Stage {
    /// Closes a bankrupt position against the other side, best-ranked first. Returns the lots closed.
    pub fn deleverage(&mut self, m: u16, who: Who) -> u64 {
        let mut closed = 0;
        // Beyond 64 counterparties the next step goes on.
        for _ in 0..64 {
            let base = self.backend.base(who, m);
            if base == 0 {
                break;
            }
            let side = (m, base < 0);
            if !self.ranked.contains_key(&side) {
                let ranked = self.rank(m, base < 0);
                self.ranked.insert(side, ranked);
            }
            let Some((floor, other)) = self.ranked.get_mut(&side).and_then(Vec::pop) else { break };
            if other == who {
                continue;
            }
            let Some(done) = self.act(Action::Deleverage { m, who, other, floor }) else { continue };
            closed += done.lots;
            if self.backend.base(other, m) != 0 {
                let score = self.score(m, other);
                if let Some(ranked) = self.ranked.get_mut(&side) {
                    let at = ranked.partition_point(|r| r.0 < score);
                    ranked.insert(at, (score, other));
                }
            }
        }
        closed
    }

    /// Accounts of one side by score, the best last.
    fn rank(&self, m: u16, long: bool) -> Vec<(u64, Who)> {
        let mut ranked: Vec<(u64, Who)> = (0..self.backend.accounts())
            .filter(|who| {
                let base = self.backend.base(*who, m);
                base != 0 && (base > 0) == long && self.backend.account(*who).bankrupt == 0
            })
            .map(|who| (self.score(m, who), who))
            .collect();
        ranked.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
        ranked
    }

    fn score(&self, m: u16, who: Who) -> u64 {
        let (account, books) = (self.backend.account(who), self.backend.books());
        let market = &books.markets[m as usize];
        let solvency = health(account, &books, self.backend.now()).map_or(0, |h| h.solvency);
        let position = account.position(m);
        position.and_then(|p| winner_score_down(p, market, solvency, market.rules.rank_notional)).unwrap_or(0)
    }
}
