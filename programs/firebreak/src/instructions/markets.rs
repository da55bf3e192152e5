//! The accounts an instruction needs to know an account's health, passed as remaining accounts in a fixed order:
//!
//! 1. the market of each position, in slot order, leaving out the market that the instruction names;
//! 2. if the account holds collateral: the record of each balance, in slot order, then the settlement token's record.
//!
//! An instruction on two accounts takes both lists, one after the other. Which markets and records count is decided by the account's own
//! slots, never by the caller. An account without collateral passes none and pays for none.

use crate::{
    constants::LAYOUT_VERSION,
    errors::FirebreakError,
    state::{Collateral, MarginAccount, Market, SETTLEMENT},
};
use anchor_lang::{prelude::*, Discriminator, ZeroCopy};
use firebreak_risk::{self as risk, margin::Markets, ops::MarketsMut, RiskError};
use std::{
    cell::{Ref, RefMut},
    slice::Iter,
};

/// Markets and collateral records given as remaining accounts: borrowed for writing when they were passed writable, else for reading.
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

impl<'a> Given<'a> {
    /// Takes the markets of `account`'s positions from `rest`, except `named`, and the records of its collateral.
    pub fn read(&mut self, account: &MarginAccount, named: Option<u16>, rest: &mut Iter<'a, AccountInfo<'a>>) -> Result<()> {
        // One that the other account has as well is borrowed already.
        let known = self.markets.len();
        for position in account.engine.used() {
            if Some(position.market) == named {
                continue;
            }
            let info = rest.next().ok_or(FirebreakError::MarketsMismatch)?;
            let mut borrowed = self.markets.iter().take(known);
            if let Some((_, key, _)) = borrowed.find(|(other, ..)| *other == position.market) {
                require!(*key == info.key, FirebreakError::MarketsMismatch);
                continue;
            }
            let market: Borrowed<Market> = borrow(info, FirebreakError::MarketsMismatch)?;
            require!(market.version == LAYOUT_VERSION, FirebreakError::WrongVersion);
            require!(market.index == position.market, FirebreakError::MarketsMismatch);
            self.markets.push((market.index, info.key, market));
        }
        if account.engine.collaterals == 0 {
            return Ok(());
        }
        for balance in account.engine.collateral_used() {
            self.record(balance.collateral, rest)?;
        }
        self.record(SETTLEMENT, rest)
    }

    /// Takes the next account as the record of collateral number `index`. One that the other account holds as well is borrowed already.
    #[inline(never)]
    fn record(&mut self, index: u16, rest: &mut Iter<'a, AccountInfo<'a>>) -> Result<()> {
        let info = rest.next().ok_or(FirebreakError::CollateralsMismatch)?;
        if let Some((_, key, _)) = self.records.iter().find(|(other, ..)| *other == index) {
            require!(*key == info.key, FirebreakError::CollateralsMismatch);
            return Ok(());
        }
        let record: Borrowed<Collateral> = borrow(info, FirebreakError::CollateralsMismatch)?;
        require!(record.version == LAYOUT_VERSION, FirebreakError::WrongVersion);
        require!(record.index == index, FirebreakError::CollateralsMismatch);
        self.records.push((index, info.key, record));
        Ok(())
    }

    fn found(&self, index: u16) -> risk::num::Result<&Collateral> {
        let found = self.records.iter().find(|(other, ..)| *other == index);
        found.map(|(.., record)| &**record).ok_or(RiskError::NoCollateral)
    }

    /// The record of collateral number `index`.
    pub fn collateral_record(&self, index: u16) -> Result<&Collateral> {
        crate::errors::Named::named(self.found(index))
    }

    /// The record of collateral number `index`, to change.
    pub fn collateral_record_mut(&mut self, index: u16) -> Result<&mut Collateral> {
        match self.records.iter_mut().find(|(other, ..)| *other == index) {
            Some((.., Borrowed::Write(record))) => Ok(record),
            Some(_) => err!(FirebreakError::MarketReadOnly),
            None => err!(FirebreakError::NoCollateral),
        }
    }

    /// Checks what was borrowed for writing, after the engine has changed it.
    pub fn invariant(&self) -> Result<()> {
        self.markets.iter().try_for_each(|(.., market)| match market {
            Borrowed::Read(_) => Ok(()),
            Borrowed::Write(market) => market.invariant(),
        })
    }
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
fn borrow<'a, T: ZeroCopy + Discriminator>(info: &'a AccountInfo<'a>, mismatch: FirebreakError) -> Result<Borrowed<'a, T>> {
    let end = 8 + std::mem::size_of::<T>();
    let is_one = |data: &[u8]| data.len() >= end && data[..8] == *T::DISCRIMINATOR;
    let writable = match info.owner == &crate::ID {
        true if info.is_writable => info.try_borrow_mut_data().ok().map(Ok),
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
