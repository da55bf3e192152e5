//! A scenario: what happens to which market, who is in it, and what they have. Read from TOML; keys that are not known are refused.

use serde::{Deserialize, Serialize};
use std::path::Path;
use thiserror::Error;

/// Which default parameters a market has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// 20×.
    #[default]
    Major,
    /// 10×.
    Mid,
    /// 3×.
    LongTail,
}

/// A scenario. Amounts in USD, times in slots of 0.4 s from the moment positions are open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Its name.
    pub name: String,
    /// A sentence on what it is and where its numbers come from.
    #[serde(default)]
    pub about: String,
    /// Length in slots.
    pub slots: u64,
    /// Slots of one step while nothing happens; while accounts are due it is at most 2.
    #[serde(default = "five")]
    pub step: u64,
    /// Markets.
    #[serde(rename = "market")]
    pub markets: Vec<MarketPlan>,
    /// Traders.
    #[serde(default)]
    pub crowd: Crowd,
    /// Insurance.
    #[serde(default)]
    pub insurance: InsurancePlan,
    /// Keepers.
    #[serde(default)]
    pub keepers: KeeperPlan,
    /// Agents beside traders and keepers.
    #[serde(default)]
    pub agents: AgentPlan,
    /// Another collateral in which part of the traders hold their margin.
    #[serde(default)]
    pub collateral: Option<CollateralPlan>,
    /// The settlement token's own price, as (slot, USD); straight lines between.
    #[serde(default)]
    pub settlement: Vec<(u64, f64)>,
    /// Whether fees are charged and bonds set aside.
    #[serde(default = "yes")]
    pub costs: bool,
    /// A fault put in on purpose: the run must notice it.
    #[serde(default)]
    pub fault: Option<Fault>,
}

fn five() -> u64 {
    5
}

fn yes() -> bool {
    true
}

/// A market and its venues.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarketPlan {
    /// Name of the asset.
    pub name: String,
    /// Which default parameters it has.
    #[serde(default)]
    pub class: Class,
    /// Price when positions are opened, in USD.
    pub price: f64,
    /// The path, as (slot, fraction of the opening price); straight lines between, constant after.
    #[serde(default)]
    pub path: Vec<(u64, f64)>,
    /// Notional within 1 % of the mid price in normal times, in USD; 0: half of the open interest.
    #[serde(default)]
    pub depth: f64,
    /// Measured book depth as (slot, fraction of normal); straight lines between. Without it depth follows volatility.
    #[serde(default)]
    pub depth_path: Vec<(u64, f64)>,
    /// What depth falls to at worst, as a fraction of normal.
    #[serde(default = "two_per_cent")]
    pub depth_floor: f64,
    /// Noise of a step as a fraction of the price.
    #[serde(default)]
    pub noise: f64,
    /// Whether forced flow moves the price.
    #[serde(default = "yes")]
    pub impact: bool,
    /// Venues; without any three that agree.
    #[serde(default, rename = "venue")]
    pub venues: Vec<VenuePlan>,
}

fn two_per_cent() -> f64 {
    0.02
}

/// A venue: a price source of its market.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VenuePlan {
    /// Its name.
    pub name: String,
    /// Its own path, where it differs from the market's.
    #[serde(default)]
    pub path: Vec<(u64, f64)>,
    /// It publishes what was true so many slots ago.
    #[serde(default)]
    pub lag: u64,
    /// It is silent from the first slot of each pair up to the second.
    #[serde(default)]
    pub outages: Vec<(u64, u64)>,
    /// Half-width of its confidence interval as a fraction of the price.
    #[serde(default)]
    pub confidence: f64,
}

/// How traders hold their positions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Crowd {
    /// Traders.
    pub accounts: u32,
    /// Lowest and highest leverage.
    pub leverage: (f64, f64),
    /// Leverage of shorts, where it is another.
    pub shorts: Option<(f64, f64)>,
    /// Share of traders that are long.
    pub longs: f64,
    /// Lowest and highest deposit in USD; most are small.
    pub deposit: (f64, f64),
    /// Each long opens against a short of the same size at exactly its leverage, without a maker: the book of the worked example.
    pub pairs: bool,
    /// Share of traders that act in a slot.
    pub activity: f64,
    /// Deposits that hold no position: nothing may touch them.
    pub bystanders: u32,
}

impl Default for Crowd {
    fn default() -> Self {
        Self {
            accounts: 200,
            leverage: (2.0, 18.0),
            shorts: None,
            longs: 0.6,
            deposit: (500.0, 60_000.0),
            pairs: false,
            // A market's open interest changes hands every two hours.
            activity: 0.003,
            bystanders: 5,
        }
    }
}

/// Shared insurance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct InsurancePlan {
    /// Assets as a fraction of open interest.
    pub share: f64,
    /// Floor as a fraction of the assets.
    pub floor: f64,
    /// Part of it in the junior tranche.
    pub junior: f64,
    /// One event draws at most this fraction.
    pub event_cap: f64,
    /// A day draws at most this fraction.
    pub day_cap: f64,
    /// Share of stakers who ask their stake back as soon as a market falls by a tenth.
    pub runners: f64,
}

impl Default for InsurancePlan {
    fn default() -> Self {
        Self { share: 0.02, floor: 0.25, junior: 0.4, event_cap: 0.5, day_cap: 0.75, runners: 0.0 }
    }
}

/// Keepers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct KeeperPlan {
    /// How many.
    pub count: u32,
    /// Capital of each as a fraction of open interest.
    pub capital: f64,
    /// Jobs of each per slot.
    pub jobs: u32,
    /// Slots between seeing and acting.
    pub latency: u64,
    /// Chance that a transaction is included in calm times.
    pub inclusion: f64,
    /// Cost of one transaction in USD.
    pub cost: f64,
    /// Whether inclusion falls as moves grow.
    pub congestion: bool,
    /// No keeper acts from the first slot up to the second.
    pub outage: Option<(u64, u64)>,
}

impl Default for KeeperPlan {
    fn default() -> Self {
        Self { count: 3, capital: 0.1, jobs: 20, latency: 2, inclusion: 0.95, cost: 0.005, congestion: true, outage: None }
    }
}

/// Everybody else, by number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AgentPlan {
    /// Makers.
    pub makers: u32,
    /// Momentum traders.
    pub momentum: u32,
    /// Carry traders.
    pub carry: u32,
    /// Hedgers, delta-neutral across two markets.
    pub hedgers: u32,
    /// Leveraged whales.
    pub whales: u32,
    /// Attackers, by name.
    pub attackers: Vec<Attack>,
}

impl Default for AgentPlan {
    fn default() -> Self {
        Self { makers: 3, momentum: 0, carry: 0, hedgers: 0, whales: 0, attackers: Vec::new() }
    }
}

/// An attack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Attack {
    /// Self-trade, pump the price of thin venues, withdraw the profit.
    OraclePump,
    /// Two own accounts on both sides of a gap: let insurance pay the difference.
    SelfTrade,
    /// Deposit worthless collateral and borrow against it.
    FakeCollateral,
    /// Use the liquidation budget up with own tiny liquidations.
    ThrottleGriefing,
    /// A keeper that takes the healthiest liquidatable account first.
    CherryPicking,
    /// Whoever holds every admin key.
    CapturedAdmin,
}

/// Another collateral.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CollateralPlan {
    /// Share of each trader's margin that is held in it.
    pub share: f64,
    /// Price path in USD.
    pub path: Vec<(u64, f64)>,
}

/// A fault.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// When.
    pub slot: u64,
    /// Atoms that appear from nowhere in the first account.
    pub atoms: u64,
}

/// Why a scenario is refused.
#[derive(Debug, Error)]
pub enum ScenarioError {
    /// It cannot be read.
    #[error("{file}: {why}")]
    Io {
        /// The file.
        file: String,
        /// What the system said.
        why: std::io::Error,
    },
    /// A line is wrong.
    #[error("{file}, line {line}: {why}")]
    Line {
        /// The file.
        file: String,
        /// Counted from 1.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
    /// A figure is out of its bounds.
    #[error("{file}: {why}")]
    Bounds {
        /// The file.
        file: String,
        /// The key and its bound.
        why: String,
    },
}

impl Scenario {
    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self, ScenarioError> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|why| ScenarioError::Io { file: file.clone(), why })?;
        Self::parse(&file, &text)
    }

    /// Reads the text of `file`.
    pub fn parse(file: &str, text: &str) -> Result<Self, ScenarioError> {
        let scenario: Self = toml::from_str(text).map_err(|why| {
            let line = why.span().map_or(1, |s| text[..s.start.min(text.len())].matches('\n').count() + 1);
            ScenarioError::Line { file: file.into(), line, why: why.message().replace('\n', " ") }
        })?;
        scenario.check().map_err(|why| ScenarioError::Bounds { file: file.into(), why })?;
        Ok(scenario)
    }

    /// Checks every figure.
    pub fn check(&self) -> Result<(), String> {
        let ensure = |ok: bool, why: &str| if ok { Ok(()) } else { Err(why.to_string()) };
        let share = |x: f64, name: &str| ensure((0.0..=1.0).contains(&x), &format!("{name} must be between 0 and 1"));
        ensure(self.slots > 0 && self.slots <= 50_000_000, "slots must be 1 to 50 000 000")?;
        ensure(self.step > 0 && self.step <= 25, "step must be 1 to 25")?;
        ensure(!self.markets.is_empty() && self.markets.len() <= 16, "there must be 1 to 16 [[market]]")?;
        for m in &self.markets {
            let name = &m.name;
            ensure(m.price > 0.0 && m.price <= 1e7, &format!("market '{name}': price must be above 0 and at most 10 000 000"))?;
            share(m.depth_floor, &format!("market '{name}': depth_floor"))?;
            ensure((0.0..0.2).contains(&m.noise), &format!("market '{name}': noise must be from 0 to below 0.2"))?;
            ensure(m.venues.len() <= 5, &format!("market '{name}' takes at most 5 [[market.venue]]"))?;
            path(&m.path, &format!("market '{name}': path"))?;
            for v in &m.venues {
                path(&v.path, &format!("venue '{}': path", v.name))?;
                ensure(v.outages.iter().all(|o| o.0 < o.1), &format!("venue '{}': an outage must end after it begins", v.name))?;
            }
        }
        path(&self.settlement, "settlement")?;
        let c = &self.crowd;
        ensure(c.accounts >= 2 && c.accounts <= 200_000, "crowd.accounts must be 2 to 200 000")?;
        for (low, high) in [Some(c.leverage), c.shorts].into_iter().flatten() {
            ensure(low > 0.0 && low <= high && high <= 100.0, "crowd.leverage must be above 0, at most 100, lowest first")?;
        }
        share(c.longs, "crowd.longs")?;
        share(c.activity, "crowd.activity")?;
        ensure(c.deposit.0 >= 1.0 && c.deposit.0 <= c.deposit.1, "crowd.deposit must be at least 1 USD, lowest first")?;
        let i = &self.insurance;
        let shares =
            [(i.share, "share"), (i.floor, "floor"), (i.junior, "junior"), (i.event_cap, "event_cap"), (i.day_cap, "day_cap")];
        shares.iter().try_for_each(|(x, name)| share(*x, &format!("insurance.{name}")))?;
        share(i.runners, "insurance.runners")?;
        let k = &self.keepers;
        share(k.inclusion, "keepers.inclusion")?;
        ensure(k.count <= 64 && k.capital >= 0.0, "keepers.count must be at most 64 and keepers.capital at least 0")?;
        ensure(self.agents.hedgers == 0 || self.markets.len() > 1, "agents.hedgers need a second [[market]]")?;
        if let Some(c) = &self.collateral {
            share(c.share, "collateral.share")?;
            path(&c.path, "collateral.path")?;
            ensure(!c.path.is_empty(), "collateral.path must have a point")?;
        }
        Ok(())
    }
}

fn path(points: &[(u64, f64)], name: &str) -> Result<(), String> {
    if let Some(w) = points.windows(2).find(|w| w[1].0 <= w[0].0) {
        return Err(format!("{name}: slot {} is not after {} before it", w[1].0, w[0].0));
    }
    match points.iter().find(|p| !(p.1 > 0.0 && p.1 <= 1e6)) {
        Some(p) => Err(format!("{name}: {} at slot {} must be greater than zero and at most 1 000 000", p.1, p.0)),
        None => Ok(()),
    }
}
