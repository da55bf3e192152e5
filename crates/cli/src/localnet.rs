//! `firebreak localnet`: a cluster in one process with the protocol on it, prices that move and people who trade.

mod drama;
mod people;

use crate::{
    artifact,
    cluster::{Cluster, ClusterConfig},
    feeds::Feed,
    listing::{Class, Size},
    protocol::{self, Keys, USD},
    ui::Steps,
};
use anyhow::{Context, Result};
use drama::Drama;
use firebreak_client::{
    address, decode, instruction,
    program::state::Market,
    risk::{MarketParams, Now, Rules},
    Pubkey, ID,
};
use firebreak_migrations::test_mint;
use people::People;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_signer::Signer;
use solana_transaction::Transaction;
use std::{path::PathBuf, sync::mpsc, time::Duration};

/// Arguments of `firebreak localnet`.
#[derive(Debug, clap::Args)]
pub struct LocalnetArgs {
    /// Port of the JSON-RPC server; websockets are on the next one. 0 takes free ones [default: the environment's FIREBREAK_PORT, or 8899].
    #[arg(long)]
    port: Option<u16>,
    /// Milliseconds between two slots.
    #[arg(long, default_value_t = 400, value_parser = clap::value_parser!(u64).range(10..=10_000))]
    slot_ms: u64,
    /// Wallets that get 100 SOL, 1 000 000 of the settlement token and 1 000 of a token that stands for SOL and may be pledged.
    #[arg(long, value_name = "ADDRESS")]
    fund: Vec<Pubkey>,
    /// Decides how prices move.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Prices are moved, but markets are refreshed by nobody: for trying a keeper.
    #[arg(long)]
    no_refresh: bool,
    /// Nobody else is there: no market maker, no insurance, nobody who overreaches.
    #[arg(long)]
    bare: bool,
    /// Stop by itself after so many seconds.
    #[arg(long)]
    seconds: Option<u64>,
    /// The compiled program, when it is not where the build puts it.
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
}

/// Name, opening price in 10^-8 USD, ticks' decimals, parameters, relative step per second in ppm.
const MARKETS: [(&str, i64, u8, Class, i64); 3] = [
    ("BTC-PERP", 12_000_000_000_000, 5, Class::Major, 60),
    ("SOL-PERP", 20_000_000_000, 8, Class::Major, 120),
    ("AVAX-PERP", 2_800_000_000, 9, Class::Mid, 200),
];
/// The market of what the collateral is.
const SOL: u16 = 1;
/// In 10^-8 USD.
const ONE_USD: i64 = 100_000_000;
const VENUES: [&str; 3] = ["spot-a", "spot-b", "perp"];

/// Runs until Ctrl-C.
pub fn run(args: &LocalnetArgs) -> Result<()> {
    let program = artifact::load(args.program.as_deref())?;
    // Ctrl-C is caught from the start, so that a set-up cut short is also torn down.
    let (stop_tx, stop) = mpsc::channel();
    on_interrupt(stop_tx)?;
    let mut steps = Steps::new(3);
    steps.next("Starting the cluster");
    let port = Some(port(args)?).filter(|p| *p != 0);
    let cluster = Cluster::start(ClusterConfig { rpc_port: port, slot_time_ms: args.slot_ms, ..ClusterConfig::default() })?;
    let keys = Keys::local();
    let bar = steps.bar("Deploying the program", program.so.len() as u64);
    protocol::deploy(&cluster, &keys, &program.so, |done, _| bar.set_position(done as u64))?;
    bar.finish_and_clear();
    steps.next("Listing the markets");
    let feeds: Vec<Vec<Feed>> =
        (0..MARKETS.len() as u16).map(|m| VENUES.iter().enumerate().map(|(n, v)| Feed::new(m, n, v)).collect()).collect();
    let listed: Vec<(&str, MarketParams, Rules, &[Feed])> = MARKETS
        .iter()
        .zip(&feeds)
        .map(|(market, feeds)| {
            let (params, rules) = listing(market);
            (market.0, params, rules, feeds.as_slice())
        })
        .collect();
    protocol::list(&cluster, &keys, &listed)?;
    protocol::list_sol(&cluster, &keys, SOL)?;
    protocol::fund(&cluster, &keys, &args.fund, 1_000_000 * USD)?;
    protocol::grant_sol(&cluster, &keys, &args.fund, 1_000 * protocol::SOL)?;
    let people = if args.bare { None } else { Some(People::arrive(&cluster, &keys, MARKETS.len() as u16 - 1)?) };
    let pusher = Pusher { cluster: &cluster, keys: &keys, feeds: &feeds, people, refresh: !args.no_refresh };
    pusher.run(args, &stop)?;
    eprintln!("Stopping the cluster");
    cluster.stop()
}

fn port(args: &LocalnetArgs) -> Result<u16> {
    match (args.port, std::env::var("FIREBREAK_PORT")) {
        (Some(port), _) => Ok(port),
        (None, Ok(text)) => text.parse().with_context(|| format!("FIREBREAK_PORT is no port: '{text}'")),
        (None, Err(_)) => Ok(8899),
    }
}

/// A local market opens at once: the waiting times of a real listing would only be in the way.
fn listing(market: &(&str, i64, u8, Class, i64)) -> (MarketParams, Rules) {
    let (_, price, decimals, class, _) = *market;
    let (params, rules) = class.sized(price, decimals, Size { open_interest: 100_000_000, depth: 10_000_000 });
    (MarketParams { activation_time: 1, activation_updates: 1, insurance_limit: 100_000 * USD, ..params }, rules)
}

fn announce(cluster: &Cluster, keys: &Keys, feeds: &[Vec<Feed>], args: &LocalnetArgs) -> Result<()> {
    println!("RPC        {}", cluster.rpc_url());
    println!("Websocket  {}", cluster.ws_url());
    println!("Genesis    {}", cluster.genesis_hash()?);
    println!("Program    {ID}");
    println!("Token      {} (6 decimals)", keys.mint.pubkey());
    println!("Collateral {} (9 decimals, stands for SOL)", keys.sol.pubkey());
    for (index, (market, feeds)) in MARKETS.iter().zip(feeds).enumerate() {
        println!("Market {index}   {} {}", market.0, address::market(index as u16));
        for feed in feeds {
            println!("           {} {}", feed.key, feed.label());
        }
    }
    for owner in &args.fund {
        println!("Funded     {owner}: token account {}", test_mint::holding(owner, &keys.mint.pubkey()));
        println!("Pledgeable {owner}: token account {}", test_mint::holding(owner, &keys.sol.pubkey()));
    }
    println!("Ctrl-C stops it.");
    Ok(())
}

struct Pusher<'a> {
    cluster: &'a Cluster,
    keys: &'a Keys,
    feeds: &'a [Vec<Feed>],
    people: Option<People<'a>>,
    refresh: bool,
}

impl Pusher<'_> {
    /// Moves every price once a second until told to stop.
    fn run(&self, args: &LocalnetArgs, stop: &mpsc::Receiver<()>) -> Result<()> {
        let mut rng = ChaCha8Rng::seed_from_u64(args.seed);
        let mut announced = false;
        let mut prices: Vec<i64> = MARKETS.iter().map(|m| m.1).collect();
        let mut published = 0;
        let keys: Vec<Vec<Pubkey>> = self.feeds.iter().map(|feeds| feeds.iter().map(|f| f.key).collect()).collect();
        let last = MARKETS.len() - 1;
        let mut drama = Drama::new(MARKETS[last].1);
        for elapsed in 0u64.. {
            let clock = self.cluster.clock()?;
            if clock.unix_timestamp > published {
                published = clock.unix_timestamp;
                for (index, price) in prices.iter_mut().enumerate() {
                    let step = MARKETS[index].4;
                    let led = match &self.people {
                        Some(people) if index == last => drama.lead(*price, elapsed, people, &keys[last])?,
                        _ => None,
                    };
                    let step = *price as i128 * rng.random_range(-step..=step) as i128 / 1_000_000;
                    *price = led.unwrap_or(*price + step as i64);
                    for feed in &self.feeds[index] {
                        let noise = *price / 1_000_000 * rng.random_range(-50..=50);
                        let account = feed.account((*price + noise).max(1), clock.unix_timestamp, clock.slot);
                        self.cluster.set_account(&feed.key, account)?;
                    }
                }
                for (feeds, price) in [(protocol::settlement_feeds(), ONE_USD), (protocol::sol_feeds(), prices[usize::from(SOL)])]
                {
                    for feed in feeds {
                        self.cluster.set_account(&feed.key, feed.account(price, clock.unix_timestamp, clock.slot))?;
                    }
                }
                if self.refresh {
                    self.refresh_all()?;
                }
                if let Some(people) = &self.people {
                    people.act(elapsed, &keys)?;
                }
            }
            // Whoever reads where the network is may act at once. Markets that nobody refreshes open when somebody does.
            if !announced && (!self.refresh || self.is_open()?) {
                announce(self.cluster, self.keys, self.feeds, args)?;
                announced = true;
            }
            for error in self.cluster.take_errors() {
                eprintln!("The cluster reports: {error}");
            }
            let done = args.seconds.is_some_and(|s| elapsed >= s);
            if done || stop.recv_timeout(Duration::from_secs(1)) != Err(mpsc::RecvTimeoutError::Timeout) {
                break;
            }
        }
        Ok(())
    }

    /// Whether every market takes positions.
    fn is_open(&self) -> Result<bool> {
        let clock = self.cluster.clock()?;
        let now = Now { slot: clock.slot, time: clock.unix_timestamp };
        for index in 0..self.feeds.len() as u16 {
            let account = self.cluster.get_account(&address::market(index))?;
            let market: Option<Market> = account.and_then(|a| decode::decode_owned(&a.owner, &a.data).ok());
            if !market.is_some_and(|m| m.engine.price.is_active(&m.engine.params, now)) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn refresh_all(&self) -> Result<()> {
        let authority = &self.keys.authority;
        let keys_of = |feeds: &[Feed]| -> Vec<Pubkey> { feeds.iter().map(|f| f.key).collect() };
        for (index, feeds) in self.feeds.iter().enumerate() {
            let keys = keys_of(feeds);
            let both = [instruction::refresh_market(index as u16, &keys), instruction::accrue(index as u16)];
            self.send(&both, authority, &format!("Market {index}"))?;
        }
        let tokens = [
            (&self.keys.mint, protocol::settlement_feeds(), "The settlement token"),
            (&self.keys.sol, protocol::sol_feeds(), "The collateral"),
        ];
        for (mint, feeds, what) in tokens {
            self.send(&[instruction::refresh_collateral(mint.pubkey(), &keys_of(&feeds))], authority, what)?;
        }
        Ok(())
    }

    fn send(&self, instructions: &[Instruction], authority: &Keypair, what: &str) -> Result<()> {
        let hash = self.cluster.latest_blockhash()?;
        let tx = Transaction::new_signed_with_payer(instructions, Some(&authority.pubkey()), &[authority], hash);
        if let Some(error) = self.cluster.send(&tx)?.error {
            eprintln!("{what} was not refreshed: {error}");
        }
        Ok(())
    }
}

/// Sends on `stop` at the first Ctrl-C or termination signal.
fn on_interrupt(stop: mpsc::Sender<()>) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("No runtime for signals")?;
    std::thread::Builder::new().name("signals".into()).spawn(move || {
        runtime.block_on(async {
            let Ok(mut term) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) else { return };
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = term.recv() => {}
            }
        });
        let _ = stop.send(());
    })?;
    Ok(())
}
