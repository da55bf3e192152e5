//! Prices, risk state and funding, and the breaker above all markets.

use super::Round;
use crate::{action::Job, predict::Step};
use firebreak_client::{
    program::state::Market,
    risk::{num::fraction_down, price::RobustPrice},
};

/// Slots of a second, times two.
const SLOTS_PER_TWO_SECONDS: i64 = 5;

impl Round<'_> {
    /// Refreshes and accrues every market for which it is time.
    pub(super) fn prices(&mut self) {
        for index in self.scope() {
            let Some(before) = self.market(index) else { continue };
            if before.engine.ended().is_some() {
                continue;
            }
            let refreshed = self.on(Job::Refresh) && self.refresh(index, &before);
            if !refreshed && self.on(Job::Funding) && self.accrual_is_due(&before) {
                if let Some(mut draft) = self.begin(Job::Funding, Some(index), None) {
                    let _ = draft.add(&mut self.desk, Step::Accrue { market: index });
                    if self.finish(draft) {
                        self.refreshed.insert(index);
                    }
                }
            }
        }
    }

    /// Refreshes every collateral for which it is time.
    pub(super) fn collateral_prices(&mut self) {
        if !self.on(Job::Refresh) {
            return;
        }
        let all: Vec<u16> = self.book.collaterals().map(|record| record.state.index).collect();
        for index in all {
            self.refresh_collateral(index);
        }
    }

    fn refresh_collateral(&mut self, index: u16) {
        let Ok((key, before)) = self.desk.collateral(index) else { return };
        let Some(mut draft) = self.begin(Job::Refresh, None, Some(key)) else { return };
        if draft.add(&mut self.desk, Step::RefreshCollateral { collateral: index }).is_err() {
            return;
        }
        let Ok((_, after)) = self.desk.collateral(index) else { return };
        if self.is_worth(&before.engine.price, &after.engine.price, before.engine.params.price_max_age) {
            self.finish(draft);
        } else {
            self.desk.roll_back();
        }
    }

    /// Whether a refresh moves the price, raises its quality or renews one that is getting old.
    fn is_worth(&self, old: &RobustPrice, new: &RobustPrice, max_age: u32) -> bool {
        let moved = fraction_down(old.spot.0.abs_diff(new.spot.0), old.spot.0).map_or(u32::MAX, |moved| moved.0);
        let better = new.quality_at(self.now, max_age) > old.quality_at(self.now, max_age);
        let aged = new.time > old.time && self.now.time.saturating_sub(old.time) >= self.settings.refresh_seconds;
        moved >= self.settings.refresh_move_ppm.max(1) || better || aged
    }

    /// Plans a refresh when it would move the price, raise its quality or renew one that is getting old.
    fn refresh(&mut self, index: u16, before: &Market) -> bool {
        let Some(mut draft) = self.begin(Job::Refresh, Some(index), None) else { return false };
        if draft.add(&mut self.desk, Step::Refresh { market: index }).is_err() {
            return false;
        }
        let Some(after) = self.market(index) else { return false };
        let max_age = before.engine.params.price_max_age;
        if !self.is_worth(&before.engine.price, &after.engine.price, max_age) {
            self.desk.roll_back();
            return false;
        }
        if self.on(Job::Funding) {
            // Whoever opens a position needs the lines of this price.
            let _ = draft.add(&mut self.desk, Step::Accrue { market: index });
        }
        let kept = self.finish(draft);
        if kept {
            self.refreshed.insert(index);
        }
        kept
    }

    fn accrual_is_due(&self, market: &Market) -> bool {
        let engine = &market.engine;
        let slots = i64::try_from(self.now.slot.saturating_sub(engine.margin.slot)).unwrap_or(i64::MAX);
        let waited = slots.saturating_mul(2) >= self.settings.funding_seconds.saturating_mul(SLOTS_PER_TWO_SECONDS);
        waited || engine.margin.spot != engine.price.spot && engine.margin.slot < engine.price.slot
    }

    /// Trips or releases the global breaker when that would change its level or its reasons.
    pub(super) fn breaker(&mut self) {
        if !self.on(Job::Breakers) {
            return;
        }
        let Some(mut draft) = self.begin(Job::Breakers, None, None) else { return };
        let Ok((_, before)) = self.desk.protocol() else { return };
        if draft.add(&mut self.desk, Step::CheckGlobal).is_err() {
            return;
        }
        let Ok((_, after)) = self.desk.protocol() else { return };
        let state = |p: &firebreak_client::program::state::Protocol| (p.breaker.level(), p.breaker.reasons());
        if state(&before) != state(&after) {
            self.finish(draft);
        } else {
            self.desk.roll_back();
        }
    }
}
