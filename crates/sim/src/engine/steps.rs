//! Each action as the engine's whole operation, on copies: a refusal leaves everything as it was, like a failed transaction.

use super::{change::Harm, local::After, Action, Books, Effect, Engine, Record, Who, SETTLEMENT};
use firebreak_risk::{
    margin::{health, Markets},
    num::{add, notional_down, sub, Result},
    ops::{self, Among, MarketsMut},
    outflow::Allowance,
    price::{accept, Accepted, Observation, SourceState, MAX_SOURCES},
    shares::Stake,
    Account, BaseQty, Market, RiskError,
};

/// The markets that an account's positions are in, to change one at a time.
pub(super) struct Held<'a> {
    books: Books<'a>,
    pub changed: Vec<(u16, Market)>,
}

impl Markets for Held<'_> {
    fn market(&self, index: u16) -> Result<&Market> {
        match self.changed.iter().find(|(m, _)| *m == index) {
            Some((_, market)) => Ok(market),
            None => self.books.market(index),
        }
    }

    fn collateral(&self, index: u16) -> Result<&firebreak_risk::collateral::Collateral> {
        self.books.collateral(index)
    }

    fn settlement(&self) -> Result<&firebreak_risk::collateral::Collateral> {
        self.books.settlement()
    }
}

impl MarketsMut for Held<'_> {
    fn with<T>(&mut self, index: u16, f: impl FnOnce(&mut Market) -> Result<T>) -> Result<T> {
        if !self.changed.iter().any(|(m, _)| *m == index) {
            let market = *self.books.market(index)?;
            self.changed.push((index, market));
        }
        let (_, market) = self.changed.iter_mut().find(|(m, _)| *m == index).ok_or(RiskError::NoPosition)?;
        f(market)
    }
}

/// The stop-line health of `after`, at the lines that stood when its take-over was planned: a smaller position has a smaller size term, and
/// what that leaves over is not what was closed too much.
fn stop_line(after: &Account, before: &Account, m: u16, book: &impl Markets, setting: &ops::Setting) -> Result<i64> {
    let mut planned = *after;
    if let (Ok(position), Ok(was)) = (planned.position_mut(m), before.position(m)) {
        position.size_term = was.size_term;
    }
    Ok(health(&planned, book, setting.now)?.liq_end)
}

impl Engine {
    pub(super) fn view(&self) -> Books<'_> {
        Books { markets: &self.markets, records: &self.records }
    }

    pub(super) fn held(&self) -> Held<'_> {
        Held { books: self.view(), changed: Vec::new() }
    }

    pub(super) fn copy(&self, who: Who) -> Result<Account> {
        self.accounts.get(who as usize).copied().ok_or(RiskError::NoPosition)
    }

    pub(super) fn record(&self, index: u16) -> Result<Record> {
        self.records.get(index as usize).copied().ok_or(RiskError::NoCollateral)
    }

    /// The settlement token's record after `atoms` came in.
    fn entered(&self, atoms: u64) -> Result<Option<(u16, Record)>> {
        let mut record = self.record(SETTLEMENT)?;
        record.outflow.deposit(atoms, self.setting.now);
        record.vault = add(record.vault, atoms)?;
        Ok(Some((SETTLEMENT, record)))
    }

    pub(super) fn pair(&self, a: Who, b: Who) -> Result<(Account, Account)> {
        if a == b {
            return Err(RiskError::SelfTrade);
        }
        Ok((self.copy(a)?, self.copy(b)?))
    }

    /// What `action` would leave.
    pub(super) fn run(&self, action: &Action) -> Result<After> {
        let (books, setting) = (self.view(), &self.setting);
        let mut after = After::default();
        match *action {
            Action::Refresh { m, seen } => {
                let mut market = *books.market(m)?;
                let (counted, states) = self.accepted(&seen, &market.sources);
                ops::refresh(&mut market, counted, &states, None, setting.now)?;
                after.markets.push((m, market));
            }
            Action::Accrue { m } => {
                let mut market = *books.market(m)?;
                let insured = market.limit.now_down(&self.insurance)?;
                ops::accrue(&mut market, insured, setting.now)?;
                after.markets.push((m, market));
            }
            Action::Deposit { who, atoms } => {
                let mut account = self.copy(who)?;
                account.deposit(atoms)?;
                after.record = self.entered(atoms)?;
                after.accounts.push((who, account));
            }
            Action::Withdraw { who, atoms } => {
                let mut account = self.copy(who)?;
                ops::withdraw(&mut account, atoms, &books, setting)?;
                let mut record = self.record(SETTLEMENT)?;
                ops::count_outflow(&mut account, &mut record.outflow, &record.limits, atoms, setting)?;
                record.vault = sub(record.vault, atoms)?;
                after.record = Some((SETTLEMENT, record));
                after.accounts.push((who, account));
            }
            Action::Trade { m, taker, maker, lots, price } => {
                let ((mut a, mut b), mut market) = (self.pair(taker, maker)?, *books.market(m)?);
                let done = ops::match_trade((m, &mut market), (&mut a, &mut b), (BaseQty(lots), price), &books, setting)?;
                after.effect.notional = done.cost.unsigned_abs();
                after.effect.fee = done.fee.charged;
                after.accounts.extend([(taker, a), (maker, b)]);
                after.markets.push((m, market));
            }
            Action::Settle { m, who, by_owner } => {
                let (mut account, mut market) = (self.copy(who)?, *books.market(m)?);
                after.effect.paid = ops::settle((m, &mut market), &mut account, by_owner, &books, setting)?.paid;
                after.accounts.push((who, account));
                after.markets.push((m, market));
            }
            Action::Convert { m, who } => {
                let (mut account, mut market) = (self.copy(who)?, *books.market(m)?);
                let (_, paid) = ops::convert((m, &mut market), &mut account, &books, setting)?;
                (after.effect.paid, after.paid_out) = (paid, paid);
                after.accounts.push((who, account));
                after.markets.push((m, market));
            }
            Action::Flag { who } => {
                let (mut account, mut held) = (self.copy(who)?, self.held());
                ops::flag(&mut account, &mut held, setting)?;
                after.markets = held.changed;
                after.accounts.push((who, account));
            }
            Action::Liquidate { m, who, keeper, lots, floor } => {
                let ((mut a, mut k), mut market) = (self.pair(who, keeper)?, *books.market(m)?);
                let done = ops::liquidate((m, &mut market), (&mut a, &mut k), lots, floor, &books, setting)?;
                let (was, is) = (&done.before, &done.after);
                let whole = a.position(m).map_or(true, |p| p.base.is_flat());
                let stop = stop_line(&a, &self.copy(who)?, m, &Among::new(m, &market, &books), setting)?;
                let harm = Harm {
                    maint: (was.maint, is.maint),
                    liq_end: (was.liq_end, is.liq_end),
                    solvency: is.solvency,
                    beyond: (!whole).then_some(stop),
                };
                // An account that cannot pay is closed whole and without penalty: nothing of its own is left to help.
                after.harmed = (was.solvency >= 0).then_some(harm);
                after.effect = Effect {
                    notional: done.taken.notional,
                    lots: done.plan.base.abs().min(lots),
                    penalty: done.taken.penalty,
                    earned: add(done.taken.discount, done.reward)?,
                    deficit: done.deficit,
                    ..Effect::default()
                };
                after.accounts.extend([(who, a), (keeper, k)]);
                after.markets.push((m, market));
            }
            Action::Declare { who } => {
                let (mut account, mut held) = (self.copy(who)?, self.held());
                after.effect.paid = ops::declare(&mut account, &mut held, setting)?.paid;
                after.markets = held.changed;
                let deficit =
                    |(m, is): &(u16, Market)| is.ledger.deficit.saturating_sub(self.markets[*m as usize].ledger.deficit);
                after.effect.deficit = after.markets.iter().map(deficit).sum();
                after.accounts.push((who, account));
            }
            Action::Deleverage { m, who, other, floor } => {
                let ((mut a, mut b), mut market) = (self.pair(who, other)?, *books.market(m)?);
                let size = |account: &Account| account.position(m).map_or(0, |p| p.base.abs());
                let before = (size(&a), size(&b));
                let price = market.price.spot;
                let (closed, deficit) = ops::deleverage((m, &mut market), (&mut a, &mut b), floor, &books, setting)?;
                let (own, others) = (before.0.saturating_sub(size(&a)), before.1.saturating_sub(size(&b)));
                after.effect = Effect {
                    notional: closed.notional,
                    lots: closed.lots,
                    deficit,
                    excess: notional_down(price, others.saturating_sub(own))?,
                    ..Effect::default()
                };
                after.own_loss = closed.paid;
                after.accounts.extend([(who, a), (other, b)]);
                after.markets.push((m, market));
            }
            Action::Recover { m, who } => {
                let (mut account, mut held) = (self.copy(who)?, self.held());
                let (converted, _) = ops::recover(&mut account, m, &mut held, setting)?;
                (after.effect.paid, after.paid_out) = (converted, converted);
                after.markets = held.changed;
                after.accounts.push((who, account));
            }
            Action::Share { m } => {
                let (mut market, mut insurance) = (*books.market(m)?, self.insurance);
                let covered = insurance.share_loss(&mut market, setting.now)?;
                let junior = self.insurance.junior.assets.saturating_sub(insurance.junior.assets);
                after.effect = Effect {
                    pot: covered.pot,
                    junior,
                    senior: covered.insurance.saturating_sub(junior),
                    shared: covered.shared,
                    ..Effect::default()
                };
                after.insurance = Some(insurance);
                after.markets.push((m, market));
            }
            Action::Sweep { m } => {
                let (mut market, mut insurance) = (*books.market(m)?, self.insurance);
                insurance.earn(market.ledger.insurance_fees)?;
                market.ledger.insurance_fees = 0;
                after.insurance = Some(insurance);
                after.markets.push((m, market));
            }
            Action::Stake { .. } | Action::Unstake { .. } | Action::PayOut { .. } | Action::Give { .. } => {
                self.insure(action, &mut after)?
            }
            Action::CheckGlobal => after.global = Some(self.judged()?),
            Action::Pledge { .. } | Action::Reclaim { .. } | Action::Buy { .. } => self.collateral(action, &mut after)?,
            Action::Forfeit { .. } | Action::Reprice { .. } => self.collateral(action, &mut after)?,
        }
        Ok(after)
    }

    fn insure(&self, action: &Action, after: &mut After) -> Result<()> {
        let mut insurance = self.insurance;
        match *action {
            Action::Stake { staker, tranche, atoms } => {
                let (tranche, mut stake) = self.stakes.get(staker).copied().unwrap_or((tranche, Stake::NEW));
                insurance.stake(tranche, &mut stake, atoms)?;
                after.record = self.entered(atoms)?;
                after.stake = Some((staker.min(self.stakes.len()), (tranche, stake)));
            }
            Action::Unstake { staker } => {
                let (tranche, mut stake) = self.stakes.get(staker).copied().ok_or(RiskError::InsufficientShares)?;
                let kept = *insurance.tranche(tranche);
                stake.request(&kept, stake.shares, self.setting.now.time)?;
                after.stake = Some((staker, (tranche, stake)));
            }
            Action::PayOut { staker } => {
                let (tranche, mut stake) = self.stakes.get(staker).copied().ok_or(RiskError::InsufficientShares)?;
                let insured = self.markets.iter().filter(|m| m.limit.granted > 0);
                // Nobody leaves in the moment before the global breaker is asked.
                let mut setting = self.setting;
                setting.global.level = setting.global.level.max(self.judged()?.1);
                let atoms = ops::unstake(&mut insurance, tranche, &mut stake, insured, &setting)?;
                let mut record = self.record(SETTLEMENT)?;
                // A stake has no allowance of its own that anybody counts.
                record.outflow.withdraw(&record.limits, &mut Allowance::NEW.clone(), atoms, setting.now)?;
                record.vault = sub(record.vault, atoms)?;
                (after.record, after.effect.paid) = (Some((SETTLEMENT, record)), atoms);
                after.stake = Some((staker, (tranche, stake)));
            }
            Action::Give { atoms } => {
                insurance.give(atoms)?;
                after.record = self.entered(atoms)?;
            }
            _ => {}
        }
        after.insurance = Some(insurance);
        Ok(())
    }

    /// What counts of what the sources say, and what is to be remembered of each.
    pub(super) fn accepted(
        &self,
        seen: &[Option<Observation>; MAX_SOURCES],
        last: &[SourceState; MAX_SOURCES],
    ) -> ([Option<Accepted>; MAX_SOURCES], [SourceState; MAX_SOURCES]) {
        let (mut counted, mut states) = ([None; MAX_SOURCES], *last);
        for ((seen, state), place) in seen.iter().zip(&mut states).zip(&mut counted) {
            let Some(seen) = seen else { continue };
            if let Ok(accepted) = accept(&self.rule, state, seen, self.setting.now.time) {
                *state = SourceState { price: seen.price, publish_time: seen.publish_time, confidence: seen.confidence };
                *place = Some(accepted);
            }
        }
        (counted, states)
    }
}
