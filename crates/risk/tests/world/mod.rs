//! A small world: two markets, six traders, a market maker, an insurance fund and a vault. Its operations do what the program's
//! instructions do, in the same order, and like them change nothing when they fail.
#![allow(dead_code, clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

pub mod bytes;
pub mod check;
pub mod exits;
pub mod gentle;
pub mod live;
pub mod operation;
pub mod ops;
pub mod power;
pub mod run;
pub mod standing;
pub mod strategy;
pub mod upkeep;

use firebreak_risk::{
    defaults::MAJOR,
    governance::{Change, Delays, Guardian, LIST_DELAY, LOOSEN_DELAY},
    live_margin::side,
    margin::Markets,
    num::Result,
    ops::{self as engine, Setting},
    outflow::{Outflow, OutflowRules},
    price::{accept, Observation, SourceRule, SourceState, MAX_SOURCES},
    shares::Stake,
    tranches::Insurance,
    waterfall::InsuranceFund,
    Account, Market, MarketParams, Now, Price, Ratio, RiskError, Rules,
};

/// Lots in one unit at 8 decimals.
pub const UNIT: i64 = 10_000_000_000;
/// Atoms in one USD.
pub const USD: u64 = 1_000_000;
/// Ticks in one USD at 8 decimals.
pub const TICKS: u64 = 100_000_000;
/// Markets.
pub const MARKETS: usize = 2;
/// Accounts, the market maker included.
pub const ACCOUNTS: usize = 7;
/// The account with ample capital: it makes the market, and takes positions over where a later slice deleverages.
pub const MAKER: usize = 6;
/// Seconds of the market maker's day at the start.
pub const START: i64 = 1_700_000_000;

/// What went through a market's pool, counted apart from the ledger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// Paid in by losers.
    pub paid: u64,
    /// Paid in by pot and insurance.
    pub covered: u64,
    /// Paid out to winners.
    pub converted: u64,
}

/// The whole state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct World {
    pub markets: [Market; MARKETS],
    pub rule: SourceRule,
    pub accounts: [Account; ACCOUNTS],
    pub insurance: Insurance,
    /// What each account has staked: junior, and every third senior.
    pub stakes: [Stake; ACCOUNTS],
    /// What has left the vault lately, and what may.
    pub outflow: Outflow,
    pub outflow_rules: OutflowRules,
    /// Each market's guardian, and the change that waits for its delay.
    pub guardians: [Guardian; MARKETS],
    pub delays: Delays,
    pub changes: [Option<Change>; MARKETS],
    /// Tokens that came in and did not leave.
    pub vault: u64,
    pub now: Now,
    pub flows: [Flow; MARKETS],
    /// How often funding was taken into a long's and a short's entry: each may have been rounded up by an atom.
    pub touches: [[u64; 2]; MARKETS],
    /// What the longs and the shorts that have settled in an ended market are worth: it stays in its totals.
    pub ended: [[i64; 2]; MARKETS],
    /// Keeper bond, and what a keeper earns from it for finishing an account.
    pub bond: u64,
    pub reward: u64,
    /// Confidence of every source, in ppm of the price.
    pub confidence: u64,
}

/// A major at 20× with short timers.
pub fn params() -> MarketParams {
    let params = MarketParams {
        claim_warmup: 600,
        loss_window: 60,
        twap_window: 60,
        activation_time: 1,
        activation_updates: 1,
        transfer_floor: Ratio(60_000),
        dust_notional: 5 * USD,
        ramp_slots: 25,
        confirm_slots: 10,
        degraded_slots: 20,
        twap_band: Ratio(100_000),
        ..MAJOR.for_asset(8, 1_000_000 * UNIT as u64).insured(200 * USD)
    };
    params.validate().expect("the world's own parameters");
    params
}

/// A market in which nothing moves by itself: its lines stand where its parameters put them.
pub fn market(params: MarketParams) -> Market {
    let mut market = Market::new(params, Rules::plain(&params));
    let lines = market.rules.dynamic.lines_up(&params, params.maint, params.maint).expect("the world's own parameters");
    (market.margin.lines, market.margin.targets, market.margin.crowd) = ([lines; 2], [params.maint; 2], Ratio(0));
    market
}

/// No fund: nothing is drawn.
pub const NO_CAPS: InsuranceFund = InsuranceFund {
    assets: 0,
    floor: 0,
    event_cap: Ratio(0),
    day_cap: Ratio(0),
    day_start: 0,
    day_assets: 0,
    day_drawn: 0,
    drawn: 0,
    reserved: 0,
};

impl World {
    /// Prices 100 USD and 10 USD; traders with 1 000 USD each, a market maker with 100 million, insurance of 300 USD with a floor
    /// of 100.
    pub fn new() -> Self {
        Self::with(params(), [1_000 * USD; MAKER], 300 * USD)
    }

    /// The same with other parameters, deposits and insurance.
    pub fn with(params: MarketParams, deposits: [u64; MAKER], insurance: u64) -> Self {
        Self::at([100 * TICKS, 10 * TICKS], params, deposits, insurance)
    }

    /// The same at other prices.
    pub fn at(prices: [u64; MARKETS], params: MarketParams, deposits: [u64; MAKER], insurance: u64) -> Self {
        let caps = InsuranceFund { floor: 100 * USD, event_cap: Ratio(500_000), day_cap: Ratio(500_000), ..NO_CAPS };
        let rule = SourceRule { weight: 1, max_age: 30, max_confidence: Ratio(20_000), reserved: 0 };
        let mut world = Self {
            markets: [market(params); MARKETS],
            rule,
            accounts: [Account::NEW; ACCOUNTS],
            insurance: Insurance::new(caps, 3_600, Ratio(300_000)),
            stakes: [Stake::NEW; ACCOUNTS],
            outflow: Outflow::NEW,
            outflow_rules: OutflowRules { hour: u64::MAX >> 1, day: u64::MAX >> 1, free: 0 },
            guardians: [Guardian::NEW; MARKETS],
            delays: Delays { loosen: LOOSEN_DELAY, list: LIST_DELAY },
            changes: [None; MARKETS],
            touches: [[0; 2]; MARKETS],
            ended: [[0; 2]; MARKETS],
            vault: 0,
            now: Now { slot: 1_000, time: START },
            flows: [Flow::default(); MARKETS],
            bond: 5 * USD,
            reward: USD / 2,
            confidence: 500,
        };
        for (who, amount) in deposits.into_iter().chain([100_000_000 * USD]).enumerate() {
            world.deposit(who, amount).unwrap();
        }
        world.donate(insurance).unwrap();
        world.grant_limits();
        for _ in 0..2 {
            world.pass(1);
            for (m, price) in prices.into_iter().enumerate() {
                world.feed(m, [Some(price); 3]).unwrap();
            }
        }
        world
    }

    /// Lets time pass, 2.5 slots a second.
    pub fn pass(&mut self, seconds: u32) {
        self.now.time += seconds as i64;
        self.now.slot += (seconds as u64 * 5).div_ceil(2);
    }

    /// What `refresh_market` does: three sources of equal weight, each with its price or silent.
    pub fn feed(&mut self, m: usize, prices: [Option<u64>; 3]) -> Result<()> {
        let (now, width) = (self.now, self.confidence);
        self.observe(
            m,
            prices.map(|p| {
                p.map(|p| Observation {
                    price: Price(p),
                    confidence: Price((p as u128 * width as u128 / 1_000_000) as u64),
                    publish_time: now.time,
                })
            }),
        )
    }

    /// The same with whole observations.
    pub fn observe(&mut self, m: usize, seen: [Option<Observation>; 3]) -> Result<()> {
        let (now, rule, market) = (self.now, self.rule, &mut self.markets[m]);
        let mut counted = [None; MAX_SOURCES];
        let mut states = market.sources;
        for ((seen, state), place) in seen.iter().zip(&mut states).zip(&mut counted) {
            let Some(seen) = seen else { continue };
            if let Ok(accepted) = accept(&rule, state, seen, now.time) {
                *state = SourceState { price: seen.price, publish_time: seen.publish_time, confidence: seen.confidence };
                *place = Some(accepted);
            }
        }
        let mut next = *market;
        engine::refresh(&mut next, counted, &states, None, now)?;
        *market = next;
        self.accrue(m)
    }

    /// Both markets' prices once more, unchanged; keeps them fresh.
    pub fn refeed(&mut self) {
        for m in 0..MARKETS {
            if self.markets[m].ended().is_none() {
                let spot = self.markets[m].price.spot.0;
                self.feed(m, [Some(spot); 3]).unwrap();
            }
        }
    }

    /// Moves one price and keeps the other.
    pub fn refeed_at(&mut self, m: usize, price: u64) {
        for i in 0..MARKETS {
            let p = if i == m { price } else { self.markets[i].price.spot.0 };
            self.feed(i, [Some(p); 3]).unwrap();
        }
    }

    /// Moves one price and passes the waits for confirmation.
    pub fn crash(&mut self, m: usize, price: u64) {
        self.pass(1);
        self.refeed();
        self.pass(1);
        self.refeed_at(m, price);
        self.pass(10);
        self.refeed();
    }
}

impl Markets for World {
    fn market(&self, index: u16) -> Result<&Market> {
        self.markets.get(index as usize).ok_or(RiskError::NoPosition)
    }
}

/// Markets alone, so that an account can be borrowed next to them.
pub struct Book<'a>(pub &'a [Market; MARKETS]);

/// The same, to change one at a time.
pub struct BookMut<'a>(pub &'a mut [Market; MARKETS]);

impl engine::MarketsMut for BookMut<'_> {
    fn with<T>(&mut self, index: u16, f: impl FnOnce(&mut Market) -> Result<T>) -> Result<T> {
        f(self.0.get_mut(index as usize).ok_or(RiskError::NoPosition)?)
    }
}

impl Markets for BookMut<'_> {
    fn market(&self, index: u16) -> Result<&Market> {
        self.0.get(index as usize).ok_or(RiskError::NoPosition)
    }
}

impl Markets for Book<'_> {
    fn market(&self, index: u16) -> Result<&Market> {
        self.0.get(index as usize).ok_or(RiskError::NoPosition)
    }
}
