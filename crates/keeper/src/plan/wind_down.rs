//! What follows distress: deficits, losses that others bore, claims, the keeper's own positions.

use super::Round;
use crate::{action::Job, predict::Step};
use firebreak_client::{
    risk::{num::ratio_up, settle::gap_up, BaseQty, Market, Ratio},
    Pubkey,
};

/// Accounts that are settled in one market in one round at most.
const MOST_SETTLED: usize = 16;
/// Seconds after which anybody may settle a position.
const DAY: i64 = 86_400;

impl Round<'_> {
    /// Pays deficits.
    pub(super) fn share_losses(&mut self) {
        if !self.on(Job::ShareLoss) {
            return;
        }
        for index in self.scope() {
            let Some(before) = self.market(index).filter(|m| m.engine.ledger.deficit > 0) else { continue };
            let Some(mut draft) = self.begin(Job::ShareLoss, Some(index), None) else { continue };
            if draft.add(&mut self.desk, Step::ShareLoss { market: index }).is_err() {
                continue;
            }
            // A window that is still open is not looked at again and again.
            let less = self.market(index).is_some_and(|after| after.engine.ledger.deficit < before.engine.ledger.deficit);
            let opened =
                self.market(index).is_some_and(|after| after.engine.ledger.window_ends != before.engine.ledger.window_ends);
            if less || opened {
                self.finish(draft);
            } else {
                self.desk.roll_back();
            }
        }
    }

    /// Reduces what the keeper took over, against the best quotes.
    pub(super) fn unwind(&mut self) {
        let Some((_, own)) = self.desk.own().ok().filter(|_| self.on(Job::Unwind)) else { return };
        for index in own.engine.active().filter(|p| !p.base.is_flat()).map(|p| p.market).collect::<Vec<_>>() {
            let Some(market) = self.market(index).filter(|m| self.in_scope(m.index)) else { continue };
            let lots = self.inventory.unwind(&own, (index, &market.engine));
            if lots == 0 {
                continue;
            }
            let Some(mut draft) = self.begin(Job::Unwind, Some(index), self.inventory.wallet.account) else { continue };
            let limit = self.limit(&market.engine, lots);
            let mut left = lots.unsigned_abs();
            for offer in self.offers(&market, BaseQty(lots), &own.owner, 4) {
                let size = i64::try_from(left.min(offer.size)).unwrap_or(0);
                let base = if lots < 0 { size.saturating_neg() } else { size };
                let step = Step::Take { market: index, maker: offer.maker, base, limit };
                if size > 0 && draft.add(&mut self.desk, step).is_ok() {
                    left = left.saturating_sub(size.unsigned_abs());
                }
            }
            self.finish(draft);
        }
    }

    /// The worst price at which unwinding `lots` is still wanted.
    fn limit(&self, market: &Market, lots: i64) -> u64 {
        let spot = market.price.spot.0;
        let slack = ratio_up(spot, Ratio(self.inventory.limits.unwind_slippage_ppm)).unwrap_or(0);
        if lots > 0 {
            spot.saturating_add(slack)
        } else {
            spot.saturating_sub(slack)
        }
    }

    /// Collects what losers owe where winners wait for it: in markets that are not whole, in a loss window, after a market's end.
    pub(super) fn settle(&mut self) {
        if !self.on(Job::Settle) {
            return;
        }
        let planned = self.desk.planned();
        let table = self.book.table().over(&planned);
        for index in self.scope() {
            let Some(market) = table.get(index) else { continue };
            let ledger = &market.ledger;
            let window = ledger.window_deficit > 0 && self.now.time <= ledger.window_ends;
            let whole = gap_up(market).and_then(|gap| ledger.is_whole(gap)).unwrap_or(true);
            let ended = market.ended().is_some();
            if whole && !window && !ended {
                continue;
            }
            for loser in self.book.losers(&table, index, MOST_SETTLED, ended) {
                if !self.excluded.contains(&loser.key) {
                    self.settle_one(&loser.key, index);
                }
            }
        }
    }

    fn settle_one(&mut self, key: &Pubkey, index: u16) -> bool {
        let Some(mut draft) = self.begin(Job::Settle, Some(index), Some(*key)) else { return false };
        let _ = draft.add(&mut self.desk, Step::Settle { account: *key, market: index });
        self.finish(draft)
    }

    /// Converts what accounts that left a loss hold elsewhere.
    pub(super) fn recover(&mut self) {
        if !self.on(Job::Recover) {
            return;
        }
        // Some of them a round, others the next: most wait for a claim to warm.
        let lossy: Vec<Pubkey> = self.book.lossy().collect();
        let some = (self.settings.sweep_accounts as usize).min(lossy.len());
        let from = (self.now.slot as usize).wrapping_mul(some).checked_rem(lossy.len()).unwrap_or(0);
        for key in lossy.iter().cycle().skip(from).take(some).copied() {
            let Ok(account) = self.desk.account(&key) else { continue };
            let claims = account.engine.used().filter(|p| p.result > 0 || !p.base.is_flat());
            for index in claims.map(|p| p.market).collect::<Vec<_>>() {
                let Some(mut draft) = self.begin(Job::Recover, Some(index), Some(key)) else { continue };
                let _ = draft.add(&mut self.desk, Step::Recover { account: key, market: index });
                self.finish(draft);
            }
        }
    }

    /// Turns the keeper's own warm claims into capital.
    pub(super) fn convert(&mut self) {
        let Some((key, own)) = self.desk.own().ok().filter(|_| self.on(Job::Convert)) else { return };
        let warm = |p: &&firebreak_client::risk::Position| p.warm_down(self.now.time).is_ok_and(|warm| warm > 0);
        for index in own.engine.active().filter(warm).map(|p| p.market).collect::<Vec<_>>() {
            let Some(mut draft) = self.begin(Job::Convert, Some(index), Some(key)) else { continue };
            let _ = draft.add(&mut self.desk, Step::Convert { market: index });
            self.finish(draft);
        }
    }

    /// Slow work, a stretch of accounts at a time: positions that nobody has settled for a day, slots that hold nothing any more.
    pub(super) fn sweep(&mut self, from: u32) -> u32 {
        let (settles, frees) = (self.on(Job::Settle), self.on(Job::Dust));
        if !settles && !frees {
            return from;
        }
        let (keys, next) = self.book.stretch(from, self.settings.sweep_accounts);
        for key in keys {
            if self.full() || self.excluded.contains(&key) {
                continue;
            }
            let Some(account) = self.book.account(&key) else { continue };
            let used: Vec<_> = account.engine.used().copied().collect();
            for position in used.iter().filter(|p| settles && !p.base.is_flat()) {
                if self.in_scope(position.market) && self.now.time.saturating_sub(position.settled) >= DAY {
                    self.settle_one(&key, position.market);
                }
            }
            let idle = used.iter().find(|p| frees && p.base.is_flat() && p.result >= 0 && self.in_scope(p.market));
            if let Some(position) = idle {
                if let Some(mut draft) = self.begin(Job::Dust, Some(position.market), Some(key)) {
                    let step = Step::CloseDust { account: key, market: position.market, party: None, shown: vec![] };
                    let _ = draft.add(&mut self.desk, step);
                    self.finish(draft);
                }
            }
        }
        next
    }
}
