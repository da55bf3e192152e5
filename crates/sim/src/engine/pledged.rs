//! Actions on collateral: pledged, taken out, sold to a keeper, forfeited, priced.

use super::{change::Harm, local::After, Action, Effect, Engine};
use firebreak_risk::{
    num::{add, sub, Result},
    ops,
};

impl Engine {
    /// What an action on collateral would leave.
    pub(super) fn collateral(&self, action: &Action, after: &mut After) -> Result<()> {
        let (books, setting) = (self.view(), &self.setting);
        match *action {
            Action::Pledge { who, collateral, amount } => {
                let (mut account, mut record) = (self.copy(who)?, self.record(collateral)?);
                ops::deposit_collateral(&mut account, (collateral, &mut record.kind, &mut record.outflow), amount, setting)?;
                record.vault = add(record.vault, amount)?;
                after.record = Some((collateral, record));
                after.accounts.push((who, account));
            }
            Action::Reclaim { who, collateral, amount } => {
                let (mut account, mut record) = (self.copy(who)?, self.record(collateral)?);
                let limits = record.limits;
                let parts = (collateral, &mut record.kind, &mut record.outflow);
                ops::take_collateral(&mut account, parts, &limits, amount, setting)?;
                record.vault = sub(record.vault, amount)?;
                // What is left is judged with the record as it is then.
                let mut records = books.records.to_vec();
                if let Some(place) = records.get_mut(collateral as usize) {
                    *place = record;
                }
                ops::may_leave(&account, &super::Books { records: &records, ..books }, setting)?;
                after.record = Some((collateral, record));
                after.accounts.push((who, account));
            }
            Action::Buy { who, keeper, collateral, amount } => {
                let ((mut a, mut k), mut held) = (self.pair(who, keeper)?, self.held());
                let rules = self.record(collateral)?.feed.rules;
                let done = ops::sell_collateral((collateral, &rules), (&mut a, &mut k), amount, &mut held, setting)?;
                let (was, is) = (&done.before, &done.after);
                let harm = Harm {
                    maint: (was.maint, is.maint),
                    liq_end: (was.liq_end, is.liq_end),
                    solvency: is.solvency,
                    beyond: None,
                };
                after.harmed = (was.solvency >= 0).then_some(harm);
                after.effect = Effect { notional: done.paid, lots: done.amount, paid: done.debts, ..Effect::default() };
                after.markets = held.changed;
                after.accounts.extend([(who, a), (keeper, k)]);
            }
            Action::Forfeit { who, collateral } => {
                let (mut account, mut record) = (self.copy(who)?, self.record(collateral)?);
                let amount = ops::forfeit(&mut account, (collateral, &record.feed.rules), &books, setting)?;
                record.take_custody(amount)?;
                after.effect.lots = amount;
                after.record = Some((collateral, record));
                after.accounts.push((who, account));
            }
            Action::Reprice { collateral, seen } => {
                let mut record = self.record(collateral)?;
                let (counted, states) = self.accepted(&seen, &record.feed.sources);
                ops::refresh_collateral(&mut record.kind, &mut record.feed, counted, &states, setting.now)?;
                after.record = Some((collateral, record));
            }
            _ => {}
        }
        Ok(())
    }
}
