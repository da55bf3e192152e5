//! The parameters and rules under which the demo and the local cluster list a market: the engine's defaults for its kind, sized for an asset.

use crate::protocol::USD;
use firebreak_client::risk::{
    defaults::{LONG_TAIL, MAJOR, MID},
    num::lots_up,
    MarketParams, Price, Rules,
};

/// Which defaults a market has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Class {
    /// 20×.
    Major,
    /// 10×.
    Mid,
    /// 3×.
    LongTail,
}

/// How large a market may become. Amounts in USD.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Open interest at most; half of it without insurance behind it. A twentieth of it is a full skew.
    pub open_interest: u64,
    /// What the books absorb.
    pub depth: u64,
}

impl Class {
    /// The engine's defaults.
    pub const fn defaults(self) -> (MarketParams, Rules) {
        match self {
            Self::Major => (MAJOR, Rules::MAJOR),
            Self::Mid => (MID, Rules::MID),
            Self::LongTail => (LONG_TAIL, Rules::LONG_TAIL),
        }
    }

    /// The same for an asset at `price` (10^-8 USD), with ticks of 10^-`decimals` USD.
    pub fn sized(self, price: i64, decimals: u8, size: Size) -> (MarketParams, Rules) {
        let (params, rules) = self.defaults();
        let ticks = Price((price.max(1) as u128 * 10u128.pow(decimals as u32) / 100_000_000) as u64);
        let lots = |usd: u64| lots_up(usd * USD, ticks).unwrap_or(1);
        let most = lots(size.open_interest);
        (params.for_asset(decimals, most), rules.for_asset(lots(size.open_interest / 20), size.depth * USD, most / 2))
    }
}
