//! The market accounts an instruction needs to know an account's health.
//!
//! The caller passes, as remaining accounts, the market of each position that holds anything, in slot order, leaving out the market that the
//! instruction names. Which markets count is decided by the account's own slots, never by the caller.

use crate::{
    constants::LAYOUT_VERSION,
    errors::FirebreakError,
    state::{MarginAccount, Market},
};
use anchor_lang::{prelude::*, Discriminator};
use firebreak_risk::{self as risk, margin::Markets, ops::MarketsMut, RiskError};
use std::{
    cell::{Ref, RefMut},
    slice::Iter,
};

/// Markets given as remaining accounts. Read by default, because two accounts of one instruction may be in the same market, and because a
/// transaction makes an account writable for all its instructions.
#[derive(Default)]
pub struct Given<'a> {
    markets: Vec<(u16, Borrowed<'a>)>,
}

/// A borrowed market.
enum Borrowed<'a> {
    Read(Ref<'a, Market>),
    Write(RefMut<'a, Market>),
}

impl std::ops::Deref for Borrowed<'_> {
    type Target = Market;
    fn deref(&self) -> &Market {
        match self {
            Self::Read(market) => market,
            Self::Write(market) => market,
        }
    }
}

impl<'a> Given<'a> {
    /// Takes the markets of `account`'s positions from `rest`, except `named` and those taken before: one market for however many accounts.
    pub fn read_new(&mut self, account: &MarginAccount, named: u16, rest: &mut Iter<'a, AccountInfo<'a>>) -> Result<()> {
        for position in account.engine.active() {
            let index = position.market;
            if index != named && !self.markets.iter().any(|(other, _)| *other == index) {
                self.next(index, false, rest)?;
            }
        }
        Ok(())
    }

    /// Takes the markets of `account`'s positions from `rest`, except `named`.
    pub fn read(&mut self, account: &MarginAccount, named: Option<u16>, rest: &mut Iter<'a, AccountInfo<'a>>) -> Result<()> {
        let others = account.engine.active().filter(|p| Some(p.market) != named);
        others.into_iter().try_for_each(|position| self.next(position.market, false, rest))
    }

    /// Takes the markets of all of `account`'s positions, those that were passed writable for writing.
    pub fn write(&mut self, account: &MarginAccount, rest: &mut Iter<'a, AccountInfo<'a>>) -> Result<()> {
        account.engine.active().try_for_each(|position| self.next(position.market, true, rest))
    }

    /// The same for every slot in use, also one that only remembers a loss.
    pub fn write_all(&mut self, account: &MarginAccount, rest: &mut Iter<'a, AccountInfo<'a>>) -> Result<()> {
        account.engine.used().try_for_each(|position| self.next(position.market, true, rest))
    }

    fn next(&mut self, index: u16, write: bool, rest: &mut Iter<'a, AccountInfo<'a>>) -> Result<()> {
        let info = rest.next().ok_or(FirebreakError::MarketsMismatch)?;
        let market = borrow(info, write)?;
        require!(market.index == index, FirebreakError::MarketsMismatch);
        self.markets.push((index, market));
        Ok(())
    }

    /// Takes all that is left of `rest`: markets that may draw on shared insurance, by ascending index, so that none is there twice.
    /// One without a limit is surplus.
    pub fn insured(rest: &mut Iter<'a, AccountInfo<'a>>) -> Result<Self> {
        let mut given = Self::default();
        for info in rest {
            let market = borrow(info, false)?;
            let rises = given.markets.last().is_none_or(|(last, _)| *last < market.index);
            require!(rises && market.engine.limit.granted > 0, FirebreakError::MarketsMismatch);
            given.markets.push((market.index, market));
        }
        Ok(given)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.markets.len()
    }

    /// What the engine knows of each.
    pub fn engines(&self) -> impl Iterator<Item = &risk::Market> + Clone {
        self.markets.iter().map(|(_, market)| &market.engine.0)
    }

    /// Checks the markets that were borrowed for writing, after the engine has changed them.
    pub fn invariant(&self) -> Result<()> {
        self.markets.iter().try_for_each(|(_, market)| match market {
            Borrowed::Read(_) => Ok(()),
            Borrowed::Write(market) => market.invariant(),
        })
    }
}

impl Markets for Given<'_> {
    fn market(&self, index: u16) -> risk::num::Result<&risk::Market> {
        let found = self.markets.iter().find(|(other, _)| *other == index);
        found.map(|(_, market)| &market.engine.0).ok_or(RiskError::NoPosition)
    }
}

impl MarketsMut for Given<'_> {
    fn with<T>(&mut self, index: u16, f: impl FnOnce(&mut risk::Market) -> risk::num::Result<T>) -> risk::num::Result<T> {
        match self.markets.iter_mut().find(|(other, _)| *other == index) {
            Some((_, Borrowed::Write(market))) => f(&mut market.engine),
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

/// Reads a market account: owner, discriminator, length, layout. Only this program makes such accounts, at their derived addresses. One that
/// cannot be borrowed is held for writing: it was passed a second time.
fn borrow<'a>(info: &'a AccountInfo<'a>, write: bool) -> Result<Borrowed<'a>> {
    require!(info.owner == &crate::ID, FirebreakError::MarketsMismatch);
    let is_market = |data: &[u8]| data.len() >= Market::SPACE && data[..8] == *Market::DISCRIMINATOR;
    let market = if write && info.is_writable {
        let data = info.try_borrow_mut_data().map_err(|_| FirebreakError::MarketsMismatch)?;
        require!(is_market(&data), FirebreakError::MarketsMismatch);
        Borrowed::Write(RefMut::map(data, |bytes| bytemuck::from_bytes_mut(&mut bytes[8..Market::SPACE])))
    } else {
        let data = info.try_borrow_data().map_err(|_| FirebreakError::MarketsMismatch)?;
        require!(is_market(&data), FirebreakError::MarketsMismatch);
        Borrowed::Read(Ref::map(data, |bytes| bytemuck::from_bytes(&bytes[8..Market::SPACE])))
    };
    require!(market.version == LAYOUT_VERSION, FirebreakError::WrongVersion);
    Ok(market)
}
