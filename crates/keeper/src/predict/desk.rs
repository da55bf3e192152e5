//! Copies to plan on: what has been planned already has happened on them, what is being planned can be taken back.

use super::No;
use crate::{
    action::Snapshot,
    book::{self, Book, Known, Planned},
    inventory::Wallet,
};
use anchor_lang::{Discriminator, ZeroCopy};
use firebreak_client::{
    address,
    needs::Needs,
    program::state::{Collateral, Insurance, MarginAccount, Market, Order, Protocol, Quote, RiskReport, SETTLEMENT},
    risk::{self, collateral::Collateral as Backing, margin::Markets, ops::MarketsMut, ops::Setting, Now, RiskError},
    Pubkey, ID,
};
use std::collections::{BTreeMap, BTreeSet};

/// A keeper's desk.
pub struct Desk<'a> {
    /// What is known of the chain.
    pub book: &'a Book,
    /// Who acts.
    pub wallet: Wallet,
    /// The clock that is planned for.
    pub now: Now,
    /// What has been planned, by address.
    done: BTreeMap<Pubkey, Vec<u8>>,
    /// What is being planned.
    draft: BTreeMap<Pubkey, Vec<u8>>,
    /// What the draft has looked at.
    looked: BTreeSet<Pubkey>,
}

/// What came of a draft.
pub struct Outcome {
    /// Every account it looked at, as it was.
    pub before: Vec<Snapshot>,
    /// Every account it changed, as it is expected to be.
    pub after: Vec<Snapshot>,
}

impl<'a> Desk<'a> {
    /// A desk on `book`.
    pub fn new(book: &'a Book, wallet: Wallet, now: Now) -> Self {
        Self { book, wallet, now, done: BTreeMap::new(), draft: BTreeMap::new(), looked: BTreeSet::new() }
    }

    /// Keeps the draft.
    pub fn commit(&mut self) -> Outcome {
        let before: Vec<Snapshot> = self.looked.iter().filter_map(|key| self.snapshot(key)).collect();
        let was = |key: &Pubkey| before.iter().find(|snapshot| snapshot.key == *key).map(|snapshot| &snapshot.data);
        let changed = self.draft.iter().filter(|(key, data)| was(key) != Some(*data));
        let after = changed.map(|(key, data)| Snapshot { key: *key, owner: ID, data: data.clone() }).collect();
        self.done.append(&mut self.draft);
        self.looked.clear();
        Outcome { before, after }
    }

    /// Markets and collateral records that have been planned on, as they stand now.
    pub fn planned(&self) -> Planned {
        let planned = |key: &Pubkey| self.draft.get(key).or_else(|| self.done.get(key));
        let markets = self.book.markets().filter_map(|m| Some((m.state.index, book::read(planned(&m.key)?).ok()?)));
        let records = self.book.collaterals().filter_map(|r| Some((r.state.index, book::read(planned(&r.key)?).ok()?)));
        Planned { markets: markets.collect(), records: records.collect() }
    }

    /// Forgets the draft.
    pub fn roll_back(&mut self) {
        self.draft.clear();
        self.looked.clear();
    }

    /// Where the draft stands, to come back to with [`Self::back_to`].
    pub fn mark(&self) -> BTreeMap<Pubkey, Vec<u8>> {
        self.draft.clone()
    }

    /// Takes back what the draft changed since the mark.
    pub fn back_to(&mut self, mark: BTreeMap<Pubkey, Vec<u8>>) {
        self.draft = mark;
    }

    /// An account as it was before the draft.
    fn snapshot(&self, key: &Pubkey) -> Option<Snapshot> {
        if let Some(data) = self.done.get(key) {
            return Some(Snapshot { key: *key, owner: ID, data: data.clone() });
        }
        let owner = self.book.seen(key).map_or(ID, |watched| watched.owner);
        Some(Snapshot { key: *key, owner, data: self.book.data(key)? })
    }

    fn get<T: Known>(&mut self, key: &Pubkey, known: impl FnOnce(&Book) -> Option<T>) -> Option<T> {
        self.looked.insert(*key);
        match self.draft.get(key).or_else(|| self.done.get(key)) {
            Some(data) => book::read(data).ok(),
            None => known(self.book),
        }
    }

    /// Writes an account.
    pub fn put<T: ZeroCopy + Discriminator>(&mut self, key: &Pubkey, state: &T) {
        self.draft.insert(*key, book::write(state));
    }

    /// Notes that an account of another program was looked at.
    pub fn look(&mut self, key: &Pubkey) {
        self.looked.insert(*key);
    }

    /// The margin account at `key`.
    pub fn account(&mut self, key: &Pubkey) -> Result<MarginAccount, No> {
        self.get(key, |book| book.account(key)).ok_or(No::Missing("a margin account"))
    }

    /// The keeper's own address and margin account.
    pub fn own(&mut self) -> Result<(Pubkey, MarginAccount), No> {
        let key = self.wallet.account.ok_or(No::Missing("the keeper's margin account"))?;
        Ok((key, self.account(&key)?))
    }

    /// Market number `index`, with its address.
    pub fn market(&mut self, index: u16) -> Result<(Pubkey, Market), No> {
        let held = self.book.market(index).ok_or(No::Missing("a market"))?;
        let key = held.key;
        let state = self.get(&key, |_| Some(*held.state)).ok_or(No::Missing("a market"))?;
        Ok((key, state))
    }

    /// The quote at `key`.
    pub fn quote(&mut self, key: &Pubkey) -> Result<Quote, No> {
        self.get(key, |book| Some(*book.quote(key)?.state)).ok_or(No::Missing("a quote"))
    }

    /// The order at `key`.
    pub fn order(&mut self, key: &Pubkey) -> Result<Order, No> {
        self.get(key, |book| Some(*book.order(key)?.state)).ok_or(No::Missing("an order"))
    }

    /// The public record of market number `index`, if there is one.
    pub fn report(&mut self, market: &Pubkey, index: u16) -> (Pubkey, Option<RiskReport>) {
        let key = self.book.report(index).map_or_else(|| address::report(market), |held| held.key);
        (key, self.get(&key, |book| Some(*book.report(index)?.state)))
    }

    /// The protocol, with its address.
    pub fn protocol(&mut self) -> Result<(Pubkey, Protocol), No> {
        let held = self.book.protocol().ok_or(No::Missing("the protocol"))?;
        let key = held.key;
        Ok((key, self.get(&key, |_| Some(*held.state)).ok_or(No::Missing("the protocol"))?))
    }

    /// The insurance fund, with its address.
    pub fn insurance(&mut self) -> Result<(Pubkey, Insurance), No> {
        let held = self.book.insurance().ok_or(No::Missing("the insurance fund"))?;
        let key = held.key;
        Ok((key, self.get(&key, |_| Some(*held.state)).ok_or(No::Missing("the insurance fund"))?))
    }

    /// The record of collateral number `index`, with its address; 0 is the settlement token's.
    pub fn collateral(&mut self, index: u16) -> Result<(Pubkey, Collateral), No> {
        let held = self.book.collateral(index).ok_or(No::Missing("a collateral's record"))?;
        let key = held.key;
        Ok((key, self.get(&key, |_| Some(*held.state)).ok_or(No::Missing("a collateral's record"))?))
    }

    /// What the protocol says to operations that ask it.
    pub fn setting(&mut self) -> Result<Setting, No> {
        let now = self.now;
        let (_, protocol) = self.protocol()?;
        protocol.invariant().map_err(|_| No::Rule("the protocol's own rules are broken"))?;
        Ok(protocol.setting(now))
    }

    /// The clock alone, for operations that ask nothing else.
    pub fn clock(&self) -> Setting {
        Setting { now: self.now, ..Setting::default() }
    }

    /// What the health of `account` needs, as the program takes it: the markets of its positions but `named`, its collateral's records.
    pub fn read(&mut self, given: &mut Given, account: &MarginAccount, named: Option<u16>) -> Result<(), No> {
        let others: Vec<u16> = account.engine.active().map(|p| p.market).filter(|m| Some(*m) != named).collect();
        others.into_iter().try_for_each(|index| self.give(given, index))?;
        self.records(given, account)?;
        given.needs = std::mem::take(&mut given.needs).then(self.needs(account, named));
        Ok(())
    }

    /// The same for every slot in use, also one that only remembers a loss.
    pub fn read_all(&mut self, given: &mut Given, account: &MarginAccount) -> Result<(), No> {
        let all: Vec<u16> = account.engine.used().map(|p| p.market).collect();
        all.into_iter().try_for_each(|index| self.give(given, index))?;
        self.records(given, account)?;
        given.needs = std::mem::take(&mut given.needs).then(Needs::of_used(&account.engine, |index| self.mint(index)));
        Ok(())
    }

    /// What instructions on `account` have to be given.
    pub fn needs(&self, account: &MarginAccount, named: Option<u16>) -> Needs {
        Needs::of(&account.engine, named, |index| self.mint(index))
    }

    fn mint(&self, index: u16) -> Pubkey {
        self.book.collateral(index).map(|held| held.state.mint).unwrap_or_default()
    }

    /// Gives the records that judge the collateral of `account`.
    fn records(&mut self, given: &mut Given, account: &MarginAccount) -> Result<(), No> {
        let settlement = (account.engine.collaterals > 0).then_some(SETTLEMENT);
        for index in account.engine.collateral_used().map(|balance| balance.collateral).chain(settlement) {
            self.give_record(given, index)?;
        }
        Ok(())
    }

    /// Gives one collateral's record.
    pub fn give_record(&mut self, given: &mut Given, index: u16) -> Result<(), No> {
        let (_, record) = self.collateral(index)?;
        if !given.records.iter().any(|held| held.index == index) {
            given.records.push(record);
        }
        Ok(())
    }

    /// The same without those that were given before.
    pub fn read_new(&mut self, given: &mut Given, account: &MarginAccount, named: u16) -> Result<(), No> {
        let others: Vec<u16> = account.engine.active().map(|p| p.market).filter(|m| *m != named).collect();
        let new: Vec<u16> = others.into_iter().filter(|m| !given.passed.contains(m)).collect();
        new.into_iter().try_for_each(|index| if given.passed.contains(&index) { Ok(()) } else { self.give(given, index) })?;
        self.records(given, account)
    }

    /// Gives one market.
    pub fn give(&mut self, given: &mut Given, index: u16) -> Result<(), No> {
        let (key, market) = self.market(index)?;
        given.passed.push(index);
        if !given.markets.iter().any(|(_, held)| held.index == index) {
            given.markets.push((key, market));
        }
        Ok(())
    }

    /// Writes back the markets of `given` that were changed.
    pub fn put_given(&mut self, given: &Given) -> Result<(), No> {
        for (key, market) in given.markets.iter().filter(|(_, market)| given.changed.contains(&market.index)) {
            market.invariant().map_err(|_| No::Rule("a market's totals would contradict each other"))?;
            self.put(key, market);
        }
        Ok(())
    }
}

/// Markets and collateral records passed beside those an instruction names.
#[derive(Default)]
pub struct Given {
    /// Their numbers, in the order in which they are passed.
    pub passed: Vec<u16>,
    /// What the accounts that were read need, in the order in which it is passed.
    pub needs: Needs,
    /// Which were changed.
    pub changed: BTreeSet<u16>,
    markets: Vec<(Pubkey, Market)>,
    records: Vec<Collateral>,
}

impl Markets for Given {
    fn market(&self, index: u16) -> risk::num::Result<&risk::Market> {
        let found = self.markets.iter().find(|(_, market)| market.index == index);
        found.map(|(_, market)| &market.engine.0).ok_or(RiskError::NoPosition)
    }

    fn collateral(&self, index: u16) -> risk::num::Result<&Backing> {
        let found = self.records.iter().find(|record| record.index == index);
        found.map(|record| &record.engine.0).ok_or(RiskError::NoCollateral)
    }

    fn settlement(&self) -> risk::num::Result<&Backing> {
        self.collateral(SETTLEMENT)
    }
}

impl MarketsMut for Given {
    fn with<T>(&mut self, index: u16, f: impl FnOnce(&mut risk::Market) -> risk::num::Result<T>) -> risk::num::Result<T> {
        let (_, market) = self.markets.iter_mut().find(|(_, market)| market.index == index).ok_or(RiskError::NoPosition)?;
        self.changed.insert(index);
        f(&mut market.engine)
    }
}
