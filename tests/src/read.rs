//! What the chain's accounts say.

use crate::{Trader, World};
use anchor_lang::{prelude::Pubkey, Discriminator, ZeroCopy};
use firebreak_client::{
    address, decode,
    program::state::{Insurance, MarginAccount, Market, Order, Protocol, Quote, RiskReport},
    risk::{self, margin::Markets, ops::MarketsMut, Now, RiskError},
};
use solana_program_pack::Pack;
use spl_token_interface::state::Account as TokenAccount;
use std::collections::BTreeMap;

/// Every market's and every collateral's engine state, for the engine run natively.
#[derive(Clone, Debug)]
pub struct Book(pub BTreeMap<u16, risk::Market>, pub BTreeMap<u16, risk::collateral::Collateral>);

impl Markets for Book {
    fn market(&self, index: u16) -> risk::num::Result<&risk::Market> {
        self.0.get(&index).ok_or(RiskError::NoPosition)
    }

    fn collateral(&self, index: u16) -> risk::num::Result<&risk::collateral::Collateral> {
        self.1.get(&index).ok_or(RiskError::NoCollateral)
    }

    fn settlement(&self) -> risk::num::Result<&risk::collateral::Collateral> {
        self.collateral(0)
    }
}

impl MarketsMut for Book {
    fn with<T>(&mut self, index: u16, f: impl FnOnce(&mut risk::Market) -> risk::num::Result<T>) -> risk::num::Result<T> {
        f(self.0.get_mut(&index).ok_or(RiskError::NoPosition)?)
    }
}

impl World {
    /// Every market and every collateral.
    pub fn book(&self) -> Book {
        let markets = (0..self.feeds.len() as u16).map(|m| (m, self.market(m).engine.0)).collect();
        Book(markets, (0..self.tokens.len() as u16).map(|c| (c, self.record(c).engine.0)).collect())
    }

    /// The decoded account at `key`.
    pub fn read<T: ZeroCopy + Discriminator>(&self, key: &Pubkey) -> T {
        let account = self.vm.svm.get_account(key).expect("the account exists");
        decode::decode_owned(&account.owner, &account.data).expect("the account decodes")
    }

    /// The trader's margin account.
    pub fn margin(&self, trader: &Trader) -> MarginAccount {
        self.read(&trader.account)
    }

    /// A market.
    pub fn market(&self, index: u16) -> Market {
        self.read(&address::market(index))
    }

    /// The insurance fund.
    pub fn insurance(&self) -> Insurance {
        self.read(&address::insurance())
    }

    /// The protocol.
    pub fn protocol(&self) -> Protocol {
        self.read(&address::protocol())
    }

    /// What the engine keeps of the trader's account.
    pub fn engine(&self, trader: &Trader) -> risk::Account {
        self.margin(trader).engine.0
    }

    /// A market's totals.
    pub fn ledger(&self, market: u16) -> risk::Ledger {
        self.market(market).engine.ledger
    }

    /// The chain's clock, as the engine takes it.
    pub fn now(&self) -> Now {
        let clock = self.vm.clock();
        Now { slot: clock.slot, time: clock.unix_timestamp }
    }

    /// A trader's quote.
    pub fn quote_of(&self, trader: &Trader, market: u16) -> Quote {
        self.read(&address::quote(&trader.account, &address::market(market)))
    }

    /// Order `id` of a trader's account.
    pub fn order_of(&self, trader: &Trader, id: u16) -> Order {
        self.read(&address::order(&trader.account, id))
    }

    /// A market's report.
    pub fn report(&self, market: u16) -> risk::report::Report {
        self.read::<RiskReport>(&address::report(&address::market(market))).report.0
    }

    /// Lamports of an address; 0 when there is no account.
    pub fn lamports(&self, key: &Pubkey) -> u64 {
        self.vm.svm.get_account(key).map_or(0, |a| a.lamports)
    }

    /// Atoms in a token account.
    pub fn tokens(&self, key: &Pubkey) -> u64 {
        let account = self.vm.svm.get_account(key).expect("the token account exists");
        TokenAccount::unpack(&account.data).expect("a token account").amount
    }
}
