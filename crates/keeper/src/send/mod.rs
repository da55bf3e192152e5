//! Simulates, prices, signs, sends and follows bundles.
//!
//! All bundles of a round are simulated at once and then sent in order. A bundle whose simulation fails while an earlier one writes the
//! same accounts is not wrong, only early: it is planned again once the view shows what the earlier one did.

mod blockhash;
mod message;
mod outcome;
mod payers;
pub mod price;
mod track;

pub use outcome::Outcome;
pub use payers::Payers;

use crate::{
    config::{Config, Key, Keys},
    metrics::Metrics,
    pack::Bundle,
    rpc::{Rpc, RpcFailure},
    watch, Pubkey,
};
use blockhash::Blockhashes;
use futures_util::future::join_all;
use message::{message, sign, Asks};
use price::Worth;
use solana_message::AddressLookupTableAccount;
use solana_rpc_client::api::response::RpcSimulateTransactionResult;
use solana_transaction::{Hash, TransactionError};
use std::time::{Duration, Instant};
use track::{Ending, Tracker};

/// What the simulation may use: the real need is what it is to find out.
const SIMULATED_LIMIT: u32 = 1_400_000;

/// A bundle to be sent.
#[derive(Clone, Debug)]
pub struct Parcel {
    /// Number within the keeper's life.
    pub id: u64,
    /// The bundle.
    pub bundle: Bundle,
    /// Marks of the accounts it is about, as they were when it was planned.
    pub marks: Vec<(Pubkey, Option<u64>)>,
    /// Whether something that is under way, or comes before it in its round, writes an account it uses: should its simulation fail, it is only
    /// early.
    pub early: bool,
    /// When the price account changed that it answers to.
    pub moved_at: Option<Instant>,
}

/// A parcel and what became of it.
#[derive(Clone, Debug)]
pub struct Done {
    /// The parcel.
    pub parcel: Parcel,
    /// What became of it.
    pub outcome: Outcome,
    /// When it was handed to the node, if it was.
    pub sent_at: Option<Instant>,
}

/// Everything that sending needs.
#[derive(Clone)]
pub struct Sender {
    rpc: Rpc,
    owner: Key,
    /// Who pays.
    pub payers: Payers,
    config: Config,
    tables: Vec<AddressLookupTableAccount>,
    hashes: Blockhashes,
    tracker: Tracker,
    metrics: Metrics,
}

struct Ready {
    parcel: Parcel,
    payer: Key,
    limit: u32,
    used: u64,
    price: u64,
    fee: u64,
}

impl Sender {
    /// A sender with its follower started.
    pub fn new(rpc: Rpc, keys: &Keys, config: Config, tables: Vec<AddressLookupTableAccount>, metrics: Metrics) -> Self {
        let (tracker, _) = Tracker::start(rpc.clone(), Duration::from_secs(config.sending.confirm_seconds));
        Self {
            owner: keys.owner.clone(),
            payers: Payers::new(keys.payers.clone()),
            hashes: Blockhashes::new(rpc.clone()),
            rpc,
            config,
            tables,
            tracker,
            metrics,
        }
    }

    /// Delivers one round; each parcel is told of through `tell` as soon as it is known what became of it.
    pub async fn deliver(&self, round: Vec<Parcel>, tell: impl Fn(Done) + Clone + Send + 'static) {
        for prepared in join_all(round.into_iter().map(|parcel| self.prepare(parcel))).await {
            match prepared {
                Err(done) => tell(*done),
                Ok(ready) => self.post(ready, tell.clone()).await,
            }
        }
    }

    /// Simulates a parcel and decides what it may cost.
    async fn prepare(&self, parcel: Parcel) -> Result<Ready, Box<Done>> {
        let done = |parcel: Parcel, outcome| Err(Box::new(Done { parcel, outcome, sent_at: None }));
        let Some(payer) = self.payer(&parcel.bundle) else {
            return done(parcel, Outcome::NotSent("no wallet has the lamports to pay for a transaction".into()));
        };
        let asks = Asks { limit: SIMULATED_LIMIT, price: 0 };
        let tables = self.tables_of(&parcel.bundle);
        let least = self.least(&parcel.bundle);
        let message = match message(&payer.address(), &parcel.bundle.instructions, &tables, asks, Hash::default()) {
            Ok(message) => message,
            Err(why) => return done(parcel, Outcome::NotSent(why)),
        };
        let signatures = u64::from(message.header().num_required_signatures);
        let simulated = self.rpc.simulate(message, least).await;
        let (used, refused) = match simulated {
            Ok((_, result)) => (result.units_consumed.unwrap_or(0), result.err.is_some().then(|| name(&result))),
            Err(RpcFailure::Refused(why)) => (0, Some(why.to_string())),
            Err(failure @ RpcFailure::Behind { .. }) => {
                self.metrics.refused_total.with_label_values(&["rpc", "behind"]).inc();
                return done(parcel, Outcome::NotSent(failure.to_string()));
            }
            Err(failure) => return done(parcel, Outcome::NotSent(failure.to_string())),
        };
        if let Some(why) = refused {
            let outcome = if parcel.early { Outcome::Postponed(why) } else { self.judge(&parcel, why, false).await };
            return done(parcel, outcome);
        }
        if self.config.dry_run {
            return done(parcel, Outcome::DryRun { used });
        }
        let limit = price::limit(used, self.config.fees.compute_margin_percent);
        let price = self.price(&parcel.bundle, limit).await;
        let fee = price::fee(signatures, limit, price);
        // What gains something must gain more than it costs; chores cost what they cost.
        let gain = gain(&parcel.bundle);
        let cost = price::in_atoms(fee, self.config.profit.sol_price.0);
        let net = gain.saturating_sub(i64::try_from(cost).unwrap_or(i64::MAX));
        if gain > 0 && net < self.config.profit.floor.0 {
            return done(parcel, Outcome::Unprofitable { fee });
        }
        Ok(Ready { parcel, payer, limit, used, price, fee })
    }

    async fn price(&self, bundle: &Bundle, units: u32) -> u64 {
        let worth = Worth { gain: gain(bundle), units, atoms_per_sol: self.config.profit.sol_price.0 };
        let fees = &self.config.fees;
        // Nobody asks for prices that would not be paid.
        let recent = match fees.max_price > fees.min_price && worth.gain > 0 {
            true => self.rpc.recent_prices(&bundle.accounts).await.unwrap_or_default(),
            false => vec![],
        };
        price::price(&recent, fees, worth)
    }

    /// Signs and sends, and leaves the rest to a task of its own: the next parcel does not wait for this one's confirmation.
    async fn post(&self, ready: Ready, tell: impl Fn(Done) + Send + 'static) {
        let Ready { parcel, payer, limit, used, price, fee } = ready;
        let fail = |parcel, why| tell(Done { parcel, outcome: Outcome::NotSent(why), sent_at: None });
        let tables = self.tables_of(&parcel.bundle);
        let hash = match self.hashes.get(self.least(&parcel.bundle)).await {
            Ok(hash) => hash,
            Err(failure) => return fail(parcel, failure.to_string()),
        };
        let signed = message(&payer.address(), &parcel.bundle.instructions, &tables, Asks { limit, price }, hash.hash)
            .and_then(|message| sign(message, &[&payer, &self.owner]));
        let tx = match signed {
            Ok(tx) => tx,
            Err(why) => return fail(parcel, why),
        };
        let Some(signature) = tx.signatures.first().copied() else { return fail(parcel, "nobody signs".into()) };
        // It was sent a moment ago, and the view does not show it yet.
        if !self.tracker.is_new(&signature) {
            return tell(Done { parcel, outcome: Outcome::Postponed("it was sent a moment ago".into()), sent_at: None });
        }
        let sending = self.rpc.send(&tx).await;
        let sent_at = Instant::now();
        if let Err(failure) = &sending {
            let text = failure.to_string();
            let expired = matches!(failure, RpcFailure::Refused(TransactionError::BlockhashNotFound))
                || text.to_ascii_lowercase().contains("blockhash not found");
            if expired {
                self.hashes.forget().await;
                return tell(Done { parcel, outcome: Outcome::Expired(signature), sent_at: None });
            }
            if let RpcFailure::Refused(why) = failure {
                let outcome = self.judge(&parcel, why.to_string(), false).await;
                return tell(Done { parcel, outcome, sent_at: None });
            }
            // No answer is no proof that it was not sent on: it is followed like any other.
        }
        if let (Some(moved), Ok(())) = (parcel.moved_at, &sending) {
            self.metrics.update_to_sent_seconds.observe(sent_at.duration_since(moved).as_secs_f64());
        }
        self.metrics.priority_price.set(i64::try_from(price).unwrap_or(i64::MAX));
        self.metrics.in_flight.inc();
        let followed = self.tracker.follow(tx, hash.last_valid_height);
        let this = self.clone();
        tokio::spawn(async move {
            let ending = followed.await.unwrap_or(Ending::Unseen);
            this.metrics.in_flight.dec();
            let outcome = match ending {
                Ending::Executed(status) => {
                    this.metrics.fees_lamports_total.inc_by(fee);
                    this.metrics.sent_to_confirmed_seconds.observe(sent_at.elapsed().as_secs_f64());
                    match status.error {
                        None => Outcome::Won { signature, slot: status.slot, fee, limit, used },
                        Some(error) => this.judge(&parcel, error.to_string(), true).await,
                    }
                }
                Ending::Expired => {
                    this.hashes.forget().await;
                    Outcome::Expired(signature)
                }
                Ending::Unseen => Outcome::Unseen(signature),
            };
            tell(Done { parcel, outcome, sent_at: Some(sent_at) });
        });
    }

    /// Lost or refused: whether what the parcel was to act on has changed since it was planned.
    async fn judge(&self, parcel: &Parcel, why: String, paid: bool) -> Outcome {
        let keys: Vec<Pubkey> = parcel.marks.iter().map(|(key, _)| *key).collect();
        let changed = match self.rpc.accounts(&keys).await {
            Ok(reading) => parcel.marks.iter().any(|(key, mark)| {
                let now = reading.accounts.iter().find(|a| a.key == *key).map(|a| watch::mark(&a.data));
                now != *mark
            }),
            Err(_) => false,
        };
        match changed {
            true => Outcome::Lost { paid, why },
            false => Outcome::Refused { paid, why },
        }
    }

    /// The oldest slot that an answer about the bundle may be of.
    fn least(&self, bundle: &Bundle) -> u64 {
        let planned = bundle.actions.first().map_or(0, |a| a.now.slot);
        planned.saturating_sub(self.config.view.max_age_slots)
    }

    /// Who pays: the next in turn, or whom an instruction itself has pay for a new account.
    fn payer(&self, bundle: &Bundle) -> Option<Key> {
        let named = self.payers.keys().iter().find(|key| {
            let address = key.address();
            address != self.owner.address()
                && bundle.instructions.iter().any(|i| i.accounts.iter().any(|a| a.is_signer && a.pubkey == address))
        });
        named.cloned().or_else(|| self.payers.next())
    }

    /// Lookup tables that may be used.
    pub fn tables(&self) -> &[AddressLookupTableAccount] {
        &self.tables
    }

    fn tables_of(&self, bundle: &Bundle) -> Vec<AddressLookupTableAccount> {
        self.tables.iter().filter(|t| bundle.tables.contains(&t.key)).cloned().collect()
    }
}

/// What a bundle is predicted to gain, in atoms.
pub fn gain(bundle: &Bundle) -> i64 {
    bundle.actions.iter().fold(0i64, |sum, a| sum.saturating_add(a.gain))
}

/// The name of the program's refusal, or the runtime's words.
fn name(result: &RpcSimulateTransactionResult) -> String {
    let logs = result.logs.as_deref().unwrap_or_default();
    let named = logs.iter().rev().find_map(|l| l.split("Error Code: ").nth(1)).and_then(|rest| rest.split('.').next());
    match (named, &result.err) {
        (Some(name), _) => name.to_string(),
        (None, Some(error)) => TransactionError::from(error.clone()).to_string(),
        (None, None) => "no reason given".into(),
    }
}
