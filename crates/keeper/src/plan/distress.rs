//! Accounts in distress, worst first: flag, declare, close.

use super::{
    draft::{cost, try_step, Draft},
    Round,
};
use crate::{
    action::Job,
    book::Due,
    predict::{Step, Taken},
};
use firebreak_client::{
    program::state::{MarginAccount, Market},
    risk::{
        liquidation::{self, Plan},
        margin::Health,
        num::{notional_up, ratio_up},
        Ratio, RiskError,
    },
    Pubkey,
};

/// How often a step that is too large is halved.
const HALVINGS: usize = 8;
/// Closings of one account in one action at most.
const MOST_CLOSINGS: usize = 3;
/// Quotes that are tried for one closing at most.
const MOST_OFFERS: usize = 4;

impl Round<'_> {
    /// Plans for every due account, worst first.
    pub(super) fn distress(&mut self, due: &[Due]) {
        for account in due {
            if self.full() {
                break;
            }
            if !self.excluded.contains(&account.key) {
                self.help(&account.key);
            }
        }
    }

    fn help(&mut self, key: &Pubkey) {
        let Some(mut draft) = self.begin(Job::Flag, None, Some(*key)) else { return };
        let Some((mut account, mut health)) = self.state(key) else { return };
        let flag = account.engine.flagged == 0 || health.liq_end >= 0;
        if flag && !(self.on(Job::Flag) && draft.add(&mut self.desk, Step::Flag { account: *key }).is_ok()) {
            self.desk.roll_back();
            return;
        }
        // Collateral goes first: it moves no market, and an account is bankrupt only when nobody wants what it holds.
        if account.engine.collaterals > 0 && self.back(key, &mut draft) {
            let Some(after) = self.state(key) else { return };
            (account, health) = after;
        }
        let declare = health.solvency < 0 && account.engine.bankrupt == 0 && self.on(Job::Declare);
        if declare && draft.add(&mut self.desk, Step::Declare { account: *key }).is_ok() {
            draft.job = Job::Declare;
        }
        for _ in 0..MOST_CLOSINGS {
            if !self.close_one(key, &mut draft) {
                break;
            }
        }
        self.finish(draft);
    }

    /// An account and its health as they stand on the desk.
    pub(super) fn state(&mut self, key: &Pubkey) -> Option<(MarginAccount, Health)> {
        let account = self.desk.account(key).ok()?;
        let mut given = crate::predict::Given::default();
        self.desk.read(&mut given, &account, None).ok()?;
        let health = firebreak_client::risk::margin::health(&account.engine, &given, self.now).ok()?;
        Some((account, health))
    }

    /// Closes a part of one position, the largest first. Says whether anything was closed.
    fn close_one(&mut self, key: &Pubkey, draft: &mut Draft) -> bool {
        let Some((account, health)) = self.state(key) else { return false };
        if account.engine.flagged == 0 || health.liq_end >= 0 {
            return false;
        }
        let mut positions: Vec<(u64, u16)> = vec![];
        for position in account.engine.active().filter(|p| !p.base.is_flat()) {
            let Some(market) = self.market(position.market).filter(|m| self.in_scope(m.index)) else { continue };
            positions.push((notional_up(market.engine.price.spot, position.base.abs()).unwrap_or(u64::MAX), position.market));
        }
        positions.sort_unstable_by(|a, b| b.cmp(a));
        positions.into_iter().any(|(_, index)| self.close(key, &account, &health, index, draft))
    }

    /// Closes a part of the position in market number `index` in the way that pays most; of a bankrupt one, what nobody wants goes to
    /// the other side.
    fn close(&mut self, key: &Pubkey, account: &MarginAccount, health: &Health, index: u16, draft: &mut Draft) -> bool {
        let Some(market) = self.market(index) else { return false };
        let Ok(plan) = liquidation::plan(&account.engine, index, &market.engine, health, self.now) else { return false };
        let shown = self.shown_to_worst(&market, key);
        let mut best: Option<(i64, u64, Job, Step)> = None;
        let ways = [
            (Job::TakeOver, self.take_over(key, &market, &plan, &shown)),
            (Job::IntoQuotes, self.close_into_quotes(key, account, &market, &plan, &shown)),
        ];
        for (job, found) in ways {
            let Some((step, taken, burden)) = found else { continue };
            let signed = |x: u64| i64::try_from(x).unwrap_or(i64::MAX);
            let gain = signed(taken.earned).saturating_sub(signed(burden)).saturating_sub(signed(cost(self, taken.compute)));
            if gain >= self.settings.profit_floor && best.as_ref().is_none_or(|(most, ..)| gain > *most) {
                best = Some((gain, burden, job, step));
            }
        }
        if let Some((_, burden, job, step)) = best {
            if draft.add(&mut self.desk, step).is_ok() {
                (draft.job, draft.market) = (job, Some(index));
                draft.burden = draft.burden.saturating_add(burden);
                return true;
            }
        }
        if account.engine.bankrupt != 0 && self.on(Job::Deleverage) && self.deleverage(key, account, &market, draft) {
            (draft.job, draft.market) = (Job::Deleverage, Some(index));
            return true;
        }
        if self.on(Job::Dust) && self.dust(key, account, &market, draft) {
            (draft.job, draft.market) = (Job::Dust, Some(index));
            return true;
        }
        false
    }

    /// The largest take-over that is permitted and affordable, tried and taken back: the step, what it is, and what unwinding will cost.
    fn take_over(&mut self, key: &Pubkey, market: &Market, plan: &Plan, shown: &[Pubkey]) -> Option<(Step, Taken, u64)> {
        if !self.on(Job::TakeOver) {
            return None;
        }
        let (_, own) = self.desk.own().ok()?;
        let mut given = crate::predict::Given::default();
        self.desk.read(&mut given, &own, None).ok()?;
        if !given.passed.contains(&market.index) {
            self.desk.give(&mut given, market.index).ok()?;
        }
        let room = self.inventory.room(&own, (market.index, &market.engine), plan.base.is_long(), &given, self.now);
        let step = |lots| Step::Liquidate { account: *key, market: market.index, lots, shown: shown.to_vec() };
        let (step, taken) = self.largest(plan.base.abs().min(room), step)?;
        let notional = notional_up(market.engine.price.spot, taken.lots).ok()?;
        let burden = ratio_up(notional, Ratio(self.inventory.limits.unwind_cost_ppm)).ok()?;
        Some((step, taken, burden))
    }

    /// The same against the best quote that takes it.
    fn close_into_quotes(
        &mut self,
        key: &Pubkey,
        account: &MarginAccount,
        market: &Market,
        plan: &Plan,
        shown: &[Pubkey],
    ) -> Option<(Step, Taken, u64)> {
        if !self.on(Job::IntoQuotes) {
            return None;
        }
        let against = plan.base.negated().ok()?;
        let own = self.inventory.wallet.account;
        for offer in self.offers(market, against, &account.owner, MOST_OFFERS) {
            if Some(offer.maker) == own {
                continue;
            }
            let step =
                |lots| Step::IntoQuotes { account: *key, market: market.index, maker: offer.maker, lots, shown: shown.to_vec() };
            if let Some((step, taken)) = self.largest(plan.base.abs().min(offer.size), step) {
                return Some((step, taken, 0));
            }
        }
        None
    }

    /// The step with the most lots that the engine permits, found by halving; the desk is as it was.
    pub(super) fn largest(&mut self, most: u64, step: impl Fn(u64) -> Step) -> Option<(Step, Taken)> {
        let mut lots = most;
        for _ in 0..HALVINGS {
            if lots == 0 {
                return None;
            }
            let step = step(lots);
            let mark = self.desk.mark();
            match try_step(&mut self.desk, &step) {
                Ok(taken) => {
                    self.desk.back_to(mark);
                    return Some((step, taken));
                }
                Err(crate::predict::No::Engine(
                    RiskError::BelowInit | RiskError::Throttled | RiskError::DustLeft | RiskError::InsufficientCapital,
                )) => lots /= 2,
                Err(_) => return None,
            }
        }
        None
    }
}
