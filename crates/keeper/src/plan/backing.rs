//! Buying collateral of accounts in distress or in debt, and ending the wait for a buyer.

use super::{
    draft::{cost, try_step, Draft},
    Round,
};
use crate::{
    action::Job,
    book::write,
    predict::{Step, Taken},
};
use firebreak_client::{
    program::state::MarginAccount,
    risk::{
        num::{lots_down, notional_up, ratio_up},
        Price, Ratio,
    },
    Pubkey,
};

impl Round<'_> {
    /// Buys what may be bought of the account's collateral, and of an account that cannot pay or owes ends the wait for a buyer. Says whether
    /// anything was done.
    pub(super) fn back(&mut self, key: &Pubkey, draft: &mut Draft) -> bool {
        if !self.on(Job::Collateral) {
            return false;
        }
        let Ok(account) = self.desk.account(key) else { return false };
        let held: Vec<u16> = account.engine.collateral_used().map(|balance| balance.collateral).collect();
        let mut done = false;
        for index in &held {
            if let Some((step, burden)) = self.purchase(key, *index) {
                done |= self.note(draft, step, burden);
            }
        }
        let Some((account, health)) = self.state(key) else { return done };
        let cannot_pay = account.engine.flagged != 0 && health.solvency < 0;
        if !cannot_pay && !account.engine.owes() {
            return done;
        }
        for balance in account.engine.collateral_used() {
            let step = Step::Forfeit { account: *key, collateral: balance.collateral };
            let before = self.desk.account(key).ok();
            let mark = self.desk.mark();
            match try_step(&mut self.desk, &step) {
                // The clock that has begun is not begun again.
                Ok(taken) if self.desk.account(key).ok().map(|a| write(&a)) != before.map(|a| write(&a)) => {
                    draft.push(step, taken);
                    draft.job = Job::Collateral;
                    done = true;
                }
                Ok(_) => self.desk.back_to(mark),
                Err(_) => {}
            }
        }
        done
    }

    fn note(&mut self, draft: &mut Draft, step: Step, burden: u64) -> bool {
        if draft.add(&mut self.desk, step).is_err() {
            return false;
        }
        draft.job = Job::Collateral;
        draft.burden = draft.burden.saturating_add(burden);
        true
    }

    /// The largest purchase that is permitted, affordable and worth it, and what selling it elsewhere will cost.
    fn purchase(&mut self, key: &Pubkey, index: u16) -> Option<(Step, u64)> {
        let held = self.desk.account(key).ok()?.engine.collateral(index).ok()?.amount;
        let (_, record) = self.desk.collateral(index).ok()?;
        let price = record.engine.price;
        let (_, own) = self.desk.own().ok()?;
        let atoms = own.engine.capital.min(self.collateral_room(&own));
        // A buyer pays the high price at most.
        let affordable = lots_down(atoms, price.high).ok()?;
        let step = |amount| Step::SellCollateral { account: *key, collateral: index, amount };
        let (step, taken) = self.largest(held.min(affordable), step)?;
        let burden = self.selling_cost(price.low, &taken)?;
        let signed = |x: u64| i64::try_from(x).unwrap_or(i64::MAX);
        let gain = signed(taken.earned).saturating_sub(signed(burden)).saturating_sub(signed(cost(self, taken.compute)));
        (gain >= self.settings.profit_floor).then_some((step, burden))
    }

    fn selling_cost(&self, price: Price, taken: &Taken) -> Option<u64> {
        let worth = notional_up(price, taken.lots).ok()?;
        ratio_up(worth, Ratio(self.inventory.limits.collateral_cost_ppm)).ok()
    }

    /// Atoms for which the keeper may still buy collateral.
    fn collateral_room(&self, own: &MarginAccount) -> u64 {
        let held = own.engine.collateral_used().map(|balance| {
            let price = self.book.collateral(balance.collateral).map(|record| record.state.engine.price.spot);
            // Without a price it is worth as much as may be: nothing is added to it.
            price.and_then(|price| notional_up(price, balance.amount).ok()).unwrap_or(u64::MAX)
        });
        self.inventory.limits.max_collateral.saturating_sub(held.fold(0, u64::saturating_add))
    }

    /// Buys collateral of accounts that owe more than their capital, whatever their health.
    pub(super) fn debts(&mut self) {
        if !self.on(Job::Collateral) {
            return;
        }
        let own = self.inventory.wallet.account;
        let backed: Vec<Pubkey> = self.book.backed().filter(|key| Some(*key) != own).collect();
        // Some of them a round, others the next.
        let some = (self.settings.sweep_accounts as usize).min(backed.len());
        let from = (self.now.slot as usize).wrapping_mul(some).checked_rem(backed.len()).unwrap_or(0);
        for key in backed.iter().cycle().skip(from).take(some) {
            let owes = self.desk.account(key).is_ok_and(|account| account.engine.owes());
            if !owes || self.excluded.contains(key) {
                continue;
            }
            let Some(mut draft) = self.begin(Job::Collateral, None, Some(*key)) else { continue };
            self.back(key, &mut draft);
            self.finish(draft);
        }
    }
}
