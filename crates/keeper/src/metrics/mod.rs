//! Figures in Prometheus' text format. `deploy/grafana.json` draws them; a test asserts that it draws nothing else.

mod server;

pub use server::{Health, Server};

use prometheus::{
    exponential_buckets, Encoder, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts,
    Registry, TextEncoder,
};
use std::{ops::Deref, sync::Arc};

const PREFIX: &str = "firebreak_keeper";

macro_rules! metrics {
    ($($field:ident: $kind:ident $labels:tt $help:literal,)*) => {
        /// All figures, by field.
        pub struct Figures {
            $(#[doc = $help] pub $field: metrics!(@type $kind $labels),)*
            registry: Registry,
        }

        impl Figures {
            fn new() -> prometheus::Result<Self> {
                let registry = Registry::new_custom(Some(PREFIX.into()), None)?;
                $(let $field = metrics!(@make $kind $labels stringify!($field), $help)?;
                registry.register(Box::new($field.clone()))?;)*
                Ok(Self { $($field,)* registry })
            }
        }

        /// Names of all figures, with their prefix, for the dashboard's test.
        pub const NAMES: &[&str] = &[$(concat!("firebreak_keeper_", stringify!($field)),)*];
    };
    (@type counter []) => { IntCounter };
    (@type counter [$($l:literal),+]) => { IntCounterVec };
    (@type gauge []) => { IntGauge };
    (@type gauge [$($l:literal),+]) => { IntGaugeVec };
    (@type seconds []) => { Histogram };
    (@type seconds [$($l:literal),+]) => { HistogramVec };
    (@make counter [] $name:expr, $help:literal) => { IntCounter::new($name, $help) };
    (@make counter [$($l:literal),+] $name:expr, $help:literal) => { IntCounterVec::new(Opts::new($name, $help), &[$($l),+]) };
    (@make gauge [] $name:expr, $help:literal) => { IntGauge::new($name, $help) };
    (@make gauge [$($l:literal),+] $name:expr, $help:literal) => { IntGaugeVec::new(Opts::new($name, $help), &[$($l),+]) };
    (@make seconds [] $name:expr, $help:literal) => {
        exponential_buckets(0.000_5, 2.0, 18).and_then(|b| Histogram::with_opts(HistogramOpts::new($name, $help).buckets(b)))
    };
    (@make seconds [$($l:literal),+] $name:expr, $help:literal) => {
        exponential_buckets(0.000_5, 2.0, 18)
            .and_then(|b| HistogramVec::new(HistogramOpts::new($name, $help).buckets(b), &[$($l),+]))
    };
}

metrics! {
    up: gauge ["version", "address"] "1 while the keeper runs",
    chain_slot: gauge [] "Newest slot that anybody told of",
    view_slot: gauge [] "Slot up to which the view is complete",
    view_age_slots: gauge [] "Slots that the view is behind the chain",
    view_stale_total: counter [] "Times the view became too old to act on",
    accounts: gauge [] "Accounts of the program in the book",
    watched_accounts: gauge [] "Price accounts and vaults that are watched",
    subscriptions_lost_total: counter [] "Times the websocket was cut, silent or refused",
    resyncs_total: counter ["reason"] "Complete readings of the program's accounts",
    resync_failures_total: counter [] "Complete readings that failed or were refused",
    missed_updates_total: counter [] "Changes that a complete reading found and the subscription had not told",
    refused_total: counter ["source", "reason"] "What was told and not believed",
    rpc_failures: counter ["method"] "Calls without a usable answer",
    rpc_seconds: seconds ["method"] "Duration of calls",
    plan_seconds: seconds [] "Duration of planning",
    planned_total: counter ["job"] "Actions planned",
    held_back_total: counter ["reason"] "Actions planned and not sent",
    transactions_total: counter ["outcome"] "Transactions by what became of them",
    failed_transactions_total: counter [] "Transactions that were executed, cost a fee and failed",
    actions_total: counter ["job", "outcome"] "Actions by what became of their transaction",
    predictions_total: counter ["result"] "Confirmed accounts compared with what was predicted, by transaction",
    update_to_sent_seconds: seconds [] "From the price account's update to the transaction sent",
    sent_to_confirmed_seconds: seconds [] "From the transaction sent to its confirmation",
    compute_units_total: counter ["kind"] "Compute units asked for and used",
    priority_price: gauge [] "Price of a compute unit that was last paid, in 10^-6 lamports",
    fees_lamports_total: counter [] "Fees of confirmed transactions",
    gain_atoms_total: counter ["job"] "Gain of confirmed actions as it was predicted, in atoms",
    in_flight: gauge [] "Transactions under way",
    payer_lamports: gauge ["payer"] "Balance of a wallet that pays fees",
    capital_atoms: gauge [] "Capital of the keeper's margin account",
    inventory_lots: gauge ["market"] "Lots that the keeper holds, negative when short",
    webhooks_total: counter ["result"] "Events told to the webhook",
    errors_total: counter ["part"] "Failures that the loop survived",
}

/// The figures, shared.
#[derive(Clone)]
pub struct Metrics(Arc<Figures>);

impl Deref for Metrics {
    type Target = Figures;
    fn deref(&self) -> &Figures {
        &self.0
    }
}

impl Metrics {
    /// A set of its own, so that several keepers can live in one process.
    ///
    /// # Errors
    /// When two figures have one name, which the test below rules out.
    pub fn new() -> prometheus::Result<Self> {
        Figures::new().map(|f| Self(Arc::new(f)))
    }

    /// Everything, as Prometheus reads it.
    pub fn text(&self) -> String {
        let mut out = Vec::new();
        match TextEncoder::new().encode(&self.registry.gather(), &mut out) {
            Ok(()) => String::from_utf8_lossy(&out).into_owned(),
            Err(why) => format!("# the figures cannot be written: {why}\n"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_with_their_prefix() {
        let metrics = Metrics::new().expect("names differ");
        metrics.planned_total.with_label_values(&["take-over"]).inc_by(3);
        metrics.view_age_slots.set(2);
        let text = metrics.text();
        assert!(text.contains("firebreak_keeper_planned_total{job=\"take-over\"} 3"), "{text}");
        assert!(text.contains("firebreak_keeper_view_age_slots 2"), "{text}");
    }
}
