//! The market accounts an instruction needs to know an account's health.
//!
//! The caller passes, as remaining accounts, the market of each position in slot order, leaving out the market that the
//! instruction names. Which markets count is decided by the account's own slots, never by the caller.

use crate::{
    constants::LAYOUT_VERSION,
    errors::FirebreakError,
    state::{MarginAccount, Market},
};
use anchor_lang::{prelude::*, Discriminator};
use firebreak_risk::{self as risk, margin::Markets, RiskError};
use std::{cell::Ref, slice::Iter};

/// Markets given as remaining accounts, borrowed for reading.
#[derive(Default)]
pub struct Given<'a> {
    markets: Vec<(u16, Ref<'a, Market>)>,
}

impl<'a> Given<'a> {
    /// Takes the markets of `account`'s positions from `rest`, except `named`.
    pub fn read(&mut self, account: &MarginAccount, named: Option<u16>, rest: &mut Iter<'a, AccountInfo<'a>>) -> Result<()> {
        for position in account.engine.used() {
            if Some(position.market) == named {
                continue;
            }
            let info = rest.next().ok_or(FirebreakError::MarketsMismatch)?;
            let market = borrow(info)?;
            require!(market.index == position.market, FirebreakError::MarketsMismatch);
            self.markets.push((market.index, market));
        }
        Ok(())
    }

    /// These markets and the named one, which the instruction holds for writing.
    pub fn with<'m>(&'m self, index: u16, named: &'m risk::Market) -> Book<'m, 'a> {
        Book { named: Some((index, named)), others: &self.markets }
    }

    /// These markets alone.
    pub fn alone(&self) -> Book<'_, 'a> {
        Book { named: None, others: &self.markets }
    }
}

/// Where the engine looks a market up.
pub struct Book<'m, 'a> {
    named: Option<(u16, &'m risk::Market)>,
    others: &'m [(u16, Ref<'a, Market>)],
}

impl Markets for Book<'_, '_> {
    fn market(&self, index: u16) -> risk::num::Result<&risk::Market> {
        match self.named {
            Some((named, market)) if named == index => Ok(market),
            _ => self
                .others
                .iter()
                .find(|(other, _)| *other == index)
                .map(|(_, market)| &market.engine.0)
                .ok_or(RiskError::NoPosition),
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
fn borrow<'a>(info: &'a AccountInfo<'a>) -> Result<Ref<'a, Market>> {
    require!(info.owner == &crate::ID, FirebreakError::MarketsMismatch);
    let data = info.try_borrow_data().map_err(|_| FirebreakError::MarketsMismatch)?;
    let long_enough = data.len() >= Market::SPACE && data[..8] == *Market::DISCRIMINATOR;
    require!(long_enough, FirebreakError::MarketsMismatch);
    let market: Ref<Market> = Ref::map(data, |bytes| bytemuck::from_bytes(&bytes[8..Market::SPACE]));
    require!(market.version == LAYOUT_VERSION, FirebreakError::WrongVersion);
    Ok(market)
}
