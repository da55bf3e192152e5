//! Closing against the other side: who is passed, and who has to be shown to a board.

use super::{draft::Draft, Round};
use crate::predict::{No, Step};
use firebreak_client::{
    program::{
        instructions::MOST_PARTIES,
        state::{MarginAccount, Market},
    },
    risk::{
        num::notional_down,
        ops,
        rank::{worst_score, Board, LONG, SHORT},
        RiskError,
    },
    Pubkey,
};

/// Accounts shown to a board in one instruction at most: each takes room in the transaction.
const MOST_SHOWN: usize = 3;
/// How often a deleveraging is tried with fewer counterparties.
const TRIES: usize = 4;

/// Live entries of a board on one side, highest first.
fn entries(board: &Board, side: Option<u8>) -> Vec<(u64, Pubkey)> {
    let live = board.entries.iter().filter(|e| e.score != 0 && side.is_none_or(|side| e.side == side));
    let mut found: Vec<(u64, Pubkey)> = live.map(|e| (e.score, Pubkey::new_from_array(e.key))).collect();
    found.sort_unstable_by(|a, b| b.cmp(a));
    found
}

impl Round<'_> {
    /// Accounts to show beside the liquidation of `key`: those that the worst board still names above it, though they now score less or
    /// cannot be acted on. Otherwise the keeper would be paid as if it had skipped them.
    pub(super) fn shown_to_worst(&mut self, market: &Market, key: &Pubkey) -> Vec<Pubkey> {
        let Some((account, health)) = self.state(key) else { return vec![] };
        let score = worst_score(&account.engine, &health);
        let mut shown = vec![];
        for (stored, other) in entries(&market.worst, None) {
            if stored <= score || other == *key || shown.len() >= MOST_SHOWN {
                continue;
            }
            let stands = match self.state(&other) {
                Some((account, health)) => worst_score(&account.engine, &health) > score && self.can_take(market, &account),
                None => self.book.account(&other).is_some(),
            };
            if !stands {
                shown.push(other);
            }
        }
        shown
    }

    fn can_take(&mut self, market: &Market, account: &MarginAccount) -> bool {
        let mut given = crate::predict::Given::default();
        if self.desk.read(&mut given, account, Some(market.index)).is_err() {
            return true;
        }
        ops::rank((market.index, &market.engine), &account.engine, &given, self.now).is_ok_and(|ranked| ranked.can_take)
    }

    /// Closes a bankrupt position against the best-ranked of the other side.
    pub(super) fn deleverage(&mut self, key: &Pubkey, account: &MarginAccount, market: &Market, draft: &mut Draft) -> bool {
        let Ok(position) = account.engine.position(market.index) else { return false };
        let size = position.base.abs();
        let side = if position.base.is_long() { SHORT } else { LONG };
        let mut ranked = self.ranked_now(market, side, key, 2 * usize::from(MOST_PARTIES));
        for _ in 0..TRIES {
            let mut left = size;
            let mut parties: Vec<Pubkey> = vec![];
            for (_, party, lots) in &ranked {
                if left == 0 || parties.len() >= usize::from(MOST_PARTIES) {
                    break;
                }
                parties.push(*party);
                left = left.saturating_sub(*lots);
            }
            let Some(lowest) = ranked.get(parties.len().saturating_sub(1)).map(|(score, ..)| *score) else { return false };
            let shown = self.shown_to_winners(market, side, lowest, &parties);
            let step = Step::Deleverage { account: *key, market: market.index, parties: parties.clone(), shown };
            match draft.add(&mut self.desk, step) {
                Ok(_) => return true,
                // One of them cannot be closed: the transaction is tried without the last, then without more.
                Err(No::Engine(RiskError::MustDeclareBankrupt | RiskError::AccountBankrupt | RiskError::RankTooLow)) => {
                    ranked.remove(parties.len().saturating_sub(1).min(ranked.len().saturating_sub(1)));
                }
                Err(_) => return false,
            }
        }
        false
    }

    /// Counterparties on `side` that can be closed, with score and size as they stand on the desk, highest first.
    fn ranked_now(&mut self, market: &Market, side: u8, not: &Pubkey, most: usize) -> Vec<(u64, Pubkey, u64)> {
        let planned = self.desk.planned();
        let found = self.book.winners(&self.book.table().over(&planned), market.index, side, most, self.now);
        let named = entries(&market.winners, Some(side)).into_iter().map(|(_, key)| key);
        let keys: std::collections::BTreeSet<Pubkey> = found.into_iter().map(|s| s.key).chain(named).collect();
        let mut ranked = vec![];
        for key in keys.into_iter().filter(|key| key != not) {
            let Ok(account) = self.desk.account(&key) else { continue };
            let mut given = crate::predict::Given::default();
            if self.desk.read(&mut given, &account, Some(market.index)).is_err() {
                continue;
            }
            let now = ops::rank((market.index, &market.engine), &account.engine, &given, self.now);
            if let Some(now) = now.ok().filter(|now| now.can_close && now.side == side) {
                let lots = account.engine.position(market.index).map_or(0, |p| p.base.abs());
                ranked.push((now.winner, key, lots));
            }
        }
        ranked.sort_unstable_by(|a, b| b.cmp(a));
        ranked
    }

    /// Entries of the winners board that stand above the lowest counterparty though they are not among them.
    fn shown_to_winners(&self, market: &Market, side: u8, lowest: u64, parties: &[Pubkey]) -> Vec<Pubkey> {
        let above =
            entries(&market.winners, Some(side)).into_iter().filter(|(score, key)| *score > lowest && !parties.contains(key));
        above.map(|(_, key)| key).take(MOST_SHOWN).collect()
    }

    /// Closes a position that is too small for anybody else.
    pub(super) fn dust(&mut self, key: &Pubkey, account: &MarginAccount, market: &Market, draft: &mut Draft) -> bool {
        let Ok(position) = account.engine.position(market.index) else { return false };
        let small = notional_down(market.engine.price.spot, position.base.abs());
        if !small.is_ok_and(|notional| notional <= market.engine.params.dust_notional) {
            return false;
        }
        let side = if position.base.is_long() { SHORT } else { LONG };
        self.ranked_now(market, side, key, TRIES).into_iter().take(TRIES).any(|(score, party, _)| {
            let shown = self.shown_to_winners(market, side, score, &[party]);
            draft.add(&mut self.desk, Step::CloseDust { account: *key, market: market.index, party: Some(party), shown }).is_ok()
        })
    }
}
