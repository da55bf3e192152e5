//! Tells a webhook of events, without ever keeping the keeper waiting.

use crate::{
    config::{self, Endpoint},
    metrics::Metrics,
};
use serde_json::{json, Value};
use std::time::Duration;
use tokio::sync::mpsc;

/// Events that wait to be told at most; what comes beyond is dropped and counted.
const WAITING: usize = 256;
const TIMEOUT: Duration = Duration::from_secs(5);

/// What can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The keeper runs.
    Started,
    /// It has stopped.
    Stopped,
    /// A transaction was sent.
    Sent,
    /// One was confirmed.
    Won,
    /// Somebody else was first.
    Lost,
    /// The chain did something else than was predicted.
    Mismatch,
    /// The view became too old to act on.
    Stale,
}

impl Event {
    /// All of them.
    pub const ALL: [Self; 7] = [Self::Started, Self::Stopped, Self::Sent, Self::Won, Self::Lost, Self::Mismatch, Self::Stale];

    /// Its name, in the configuration and in what is told.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Stopped => "stopped",
            Self::Sent => "sent",
            Self::Won => "won",
            Self::Lost => "lost",
            Self::Mismatch => "mismatch",
            Self::Stale => "stale",
        }
    }
}

/// Where events are told.
#[derive(Clone)]
pub struct Webhook {
    queue: Option<mpsc::Sender<Value>>,
    only: Vec<String>,
    keeper: String,
    metrics: Metrics,
}

impl Webhook {
    /// Starts telling, if the configuration says where.
    pub fn start(config: &config::Webhook, keeper: String, metrics: Metrics) -> Self {
        let queue = config.url.clone().map(|url| {
            let (queue, waiting) = mpsc::channel(WAITING);
            tokio::spawn(tell(url, waiting, metrics.clone()));
            queue
        });
        Self { queue, only: config.events.clone(), keeper, metrics }
    }

    /// Tells an event; returns at once.
    pub fn tell(&self, event: Event, about: Value) {
        let wanted = self.only.is_empty() || self.only.iter().any(|e| e == event.name());
        let Some(queue) = self.queue.as_ref().filter(|_| wanted) else { return };
        let said = json!({"event": event.name(), "keeper": self.keeper, "about": about});
        if queue.try_send(said).is_err() {
            self.metrics.webhooks_total.with_label_values(&["dropped"]).inc();
        }
    }
}

async fn tell(url: Endpoint, mut waiting: mpsc::Receiver<Value>, metrics: Metrics) {
    let Ok(client) = reqwest::Client::builder().timeout(TIMEOUT).build() else {
        metrics.errors_total.with_label_values(&["webhook"]).inc();
        return;
    };
    while let Some(event) = waiting.recv().await {
        let post = client.post(&url.0).header("content-type", "application/json").body(event.to_string());
        let result = match post.send().await {
            Ok(answer) if answer.status().is_success() => "told",
            Ok(answer) => {
                tracing::warn!(status = answer.status().as_u16(), "the webhook refused an event");
                "refused"
            }
            Err(why) => {
                tracing::warn!(why = %why.without_url(), "the webhook could not be told");
                "failed"
            }
        };
        metrics.webhooks_total.with_label_values(&[result]).inc();
    }
}
