//! One round: plan, leave out what rests, pack, hand over.

use super::{rest::Subject, Keeper};
use crate::{
    action::Action,
    inventory::Inventory,
    pack::{pack, Bundle, Limits, Tables},
    send::Parcel,
    Now, Pubkey,
};
use firebreak_client::address;
use std::time::Instant;

impl Keeper {
    pub(super) fn round(&mut self, now: Now) {
        self.rounds += 1;
        self.seldom();
        let started = Instant::now();
        let inventory = Inventory::of(&self.view.book, self.wallet, self.config.inventory_limits(), now);
        self.show_inventory(&inventory);
        let actions = self.planner.plan(&self.view.book, now, &self.settings, &inventory);
        self.metrics.plan_seconds.observe(started.elapsed().as_secs_f64());
        let actions = self.awake(actions, started);
        if actions.is_empty() {
            return;
        }
        let packed = pack(self.wallet.payer, actions, &Limits::default(), &self.tables());
        for action in &packed.too_large {
            self.hold_back("too large", 1);
            tracing::error!(job = job(action), market = action.market, account = ?action.account, "the action fits in no transaction");
        }
        let free = self.config.sending.in_flight.saturating_sub(self.resting.under_way());
        let moved_at = self.view.take_moved();
        let mut round = Vec::new();
        for (n, bundle) in packed.bundles.into_iter().enumerate() {
            if n >= free {
                self.hold_back("too many under way", 1);
                continue;
            }
            for action in &bundle.actions {
                self.resting.begin(Subject::of(action));
            }
            self.next_id += 1;
            let marks = subjects(&bundle).into_iter().map(|key| (key, self.view.mark(&key))).collect();
            let early = self.resting.touches(&bundle.accounts);
            self.resting.write(bundle.expected.iter().map(|s| s.key));
            round.push(Parcel { id: self.next_id, bundle, marks, early, moved_at });
        }
        if round.is_empty() {
            return;
        }
        let (sender, done) = (self.sender.clone(), self.done.0.clone());
        tokio::spawn(async move {
            sender
                .deliver(round, move |result| {
                    // The keeper has stopped listening.
                    let _ = done.send(result);
                })
                .await;
        });
    }

    /// Leaves out what is under way or failed lately.
    fn awake(&mut self, actions: Vec<Action>, now: Instant) -> Vec<Action> {
        let mut awake = Vec::with_capacity(actions.len());
        for action in actions {
            match self.resting.why(Subject::of(&action), now) {
                Some(why) => self.hold_back(why, 1),
                None => {
                    self.summary.planned += 1;
                    self.metrics.planned_total.with_label_values(&[job(&action)]).inc();
                    awake.push(action);
                }
            }
        }
        awake
    }

    fn show_inventory(&self, inventory: &Inventory) {
        self.metrics.capital_atoms.set(i64::try_from(inventory.capital).unwrap_or(i64::MAX));
        // What was sold down completely is no longer there to be set to zero.
        self.metrics.inventory_lots.reset();
        for held in &inventory.holdings {
            self.metrics.inventory_lots.with_label_values(&[held.market.to_string()]).set(held.base.0);
        }
    }

    fn hold_back(&self, why: &str, n: u64) {
        self.metrics.held_back_total.with_label_values(&[why]).inc_by(n);
    }

    fn tables(&self) -> Tables {
        Tables { tables: self.sender.tables().iter().map(|t| (t.key, t.addresses.clone())).collect() }
    }

    /// Balances, and what the keeper holds.
    fn seldom(&mut self) {
        if !self.sync.seldom() {
            return;
        }
        let (rpc, payers, metrics) = (self.rpc.clone(), self.sender.payers.clone(), self.metrics.clone());
        tokio::spawn(async move {
            for key in payers.addresses() {
                // A node that does not answer is counted where it is asked.
                let Ok(lamports) = rpc.balance(&key).await else { continue };
                payers.set(key, lamports);
                metrics.payer_lamports.with_label_values(&[key.to_string()]).set(i64::try_from(lamports).unwrap_or(i64::MAX));
            }
        });
    }
}

/// What a bundle is about: its margin accounts, or the markets whose chores it does.
fn subjects(bundle: &Bundle) -> Vec<Pubkey> {
    let mut keys: Vec<Pubkey> =
        bundle.actions.iter().filter_map(|a| a.account.or_else(|| a.market.map(address::market))).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// A job's name in figures and logs.
pub(super) fn job(action: &Action) -> &'static str {
    action.job.name()
}
