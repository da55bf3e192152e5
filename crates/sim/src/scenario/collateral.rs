//! What traders hold beside the settlement token.

use super::Scenario;
use serde::{Deserialize, Serialize};

/// What a token is to the protocol.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CollateralKind {
    /// Pegged to the USD: a small haircut, and four times what it stands below its peg.
    Stable,
    /// SOL, ETH, BTC.
    #[default]
    Major,
    /// Anything else.
    LongTail,
}

/// Another collateral, in which traders hold part of their margin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CollateralPlan {
    /// Share of each trader's margin that is held in it.
    pub share: f64,
    /// Which default parameters it has.
    pub kind: CollateralKind,
    /// Price path in USD; with `market`, whose price it has then, none.
    pub path: Vec<(u64, f64)>,
    /// The market that trades it: it has that market's price, counts zero beside a long in it, and what keepers sell of it moves that price.
    pub market: Option<String>,
    /// Its sources are silent from the first slot of each pair up to the second.
    pub outages: Vec<(u64, u64)>,
    /// Whether keepers find a market for it outside. What nobody buys of an account that cannot pay is forfeited after its time.
    pub buyers: bool,
    /// Seconds for which it is for sale before that; without, those of its kind: a day.
    pub for_sale: Option<u32>,
}

impl Default for CollateralPlan {
    fn default() -> Self {
        Self {
            share: 0.0,
            kind: CollateralKind::Major,
            path: Vec::new(),
            market: None,
            outages: Vec::new(),
            buyers: true,
            for_sale: None,
        }
    }
}

impl Scenario {
    /// Price of the collateral in the first slot, in USD; one without any.
    pub fn token_price(&self) -> f64 {
        let Some(plan) = &self.collateral else { return 1.0 };
        let market = plan.market.as_ref().and_then(|name| self.markets.iter().find(|m| m.name == *name));
        market.map_or_else(|| plan.path.first().map_or(1.0, |p| p.1), |m| m.price)
    }
}
