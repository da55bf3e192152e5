//! Prices of the settlement token and of what is pledged.

use super::Stage;
use crate::{
    engine::{Action, Who, SETTLEMENT, SOURCES},
    setting::UNITS,
    world::{level, TICKS},
};
use firebreak_risk::{
    price::{Observation, MAX_SOURCES},
    Price,
};

/// The collateral of the scenario.
pub const TOKEN: u16 = 1;
/// The collateral that an attacker lists.
pub const FAKE: u16 = 2;
/// Its cap in smallest units: ten thousand tokens, what a listing starts with.
pub const FAKE_CAP: u64 = 10_000_000_000_000;

/// What the world outside says of the tokens, in USD.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// The settlement token.
    pub money: f64,
    /// The collateral of the scenario.
    pub token: f64,
    /// The one that an attacker lists, whose only price is what its issuer says.
    pub fake: f64,
    /// When each was last published, by number.
    published: [i64; 3],
}

impl Default for Tokens {
    fn default() -> Self {
        Self { money: 1.0, token: 1.0, fake: 1.0, published: [i64::MIN; 3] }
    }
}

impl Stage {
    /// Prices of the settlement token and of other collateral, each at most once a second.
    pub(super) fn reprice(&mut self) {
        if !self.scenario.settlement.is_empty() {
            self.tokens.money = level(&self.scenario.settlement, self.slot);
            self.publish(SETTLEMENT, self.tokens.money);
        }
        if let Some(plan) = &self.scenario.collateral {
            let price = self.token_market().map_or_else(|| level(&plan.path, self.slot), |m| self.places[m].mid);
            let silent = plan.outages.iter().any(|o| (o.0..o.1).contains(&self.slot));
            self.tokens.token = price;
            if !silent {
                self.publish(TOKEN, price);
            }
        }
        // Its issuer has to keep stating its price; when the scenario is over it stops.
        if self.backend.books().records.len() > FAKE as usize && self.slot < self.scenario.slots {
            self.publish(FAKE, self.tokens.fake);
        }
    }

    /// All sources of a token say `price` USD, in the eighth decimal that price accounts have.
    fn publish(&mut self, collateral: u16, price: f64) {
        let now = self.backend.now();
        let published = &mut self.tokens.published[collateral as usize];
        if *published >= now.time {
            return;
        }
        *published = now.time;
        let decimals = self.backend.books().records[collateral as usize].kind.params.decimals;
        let ticks = ((price * TICKS).round() as u64).max(1) * 10u64.pow(u32::from(10 - decimals));
        let mut seen = [None; MAX_SOURCES];
        seen[..SOURCES].fill(Some(Observation { price: Price(ticks), confidence: Price(0), publish_time: now.time }));
        self.act(Action::Reprice { collateral, seen });
    }

    /// Collateral that traders brought long ago counts in full by the time they open.
    pub fn warm_collateral(&mut self) {
        self.tick(25);
    }

    /// What `units` of the scenario's collateral bring outside, in whole settlement tokens.
    pub fn token_value(&self, units: u64) -> f64 {
        units as f64 / UNITS * self.tokens.token / self.tokens.money
    }

    /// The market that trades the scenario's collateral.
    pub fn token_market(&self) -> Option<usize> {
        let name = self.scenario.collateral.as_ref()?.market.as_ref()?;
        self.scenario.markets.iter().position(|m| m.name == *name)
    }

    /// Whether somebody outside buys a collateral: nobody buys what its issuer alone prices.
    pub fn has_buyers(&self, collateral: u16) -> bool {
        collateral == TOKEN && self.scenario.collateral.as_ref().is_none_or(|plan| plan.buyers)
    }

    /// Somebody sells `units` of it outside; where a market trades it, that moves the market.
    pub fn force_token(&mut self, units: u64) {
        if let Some(m) = self.token_market() {
            let value = self.token_value(units) * self.tokens.money;
            self.places[m].force(-value);
        }
    }

    /// What an account holds of a collateral, in smallest units.
    pub fn pledged(&self, who: Who, collateral: u16) -> u64 {
        self.backend.account(who).collateral(collateral).map_or(0, |balance| balance.amount)
    }
}
