//! A market's venues: what each would print, and what its source publishes.

use super::{path::level, Liquidity, TICKS};
use crate::{
    policy::{Policy, Safeguard},
    scenario::{MarketPlan, VenuePlan},
};
use firebreak_risk::{
    price::{Observation, MAX_SOURCES},
    Now, Price,
};
use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// What each source says.
pub type Sources = [Option<Observation>; MAX_SOURCES];

/// One market's outside.
#[derive(Clone, Debug)]
pub struct Place {
    plan: MarketPlan,
    venues: Vec<VenuePlan>,
    /// Liquidity.
    pub liquidity: Liquidity,
    /// The middle of the venues, in USD, impact included.
    pub mid: f64,
    /// Each venue's price now, in USD.
    pub prints: Vec<f64>,
    /// Normal depth within 1 %, in USD.
    pub normal: f64,
    /// What a manipulator moves the thin venues by, as a fraction.
    pub push: f64,
    published: Vec<i64>,
    said: Sources,
    walk: f64,
    forced: f64,
}

impl Place {
    /// The market at its opening price. `open_interest` in USD sets the depth where the plan does not.
    pub fn new(plan: &MarketPlan, open_interest: f64) -> Self {
        let venue = |name: &str| VenuePlan { name: name.into(), ..VenuePlan::default() };
        let venues = if plan.venues.is_empty() { ["a", "b", "c"].map(venue).into() } else { plan.venues.clone() };
        Self {
            liquidity: Liquidity::new(plan.price, plan.depth_floor),
            mid: plan.price,
            prints: vec![plan.price; venues.len()],
            normal: if plan.depth > 0.0 { plan.depth } else { open_interest / 2.0 },
            published: vec![i64::MIN; venues.len()],
            said: [None; MAX_SOURCES],
            plan: plan.clone(),
            venues,
            push: 0.0,
            walk: 0.0,
            forced: 0.0,
        }
    }

    /// Names of the venues.
    pub fn names(&self) -> Vec<String> {
        self.venues.iter().map(|v| v.name.clone()).collect()
    }

    /// How many sources the market has: its venues, or three that say the same.
    pub fn sources(&self, policy: &Policy) -> usize {
        if !policy.has(Safeguard::Median) || self.venues.len() == 1 {
            3
        } else {
            self.venues.len()
        }
    }

    /// Somebody has to trade `flow` USD (negative: sell) at any price.
    pub fn force(&mut self, flow: f64) {
        self.forced += flow;
    }

    /// `slots` pass until `slot`.
    pub fn step(&mut self, slot: u64, slots: u64, rng: &mut ChaCha8Rng) {
        let measured = (!self.plan.depth_path.is_empty()).then(|| level(&self.plan.depth_path, slot));
        self.liquidity.follow(self.mid, slots, measured);
        let forced = std::mem::take(&mut self.forced);
        if self.plan.impact {
            self.liquidity.absorb(forced, self.normal);
        }
        let noise = self.plan.noise;
        if noise > 0.0 {
            // Pulled back, so that the path stays the path.
            self.walk = self.walk * 0.98 + rng.random_range(-noise..noise);
        }
        let common = (1.0 + self.walk) * (1.0 + self.liquidity.impact);
        let last = self.venues.len() - 1;
        for (i, (venue, print)) in self.venues.iter().zip(&mut self.prints).enumerate() {
            let at = slot.saturating_sub(venue.lag);
            let path = if venue.path.is_empty() { &self.plan.path } else { &venue.path };
            let own = if noise > 0.0 { 1.0 + rng.random_range(-noise..noise) * 0.2 } else { 1.0 };
            // The last venue is the thin one.
            let push = if i == last { 1.0 + self.push } else { 1.0 };
            *print = self.plan.price * level(path, at) * common * own * push;
        }
        let mut sorted = self.prints.clone();
        sorted.sort_by(f64::total_cmp);
        self.mid = sorted[(sorted.len() - 1) / 2];
    }

    /// What the sources publish now. With `single` only the first venue is listened to; a lone venue fills three places, because a market
    /// has three sources. A source publishes once a second; one that is silent still says what it said last, until that is too old.
    pub fn publish(&mut self, slot: u64, now: Now, single: bool) -> Option<Sources> {
        let mut any = false;
        let used = if single { 1 } else { self.venues.len() };
        for (((place, venue), published), print) in
            self.said.iter_mut().zip(&self.venues).zip(&mut self.published).zip(&self.prints).take(used)
        {
            if *published >= now.time || venue.outages.iter().any(|o| (o.0..o.1).contains(&slot)) {
                continue;
            }
            *published = now.time;
            any = true;
            let ticks = (print * TICKS).round().max(1.0);
            *place = Some(Observation {
                price: Price(ticks as u64),
                confidence: Price((ticks * venue.confidence).round() as u64),
                publish_time: now.time,
            });
        }
        if used == 1 {
            (self.said[1], self.said[2]) = (self.said[0], self.said[0]);
        }
        any.then_some(self.said)
    }
}
