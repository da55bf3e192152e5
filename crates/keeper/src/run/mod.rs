//! The keeper as a whole: starts the parts, and goes round until it is told to stop. Everything it knows it has read from the chain, so it
//! may be stopped and started again at any moment.

mod after;
mod rest;
mod round;
mod start;
mod sync;

pub use start::StartError;

use crate::{
    config::{Config, Keys},
    inventory::Wallet,
    metrics::{Health, Metrics, Server},
    plan::{Planner, Settings},
    rpc::Rpc,
    send::{Done, Sender},
    watch::{self, Told, View, Wanted},
    webhook::{Event, Webhook},
    Pubkey,
};
use after::Checks;
use rest::Resting;
use serde_json::json;
use std::{
    collections::BTreeMap,
    sync::{atomic::Ordering, Arc},
    time::{Duration, Instant},
};
use sync::{Answer, Sync};
use tokio::{
    sync::{mpsc, watch as state},
    task::JoinHandle,
    time::{self, MissedTickBehavior},
};

/// Even when nothing is told, time passes: waits end, ramps rise.
const TICK: Duration = Duration::from_millis(100);
/// Between two plans, so that what is told in one breath is planned for once.
const BREATH: Duration = Duration::from_millis(10);
/// How long transactions under way are waited for when the keeper stops.
const FAREWELL: Duration = Duration::from_secs(5);
/// How long one round may take with `--once`.
const ONCE: Duration = Duration::from_secs(60);

/// What is seen of everything that is sent; tests and benchmarks look through it.
pub type Observer = Arc<dyn Fn(&Done) + Send + std::marker::Sync>;

/// What a keeper did in its life.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Summary {
    /// Actions planned.
    pub planned: u64,
    /// Transactions sent.
    pub sent: u64,
    /// Transactions confirmed.
    pub won: u64,
    /// Races lost.
    pub lost: u64,
    /// Transactions refused although nothing had changed.
    pub refused: u64,
    /// Transactions that would have been sent, had this been no dry run.
    pub dry_run: u64,
    /// Actions confirmed, by job.
    pub done: BTreeMap<&'static str, u64>,
    /// Predicted gain of what was confirmed, in atoms.
    pub gain_atoms: i64,
    /// Fees of what was executed, in lamports.
    pub fees_lamports: u64,
    /// Confirmed transactions that did something else than was predicted.
    pub mismatches: u64,
}

/// A keeper that was started.
pub struct Keeper {
    config: Config,
    rpc: Rpc,
    metrics: Metrics,
    health: Health,
    server: Option<Server>,
    webhook: Webhook,
    view: View,
    sync: Sync,
    planner: Planner,
    settings: Settings,
    wallet: Wallet,
    sender: Sender,
    resting: Resting,
    checks: Checks,
    wanted: state::Sender<Wanted>,
    told: mpsc::UnboundedReceiver<Told>,
    stream: JoinHandle<()>,
    done: (mpsc::UnboundedSender<Done>, mpsc::UnboundedReceiver<Done>),
    answers: (mpsc::UnboundedSender<Answer>, mpsc::UnboundedReceiver<Answer>),
    observer: Option<Observer>,
    summary: Summary,
    next_id: u64,
    planned_at: Option<Instant>,
    rounds: u64,
    stale_since: Option<Instant>,
}

impl Keeper {
    /// Checks the chain and starts the parts. `patience`: how long a node that does not answer is asked again; `None`: forever.
    ///
    /// # Errors
    /// [`StartError`], one sentence.
    pub async fn start(config: Config, keys: Keys, patience: Option<Duration>) -> Result<Self, StartError> {
        let metrics = Metrics::new().map_err(|why| StartError::Machine(format!("the figures cannot be set up: {why}")))?;
        let commitment = config.cluster.commitment.into();
        let timeout = Duration::from_secs(config.sending.rpc_seconds);
        let rpc = Rpc::new(config.cluster.url.clone(), commitment, timeout, metrics.clone());
        let health = Health::default();
        let server = match config.metrics.address {
            None => None,
            Some(address) => Some(
                Server::start(address, metrics.clone(), health.clone())
                    .map_err(|why| StartError::Machine(format!("metrics.address {address} cannot be used: {why}")))?,
            ),
        };
        let owner = keys.owner.address();
        let found = start::check(&rpc, &config, &owner, patience).await?;
        if found.account.is_none() {
            tracing::warn!(
                owner = %owner, sub_account = config.keys.sub_account,
                "the keeper has no margin account: positions are not taken over and rewards are not received until it is opened"
            );
        }
        // Transactions are as large whoever pays, unless the owner pays himself.
        let payer = keys.payers.iter().map(crate::config::Key::address).find(|p| *p != owner).unwrap_or(owner);
        let (wanted, wanted_seen) = state::channel(Wanted::new());
        let (tell, told) = mpsc::unbounded_channel();
        let stream = watch::start(config.ws_url()?, firebreak_client::ID, commitment, wanted_seen, tell);
        let webhook = Webhook::start(&config.webhook, owner.to_string(), metrics.clone());
        let answers = mpsc::unbounded_channel();
        metrics.up.with_label_values(&[env!("CARGO_PKG_VERSION"), &owner.to_string()]).set(1);
        Ok(Self {
            view: View::new(metrics.clone(), config.view.max_age_slots),
            sync: Sync::new(rpc.clone(), answers.0.clone(), Duration::from_secs(config.view.resync_seconds)),
            planner: Planner::default(),
            settings: config.settings(),
            wallet: Wallet { payer, owner, account: found.account },
            sender: Sender::new(rpc.clone(), &keys, config.clone(), found.tables, metrics.clone()),
            resting: Resting::default(),
            checks: Checks::default(),
            wanted,
            told,
            stream,
            done: mpsc::unbounded_channel(),
            answers,
            observer: None,
            summary: Summary::default(),
            next_id: 0,
            planned_at: None,
            rounds: 0,
            stale_since: None,
            config,
            rpc,
            metrics,
            health,
            server,
            webhook,
        })
    }

    /// Shows everything that is sent to `observer` too.
    #[must_use]
    pub fn observed(mut self, observer: Observer) -> Self {
        self.observer = Some(observer);
        self
    }

    /// The figures.
    pub fn metrics(&self) -> Metrics {
        self.metrics.clone()
    }

    /// Where figures are served.
    pub fn metrics_address(&self) -> Option<std::net::SocketAddr> {
        self.server.as_ref().map(Server::address)
    }

    /// Goes round until `stop` says so; with `once`, until one round is over.
    pub async fn run(mut self, mut stop: state::Receiver<bool>, once: bool) -> Summary {
        tracing::info!(
            owner = %self.wallet.owner, account = self.wallet.account.map(|a| a.to_string()), cluster = %self.config.cluster.url,
            dry_run = self.config.dry_run, "the keeper runs"
        );
        self.webhook.tell(Event::Started, json!({"dry_run": self.config.dry_run}));
        let started = Instant::now();
        let mut tick = time::interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let mut act = false;
            tokio::select! {
                biased;
                () = stopped(&mut stop) => break,
                Some(done) = self.done.1.recv() => self.after(done),
                Some(answer) = self.answers.1.recv() => act = self.answered(answer),
                Some(told) = self.told.recv() => act = self.hear(told),
                _ = tick.tick() => act = true,
            }
            // What has piled up is taken in before anything is planned on it.
            while let Ok(told) = self.told.try_recv() {
                act |= self.hear(told);
            }
            while let Ok(done) = self.done.1.try_recv() {
                self.after(done);
            }
            if act {
                self.go_round();
            }
            if once && ((self.rounds > 0 && self.resting.under_way() == 0) || started.elapsed() > ONCE) {
                break;
            }
        }
        self.farewell().await
    }

    /// One round: look after the view, and if it may be acted on, act.
    fn go_round(&mut self) {
        let now = Instant::now();
        self.check_predictions(now);
        self.resting.tidy(now);
        self.show();
        if self.sync.due(&mut self.view) {
            tracing::debug!("the program's accounts are read");
        }
        let usable = self.view.usable();
        self.health.set(usable.as_ref().err().map(ToString::to_string));
        if let Err(why) = usable {
            return self.stale(&why.to_string(), now);
        }
        self.stale_since = None;
        if self.planned_at.is_some_and(|at| at.elapsed() < BREATH) {
            return;
        }
        let Some(clock) = self.view.clock().or_else(|| self.sync.clock_overdue().then(|| self.view.clock_about()).flatten())
        else {
            self.sync.ask_clock();
            return;
        };
        self.planned_at = Some(now);
        self.round(clock);
    }

    /// Notes that the view is not to be acted on. A subscription that stays behind is begun anew.
    fn stale(&mut self, why: &str, now: Instant) {
        const HOPELESS: Duration = Duration::from_secs(5);
        match self.stale_since {
            None => {
                self.stale_since = Some(now);
                if self.rounds > 0 {
                    self.metrics.view_stale_total.inc();
                    tracing::warn!(why, "the view is not acted on");
                    self.webhook.tell(Event::Stale, json!({"why": why}));
                }
            }
            Some(since) if now.duration_since(since) > HOPELESS && self.view.is_synced() => {
                self.stale_since = Some(now);
                self.restart_stream();
            }
            Some(_) => {}
        }
    }

    fn restart_stream(&mut self) {
        let Ok(url) = self.config.ws_url() else { return };
        tracing::warn!("the subscription stays behind and is begun anew");
        self.stream.abort();
        let (tell, told) = mpsc::unbounded_channel();
        self.told = told;
        self.view.told(Told::Down(String::new()));
        self.stream =
            watch::start(url, firebreak_client::ID, self.config.cluster.commitment.into(), self.wanted.subscribe(), tell);
    }

    fn hear(&mut self, told: Told) -> bool {
        match &told {
            Told::Up => {
                tracing::info!("the subscription has begun");
                self.sync.soon("subscribed");
            }
            Told::Watching => self.sync.watched_soon(),
            Told::Down(why) => {
                tracing::warn!(why, "the subscription has ended");
                self.sync.drop_reading();
            }
            _ => {}
        }
        self.view.told(told)
    }

    fn answered(&mut self, answer: Answer) -> bool {
        let act = self.sync.take(answer, &mut self.view);
        let watched: Wanted = self.view.book.watched().into_iter().collect();
        self.wanted.send_if_modified(|wanted| {
            let changed = *wanted != watched;
            if changed {
                *wanted = watched;
            }
            changed
        });
        if let Some(account) = self.wallet_account() {
            self.wallet.account = Some(account);
        }
        act
    }

    /// The keeper's margin account, which may be opened while it runs.
    fn wallet_account(&self) -> Option<Pubkey> {
        let key = firebreak_client::address::account(&self.wallet.owner, self.config.keys.sub_account);
        self.view.mark(&key).map(|_| key)
    }

    fn show(&self) {
        let figure = |x: u64| i64::try_from(x).unwrap_or(i64::MAX);
        self.metrics.chain_slot.set(figure(self.view.newest()));
        self.metrics.view_slot.set(figure(self.view.told_slot()));
        self.metrics.view_age_slots.set(figure(self.view.age()));
        self.metrics.watched_accounts.set(figure(self.wanted.borrow().len() as u64));
    }

    /// Waits for what is under way, and goes.
    async fn farewell(mut self) -> Summary {
        let until = Instant::now() + FAREWELL;
        while self.resting.under_way() > 0 {
            let left = until.saturating_duration_since(Instant::now());
            match time::timeout(left, self.done.1.recv()).await {
                Ok(Some(done)) => self.after(done),
                Ok(None) | Err(_) => break,
            }
        }
        self.summary.mismatches = self.checks.mismatches.load(Ordering::Relaxed);
        self.stream.abort();
        tracing::info!(summary = ?self.summary, "the keeper has stopped");
        self.webhook.tell(Event::Stopped, json!(self.summary));
        self.summary
    }
}

async fn stopped(stop: &mut state::Receiver<bool>) {
    // Whoever could say so is gone: that is an order to stop as well.
    let _ = stop.wait_for(|stop| *stop).await;
}
