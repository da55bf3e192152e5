//! Sets the stage: cluster, program, market, members, and the market's own hour of prices before anybody may trade.

use super::{
    chain::Chain,
    keepers::Keeper,
    population::{open_all, plans, quote, Member, Setup, MARKET},
};
use crate::{
    artifact::Artifact,
    cluster::{Cluster, ClusterConfig},
    feeds::Feed,
    listing::{Class, Size},
    protocol::{self, Keys, USD},
    ui::Steps,
};
use anyhow::{anyhow, Result};
use firebreak_client::{
    address, decode, instruction,
    program::state::Market,
    risk::{num::lots_up, MarketParams, Now, Ratio, Rules},
};
use firebreak_sim::prices::{Tick, Venue};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use solana_signer::Signer;

/// What is played, with whom.
pub struct Play {
    /// Bars by venue.
    pub venues: Vec<Venue>,
    /// The same as ticks.
    pub ticks: Vec<Tick>,
    /// Traders.
    pub accounts: u64,
    /// Seed.
    pub seed: u64,
    /// Parameters.
    pub class: Class,
    /// Keepers.
    pub keepers: u64,
    /// USD of shared insurance before the crash, and of the part of it that stands behind the market.
    pub insurance: u64,
    /// Its name.
    pub scenario: String,
}

/// Accounts that deposit and do nothing. The crash must not touch them.
const BYSTANDERS: usize = 5;
/// What each of them deposits.
pub const BYSTANDER_USD: u64 = 10_000;
const MAKERS: usize = 3;
const MAKER_USD: u64 = 5_000_000;
const KEEPER_USD: u64 = 1_000_000;

/// Everything that acts in the replay.
pub struct Stage {
    /// The chain.
    pub chain: Chain,
    /// Prices' accounts.
    pub feeds: Vec<Feed>,
    /// Makers.
    pub makers: Vec<Member>,
    /// Traders.
    pub traders: Vec<Member>,
    /// Those who do nothing.
    pub bystanders: Vec<Member>,
    /// Keepers.
    pub keepers: Vec<Keeper>,
    /// Pays for permissionless work that belongs to nobody.
    pub keys: Keys,
    /// Draws.
    pub rng: ChaCha8Rng,
    clock: Clock,
    published: Vec<i64>,
    last: Vec<i64>,
    one_file: bool,
}

/// Maps Unix milliseconds to slots of 400 ms.
struct Clock {
    slot: u64,
    time: i64,
    last: u64,
}

impl Clock {
    fn slot(&mut self, time_ms: i64) -> u64 {
        let passed = (time_ms - self.time * 1_000).max(0) as u64 / 400;
        self.last = (self.slot + passed).max(self.last + 1);
        self.last
    }
}

impl Stage {
    /// Sets everything up; `steps` tells people how far it is.
    pub fn set(play: &Play, program: &Artifact, steps: &mut Steps) -> Result<Self> {
        steps.next("Starting the embedded cluster");
        let cluster = Cluster::start(ClusterConfig::default())?;
        let keys = Keys::local();

        let bar = steps.bar("Deploying the program", program.so.len() as u64);
        protocol::deploy(&cluster, &keys, &program.so, |done, _| bar.set_position(done as u64))?;
        bar.finish_and_clear();

        steps.next("Initialising the protocol and listing the market");
        let first = play.ticks.first().ok_or_else(|| anyhow!("There is nothing to play"))?;
        let one_file = play.venues.len() == 1;
        let names: Vec<String> = play.venues.iter().map(|v| v.name.clone()).collect();
        let names = if one_file { vec![names[0].clone(), names[0].clone()] } else { names };
        let feeds: Vec<Feed> = names.iter().enumerate().map(|(n, name)| Feed::new(MARKET, n, name)).collect();
        let (params, rules) = listing(play.class, first.prices[0], play.insurance);
        // The chain lives in the time of the prices, and some hours before them: the market must have seen prices before anybody trades.
        let lead = params.activation_time + 1_800;
        cluster.pause_blocks()?;
        let clock = cluster.clock()?;
        cluster.set_clock(clock.slot + 1, first.time_ms / 1_000 - lead)?;
        cluster.resume_blocks()?;
        protocol::list(&cluster, &keys, &[("DEMO-PERP", params, rules, &feeds)])?;
        cluster.pause_blocks()?;

        let clock = cluster.clock()?;
        let clock = Clock { slot: clock.slot, time: clock.unix_timestamp, last: clock.slot };
        let mut stage = Self {
            chain: Chain::new(cluster)?,
            published: vec![0; feeds.len()],
            last: vec![first.prices[0]; feeds.len()],
            feeds,
            makers: vec![],
            traders: vec![],
            bystanders: vec![],
            keepers: vec![],
            keys,
            rng: ChaCha8Rng::seed_from_u64(play.seed),
            clock,
            one_file,
        };
        stage.warm_up(first, &params, steps)?;
        stage.populate(play, &params, steps)?;
        Ok(stage)
    }

    /// Publishes the opening price often enough and long enough for the market to take positions.
    fn warm_up(&mut self, first: &Tick, params: &MarketParams, steps: &mut Steps) -> Result<()> {
        let updates = params.activation_updates as i64 + 1;
        let bar = steps.bar("Letting the market see its first prices", updates as u64);
        let step = (params.activation_time + 60) * 1_000 / updates;
        let start = self.clock.time * 1_000 + 2_000;
        for n in 0..=updates {
            self.publish(&Tick { time_ms: start + n * step, prices: first.prices.clone() })?;
            // The first prices are good: a refusal here would end the demo anyway, by keeping the market closed.
            let _ = self.refresh()?;
            bar.set_position(n as u64);
        }
        bar.finish_and_clear();
        Ok(())
    }

    fn populate(&mut self, play: &Play, params: &MarketParams, steps: &mut Steps) -> Result<()> {
        let market = self.market()?;
        let price = market.engine.price.spot;
        let Self { chain, keys, rng, .. } = self;
        let setup = Setup { authority: &keys.authority, mint: keys.mint.pubkey() };
        setup.insure(chain, play.insurance)?;
        let lots = lots_up(100 * MAKER_USD * USD, price).map_err(|e| anyhow!("A quote cannot be sized: {e}"))?;
        for _ in 0..MAKERS {
            let maker = setup.member(chain, rng, MAKER_USD)?;
            quote(chain, &maker, lots, Ratio(1_000))?.map_err(|name| anyhow!("A quote was refused: {name}"))?;
            self.makers.push(maker);
        }
        for _ in 0..BYSTANDERS {
            self.bystanders.push(setup.member(chain, rng, BYSTANDER_USD)?);
        }
        for n in 0..play.keepers as usize {
            self.keepers.push(Keeper::new(n, setup.member(chain, rng, KEEPER_USD)?));
        }
        let plans = plans(rng, play.accounts as usize, 1e6 / params.init.0 as f64);
        let bar = steps.bar("Opening accounts and positions", play.accounts);
        self.traders = open_all(chain, &setup, rng, &self.makers, &plans, price, |n| bar.set_position(n as u64))?;
        bar.finish_and_clear();
        Ok(())
    }

    /// Publishes a tick to the price accounts and moves the clock to it.
    pub fn publish(&mut self, tick: &Tick) -> Result<Now> {
        let slot = self.clock.slot(tick.time_ms);
        let time = tick.time_ms / 1_000;
        for i in 0..self.feeds.len() {
            let (price, lag) = self.says(i, tick);
            let published = (time - lag).max(self.published[i] + 1).min(time);
            let account = self.feeds[i].account(price, published, slot);
            self.chain.cluster.set_account(&self.feeds[i].key, account)?;
            (self.published[i], self.last[i]) = (published, price);
        }
        self.chain.tick(slot, time)?;
        Ok(Now { slot, time })
    }

    /// Begins another slot within the same second.
    pub fn next_slot(&mut self) -> Result<u64> {
        let time = self.now()?;
        self.clock.last += 1;
        self.chain.tick(self.clock.last, time)?;
        Ok(self.clock.last)
    }

    /// The chain's time, in Unix seconds.
    pub fn now(&self) -> Result<i64> {
        Ok(self.chain.cluster.clock()?.unix_timestamp)
    }

    /// What source `i` says. With one file, the second source is the same market seen through another provider: up to a tenth of the way
    /// behind, two seconds late, with 2 basis points of noise.
    fn says(&mut self, i: usize, tick: &Tick) -> (i64, i64) {
        if !self.one_file {
            return (tick.prices[i], 0);
        }
        let price = tick.prices[0];
        if i == 0 {
            return (price, 0);
        }
        let behind = ((self.last[0] - price) as f64 * self.rng.random_range(0.0..0.1)) as i64;
        let noise = (price as f64 * self.rng.random_range(-2e-4..2e-4)) as i64;
        ((price + behind + noise).max(1), self.rng.random_range(0..=2))
    }

    /// Refreshes the market; a refusal is counted, and returned by name.
    pub fn refresh(&mut self) -> Result<Result<(), String>> {
        let keys: Vec<_> = self.feeds.iter().map(|f| f.key).collect();
        let both = [instruction::refresh_market(MARKET, &keys), instruction::accrue(MARKET)];
        Ok(self.chain.send(&both, &self.keys.authority, &[])?.map(|_| ()))
    }

    /// The market as it is.
    pub fn market(&self) -> Result<Market> {
        let key = address::market(MARKET);
        let account = self.chain.cluster.get_account(&key)?.ok_or_else(|| anyhow!("The market {key} is gone"))?;
        Ok(decode::decode_owned(&account.owner, &account.data)?)
    }

    /// The prices of the last tick, in 10^-8 USD.
    pub fn said(&self) -> &[i64] {
        &self.last
    }
}

/// The class's defaults for an asset at `price` (10^-8 USD) with ten significant digits; `insurance` USD stand behind it.
fn listing(class: Class, price: i64, insurance: u64) -> (MarketParams, Rules) {
    let digits = price.max(1).ilog10() as i32; // 8 for a price of one USD
    let decimals = (10 - (digits - 8)).clamp(4, 18) as u8;
    let (params, rules) = class.sized(price, decimals, Size { open_interest: 500_000_000, depth: 50_000_000 });
    (params.insured(insurance * USD), rules)
}
