//! A scenario: what happens to which market, who is in it, and what they have. Read from TOML; keys that are not known are refused.

mod bounds;
mod collateral;
mod read;

pub use bounds::Bound;
pub use collateral::{CollateralKind, CollateralPlan};
pub use read::ScenarioError;

use serde::{Deserialize, Serialize};

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
    /// Whether the token of the fake collateral was listed long ago, so that it counts.
    pub fake_warm: bool,
}

impl Default for AgentPlan {
    fn default() -> Self {
        Self { makers: 3, momentum: 0, carry: 0, hedgers: 0, whales: 0, attackers: Vec::new(), fake_warm: false }
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

/// A fault.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// When.
    pub slot: u64,
    /// Atoms that appear from nowhere in the first account.
    pub atoms: u64,
}
