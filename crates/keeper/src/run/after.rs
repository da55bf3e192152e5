//! After a parcel: what became of it is counted, logged and told, and what was predicted is compared with what happened.

use super::{rest::Subject, round::job, Keeper};
use crate::{
    send::{gain, Done, Outcome},
    webhook::Event,
};
use serde_json::json;
use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

/// The subscription tells of a confirmed change within this time.
const TOLD_BY: Duration = Duration::from_secs(1);

/// Predictions that are still to be compared.
#[derive(Default)]
pub(super) struct Checks(VecDeque<(Instant, Done)>);

impl Keeper {
    pub(super) fn after(&mut self, done: Done) {
        let now = Instant::now();
        let trouble = done.outcome.is_trouble();
        for action in &done.parcel.bundle.actions {
            self.resting.end(Subject::of(action), trouble, self.config.sending.retries, now);
            self.metrics.actions_total.with_label_values(&[job(action), done.outcome.name()]).inc();
        }
        self.metrics.transactions_total.with_label_values(&[done.outcome.name()]).inc();
        self.note(&done);
        if let Some(observer) = &self.observer {
            observer(&done);
        }
        if matches!(done.outcome, Outcome::Won { .. }) {
            self.checks.0.push_back((now + TOLD_BY, done));
        }
    }

    fn note(&mut self, done: &Done) {
        let bundle = &done.parcel.bundle;
        let about: Vec<_> = bundle
            .actions
            .iter()
            .map(|a| json!({"job": job(a), "market": a.market, "account": a.account.map(|k| k.to_string()), "gain": a.gain}))
            .collect();
        let about = json!(about);
        let (id, outcome) = (done.parcel.id, done.outcome.name());
        self.summary.sent += u64::from(done.outcome.was_sent());
        match &done.outcome {
            Outcome::Won { signature, slot, fee, limit, used } => {
                self.summary.won += 1;
                self.summary.gain_atoms = self.summary.gain_atoms.saturating_add(gain(bundle));
                self.summary.fees_lamports = self.summary.fees_lamports.saturating_add(*fee);
                for action in &bundle.actions {
                    let gain = u64::try_from(action.gain).unwrap_or(0);
                    self.metrics.gain_atoms_total.with_label_values(&[job(action)]).inc_by(gain);
                }
                self.metrics.compute_units_total.with_label_values(&["asked"]).inc_by(u64::from(*limit));
                self.metrics.compute_units_total.with_label_values(&["used"]).inc_by(*used);
                tracing::info!(id, outcome, %signature, slot, fee, limit, used, actions = %about, "confirmed");
                self.webhook.tell(Event::Won, json!({"signature": signature.to_string(), "slot": slot, "actions": about}));
            }
            Outcome::Lost { paid, why } => {
                self.summary.lost += 1;
                tracing::info!(id, outcome, paid, why, actions = %about, "somebody else was first");
                self.webhook.tell(Event::Lost, json!({"why": why, "actions": about}));
            }
            Outcome::Refused { paid, why } => {
                self.summary.refused += 1;
                tracing::warn!(id, outcome, paid, why, actions = %about, "the chain refuses what was planned");
            }
            Outcome::NotSent(why) => tracing::warn!(id, outcome, why, actions = %about, "nothing was sent"),
            Outcome::Expired(signature) => tracing::warn!(id, outcome, %signature, actions = %about, "the blockhash expired"),
            Outcome::Unseen(signature) => tracing::warn!(id, outcome, %signature, actions = %about, "nobody has seen it"),
            Outcome::DryRun { used } => {
                self.summary.dry_run += 1;
                tracing::info!(id, outcome, used, actions = %about, "would be sent");
            }
            Outcome::Unprofitable { fee } => tracing::debug!(id, outcome, fee, actions = %about, "left to others"),
            Outcome::Postponed => tracing::debug!(id, outcome, actions = %about, "waits for an earlier one"),
        }
        if done.sent_at.is_some() {
            self.webhook.tell(Event::Sent, json!({"outcome": outcome, "actions": about}));
        }
    }

    /// Compares what was predicted with what the subscription has told of the accounts. The prediction is exact for the clock it was made for and
    /// for accounts that nobody else has changed; everything else is counted apart.
    pub(super) fn check_predictions(&mut self, now: Instant) {
        while self.checks.0.front().is_some_and(|(due, _)| *due <= now) {
            let Some((_, done)) = self.checks.0.pop_front() else { return };
            let Outcome::Won { signature, slot, .. } = done.outcome else { continue };
            let bundle = &done.parcel.bundle;
            let wrong: Vec<_> = bundle.expected.iter().filter(|s| !self.view.has_been(&s.key, &s.data)).collect();
            let planned = bundle.actions.first().map_or(0, |a| a.now.slot);
            let before = |key| done.parcel.before.iter().find(|(k, _)| k == key).and_then(|(_, mark)| *mark);
            let result = if wrong.is_empty() {
                "equal"
            } else if slot != planned {
                "another slot"
            } else if bundle.expected.iter().any(|s| self.view.states_since(&s.key, before(&s.key)) != 1) {
                "overtaken"
            } else {
                "mismatch"
            };
            self.metrics.predictions_total.with_label_values(&[result]).inc();
            if result == "mismatch" {
                self.summary.mismatches += 1;
                let accounts: Vec<String> = wrong.iter().map(|s| s.key.to_string()).collect();
                let jobs: Vec<&str> = bundle.actions.iter().map(job).collect();
                tracing::error!(%signature, slot, ?accounts, ?jobs, "the chain did something else than was predicted");
                self.webhook.tell(Event::Mismatch, json!({"signature": signature.to_string(), "accounts": accounts, "jobs": jobs}));
            }
        }
    }
}
