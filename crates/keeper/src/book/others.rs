//! What there are few of: markets, quotes, orders, reports, and accounts of other programs that are watched.

use super::{decode::write, Book};
use anchor_lang::{Discriminator, ZeroCopy};
use firebreak_client::{
    address,
    program::state::{Collateral, Insurance, Market, Order, PriceSource, Protocol, Quote, RiskReport, SETTLEMENT},
    Pubkey,
};
use std::collections::BTreeMap;

/// A decoded account.
#[derive(Clone, Debug)]
pub struct Held<T> {
    /// Its address.
    pub key: Pubkey,
    /// Slot as of which it is known.
    pub slot: u64,
    /// Version of the book in which it last changed.
    pub version: u64,
    /// What it holds.
    pub state: Box<T>,
}

/// An account of another program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    /// Slot as of which it is known.
    pub slot: u64,
    /// Version of the book in which it last changed.
    pub version: u64,
    /// Program that owns it.
    pub owner: Pubkey,
    /// Its bytes.
    pub data: Vec<u8>,
}

/// Accounts of one type by address.
pub type Kept<T> = BTreeMap<Pubkey, Held<T>>;

impl Book {
    /// Version of the book: it grows with every change.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Market number `index`.
    pub fn market(&self, index: u16) -> Option<&Held<Market>> {
        self.markets.get(usize::from(index))?.as_ref()
    }

    /// Every market.
    pub fn markets(&self) -> impl Iterator<Item = &Held<Market>> {
        self.markets.iter().flatten()
    }

    /// The protocol.
    pub fn protocol(&self) -> Option<&Held<Protocol>> {
        self.protocol.as_ref()
    }

    /// The insurance fund.
    pub fn insurance(&self) -> Option<&Held<Insurance>> {
        self.insurance.as_ref()
    }

    /// The record of collateral number `index`; 0 is the settlement token's.
    pub fn collateral(&self, index: u16) -> Option<&Held<Collateral>> {
        self.collaterals.get(usize::from(index))?.as_ref()
    }

    /// Every collateral's record.
    pub fn collaterals(&self) -> impl Iterator<Item = &Held<Collateral>> {
        self.collaterals.iter().flatten()
    }

    /// Every price source of markets and collaterals.
    fn sources(&self) -> impl Iterator<Item = &PriceSource> {
        let markets = self.markets().flat_map(|market| market.state.used_sources());
        let collaterals = self.collaterals().flat_map(|record| record.state.used_sources());
        markets.chain(collaterals).filter(|source| !source.is_venue())
    }

    /// The quote at `key`.
    pub fn quote(&self, key: &Pubkey) -> Option<&Held<Quote>> {
        self.quotes.get(key)
    }

    /// Every quote in market number `index`.
    pub fn quotes(&self, index: u16) -> impl Iterator<Item = &Held<Quote>> {
        self.quotes.values().filter(move |quote| quote.state.market == index)
    }

    /// The order at `key`.
    pub fn order(&self, key: &Pubkey) -> Option<&Held<Order>> {
        self.orders.get(key)
    }

    /// Every standing order.
    pub fn orders(&self) -> impl Iterator<Item = &Held<Order>> {
        self.orders.values()
    }

    /// The public record of market number `index`.
    pub fn report(&self, index: u16) -> Option<&Held<RiskReport>> {
        self.reports.values().find(|report| report.state.report.market == index)
    }

    /// The vault of all capital.
    fn vault(&self) -> Option<Pubkey> {
        self.collateral(SETTLEMENT).map(|record| record.state.vault)
    }

    /// A watched account.
    pub fn seen(&self, key: &Pubkey) -> Option<&Watched> {
        self.watched.get(key)
    }

    /// Accounts of other programs that the book wants to see: price accounts and the vault of all capital.
    pub fn watched(&self) -> Vec<Pubkey> {
        let mut keys: Vec<Pubkey> = self.sources().map(|source| source.key).collect();
        keys.extend(self.vault());
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// Who must own the account at `key`, if it is watched at all.
    pub(super) fn owner_of(&self, key: &Pubkey) -> Option<Pubkey> {
        let source = self.sources().find(|source| source.key == *key);
        let vault = || self.vault().filter(|vault| vault == key).map(|_| spl_token_interface::ID);
        source.map(|source| source.owner).or_else(vault)
    }

    /// Markets that have changed after `version` of the book, themselves or their price accounts.
    pub fn markets_since(&self, version: u64) -> Vec<u16> {
        self.markets().filter(|market| market.version > version).map(|market| market.state.index).collect()
    }

    /// Whether a collateral's record has changed after `version` of the book.
    pub fn collateral_since(&self, version: u64) -> bool {
        self.collaterals().any(|record| record.version > version)
    }

    /// The address at which market number `index` belongs. One that is known need not be derived again.
    pub(super) fn market_address(&self, index: u16) -> Pubkey {
        self.market(index).map_or_else(|| address::market(index), |held| held.key)
    }

    /// Bytes of an account that is no margin account.
    pub(super) fn other_data(&self, key: &Pubkey) -> Option<Vec<u8>> {
        fn of<T: ZeroCopy + Discriminator>(held: Option<&Held<T>>) -> Option<Vec<u8>> {
            held.map(|held| write(&*held.state))
        }
        fn at<'a, T>(held: Option<&'a Held<T>>, key: &Pubkey) -> Option<&'a Held<T>> {
            held.filter(|held| held.key == *key)
        }
        of(self.markets().find(|market| market.key == *key))
            .or_else(|| of(self.quotes.get(key)))
            .or_else(|| of(self.orders.get(key)))
            .or_else(|| of(self.reports.get(key)))
            .or_else(|| of(at(self.protocol(), key)))
            .or_else(|| of(at(self.insurance(), key)))
            .or_else(|| of(self.collaterals().find(|record| record.key == *key)))
            .or_else(|| self.watched.get(key).map(|watched| watched.data.clone()))
    }
}
