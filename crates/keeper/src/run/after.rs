//! After a parcel: what became of it is counted, logged and told, and what was predicted is compared with what happened.

use super::{rest::Subject, round::job, Keeper};
use crate::{
    action::Snapshot,
    book::Book,
    pack::Bundle,
    send::{gain, Done, Outcome},
    watch::mark,
    webhook::Event,
    Now, Pubkey,
};
use serde_json::json;
use solana_transaction::Signature;
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{
        atomic::{AtomicU64, Ordering},
        Arc,
    },
    time::{Duration, Instant},
};

/// The subscription tells of a confirmed change within this time.
const TOLD_BY: Duration = Duration::from_secs(1);

/// A confirmed transaction is known to whoever asks for an account's transactions within this time.
const CONFIRMED_BY: Duration = Duration::from_secs(2);
/// A cluster tells of an account's last state in a slot, not of those in between: the keeper's own transactions that were confirmed within
/// this time of each other may have been told as one.
const AT_ONCE: Duration = Duration::from_secs(3);

/// Predictions that are still to be compared, and what was written lately.
#[derive(Default)]
pub(super) struct Checks {
    waiting: VecDeque<(Instant, Done)>,
    /// When, by which parcel, which accounts.
    written: VecDeque<(Instant, u64, Vec<Pubkey>)>,
    /// Predictions that were wrong.
    pub(super) mismatches: Arc<AtomicU64>,
}

impl Checks {
    fn add(&mut self, done: Done, now: Instant) {
        let keys = done.parcel.bundle.expected.iter().map(|s| s.key).collect();
        self.written.push_back((now, done.parcel.id, keys));
        self.waiting.push_back((now + TOLD_BY, done));
    }

    /// Whether another of the keeper's transactions wrote one of `keys` about when parcel number `id` did.
    fn shared(&self, id: u64, keys: &[Pubkey]) -> bool {
        self.written.iter().any(|(_, other, written)| *other != id && written.iter().any(|key| keys.contains(key)))
    }

    fn forget(&mut self, now: Instant) {
        while self.written.front().is_some_and(|(at, ..)| now.duration_since(*at) > AT_ONCE) {
            self.written.pop_front();
        }
    }
}

impl Keeper {
    pub(super) fn after(&mut self, done: Done) {
        let now = Instant::now();
        let trouble = done.outcome.is_trouble();
        for action in &done.parcel.bundle.actions {
            self.resting.end(Subject::of(action), trouble, self.config.sending.retries, now);
            self.metrics.actions_total.with_label_values(&[job(action), done.outcome.name()]).inc();
        }
        if matches!(done.outcome, Outcome::Lost { paid: true, .. } | Outcome::Refused { paid: true, .. }) {
            self.metrics.failed_transactions_total.inc();
        }
        self.resting.written(done.parcel.bundle.expected.iter().map(|s| s.key));
        self.metrics.transactions_total.with_label_values(&[done.outcome.name()]).inc();
        self.note(&done);
        if let Some(observer) = &self.observer {
            observer(&done);
        }
        if matches!(done.outcome, Outcome::Won { .. }) {
            self.checks.add(done, now);
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
                    *self.summary.done.entry(job(action)).or_default() += 1;
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
            Outcome::Postponed(why) => tracing::debug!(id, outcome, why, actions = %about, "waits for an earlier one"),
        }
        if done.sent_at.is_some() {
            self.webhook.tell(Event::Sent, json!({"outcome": outcome, "actions": about}));
        }
    }

    /// Compares what was predicted with what the subscription has told of the accounts. The prediction is made again for the clock of the slot in
    /// which the bundle was executed; where somebody else has changed an account in between, it says nothing and is counted apart.
    pub(super) fn check_predictions(&mut self, now: Instant) {
        self.checks.forget(now);
        while self.checks.waiting.front().is_some_and(|(due, _)| *due <= now) {
            let Some((_, done)) = self.checks.waiting.pop_front() else { return };
            let Outcome::Won { signature, slot, .. } = done.outcome else { continue };
            let result = self.compare(&done.parcel.bundle, done.parcel.id, slot);
            match result {
                Compared::Mismatch(keys) => self.prove(&done.parcel.bundle, (signature, slot), keys),
                other => self.metrics.predictions_total.with_label_values(&[other.name()]).inc(),
            }
        }
    }

    /// A cluster tells of the last state in a slot only: before a prediction is called wrong, the node is asked who else wrote the account then.
    fn prove(&self, bundle: &Bundle, (signature, slot): (Signature, u64), keys: Vec<Pubkey>) {
        let (rpc, metrics, webhook, count) =
            (self.rpc.clone(), self.metrics.clone(), self.webhook.clone(), self.checks.mismatches.clone());
        let jobs: Vec<&'static str> = bundle.actions.iter().map(job).collect();
        let planned = bundle.actions.first().map_or(slot, |a| a.now.slot);
        tokio::spawn(async move {
            tokio::time::sleep(CONFIRMED_BY).await;
            for key in &keys {
                let found = match rpc.signatures(key).await {
                    Err(_) => "unproven",
                    Ok(all) if all.iter().any(|(other, at)| *other != signature && (planned..=slot + 1).contains(at)) => {
                        "overtaken"
                    }
                    Ok(_) => "mismatch",
                };
                if found != "overtaken" || keys.last() == Some(key) {
                    metrics.predictions_total.with_label_values(&[found]).inc();
                    if found == "mismatch" {
                        count.fetch_add(1, Ordering::Relaxed);
                        tracing::error!(%signature, slot, account = %key, ?jobs, "the chain did something else than was predicted");
                        let about = json!({"signature": signature.to_string(), "account": key.to_string(), "jobs": jobs});
                        webhook.tell(Event::Mismatch, about);
                    }
                    return;
                }
            }
        });
    }

    fn compare(&self, bundle: &Bundle, id: u64, slot: u64) -> Compared {
        let Some(at) = self.view.clock_at(slot) else { return Compared::ClockUnknown };
        let planned = bundle.actions.first().map(|a| a.now);
        let expected = if planned == Some(at) { Ok(bundle.expected.clone()) } else { predicted(bundle, at) };
        // What cannot be predicted on the accounts of before was executed on others.
        let Ok(expected) = expected else { return Compared::Overtaken };
        let wrong: Vec<Pubkey> = expected.iter().filter(|s| !self.view.has_been(&s.key, &s.data)).map(|s| s.key).collect();
        if wrong.is_empty() {
            return Compared::Equal;
        }
        // Nobody else has had a hand in it when what it wrote changed once and what it only read not at all.
        let alone = |s: &&Snapshot| {
            let written = expected.iter().any(|e| e.key == s.key);
            self.view.states_since(&s.key, mark(&s.data)) == Some(usize::from(written))
        };
        match first_seen(bundle).iter().all(alone) && !self.checks.shared(id, &wrong) {
            true => Compared::Mismatch(wrong),
            false => Compared::Overtaken,
        }
    }
}

/// How a prediction did.
enum Compared {
    /// Every account was seen as predicted.
    Equal,
    /// Somebody else changed an account between plan and execution, or right after it.
    Overtaken,
    /// Nobody has told the clock of the slot.
    ClockUnknown,
    /// It was wrong: these accounts are not as predicted.
    Mismatch(Vec<Pubkey>),
}

impl Compared {
    const fn name(&self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::Overtaken => "overtaken",
            Self::ClockUnknown => "clock unknown",
            Self::Mismatch(_) => "mismatch",
        }
    }
}

/// Accounts that the bundle looks at, as they were before its first action that does.
fn first_seen(bundle: &Bundle) -> Vec<&Snapshot> {
    let mut seen: Vec<&Snapshot> = vec![];
    for snapshot in bundle.actions.iter().flat_map(|a| &a.before) {
        if !seen.iter().any(|s| s.key == snapshot.key) {
            seen.push(snapshot);
        }
    }
    seen
}

/// What the bundle makes of the accounts at another clock.
fn predicted(bundle: &Bundle, at: Now) -> Result<Vec<Snapshot>, String> {
    let mut book = Book::new();
    // Other programs' accounts are wanted only once the markets that name them are known.
    let (own, others): (Vec<_>, Vec<_>) = first_seen(bundle).into_iter().partition(|s| s.owner == firebreak_client::ID);
    let put =
        |book: &mut Book, s: &Snapshot| book.apply(&s.key, &s.owner, at.slot, &s.data).map(|_| ()).map_err(|why| why.to_string());
    own.into_iter().chain(others).try_for_each(|s| put(&mut book, s))?;
    let mut after: BTreeMap<Pubkey, Snapshot> = BTreeMap::new();
    for action in &bundle.actions {
        for snapshot in action.predict_on(&book, at).map_err(|why| why.to_string())? {
            put(&mut book, &snapshot)?;
            after.insert(snapshot.key, snapshot);
        }
    }
    Ok(after.into_values().collect())
}
