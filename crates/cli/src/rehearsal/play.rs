//! The play: prices tick, keepers act, their nodes misbehave, one or the other keeper is killed; then all is calm until nobody is due.

use super::{
    crew::{Folder, Hand},
    figures::{by_labels, KeeperFigures, Outcome, Waits},
    schedule::{self, Fault},
    watcher::{due, Watcher},
};
use crate::{
    artifact::Artifact,
    demo::{
        audit::{self, State},
        stage::{Play, Stage},
    },
    ui::Steps,
};
use anyhow::{ensure, Result};
use firebreak_client::risk::{price::Quality, Now};
use firebreak_sim::prices::Tick;
use solana_keypair::Keypair;
use solana_signer::Signer;
use std::{
    collections::BTreeMap,
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

/// What goes wrong, and how fast.
pub struct Plan {
    /// Faults of the nodes.
    pub faults: Vec<Fault>,
    /// Keepers killed and started again.
    pub restarts: u64,
    /// Milliseconds between two prices.
    pub tick_ms: u64,
    /// Where the keepers' configurations and logs are kept.
    pub keep: Option<PathBuf>,
}

/// Wallets that pay for each keeper.
const PAYERS: usize = 2;
/// How long prices stand still for a keeper that has not met its fault yet: there may be nothing to meet it with.
const PATIENCE: Duration = Duration::from_secs(8);
/// How long keepers may take to say that they are well.
const START: Duration = Duration::from_secs(60);
/// Rounds of the calm end at most. Each lasts long enough in the chain's time for the slowest liquidation, loss window or breaker to end.
const CALM: u64 = 150;
/// Milliseconds by which each calm round is longer than the one before.
const LONGER_MS: u64 = 10;
/// Calm rounds that must pass without anybody due.
const QUIET: u64 = 3;

/// Everything in the play.
struct Scene {
    stage: Stage,
    crew: Vec<Hand>,
    watcher: Watcher,
    state: State,
    /// When the last price was published.
    published: Instant,
    update_to_sent: Waits,
    /// Liquidations by second.
    by_second: BTreeMap<u64, u64>,
    started: Instant,
}

/// Plays.
pub fn run(play: &Play, plan: &Plan, program: &Artifact) -> Result<Outcome> {
    let mut steps = Steps::new(9);
    let stage = Stage::set(play, program, &mut steps)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let folder = Folder::new(plan.keep.as_deref())?;
    steps.next("Starting the keepers");
    let mut crew = vec![];
    for (n, keeper) in stage.keepers.iter().enumerate() {
        let payers: Vec<Keypair> = (0..PAYERS).map(|_| Keypair::new()).collect();
        for payer in &payers {
            stage.chain.cluster.airdrop(&payer.pubkey(), 10_000_000_000)?;
        }
        let node = (stage.chain.cluster.rpc_url(), stage.chain.cluster.ws_url());
        crew.push(Hand::start(n, (&keeper.member.key, &payers), &folder, runtime.handle(), (&node.0, &node.1))?);
    }
    let now = Instant::now();
    let state = audit::read(&stage)?;
    let mut scene = Scene {
        stage,
        crew,
        watcher: Watcher::default(),
        state,
        published: now,
        update_to_sent: Waits::default(),
        by_second: BTreeMap::new(),
        started: now,
    };
    scene.wait_until_well(play)?;
    steps.next("Replaying the crash");
    scene.started = Instant::now();
    let mut memory = vec![0; scene.crew.len()];
    for (n, tick) in play.ticks.iter().enumerate() {
        scene.meddle(plan, n, play.ticks.len())?;
        let now = scene.tick(tick, plan.tick_ms)?;
        if schedule::ends(n) {
            scene.wait_until_met(now)?;
        }
        if n == play.ticks.len() / 10 {
            memory = scene.crew.iter().map(|h| h.memory_kib().unwrap_or(0)).collect();
        }
    }
    let seconds = scene.started.elapsed().as_secs_f64();
    steps.next("Waiting until nobody is due");
    let (left_over, calm_rounds) = scene.calm(play, plan.tick_ms)?;
    let mut outcome = scene.finish(memory)?;
    (outcome.seed, outcome.accounts, outcome.ticks) = (play.seed, play.accounts, play.ticks.len() as u64);
    (outcome.tick_ms, outcome.route) = (plan.tick_ms, program.route.clone());
    (outcome.seconds, outcome.left_over, outcome.calm_rounds) = (seconds, left_over, calm_rounds);
    drop(folder);
    Ok(outcome)
}

impl Scene {
    /// Prices stand still until every keeper is well: it has read the chain and its view is young.
    fn wait_until_well(&mut self, play: &Play) -> Result<()> {
        let since = Instant::now();
        let Some(first) = play.ticks.first().cloned() else { return Ok(()) };
        let mut at = self.stage.now()?;
        while !self.crew.iter().all(Hand::is_well) {
            if since.elapsed() > START || self.crew.iter_mut().any(Hand::has_ended) {
                let log = self.crew.iter().find(|h| !h.is_well()).map(Hand::log_end).unwrap_or_default();
                anyhow::bail!("A keeper is not well after {} seconds. Its log ends:\n{log}", since.elapsed().as_secs());
            }
            at += 1;
            let ahead = Tick { time_ms: at * 1_000, ..first.clone() };
            ensure!(ahead.time_ms < first.time_ms, "The keepers took longer to start than the market's lead lasts");
            self.publish(&ahead)?;
            thread::sleep(Duration::from_millis(200));
        }
        Ok(())
    }

    /// Publishes prices and says so with a slot of its own: the cluster tells of a slot when the one before it closes.
    fn publish(&mut self, tick: &Tick) -> Result<Now> {
        self.published = Instant::now();
        for hand in &mut self.crew {
            hand.proxy.forget_first();
        }
        let now = self.stage.publish(tick)?;
        self.stage.next_slot().map(|slot| Now { slot, ..now })
    }

    /// Changes the nodes' faults, and kills a keeper when its hour has come.
    fn meddle(&mut self, plan: &Plan, n: usize, all: usize) -> Result<()> {
        for (k, hand) in self.crew.iter_mut().enumerate() {
            hand.give(schedule::at(&plan.faults, k, n));
        }
        let restarts = plan.restarts as usize;
        // Evenly over the play, one keeper after the other.
        if let Some(k) = (1..=restarts).find(|k| n == all * k / (restarts + 1)) {
            let count = self.crew.len();
            if let Some(hand) = self.crew.get_mut((k - 1) % count.max(1)) {
                hand.restart()?;
            }
        }
        Ok(())
    }

    /// One price, and time for the keepers to act on it.
    fn tick(&mut self, tick: &Tick, tick_ms: u64) -> Result<Now> {
        let now = self.publish(tick)?;
        let end = self.published + Duration::from_millis(tick_ms);
        loop {
            self.look(now)?;
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            thread::sleep(left.min(Duration::from_millis(50)));
        }
        for hand in &mut self.crew {
            if let Some(first) = hand.proxy.first() {
                self.update_to_sent.add(first.saturating_duration_since(self.published));
            }
        }
        Ok(now)
    }

    /// A fault lasts until its keeper has met it, so that what is shown does not hang on how fast the machine is.
    fn wait_until_met(&mut self, now: Now) -> Result<()> {
        let since = Instant::now();
        while since.elapsed() < PATIENCE && !self.crew.iter().all(Hand::has_met) {
            thread::sleep(Duration::from_millis(50));
            self.look(now)?;
        }
        Ok(())
    }

    fn look(&mut self, now: Now) -> Result<()> {
        let before = self.state.market.engine.ledger.liquidations;
        self.state = audit::read(&self.stage)?;
        let at = Instant::now();
        let more = self.state.market.engine.ledger.liquidations.saturating_sub(before);
        *self.by_second.entry(self.started.elapsed().as_secs()).or_default() += more;
        self.watcher.look(&due(&self.state, now), at);
        Ok(())
    }

    /// The last price stands still, the nodes behave, and time passes until nobody has been due for a while. Returns who is left and the
    /// rounds it took.
    fn calm(&mut self, play: &Play, tick_ms: u64) -> Result<(u64, u64)> {
        let Some(last) = play.ticks.last() else { return Ok((0, 0)) };
        for hand in &mut self.crew {
            hand.give(Default::default());
        }
        let params = self.state.market.engine.params;
        let step = ((params.claim_warmup + params.loss_window) * 1_000 / 30).max(2_000);
        let (mut quiet, mut left) = (0, 0);
        for round in 1..=CALM {
            let tick = Tick { time_ms: last.time_ms + round as i64 * step, prices: last.prices.clone() };
            // Whoever is still due after many rounds may be met by keepers that are too slow for a round: each lasts a little longer.
            let now = self.tick(&tick, tick_ms + round * LONGER_MS)?;
            left = due(&self.state, now).len() as u64;
            let judged = self.state.market.engine.quality(now) == Quality::Primary;
            quiet = if judged && left == 0 { quiet + 1 } else { 0 };
            if quiet == QUIET {
                return Ok((0, round));
            }
        }
        let judged = self.state.market.engine.quality(self.stage_now()?) == Quality::Primary;
        ensure!(judged, "The keepers left the market without a price at the end");
        Ok((left, CALM))
    }

    fn stage_now(&self) -> Result<Now> {
        let clock = self.stage.chain.cluster.clock()?;
        Ok(Now { slot: clock.slot, time: clock.unix_timestamp })
    }

    fn finish(mut self, memory: Vec<u64>) -> Result<Outcome> {
        let mut keepers = vec![];
        for (hand, early) in self.crew.iter_mut().zip(memory) {
            let late = hand.memory_kib().unwrap_or(0);
            let exit = hand.stop();
            let all = hand.figures();
            let labelled = ["transactions_total", "predictions_total", "refused_total", "actions_total"];
            let others = all.iter().filter(|(k, _)| !labelled.iter().any(|l| k.starts_with(l)));
            keepers.push(KeeperFigures {
                name: hand.name.clone(),
                transactions: by_labels(&all, "transactions_total"),
                predictions: by_labels(&all, "predictions_total"),
                refused: by_labels(&all, "refused_total"),
                actions: by_labels(&all, "actions_total"),
                others: others.map(|(k, v)| (k.clone(), *v)).collect(),
                faults: hand.proxy.counts(),
                restarts: hand.restarts,
                memory_kib: (early, late),
                exit,
            });
        }
        let sum = |names: &[&str], from: fn(&KeeperFigures) -> &BTreeMap<String, u64>| -> u64 {
            keepers.iter().flat_map(|k| from(k).iter()).filter(|(n, _)| names.contains(&n.as_str())).map(|(_, v)| *v).sum()
        };
        let ledger = &self.state.market.engine.ledger;
        let sent = keepers.iter().map(|k| k.faults.of("transactions sent")).sum::<u64>();
        let failed = keepers.iter().filter_map(|k| k.others.get("failed_transactions_total")).sum::<f64>() as u64;
        let outcome = Outcome {
            seed: 0,
            accounts: 0,
            ticks: 0,
            tick_ms: 0,
            route: String::new(),
            seconds: 0.0,
            liquidations: ledger.liquidations,
            bankruptcies: ledger.bankruptcies,
            liquidations_best_second: self.by_second.values().copied().max().unwrap_or(0),
            sent,
            failed,
            failed_share: if sent == 0 { 0.0 } else { failed as f64 / sent as f64 },
            update_to_sent_ms: self.update_to_sent.summary(),
            due_to_flagged_ms: self.watcher.flagged.summary(),
            left_over: 0,
            calm_rounds: 0,
            conservation_error_atoms: self.state.error,
            mismatches: sum(&["mismatch"], |k| &k.predictions),
            keepers,
        };
        self.stage.chain.cluster.stop()?;
        Ok(outcome)
    }
}
