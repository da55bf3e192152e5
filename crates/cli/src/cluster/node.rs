//! The threads of a cluster: surfpool's run loop with its two servers, and a reader of its events.

use std::{
    fs,
    net::SocketAddr,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use anyhow::{anyhow, bail, Context, Result};
use crossbeam_channel::{bounded, unbounded, Receiver, RecvTimeoutError, Sender};
use surfpool_core::{
    runloops::start_local_surfnet_runloop,
    surfnet::{
        locker::SurfnetSvmLocker,
        svm::{SurfnetSvm, SurfnetSvmConfig},
        GeyserEvent,
    },
};
use surfpool_types::{ClockCommand, RpcConfig, SimnetCommand, SimnetConfig, SimnetEvent, SurfpoolConfig};

use super::{
    events::{self, Errors},
    panics, ports, ClusterConfig,
};

const START_TIMEOUT: Duration = Duration::from_secs(20);
/// When the cluster's first block says that it was made; it only decides the block's hash.
const GENESIS_TIME: i64 = 0;
const STOP_TIMEOUT: Duration = Duration::from_secs(5);

/// A running cluster's threads, channels and addresses.
pub(super) struct Node {
    rpc: SocketAddr,
    ws: SocketAddr,
    commands: Sender<SimnetCommand>,
    run_loop: Option<JoinHandle<Result<()>>>,
    events: Option<JoinHandle<()>>,
    end_events: Sender<()>,
    errors: Errors,
}

impl Node {
    /// Starts the threads and waits until both servers answer.
    pub(super) fn start(config: &ClusterConfig) -> Result<(Self, SurfnetSvmLocker)> {
        if config.slot_time_ms == 0 {
            bail!("The slot time must be at least 1 ms.");
        }
        panics::hide_websocket_shutdown();
        let (svm, event_rx, geyser_rx) = build(config)?;
        let svm = SurfnetSvmLocker::new(svm);
        let (rpc_port, ws_port) = ports::choose(config.rpc_port, config.ws_port)?;
        let (commands, command_rx) = unbounded();
        let (end_events, end_rx) = bounded(1);
        let (ready_tx, ready_rx) = bounded(1);
        let errors = Errors::default();

        let events = {
            let errors = errors.clone();
            spawn("cluster-events", move || events::read(&event_rx, &end_rx, &ready_tx, &errors))?
        };
        let run_loop = {
            let (svm, commands) = (svm.clone(), commands.clone());
            let surfpool = surfpool_config(config, rpc_port, ws_port);
            spawn("cluster", move || run(svm, surfpool, commands, command_rx, geyser_rx))?
        };
        let mut node = Self {
            rpc: ports::loopback(rpc_port),
            ws: ports::loopback(ws_port),
            commands,
            run_loop: Some(run_loop),
            events: Some(events),
            end_events,
            errors,
        };
        node.wait_until_ready(&ready_rx)?;
        Ok((node, svm))
    }

    pub(super) fn rpc(&self) -> SocketAddr {
        self.rpc
    }

    pub(super) fn ws(&self) -> SocketAddr {
        self.ws
    }

    pub(super) fn take_errors(&self) -> Vec<String> {
        self.errors.take()
    }

    /// Hands a command to the run loop, which executes commands in order.
    pub(super) fn command(&self, command: SimnetCommand) -> Result<()> {
        self.commands.send(command).map_err(|_| self.gone())
    }

    /// The error for a run loop that no longer answers.
    pub(super) fn gone(&self) -> anyhow::Error {
        match self.errors.last() {
            Some(last) => anyhow!("The cluster has stopped. Its last error: {last}"),
            None => anyhow!("The cluster has stopped."),
        }
    }

    fn wait_until_ready(&mut self, ready: &Receiver<()>) -> Result<()> {
        let started = Instant::now();
        loop {
            match ready.recv_timeout(Duration::from_millis(50)) {
                Ok(()) => break,
                Err(RecvTimeoutError::Disconnected) => return Err(self.gone()),
                Err(RecvTimeoutError::Timeout) => {}
            }
            if self.run_loop.as_ref().is_none_or(JoinHandle::is_finished) {
                return self.join_run_loop().and_then(|()| Err(self.gone()));
            }
            if started.elapsed() > START_TIMEOUT {
                bail!("The cluster did not start within {} seconds.", START_TIMEOUT.as_secs());
            }
        }
        ports::wait_until_healthy(self.rpc, START_TIMEOUT)?;
        ports::wait_until_open(self.ws, START_TIMEOUT)
    }

    /// Ends the threads and waits until the ports are closed. A second call does nothing.
    pub(super) fn stop(&mut self) -> Result<()> {
        if self.run_loop.is_none() {
            return Ok(());
        }
        // Surfpool's ticker never ends: it goes on sleeping one slot time after another. It is given a slot of weeks,
        // so that what remains of it is a thread that sleeps.
        let parked = ClockCommand::UpdateSlotInterval(u64::from(u32::MAX));
        let _ = self.commands.send(SimnetCommand::CommandClock(None, parked));
        let _ = self.commands.send(SimnetCommand::Terminate(None));
        let ended = self.join_run_loop();
        let closed =
            ports::wait_until_closed(self.rpc, STOP_TIMEOUT).and_then(|()| ports::wait_until_closed(self.ws, STOP_TIMEOUT));
        let _ = self.end_events.try_send(());
        if let Some(events) = self.events.take() {
            let _ = events.join();
        }
        ended.and(closed)
    }

    fn join_run_loop(&mut self) -> Result<()> {
        let Some(run_loop) = self.run_loop.take() else {
            return Ok(());
        };
        let started = Instant::now();
        while !run_loop.is_finished() {
            if started.elapsed() > STOP_TIMEOUT {
                bail!("The cluster did not stop within {} seconds.", STOP_TIMEOUT.as_secs());
            }
            thread::sleep(Duration::from_millis(2));
        }
        match run_loop.join() {
            Ok(result) => result,
            Err(_) => bail!("The cluster's thread panicked."),
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.stop();
    }
}

fn build(config: &ClusterConfig) -> Result<(SurfnetSvm, Receiver<SimnetEvent>, Receiver<GeyserEvent>)> {
    // Profiling clones the whole virtual machine for each instruction, and a profile keeps every account it touched.
    let (mut svm, events, geyser) = SurfnetSvm::new(SurfnetSvmConfig {
        slot_time: config.slot_time_ms,
        instruction_profiling_enabled: false,
        max_profiles: 1,
        ..SurfnetSvmConfig::default()
    })
    .map_err(|error| anyhow!("The virtual machine could not be set up: {error}"))?;
    // The hash of the first block would otherwise be another in every run, and clients that insist on their cluster's could not be set up ahead.
    svm.genesis_config.creation_time = GENESIS_TIME;
    for (address, path) in &config.programs {
        let elf = fs::read(path).with_context(|| format!("The program {} could not be read.", path.display()))?;
        svm.inner
            .svm
            .add_program(*address, &elf)
            .map_err(|error| anyhow!("The file {} is not a program that the cluster accepts: {error}", path.display()))?;
    }
    Ok((svm, events, geyser))
}

fn surfpool_config(config: &ClusterConfig, rpc_port: u16, ws_port: u16) -> SurfpoolConfig {
    SurfpoolConfig {
        simnets: vec![SimnetConfig {
            offline_mode: true,
            remote_rpc_url: None,
            slot_time: config.slot_time_ms,
            instruction_profiling_enabled: false,
            max_profiles: 1,
            ..SimnetConfig::default()
        }],
        rpc: RpcConfig {
            bind_host: ports::loopback(rpc_port).ip().to_string(),
            bind_port: rpc_port,
            ws_port,
            ..RpcConfig::default()
        },
        ..SurfpoolConfig::default()
    }
}

/// The run loop: executes commands and produces blocks until it is told to terminate.
fn run(
    svm: SurfnetSvmLocker,
    config: SurfpoolConfig,
    commands: Sender<SimnetCommand>,
    command_rx: Receiver<SimnetCommand>,
    geyser: Receiver<GeyserEvent>,
) -> Result<()> {
    // The run loop blocks the thread it runs on, so one worker is left for its timers. It has to be the
    // multi-threaded kind: surfpool's locks refuse any other.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .context("The cluster's runtime could not be built.")?;
    runtime
        .block_on(start_local_surfnet_runloop(svm, config, commands, command_rx, geyser))
        .map_err(|error| anyhow!("The cluster failed: {error}"))
}

fn spawn<T: Send + 'static>(name: &str, body: impl FnOnce() -> T + Send + 'static) -> Result<JoinHandle<T>> {
    thread::Builder::new().name(name.into()).spawn(body).with_context(|| format!("The thread {name} could not be started."))
}
