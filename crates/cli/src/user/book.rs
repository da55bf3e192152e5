//! Markets and collaterals as the engine wants them, and as people name them.

use super::{error::bad, units};
use anyhow::{anyhow, Result};
use firebreak_client::{
    needs::Needs,
    program::state::{Collateral, MarginAccount, Market, PriceSource, SETTLEMENT},
    risk::{self, margin::Markets, ops::MarketsMut, Now, RiskError},
    Pubkey,
};
use std::collections::BTreeMap;

/// Every market and every collateral, by its index.
#[derive(Clone, Default)]
pub struct Book {
    /// The markets.
    pub markets: BTreeMap<u16, Market>,
    /// The collaterals' records; number 0 is the settlement token's.
    pub collaterals: BTreeMap<u16, Collateral>,
}

impl Markets for Book {
    fn market(&self, index: u16) -> risk::num::Result<&risk::Market> {
        self.markets.get(&index).map(|m| &m.engine.0).ok_or(RiskError::NoPosition)
    }

    fn collateral(&self, index: u16) -> risk::num::Result<&risk::collateral::Collateral> {
        self.collaterals.get(&index).map(|c| &c.engine.0).ok_or(RiskError::NoCollateral)
    }

    fn settlement(&self) -> risk::num::Result<&risk::collateral::Collateral> {
        self.collateral(SETTLEMENT)
    }
}

impl MarketsMut for Book {
    fn with<T>(&mut self, index: u16, f: impl FnOnce(&mut risk::Market) -> risk::num::Result<T>) -> risk::num::Result<T> {
        f(&mut self.markets.get_mut(&index).ok_or(RiskError::NoPosition)?.engine)
    }
}

impl Book {
    /// The market that `text` names: its name, what it trades, or its number.
    pub fn named(&self, text: &str) -> Result<&Market> {
        let number: Option<u16> = text.parse().ok();
        let is = |m: &&Market| units::name(m).eq_ignore_ascii_case(text) || number == Some(m.index);
        let by_asset = |m: &&Market| units::asset(m).eq_ignore_ascii_case(text);
        match self.markets.values().find(is).or_else(|| self.markets.values().find(by_asset)) {
            Some(market) => Ok(market),
            None => {
                let all: Vec<String> = self.markets.values().map(units::name).collect();
                bad(format!("There is no market '{text}'; there are: {}", all.join(", ")))
            }
        }
    }

    /// Market number `index`.
    pub fn number(&self, index: u16) -> Result<&Market> {
        self.markets.get(&index).ok_or_else(|| anyhow!("Market {index} was listed a moment ago: try again"))
    }

    /// The collateral that `text` names: what it is in itself, its number, or its token's address. The settlement token is none of them.
    pub fn token(&self, text: &str) -> Result<&Collateral> {
        let number: Option<u16> = text.parse().ok();
        let is = |c: &&Collateral| {
            number == Some(c.index) || c.mint.to_string() == text || self.token_name(c).eq_ignore_ascii_case(text)
        };
        match self.pledgeable().find(is) {
            Some(found) => Ok(found),
            None => {
                let all: Vec<String> = self.pledgeable().map(|c| self.token_name(c)).collect();
                let there = if all.is_empty() { "none is listed".to_string() } else { format!("there are: {}", all.join(", ")) };
                bad(format!("There is no collateral '{text}' besides the settlement token; {there}"))
            }
        }
    }

    /// What can be pledged: every collateral but the settlement token, which is capital.
    pub fn pledgeable(&self) -> impl Iterator<Item = &Collateral> {
        self.collaterals.values().filter(|c| c.index != SETTLEMENT)
    }

    /// What people call a collateral: the asset whose market says that it is the same thing, or the token's address.
    pub fn token_name(&self, collateral: &Collateral) -> String {
        let market = collateral.engine.params.underlying.checked_sub(1).and_then(|index| self.markets.get(&index));
        match (collateral.index, market) {
            (SETTLEMENT, _) => "USD".to_string(),
            (_, Some(market)) => units::asset(market),
            (_, None) => collateral.mint.to_string(),
        }
    }

    /// What an instruction on `account` has to be given besides what it names.
    pub fn needs(&self, account: &MarginAccount, named: Option<u16>) -> Needs {
        Needs::of(&account.engine, named, |index| self.collaterals.get(&index).map(|c| c.mint).unwrap_or_default())
    }
}

/// The price accounts that a refresh of `market` takes, in order. The market's own fills need none.
pub fn source_keys(market: &Market) -> Vec<Pubkey> {
    market.used_sources().iter().filter(|s: &&PriceSource| !s.is_venue()).map(|s| s.key).collect()
}

/// The price accounts that a refresh of `collateral` takes, in order.
pub fn collateral_sources(collateral: &Collateral) -> Vec<Pubkey> {
    collateral.used_sources().iter().map(|s| s.key).collect()
}

/// The price's quality now, as a word.
pub fn quality(market: &Market, now: Now) -> &'static str {
    quality_word(market.engine.quality(now))
}

/// A quality, as a word.
pub fn quality_word(quality: risk::price::Quality) -> &'static str {
    match quality {
        risk::price::Quality::Primary => "primary",
        risk::price::Quality::Degraded => "degraded",
        risk::price::Quality::Frozen => "frozen",
    }
}

/// A breaker's level, as a word.
pub fn level(level: risk::levels::Level) -> &'static str {
    use risk::levels::Level as L;
    match level {
        L::Normal => "normal",
        L::Caution => "caution",
        L::ReduceOnly => "reduce-only",
        L::Halt => "halt",
        L::Settlement => "settlement",
    }
}
