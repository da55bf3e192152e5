//! Standing orders, boards, public records, money that lies about, markets without a price.

use super::Round;
use crate::{action::Job, book::Due, predict::Step};
use firebreak_client::{
    address,
    program::state::{Market, Order},
    risk::{
        order::{REDUCE, TOP_UP},
        price::Quality,
        rank::{Board, BOARD, LONG, SHORT},
    },
    Pubkey,
};
use std::collections::BTreeMap;

/// Quotes that are tried for an order at most.
const MOST_OFFERS: usize = 4;
/// Accounts ranked in one instruction at most.
const MOST_RANKED: usize = 6;

impl Round<'_> {
    /// Runs orders that are due.
    pub(super) fn orders(&mut self) {
        if !self.on(Job::Orders) || self.inventory.wallet.account.is_none() {
            return;
        }
        let planned = self.desk.planned();
        let table = self.book.table().over(&planned);
        let is_due = |order: &Order| {
            let Some(Ok((health, _))) = self.book.health(&order.account, &table, self.now) else { return false };
            order.engine.require_due(order.engine.kind, &health, self.now).is_ok()
        };
        let due: Vec<(Pubkey, Order)> =
            self.book.orders().filter(|held| is_due(&held.state)).map(|held| (held.key, *held.state)).collect();
        for (key, order) in due {
            match order.engine.kind {
                REDUCE if self.in_scope(order.engine.market) => self.reduce(key, &order),
                TOP_UP => self.top_up(key, &order),
                _ => {}
            }
        }
    }

    fn reduce(&mut self, key: Pubkey, order: &Order) {
        let Some(mut draft) = self.begin(Job::Orders, Some(order.engine.market), Some(key)) else { return };
        let (Some(market), Ok(account)) = (self.market(order.engine.market), self.desk.account(&order.account)) else { return };
        let Ok(base) = account.engine.position(order.engine.market).and_then(|p| order.engine.fill_of(p.base)) else { return };
        let offers = self.offers(&market, base, &account.owner, MOST_OFFERS);
        let ran =
            offers.into_iter().any(|offer| draft.add(&mut self.desk, Step::RunOrder { order: key, maker: offer.maker }).is_ok());
        if ran {
            self.finish(draft);
        }
    }

    fn top_up(&mut self, key: Pubkey, order: &Order) {
        let Some(mut draft) = self.begin(Job::Orders, None, Some(key)) else { return };
        let Ok(account) = self.desk.account(&order.account) else { return };
        let source = address::account(&account.owner, order.engine.source);
        let _ = draft.add(&mut self.desk, Step::RunTopUp { order: key, source });
        self.finish(draft);
    }

    /// Puts on the boards who belongs there and is not, and takes off who is gone.
    pub(super) fn rank(&mut self, due: &[Due], ranked: &mut BTreeMap<u16, u64>) {
        if !self.on(Job::Rank) {
            return;
        }
        for index in self.scope() {
            let Some(market) = self.market(index) else { continue };
            let mut keys = self.gone(&market);
            let lowest = lowest(&market.worst);
            for account in due {
                if keys.len() >= MOST_RANKED {
                    break;
                }
                let score = account.liq_end.min(0).unsigned_abs();
                let holds =
                    || self.book.account(&account.key).is_some_and(|a| a.engine.position(index).is_ok_and(|p| !p.base.is_flat()));
                if score > lowest && !names(&market.worst, &account.key) && holds() {
                    keys.push(account.key);
                }
            }
            keys.extend(self.best_winners(&market, ranked, MOST_RANKED.saturating_sub(keys.len())));
            if keys.is_empty() {
                continue;
            }
            let Some(mut draft) = self.begin(Job::Rank, Some(index), None) else { continue };
            let _ = draft.add(&mut self.desk, Step::Rank { market: index, shown: keys });
            self.finish(draft);
        }
    }

    /// Accounts that a board names though they no longer exist.
    fn gone(&self, market: &Market) -> Vec<Pubkey> {
        let named = [&market.winners, &market.worst].into_iter().flat_map(|board| board.entries.iter().filter(|e| e.score != 0));
        let mut keys: Vec<Pubkey> =
            named.map(|e| Pubkey::new_from_array(e.key)).filter(|key| self.book.account_slot(key).is_none()).collect();
        keys.sort_unstable();
        keys.dedup();
        keys.truncate(MOST_RANKED);
        keys
    }

    /// Winners that score more than the board's lowest and are not on it; looked for once in a while, because it takes a look at everybody.
    fn best_winners(&self, market: &Market, ranked: &mut BTreeMap<u16, u64>, most: usize) -> Vec<Pubkey> {
        let waited = ranked.get(&market.index).is_none_or(|slot| self.now.slot.saturating_sub(*slot) >= self.settings.rank_slots);
        if !waited || most == 0 || market.engine.quality(self.now) == Quality::Frozen {
            return vec![];
        }
        ranked.insert(market.index, self.now.slot);
        let (table, lowest) = (self.book.table(), lowest(&market.winners));
        let both = [LONG, SHORT].into_iter().flat_map(|side| self.book.winners(&table, market.index, side, BOARD, self.now));
        let mut found: Vec<_> = both.filter(|s| s.score > lowest && !names(&market.winners, &s.key)).collect();
        found.sort_unstable_by(|a, b| b.cmp(a));
        found.into_iter().map(|s| s.key).take(most).collect()
    }

    /// Publishes records that are old, or of another level or quality than the market now.
    pub(super) fn reports(&mut self) {
        if !self.on(Job::Reports) {
            return;
        }
        for index in self.scope() {
            let Some(market) = self.market(index) else { continue };
            let Ok(setting) = self.desk.setting() else { continue };
            let due = self.book.report(index).is_none_or(|held| {
                let report = &held.state.report;
                let level = market.engine.level(setting.global) as u8;
                let quality = market.engine.quality(self.now) as u8;
                (report.level, report.quality) != (level, quality)
                    || self.now.time.saturating_sub(report.time) >= self.settings.report_seconds
            });
            let Some(mut draft) = self.begin(Job::Reports, Some(index), None).filter(|_| due) else { continue };
            let _ = draft.add(&mut self.desk, Step::PublishReport { market: index });
            self.finish(draft);
        }
    }

    /// Moves what lies in the vault past the program, and fees that have come together, into insurance.
    pub(super) fn money(&mut self) {
        if !self.on(Job::Skim) {
            return;
        }
        if let Some(mut draft) = self.begin(Job::Skim, None, None) {
            let _ = draft.add(&mut self.desk, Step::Skim);
            self.finish(draft);
        }
        for index in self.scope() {
            let least = self.settings.sweep_fees_from.max(1);
            if self.market(index).is_none_or(|market| market.engine.ledger.insurance_fees < least) {
                continue;
            }
            let Some(mut draft) = self.begin(Job::Skim, Some(index), None) else { continue };
            let _ = draft.add(&mut self.desk, Step::SweepFees { market: index });
            self.finish(draft);
        }
    }

    /// Ends markets that have long had no price.
    pub(super) fn ends(&mut self) {
        if !self.on(Job::Settlement) {
            return;
        }
        for index in self.scope() {
            let open = |market: &Market| market.engine.ended().is_none() && market.engine.quality(self.now) == Quality::Frozen;
            if !self.book.market(index).is_some_and(|held| open(&held.state)) {
                continue;
            }
            let Some(mut draft) = self.begin(Job::Settlement, Some(index), None) else { continue };
            let _ = draft.add(&mut self.desk, Step::EnterSettlement { market: index });
            self.finish(draft);
        }
    }
}

/// Score of the lowest entry of a board; zero while it has a free place.
fn lowest(board: &Board) -> u64 {
    board.entries.iter().map(|e| e.score).min().unwrap_or(0)
}

fn names(board: &Board, key: &Pubkey) -> bool {
    board.entries.iter().any(|e| e.score != 0 && e.key == key.to_bytes())
}
