//! The markets as the engine wants them, and as people name them.

use super::{error::bad, units};
use anyhow::{anyhow, Result};
use firebreak_client::{
    decode,
    program::state::{MarginAccount, Market, PriceSource},
    risk::{self, margin::Markets, ops::MarketsMut, Now, RiskError},
    Pubkey,
};
use std::collections::BTreeMap;

/// Every market, by its index.
#[derive(Clone, Default)]
pub struct Book {
    /// The markets.
    pub markets: BTreeMap<u16, Market>,
}

impl Markets for Book {
    fn market(&self, index: u16) -> risk::num::Result<&risk::Market> {
        self.markets.get(&index).map(|m| &m.engine.0).ok_or(RiskError::NoPosition)
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

    /// What an instruction on `account` has to be given besides what it names.
    pub fn needs(&self, account: &MarginAccount, named: Option<u16>) -> Vec<u16> {
        decode::markets_of(account, named)
    }
}

/// The price accounts that a refresh of `market` takes, in order. The market's own fills need none.
pub fn source_keys(market: &Market) -> Vec<Pubkey> {
    market.used_sources().iter().filter(|s: &&PriceSource| !s.is_venue()).map(|s| s.key).collect()
}

/// The price's quality now, as a word.
pub fn quality(market: &Market, now: Now) -> &'static str {
    match market.engine.quality(now) {
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
