//! What a scenario draws before anything happens: traders, venues, and the protocol they meet.

use crate::{
    agents::crowd::{self, Plan},
    engine::Setup,
    policy::{Policy, Size},
    scenario::{MarketPlan, Scenario},
    setting,
    world::{atoms, clock, Place, TICKS},
};
use firebreak_risk::{num::lots_down, Market, Price, Ratio};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// Keeper bond of an account with exposure, in atoms, where costs are charged.
const BOND: u64 = 5_000_000;
/// What a keeper earns of it.
const REWARD: u64 = 500_000;

/// A scenario under a policy, with everything that the seed decides at the start.
pub struct Draw {
    /// Seed.
    pub seed: u64,
    /// Traders.
    pub plans: Vec<Plan>,
    /// Open interest of each market, in USD.
    pub interest: Vec<f64>,
    /// Venues of each market.
    pub places: Vec<Place>,
    /// The only source of chance, after what has been drawn.
    pub rng: ChaCha8Rng,
    /// Safeguards.
    pub policy: Policy,
    /// The scenario.
    pub scenario: Scenario,
}

impl Draw {
    /// Draws.
    pub fn new(scenario: &Scenario, policy: &Policy, seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let plans = crowd::draw(&mut rng, scenario);
        let interest: Vec<f64> = (0..scenario.markets.len() as u16).map(|m| crowd::open_interest(&plans, m)).collect();
        let places: Vec<Place> = scenario.markets.iter().zip(&interest).map(|(plan, oi)| Place::new(plan, *oi)).collect();
        Self { seed, plans, interest, places, rng, policy: policy.clone(), scenario: scenario.clone() }
    }

    /// The protocol: markets before their first price, an empty fund.
    pub fn setup(&self) -> Setup {
        let (scenario, policy) = (&self.scenario, &self.policy);
        let total: f64 = self.interest.iter().sum();
        let fund = atoms(total * scenario.insurance.share);
        let insurance = setting::insurance(scenario, policy, fund);
        let part = fund.saturating_sub(insurance.fund.floor) / scenario.markets.len().max(1) as u64;
        let markets = scenario.markets.iter().zip(&self.interest).map(|(plan, oi)| market(scenario, policy, plan, *oi, part));
        let costs = scenario.costs;
        Setup {
            markets: markets.collect(),
            sources: self.places.iter().map(|place| place.sources(policy)).collect(),
            records: setting::records(scenario, policy, total),
            insurance,
            rule: setting::SOURCE,
            bond: if costs { BOND } else { 0 },
            reward: if costs { REWARD } else { 0 },
            now: clock(0),
        }
    }
}

/// A market with the policy's rules, scaled by `interest` USD of open interest, that may draw `insured` atoms of shared insurance.
fn market(scenario: &Scenario, policy: &Policy, plan: &MarketPlan, interest: f64, insured: u64) -> Market {
    let price = Price((plan.price * TICKS) as u64);
    let lots = |dollars: f64| lots_down(atoms(dollars), price).unwrap_or(u64::MAX >> 8).max(1);
    let depth = if plan.depth > 0.0 { plan.depth } else { interest / 2.0 };
    let size = Size {
        cap: lots(interest * 10.0),
        skew: lots(interest * 20.0),
        depth: atoms(depth).max(1),
        uninsured: lots(interest * 10.0),
    };
    // The worked example's book stands at the line itself, which margin that follows volatility and size would not let it.
    let fixed = scenario.crowd.pairs;
    let rules = if fixed { policy.clone().without("dynamic-margin").unwrap_or_else(|_| policy.clone()) } else { policy.clone() };
    let (mut params, mut rules) = rules.market(plan.class, &size);
    params.insurance_limit = insured;
    if fixed {
        params.small_loss = Ratio(0);
    }
    if !scenario.costs {
        params.taker_fee = Ratio(0);
        rules.fees.cap = Ratio(0);
        (rules.fees.sigma_part, rules.fees.skew_fee, rules.fees.level_part) = (Ratio(0), Ratio(0), Ratio(0));
    }
    Market::new(params, rules)
}
