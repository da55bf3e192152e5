//! Everything that anybody has, from the program's events alone.
//!
//! Events carry the state they left, so folding them is copying. Feed every event of every transaction, in order, beginning with the one
//! that created the protocol; [`crate::event::decode`] finds them among a transaction's inner instructions. [`State::read`] has the same
//! from the accounts themselves: to begin later, and to compare.

use crate::{decode, event::Event, Pubkey};
use firebreak::{
    events::{AccountState, Held},
    state::{EnginePosition, Insurance, MarginAccount, Market, Order, Quote, Stake},
};
use firebreak_risk::{
    self as risk, funding::Funding, market::Market as EngineMarket, outflow::Allowance, trade::QuoteTerms, tranches::Limit,
    Account, Ledger, Position, Price, RiskError,
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
    /// A quote, an order or a stake.
    #[error("{0} of {1} does not exist")]
    Missing(&'static str, Pubkey),
    /// More positions than an account has slots.
    #[error("the margin account {0} has no free slot for a position in market {1}")]
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
    /// Margin accounts: money, marks, positions slot by slot. What a vault's outflow limit has allowed them is left out.
    pub accounts: BTreeMap<Pubkey, Account>,
    /// Markets.
    pub markets: BTreeMap<u16, MarketState>,
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
                state.accounts.insert(*key, Account { allowance: Allowance::NEW, ..account.engine.0 });
            } else if let Ok(market) = decode::decode::<Market>(data) {
                state.markets.insert(market.index, MarketState::of(&market.engine));
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

    /// Takes one event in. An event that says nothing of balances changes nothing.
    pub fn fold(&mut self, event: &Event) -> Result<(), Gap> {
        match event {
            Event::Initialised(e) => self.insurance = Some(e.insurance.0),
            Event::SettingsChanged(e) => self.insurance = Some(e.insurance.0),
            Event::MarketListed(e) => {
                self.markets.insert(e.market, MarketState::NEW);
            }
            Event::Accrued(e) => {
                let market = self.market(e.market)?;
                market.funding_index = e.funding_index;
                (market.ledger.long_entry, market.ledger.short_entry) = (e.long_entry, e.short_entry);
            }
            Event::SettlementEntered(e) => self.market(e.market)?.ended = Price(e.price),
            Event::AccountOpened(e) => {
                self.accounts.insert(e.account, Account { isolated: e.isolated.into(), ..Account::NEW });
            }
            Event::AccountClosed(e) => {
                self.accounts.remove(&e.account).ok_or(Gap::Account(e.account))?;
            }
            Event::CapitalMoved(e) => self.account(&e.account)?.capital = e.capital,
            Event::Transferred(e) => {
                self.account(&e.from)?.capital = e.from_capital;
                self.account(&e.to)?.capital = e.to_capital;
            }
            Event::Flagged(e) => mark(self.account(&e.account)?, &e.state),
            Event::Settled(e) => {
                self.hold_last(&e.account, e.market, &e.held)?;
                self.market(e.market)?.ledger = e.ledger.0;
            }
            Event::Converted(e) => {
                self.hold(&e.account, e.market, &e.held)?;
                self.market(e.market)?.ledger = e.ledger.0;
            }
            Event::Filled(e) => {
                self.hold(&e.taker, e.market, &e.taker_held)?;
                self.hold(&e.maker, e.market, &e.maker_held)?;
                self.market(e.market)?.ledger = e.ledger.0;
                if let Some(left) = e.quoted {
                    self.quoted(&e.maker, e.market, left)?;
                }
            }
            Event::Liquidated(e) => {
                self.hold_last(&e.account, e.market, &e.held)?;
                self.hold(&e.keeper, e.market, &e.keeper_held)?;
                self.market(e.market)?.ledger = e.ledger.0;
            }
            Event::LiquidatedIntoQuote(e) => {
                self.hold_last(&e.account, e.market, &e.held)?;
                self.hold(&e.maker, e.market, &e.maker_held)?;
                mark(self.account(&e.keeper)?, &e.keeper_state);
                self.market(e.market)?.ledger = e.ledger.0;
                self.quoted(&e.maker, e.market, e.quoted)?;
            }
            Event::Deleveraged(e) => {
                self.hold_last(&e.account, e.market, &e.held)?;
                for party in &e.parties {
                    self.hold(&party.account, e.market, &party.held)?;
                }
                self.market(e.market)?.ledger = e.ledger.0;
            }
            Event::DustClosed(e) => {
                self.all(&e.account, &e.state, &e.positions)?;
                if let Some(party) = &e.party {
                    self.hold(&party.account, e.market, &party.held)?;
                }
                self.market(e.market)?.ledger = e.ledger.0;
            }
            Event::Bankrupted(e) => {
                self.all(&e.account, &e.state, &e.positions)?;
                for totals in &e.markets {
                    self.market(totals.market)?.ledger = totals.ledger.0;
                }
            }
            Event::Recovered(e) => {
                self.all(&e.account, &e.state, &e.positions)?;
                for totals in &e.markets {
                    self.market(totals.market)?.ledger = totals.ledger.0;
                }
            }
            Event::LossShared(e) => {
                let market = self.market(e.market)?;
                (market.ledger, market.limit) = (e.ledger.0, e.limit.0);
                self.insurance = Some(e.fund.0);
            }
            Event::LimitAllotted(e) => {
                self.market(e.market)?.limit = e.kept.0;
                self.insurance = Some(e.insurance.0);
            }
            Event::InsuranceFunded(e) => {
                if let Some(market) = e.market {
                    self.market(market)?.ledger.insurance_fees = 0;
                }
                self.insurance = Some(e.insurance.0);
            }
            Event::Skimmed(e) => self.insurance = Some(e.insurance.0),
            Event::TreasuryCollected(e) => self.market(e.market)?.ledger.treasury_fees = 0,
            Event::Staked(e) => {
                self.stakes.insert(e.stake, e.part.0);
                self.insurance = Some(e.insurance.0);
            }
            Event::Unstaked(e) => {
                *self.stake(&e.stake)? = e.part.0;
                self.insurance = Some(e.insurance.0);
            }
            Event::UnstakeRequested(e) => *self.stake(&e.stake)? = e.part.0,
            Event::UnstakeHeld(e) => *self.stake(&e.stake)? = e.part.0,
            Event::StakeClosed(e) => {
                self.stakes.remove(&e.stake).ok_or(Gap::Missing("the stake", e.stake))?;
            }
            Event::QuotePosted(e) => {
                self.quotes.insert((e.account, e.market), e.terms.0);
            }
            Event::QuoteRemoved(e) => {
                let gone = self.quotes.remove(&(e.account, e.market));
                gone.ok_or(Gap::Missing("the quote", e.account))?;
            }
            Event::OrderPlaced(e) => {
                self.orders.insert((e.account, e.id), e.order.0);
            }
            Event::OrderCancelled(e) => {
                let gone = self.orders.remove(&(e.account, e.id));
                gone.ok_or(Gap::Missing("the order", e.account))?;
            }
            Event::OrderRan(e) => {
                let order = self.orders.get_mut(&(e.account, e.id));
                *order.ok_or(Gap::Missing("the order", e.account))? = e.order.0;
                self.account(&e.account)?.capital = e.capital;
                self.account(&e.keeper)?.capital = e.keeper_capital;
            }
            // They move nobody's balance.
            Event::Migrated(_)
            | Event::RulesSet(_)
            | Event::PriceAccepted(_)
            | Event::ReportPublished(_)
            | Event::Ranked(_)
            | Event::GlobalChecked(_)
            | Event::ChangeProposed(_)
            | Event::ChangeCancelled(_)
            | Event::ChangeExecuted(_)
            | Event::Tightened(_)
            | Event::Paused(_)
            | Event::BootstrapSealed(_) => {}
        }
        Ok(())
    }

    fn account(&mut self, key: &Pubkey) -> Result<&mut Account, Gap> {
        self.accounts.get_mut(key).ok_or(Gap::Account(*key))
    }

    fn market(&mut self, index: u16) -> Result<&mut MarketState, Gap> {
        self.markets.get_mut(&index).ok_or(Gap::Market(index))
    }

    fn stake(&mut self, key: &Pubkey) -> Result<&mut risk::shares::Stake, Gap> {
        self.stakes.get_mut(key).ok_or(Gap::Missing("the stake", *key))
    }

    fn quoted(&mut self, account: &Pubkey, market: u16, left: [u64; 2]) -> Result<(), Gap> {
        let quote = self.quotes.get_mut(&(*account, market)).ok_or(Gap::Missing("the quote", *account))?;
        [quote.bid_size, quote.ask_size] = left;
        Ok(())
    }

    /// An account after a change in one market: the position goes where it was, or into the first free slot.
    fn hold(&mut self, key: &Pubkey, market: u16, held: &Held) -> Result<&mut Account, Gap> {
        let account = self.account(key)?;
        mark(account, &held.account);
        let slots = &mut account.positions;
        let held_at = slots.iter().position(|p| p.used != 0 && p.market == market);
        let position = held.position.0;
        let place = match held_at {
            Some(at) => slots.get_mut(at),
            None if position.used == 0 => return Ok(account),
            None => slots.iter_mut().find(|p| p.used == 0),
        };
        *place.ok_or(Gap::Slots(*key, market))? = position;
        Ok(account)
    }

    /// The same where an account that holds nothing any more forgets the losses it had caused.
    fn hold_last(&mut self, key: &Pubkey, market: u16, held: &Held) -> Result<(), Gap> {
        self.hold(key, market, held)?.forget_losses();
        Ok(())
    }

    /// An account after a change of all its positions: what is not among them is gone.
    fn all(&mut self, key: &Pubkey, state: &AccountState, positions: &[EnginePosition]) -> Result<(), Gap> {
        let account = self.account(key)?;
        mark(account, state);
        for slot in account.positions.iter_mut().filter(|p| p.used != 0) {
            let left = positions.iter().find(|p| p.market == slot.market);
            *slot = left.map_or(Position::EMPTY, |p| p.0);
        }
        Ok(())
    }
}

fn between<K: Ord + Debug, V: PartialEq + Debug>(kind: &str, ours: &BTreeMap<K, V>, theirs: &BTreeMap<K, V>) -> Vec<String> {
    let keys: BTreeSet<&K> = ours.keys().chain(theirs.keys()).collect();
    let differs = keys.into_iter().filter(|key| ours.get(key) != theirs.get(key));
    differs.map(|key| format!("{kind} {key:?}: {:?} against {:?}", ours.get(key), theirs.get(key))).collect()
}

fn mark(account: &mut Account, state: &AccountState) {
    let AccountState { capital, bond, flagged, freed, bankrupt } = *state;
    (account.capital, account.bond) = (capital, bond);
    (account.flagged, account.freed, account.bankrupt) = (flagged, freed, bankrupt);
}
