//! Keepers as a person runs them: processes with a configuration, each behind a node of its own that may misbehave.

use super::proxy::{Faults, Proxy};
use anyhow::{Context, Result};
use firebreak_keeper::config::LOCALNET;
use serde_json::json;
use solana_keypair::Keypair;
use std::{
    collections::BTreeMap,
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};
use tokio::runtime::Handle;

/// Habits, in turn: everything at once; only what pays, with little inventory; everything but without closing against the other side.
const HABITS: [(&str, &str); 3] = [
    ("swift", "[profit]\nfloor = \"-1\"\n"),
    (
        "patient",
        "[profit]\nfloor = \"0.5\"\n[inventory]\nmax_per_market = \"100000\"\nmax_total = \"100000\"\n[jobs]\nreports = false\n",
    ),
    ("steady", "[profit]\nfloor = \"-1\"\n[jobs]\nrank = false\nskim = false\n[fees]\nprofit_percent = 10\n"),
];
/// Inventory of those whose habit names none.
const ROOM: &str = "[inventory]\nmax_per_market = \"5000000\"\nmax_total = \"5000000\"\n";

/// A keeper and its node.
pub struct Hand {
    /// Its name.
    pub name: String,
    /// Its node.
    pub proxy: Proxy,
    /// Times it was killed and started again.
    pub restarts: u64,
    config: PathBuf,
    metrics: SocketAddr,
    child: Child,
    /// Figures of the lives that have ended.
    before: BTreeMap<String, f64>,
    /// Figures of this one, as last seen.
    last: BTreeMap<String, f64>,
    faults: Faults,
    /// What the node had done when they began.
    misdeeds: u64,
}

/// Where configurations, keys and logs lie: a folder that is removed at the end, unless somebody has named one.
pub struct Folder {
    path: PathBuf,
    kept: bool,
}

impl Folder {
    /// The one that is named, or a new one.
    pub fn new(named: Option<&Path>) -> Result<Self> {
        let new = || std::env::temp_dir().join(format!("firebreak-rehearsal-{}", std::process::id()));
        let path = named.map_or_else(new, Path::to_path_buf);
        fs::create_dir_all(&path).with_context(|| format!("The folder {} cannot be made", path.display()))?;
        Ok(Self { path, kept: named.is_some() })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.kept {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

impl Hand {
    /// Starts keeper number `n` of `owner`, whose fees `payers` pay, in front of the node at `rpc` and `ws`.
    pub fn start(
        n: usize,
        (owner, payers): (&Keypair, &[Keypair]),
        folder: &Folder,
        runtime: &Handle,
        (rpc, ws): (&str, &str),
    ) -> Result<Self> {
        let (habit, settings) = HABITS[n % HABITS.len()];
        let name = if n < HABITS.len() { habit.to_string() } else { format!("{habit}-{}", n / HABITS.len() + 1) };
        let proxy = Proxy::start(runtime, rpc, ws)?;
        // The port is free now and nobody else is likely to take it in the next moment; a restarted keeper needs the same.
        let metrics = TcpListener::bind(("127.0.0.1", 0)).and_then(|l| l.local_addr()).context("No free port for figures")?;
        let key = |file: String, key: &Keypair| {
            fs::write(folder.path.join(&file), serde_json::to_string(&key.to_bytes().to_vec())?)
                .context("A key cannot be written")?;
            anyhow::Ok(file)
        };
        let owner = key(format!("{name}.json"), owner)?;
        let payers =
            payers.iter().enumerate().map(|(i, k)| key(format!("{name}-payer-{i}.json"), k)).collect::<Result<Vec<_>>>()?;
        let room = if settings.contains("[inventory]") { "" } else { ROOM };
        let text = format!(
            "[cluster]\nurl = {}\nws_url = {}\ngenesis_hash = \"{LOCALNET}\"\n[keys]\nkeypair = \"{owner}\"\npayers = {}\n\
             [view]\nmax_age_slots = 150\nresync_seconds = 3\n[sending]\nrpc_seconds = 2\nconfirm_seconds = 10\nin_flight = 64\n\
             [metrics]\naddress = \"{metrics}\"\n[log]\nformat = \"json\"\n{settings}{room}",
            json!(proxy.rpc_url()),
            json!(proxy.ws_url()),
            json!(payers),
        );
        let config = folder.path.join(format!("{name}.toml"));
        fs::write(&config, text).context("A configuration cannot be written")?;
        let child = spawn(&config)?;
        Ok(Self {
            name,
            proxy,
            restarts: 0,
            config,
            metrics,
            child,
            before: BTreeMap::new(),
            last: BTreeMap::new(),
            faults: Faults::default(),
            misdeeds: 0,
        })
    }

    /// Gives its node these faults.
    pub fn give(&mut self, faults: Faults) {
        if self.faults != faults {
            self.faults = faults;
            self.misdeeds = self.proxy.counts().misdeeds();
            self.proxy.set(faults);
        }
    }

    /// Whether the keeper has met the fault that its node has now.
    pub fn has_met(&self) -> bool {
        self.faults == Faults::default() || self.proxy.counts().misdeeds() > self.misdeeds
    }

    /// Reads its figures; says whether it answers.
    pub fn look(&mut self) -> bool {
        match get(self.metrics, "/metrics") {
            Some(text) => {
                self.last = figures(&text);
                true
            }
            None => false,
        }
    }

    /// Whether it says that it is well.
    pub fn is_well(&self) -> bool {
        get(self.metrics, "/health").is_some_and(|answer| answer.contains("\"ok\""))
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(Some(_)))
    }

    /// Kills it, as a failing machine does, and starts it again.
    pub fn restart(&mut self) -> Result<()> {
        self.look();
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.before = self.figures();
        self.last.clear();
        self.restarts += 1;
        self.child = spawn(&self.config)?;
        Ok(())
    }

    /// Figures of all its lives.
    pub fn figures(&self) -> BTreeMap<String, f64> {
        let mut all = self.before.clone();
        for (name, value) in &self.last {
            *all.entry(name.clone()).or_default() += value;
        }
        all
    }

    /// Resident memory in KiB.
    pub fn memory_kib(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        status.lines().find_map(|l| l.strip_prefix("VmRSS:"))?.split_whitespace().next()?.parse().ok()
    }

    /// Asks it to stop and waits; returns its exit code.
    pub fn stop(&mut self) -> Option<i32> {
        self.look();
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        for _ in 0..100 {
            if let Ok(Some(status)) = self.child.try_wait() {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        None
    }

    /// The end of its log, for people.
    pub fn log_end(&self) -> String {
        let log = fs::read_to_string(log_of(&self.config)).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

impl Drop for Hand {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn log_of(config: &Path) -> PathBuf {
    config.with_extension("log")
}

fn spawn(config: &Path) -> Result<Child> {
    let exe = std::env::current_exe().context("This executable's own path is unknown")?;
    let log = fs::OpenOptions::new().create(true).append(true).open(log_of(config)).context("A log cannot be written")?;
    Command::new(exe)
        .arg("keeper")
        .arg("--config")
        .arg(config)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .context("A keeper cannot be started")
}

fn get(address: SocketAddr, path: &str) -> Option<String> {
    let timeout = Duration::from_millis(500);
    let mut stream = TcpStream::connect_timeout(&address, timeout).ok()?;
    stream.set_read_timeout(Some(timeout)).ok()?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    answer.split_once("\r\n\r\n").map(|(_, body)| body.to_string())
}

/// Counters and gauges of a page of figures, by name and labels; histograms only by sum and count.
fn figures(text: &str) -> BTreeMap<String, f64> {
    let lines = text.lines().filter(|l| !l.starts_with('#') && !l.contains("_bucket{"));
    let pairs = lines.filter_map(|l| {
        let (name, value) = l.rsplit_once(' ')?;
        Some((name.strip_prefix("firebreak_keeper_")?.to_string(), value.parse().ok()?))
    });
    pairs.collect()
}
