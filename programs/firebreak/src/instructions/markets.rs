//! The accounts an instruction needs to know an account's health, passed as remaining accounts in a fixed order:
//!
//! 1. the market of each position that holds anything, in slot order, leaving out the market that the instruction names;
//! 2. if the account holds collateral: the record of each balance, in slot order, then the settlement token's record.
//!
//! An instruction on two accounts takes both lists, one after the other. Which markets and records count is decided by the account's own
//! slots, never by the caller. An account without collateral passes none and pays for none.

use crate::{
    constants::LAYOUT_VERSION,
    errors::{FirebreakError, Named},
    events::Totals,
    state::{Collateral, MarginAccount, Market, SETTLEMENT},
};
use anchor_lang::{prelude::*, Discriminator, ZeroCopy};
use firebreak_risk::{self as risk, margin::Markets, ops::MarketsMut, RiskError};
use std::{
    cell::{Ref, RefMut},
    slice::Iter,
};

/// Markets and collateral records given as remaining accounts. Markets are read by default, because a transaction makes an account writable
/// for all its instructions; a record that was passed writable may be changed.
#[derive(Default)]
pub struct Given<'a> {
    markets: Vec<(u16, &'a Pubkey, Borrowed<'a, Market>)>,
    records: Vec<(u16, &'a Pubkey, Borrowed<'a, Collateral>)>,
}

/// A borrowed account.
enum Borrowed<'a, T> {
    Read(Ref<'a, T>),
    Write(RefMut<'a, T>),
}

impl<T> std::ops::Deref for Borrowed<'_, T> {
    type Target = T;
    fn deref(&self) -> &T {
        match self {
            Self::Read(account) => account,
            Self::Write(account) => account,
        }
    }
}

type Rest<'r, 'a> = &'r mut Iter<'a, AccountInfo<'a>>;

impl<'a> Given<'a> {
    /// Takes the markets of `account`'s positions from `rest`, except `named`, and the records of its collateral. What another account of
    /// the instruction has as well is passed again and must be the same.
    pub fn read(&mut self, account: &MarginAccount, named: Option<u16>, rest: Rest<'_, 'a>) -> Result<()> {
        let known = self.markets.len();
        account
            .engine
            .active()
            .filter(|p| Some(p.market) != named)
            .try_for_each(|p| self.market(p.market, false, known, rest))?;
        self.records(account, rest)
    }

    /// The same, leaving out those taken before: each once for however many accounts.
    pub fn read_new(&mut self, account: &MarginAccount, named: u16, rest: Rest<'_, 'a>) -> Result<()> {
        for position in account.engine.active() {
            let index = position.market;
            if index != named && !self.markets.iter().any(|(other, ..)| *other == index) {
                self.market(index, false, 0, rest)?;
            }
        }
        for index in of_records(account) {
            if !self.records.iter().any(|(other, ..)| *other == index) {
                self.record(index, rest)?;
            }
        }
        Ok(())
    }

    /// Takes the markets of all of `account`'s positions, those that were passed writable for writing, and the records of its collateral.
    pub fn write(&mut self, account: &MarginAccount, rest: Rest<'_, 'a>) -> Result<()> {
        account.engine.active().try_for_each(|position| self.market(position.market, true, 0, rest))?;
        self.records(account, rest)
    }

    /// The same for every slot in use, also one that only remembers a loss.
    pub fn write_all(&mut self, account: &MarginAccount, rest: Rest<'_, 'a>) -> Result<()> {
        account.engine.used().try_for_each(|position| self.market(position.market, true, 0, rest))?;
        self.records(account, rest)
    }

    /// Takes the next account as market number `index`. One of the first `known` markets is borrowed already.
    fn market(&mut self, index: u16, write: bool, known: usize, rest: Rest<'_, 'a>) -> Result<()> {
        let info = rest.next().ok_or(FirebreakError::MarketsMismatch)?;
        if let Some((_, key, _)) = self.markets.iter().take(known).find(|(other, ..)| *other == index) {
            require!(*key == info.key, FirebreakError::MarketsMismatch);
            return Ok(());
        }
        let market: Borrowed<Market> = borrow(info, write, FirebreakError::MarketsMismatch)?;
        require!(market.version == LAYOUT_VERSION, FirebreakError::WrongVersion);
        require!(market.index == index, FirebreakError::MarketsMismatch);
        self.markets.push((index, info.key, market));
        Ok(())
    }

    /// Takes the record of collateral number `index`, which is sold to somebody who may not hold it yet, then the settlement token's. One that the
    /// buyer's account brought is passed again and must be the same.
    pub fn sold(&mut self, index: u16, rest: Rest<'_, 'a>) -> Result<()> {
        self.record(index, rest)?;
        self.record(SETTLEMENT, rest)
    }

    #[inline(never)]
    fn records(&mut self, account: &MarginAccount, rest: Rest<'_, 'a>) -> Result<()> {
        of_records(account).try_for_each(|index| self.record(index, rest))
    }

    /// Takes the next account as the record of collateral number `index`. One that the other account holds as well is borrowed already.
    #[inline(never)]
    fn record(&mut self, index: u16, rest: Rest<'_, 'a>) -> Result<()> {
        let info = rest.next().ok_or(FirebreakError::CollateralsMismatch)?;
        if let Some((_, key, _)) = self.records.iter().find(|(other, ..)| *other == index) {
            require!(*key == info.key, FirebreakError::CollateralsMismatch);
            return Ok(());
        }
        let record: Borrowed<Collateral> = borrow(info, true, FirebreakError::CollateralsMismatch)?;
        require!(record.version == LAYOUT_VERSION, FirebreakError::WrongVersion);
        require!(record.index == index, FirebreakError::CollateralsMismatch);
        self.records.push((index, info.key, record));
        Ok(())
    }

    /// Takes all that is left of `rest`: markets that may draw on shared insurance, by ascending index, so that none is there twice.
    /// One without a limit is surplus.
    pub fn insured(rest: Rest<'_, 'a>) -> Result<Self> {
        let mut given = Self::default();
        for info in rest {
            let market: Borrowed<Market> = borrow(info, false, FirebreakError::MarketsMismatch)?;
            require!(market.version == LAYOUT_VERSION, FirebreakError::WrongVersion);
            let rises = given.markets.last().is_none_or(|(last, ..)| *last < market.index);
            require!(rises && market.engine.limit.granted > 0, FirebreakError::MarketsMismatch);
            given.markets.push((market.index, info.key, market));
        }
        Ok(given)
    }

    /// How many markets there are.
    pub fn count(&self) -> usize {
        self.markets.len()
    }

    /// What the engine knows of each market.
    pub fn engines(&self) -> impl Iterator<Item = &risk::Market> + Clone {
        self.markets.iter().map(|(.., market)| &market.engine.0)
    }

    fn found(&self, index: u16) -> risk::num::Result<&Collateral> {
        let found = self.records.iter().find(|(other, ..)| *other == index);
        found.map(|(.., record)| &**record).ok_or(RiskError::NoCollateral)
    }

    /// The record of collateral number `index`.
    pub fn collateral_record(&self, index: u16) -> Result<&Collateral> {
        self.found(index).named()
    }

    /// The record of collateral number `index`, to change.
    pub fn collateral_record_mut(&mut self, index: u16) -> Result<&mut Collateral> {
        match self.records.iter_mut().find(|(other, ..)| *other == index) {
            Some((.., Borrowed::Write(record))) => Ok(record),
            Some(_) => err!(FirebreakError::MarketReadOnly),
            None => err!(FirebreakError::NoCollateral),
        }
    }

    /// Totals of the markets that were borrowed for writing.
    pub fn totals(&self) -> Vec<Totals> {
        let written = self.markets.iter().filter(|(.., market)| matches!(market, Borrowed::Write(_)));
        written.map(|(index, _, market)| Totals::of(*index, &market.engine)).collect()
    }

    /// Checks the markets that were borrowed for writing, after the engine has changed them.
    pub fn invariant(&self) -> Result<()> {
        self.markets.iter().try_for_each(|(.., market)| match market {
            Borrowed::Read(_) => Ok(()),
            Borrowed::Write(market) => market.invariant(),
        })
    }
}

/// Numbers of the records that judge an account's collateral: its balances in slot order, then the settlement token.
fn of_records(account: &MarginAccount) -> impl Iterator<Item = u16> + '_ {
    let settlement = (account.engine.collaterals > 0).then_some(SETTLEMENT);
    account.engine.collateral_used().map(|balance| balance.collateral).chain(settlement)
}

impl Markets for Given<'_> {
    fn market(&self, index: u16) -> risk::num::Result<&risk::Market> {
        let found = self.markets.iter().find(|(other, ..)| *other == index);
        found.map(|(.., market)| &market.engine.0).ok_or(RiskError::NoPosition)
    }

    fn collateral(&self, index: u16) -> risk::num::Result<&risk::collateral::Collateral> {
        self.found(index).map(|record| &record.engine.0)
    }

    fn settlement(&self) -> risk::num::Result<&risk::collateral::Collateral> {
        self.collateral(SETTLEMENT)
    }
}

impl MarketsMut for Given<'_> {
    fn with<T>(&mut self, index: u16, f: impl FnOnce(&mut risk::Market) -> risk::num::Result<T>) -> risk::num::Result<T> {
        match self.markets.iter_mut().find(|(other, ..)| *other == index) {
            Some((.., Borrowed::Write(market))) => f(&mut market.engine),
            Some(_) => Err(RiskError::MarketReadOnly),
            None => Err(RiskError::NoPosition),
        }
    }
}

/// Refuses surplus accounts, so that a client's mistake is not silently ignored.
pub fn finish(mut rest: Iter<AccountInfo>) -> Result<()> {
    require!(rest.next().is_none(), FirebreakError::MarketsMismatch);
    Ok(())
}

/// Reads an account of this program: owner, discriminator, length. Only this program makes such accounts, at their derived addresses. One
/// that cannot be borrowed is held for writing: it was passed a second time.
fn borrow<'a, T: ZeroCopy + Discriminator>(
    info: &'a AccountInfo<'a>,
    write: bool,
    mismatch: FirebreakError,
) -> Result<Borrowed<'a, T>> {
    let end = 8 + std::mem::size_of::<T>();
    let is_one = |data: &[u8]| data.len() >= end && data[..8] == *T::DISCRIMINATOR;
    let writable = match info.owner == &crate::ID {
        true if write && info.is_writable => info.try_borrow_mut_data().ok().map(Ok),
        true => info.try_borrow_data().ok().map(Err),
        false => None,
    };
    match writable {
        Some(Ok(data)) if is_one(&data) => {
            Ok(Borrowed::Write(RefMut::map(data, |bytes| bytemuck::from_bytes_mut(&mut bytes[8..end]))))
        }
        Some(Err(data)) if is_one(&data) => Ok(Borrowed::Read(Ref::map(data, |bytes| bytemuck::from_bytes(&bytes[8..end])))),
        _ => Err(mismatch.into()),
    }
}
