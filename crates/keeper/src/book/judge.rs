//! Health of the book's accounts: the engine's own functions on the book's columns.

use super::{
    hot::{bit, Id, Seen},
    Book,
};
use firebreak_client::{
    program::state::{self, Market, SETTLEMENT},
    risk::{
        self,
        collateral::Collateral,
        index::LossIndex,
        margin::{self, Health, Markets, Valued},
        num::Result,
        price::Use,
        Now, RiskError,
    },
};
use std::collections::BTreeMap;

/// Markets and collateral records by their number, without a lookup by address.
pub struct Table<'a> {
    markets: Vec<Option<&'a risk::Market>>,
    records: Vec<Option<&'a Collateral>>,
}

/// Markets and collateral records in other states than the book's: what has been planned will make of them.
#[derive(Default)]
pub struct Planned {
    /// Markets by their number.
    pub markets: BTreeMap<u16, Market>,
    /// Records by their number.
    pub records: BTreeMap<u16, state::Collateral>,
}

impl<'a> Table<'a> {
    /// Market number `index`.
    pub fn get(&self, index: u16) -> Option<&'a risk::Market> {
        self.markets.get(usize::from(index)).copied().flatten()
    }

    /// What the engine knows of collateral number `index`.
    pub fn record(&self, index: u16) -> Option<&'a Collateral> {
        self.records.get(usize::from(index)).copied().flatten()
    }

    /// The same with other states of some.
    #[must_use]
    pub fn over(mut self, planned: &'a Planned) -> Self {
        for (index, market) in &planned.markets {
            if let Some(place) = self.markets.get_mut(usize::from(*index)) {
                *place = Some(&market.engine);
            }
        }
        for (index, record) in &planned.records {
            if let Some(place) = self.records.get_mut(usize::from(*index)) {
                *place = Some(&record.engine);
            }
        }
        self
    }
}

impl Markets for Table<'_> {
    #[inline]
    fn market(&self, index: u16) -> Result<&risk::Market> {
        self.get(index).ok_or(RiskError::NoPosition)
    }

    fn collateral(&self, index: u16) -> Result<&Collateral> {
        self.records.get(usize::from(index)).copied().flatten().ok_or(RiskError::NoCollateral)
    }

    fn settlement(&self) -> Result<&Collateral> {
        self.collateral(SETTLEMENT)
    }
}

/// Health of an account that its rows describe whole: what [`margin::health`] says of it.
#[inline]
pub fn of_rows(seen: &Seen, indices: &[LossIndex], markets: &Table, now: Now) -> Result<Health> {
    let mut health = Health::of_capital(seen.capital)?;
    for row in seen.rows {
        let market = markets.market(row.market)?;
        health.take(&Valued::new(&row.position(indices), market, Use::Maint, now)?)?;
    }
    Ok(health)
}

/// Whether somebody has to act: below Maint, or flagged: then it is to be closed further or its flag to be cleared.
pub fn is_due(health: &Health, flagged: bool) -> bool {
    health.maint < 0 || flagged
}

impl Book {
    /// Markets and collateral records, for the engine.
    pub fn table(&self) -> Table<'_> {
        Table {
            markets: self.markets.iter().map(|held| held.as_ref().map(|held| &held.state.engine.0)).collect(),
            records: self.collaterals.iter().map(|held| held.as_ref().map(|held| &held.state.engine.0)).collect(),
        }
    }

    /// Health of account number `id` at `now`.
    pub(super) fn health_of(&self, id: Id, table: &Table, now: Now) -> Option<Result<(Health, bool)>> {
        let seen = self.hot.get(id)?;
        Some(self.health_seen(id, &seen, table, now).map(|health| (health, seen.flagged)))
    }

    /// The same of one that was looked up.
    #[inline]
    pub(super) fn health_seen(&self, id: Id, seen: &Seen, table: &Table, now: Now) -> Result<Health> {
        if !seen.whole {
            return of_rows(seen, self.hot.indices(), table, now);
        }
        let account = self.account_at(id).ok_or(RiskError::NoPosition)?;
        margin::health(&account.engine, table, now)
    }

    /// Bits of `markets`; all of them for none.
    pub(super) fn bits(markets: &[u16]) -> u64 {
        markets.iter().fold(0, |bits, market| bits | bit(*market))
    }
}
