//! Everything that anybody has, from the program's events alone.
//!
//! Events carry the state they left, so folding them is copying. Feed every event of every transaction, in order, beginning with the one
//! that created the protocol; [`crate::event::decode`] finds them among a transaction's inner instructions. [`State::read`] has the same
//! from the accounts themselves: to begin later, and to compare.

mod fold;

use crate::{decode, Pubkey};
use firebreak::state::{Collateral, Insurance, MarginAccount, Market, Order, Quote, Stake};
use firebreak_risk::{
    self as risk, funding::Funding, market::Market as EngineMarket, outflow::Allowance, trade::QuoteTerms, tranches::Limit,
    Account, Ledger, Price, RiskError,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
};
use thiserror::Error;

/// Why an event does not follow from those before it: some were missed.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Gap {
    /// Nobody has said that it was opened.
    #[error("the margin account {0} was never opened, or was closed")]
    Account(Pubkey),
    /// Nobody has said that it was listed.
    #[error("market {0} was never listed")]
    Market(u16),
    /// Nobody has said that it was listed.
    #[error("collateral {0} was never listed")]
    Collateral(u16),
    /// A quote, an order or a stake.
    #[error("{0} of {1} does not exist")]
    Missing(&'static str, Pubkey),
    /// More positions or balances than an account has slots.
    #[error("the margin account {0} has no free slot for number {1}")]
    Slots(Pubkey, u16),
}

/// What a market owes and is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarketState {
    /// Totals: pool, pot, fees, claims, debt, deficit, sizes, entry costs.
    pub ledger: Ledger,
    /// Its part of shared insurance.
    pub limit: Limit,
    /// What a long of one lot has paid since listing, in ticks.
    pub funding_index: i64,
    /// The price at which it has ended; 0: it has not.
    pub ended: Price,
}

impl MarketState {
    /// A market nobody has traded in.
    pub const NEW: Self = Self { ledger: Ledger::NEW, limit: Limit::NONE, funding_index: 0, ended: Price(0) };

    fn of(engine: &EngineMarket) -> Self {
        Self {
            ledger: engine.ledger,
            limit: engine.limit,
            funding_index: engine.funding.index,
            ended: engine.ended().unwrap_or_default(),
        }
    }
}

/// What is held of a collateral other than the settlement token, in its smallest units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CollateralState {
    /// By all accounts.
    pub total: u64,
    /// In custody.
    pub forfeited: u64,
}

/// What a position comes to now, with what its market has shared and charged since it was touched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Lots, positive for long.
    pub base: i64,
    /// What they cost, signed alike, funding included.
    pub entry: i64,
    /// Claim (positive) or debt (negative).
    pub result: i64,
}

/// The protocol's balances.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Margin accounts: money, marks, positions and balances slot by slot. What a vault's outflow limit has allowed them, and since when
    /// their collateral is for sale, is left out.
    pub accounts: BTreeMap<Pubkey, Account>,
    /// Markets.
    pub markets: BTreeMap<u16, MarketState>,
    /// Collaterals.
    pub collaterals: BTreeMap<u16, CollateralState>,
    /// The insurance fund; nothing before the protocol was created.
    pub insurance: Option<risk::tranches::Insurance>,
    /// Stakes by their account.
    pub stakes: BTreeMap<Pubkey, risk::shares::Stake>,
    /// Quotes by margin account and market.
    pub quotes: BTreeMap<(Pubkey, u16), QuoteTerms>,
    /// Standing orders by margin account and number.
    pub orders: BTreeMap<(Pubkey, u16), risk::order::Order>,
}

impl State {
    /// What the program's accounts say.
    pub fn read<'a>(accounts: impl IntoIterator<Item = (&'a Pubkey, &'a [u8])>) -> Self {
        let mut state = Self::default();
        for (key, data) in accounts {
            if let Ok(account) = decode::decode::<MarginAccount>(data) {
                state.accounts.insert(*key, Account { allowance: Allowance::NEW, unsold: 0, ..account.engine.0 });
            } else if let Ok(market) = decode::decode::<Market>(data) {
                state.markets.insert(market.index, MarketState::of(&market.engine));
            } else if let Ok(record) = decode::decode::<Collateral>(data) {
                state
                    .collaterals
                    .insert(record.index, CollateralState { total: record.engine.total, forfeited: record.forfeited });
            } else if let Ok(insurance) = decode::decode::<Insurance>(data) {
                state.insurance = Some(insurance.engine.0);
            } else if let Ok(stake) = decode::decode::<Stake>(data) {
                state.stakes.insert(*key, stake.engine.0);
            } else if let Ok(quote) = decode::decode::<Quote>(data) {
                state.quotes.insert((quote.account, quote.market), quote.terms.0);
            } else if let Ok(order) = decode::decode::<Order>(data) {
                state.orders.insert((order.account, order.id), order.engine.0);
            }
        }
        state
    }

    /// What differs between two states, by kind and key; empty when nothing does.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let mut found = between("account", &self.accounts, &other.accounts);
        found.extend(between("market", &self.markets, &other.markets));
        found.extend(between("collateral", &self.collaterals, &other.collaterals));
        found.extend(between("stake", &self.stakes, &other.stakes));
        found.extend(between("quote", &self.quotes, &other.quotes));
        found.extend(between("order", &self.orders, &other.orders));
        if self.insurance != other.insurance {
            found.push(format!("insurance: {:?} against {:?}", self.insurance, other.insurance));
        }
        found
    }

    /// Atoms that the vault of the settlement token must hold (I1).
    pub fn vault(&self) -> Result<u64, RiskError> {
        let mut sum = self.insurance.map_or(0, |insurance| insurance.fund.assets);
        for account in self.accounts.values() {
            sum = risk::num::add(sum, account.holdings()?)?;
        }
        for market in self.markets.values() {
            sum = risk::num::add(sum, market.ledger.holdings()?)?;
        }
        Ok(sum)
    }

    /// What an account's position in a market comes to now; all zero when it has none.
    pub fn standing(&self, account: &Pubkey, market: u16) -> Result<Standing, RiskError> {
        let held = self.accounts.get(account).and_then(|a| a.position(market).ok());
        let (Some(position), Some(market)) = (held, self.markets.get(&market)) else { return Ok(Standing::default()) };
        let funding = Funding { index: market.funding_index, ..Funding::NEW };
        let owed = if position.base.is_flat() { 0 } else { funding.owed_up(position.base, position.funding)? };
        Ok(Standing {
            base: position.base.0,
            entry: risk::num::sadd(position.entry, owed)?,
            result: position.result_now_down(&market.ledger)?,
        })
    }
}

fn between<K: Ord + Debug, V: PartialEq + Debug>(kind: &str, ours: &BTreeMap<K, V>, theirs: &BTreeMap<K, V>) -> Vec<String> {
    let keys: BTreeSet<&K> = ours.keys().chain(theirs.keys()).collect();
    let differs = keys.into_iter().filter(|key| ours.get(key) != theirs.get(key));
    differs.map(|key| format!("{kind} {key:?}: {:?} against {:?}", ours.get(key), theirs.get(key))).collect()
}
