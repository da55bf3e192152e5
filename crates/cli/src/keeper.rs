//! `firebreak keeper`: runs a keeper until it is told to stop.

use anyhow::{Context, Result};
use firebreak_keeper::{
    config::{Config, Keys},
    log,
    run::{Keeper, Summary},
};
use std::{
    fs::File,
    io::Write,
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::{signal, sync::watch};

/// Arguments of `firebreak keeper`.
#[derive(Debug, clap::Args)]
pub struct KeeperArgs {
    /// What the keeper is told; deploy/keeper.toml shows every key.
    #[arg(long, value_name = "FILE", default_value = "keeper.toml")]
    config: PathBuf,
    /// Plans and simulates, but sends nothing, whatever the file says.
    #[arg(long)]
    dry_run: bool,
    /// Does what is due once and ends.
    #[arg(long)]
    once: bool,
    /// Ends by itself after so many seconds.
    #[arg(long)]
    seconds: Option<u64>,
    /// Writes a configuration with every key and what it means to FILE, and ends. A file that is there is left alone.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["config", "dry_run", "once", "seconds"])]
    new: Option<PathBuf>,
    /// At the end, says as JSON what it did.
    #[arg(long)]
    json: bool,
}

/// What `--new` writes: the example that is deployed.
const SAMPLE: &str = include_str!("../../../deploy/keeper.toml");

/// A node that does not answer is asked for so long with `--once`; without it, forever.
const PATIENCE: Duration = Duration::from_secs(10);

/// Runs until Ctrl-C or SIGTERM.
pub fn run(args: &KeeperArgs) -> Result<()> {
    if let Some(path) = &args.new {
        return write_sample(path, args.json);
    }
    let mut config = Config::read(&args.config)?;
    config.dry_run |= args.dry_run;
    let keys = Keys::load(&config.keys)?;
    log::init(&config.log);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("No runtime for the keeper")?;
    let summary = runtime.block_on(keep(config, keys, args.once, args.seconds.map(Duration::from_secs)))?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&summary)?);
    }
    Ok(())
}

fn write_sample(path: &Path, json: bool) -> Result<()> {
    let cannot = || format!("{} cannot be written", path.display());
    let mut file = File::options().write(true).create_new(true).open(path).with_context(cannot)?;
    file.write_all(SAMPLE.as_bytes()).with_context(cannot)?;
    match json {
        true => println!("{}", serde_json::json!({"file": path})),
        false => println!("{} has every key; `firebreak keeper --config {0}` runs with it", path.display()),
    }
    Ok(())
}

async fn keep(config: Config, keys: Keys, once: bool, most: Option<Duration>) -> Result<Summary> {
    let (stop, stopped) = watch::channel(false);
    let mut terminate = signal::unix::signal(signal::unix::SignalKind::terminate()).context("SIGTERM cannot be heard")?;
    // A keeper that still waits for its node can be interrupted as well.
    let started = tokio::select! {
        keeper = Keeper::start(config, keys, once.then_some(PATIENCE)) => keeper?,
        _ = signal::ctrl_c() => return Ok(Summary::default()),
        _ = terminate.recv() => return Ok(Summary::default()),
    };
    tokio::spawn(async move {
        tokio::select! {
            _ = signal::ctrl_c() => {}
            _ = terminate.recv() => {}
            () = over(most) => {}
        }
        // The keeper has ended by itself.
        let _ = stop.send(true);
    });
    Ok(started.run(stopped, once).await)
}

/// Ends after `most`, or never.
async fn over(most: Option<Duration>) {
    match most {
        Some(most) => tokio::time::sleep(most).await,
        None => std::future::pending().await,
    }
}
