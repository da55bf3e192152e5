//! The protocol's books as a whole: what the vault must hold (I1) and that single accounts add up to the markets' totals.

use firebreak::state::{Collateral, Insurance, MarginAccount, Market};
use std::collections::BTreeMap;

/// Sums over every account of the program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Books {
    /// Atoms that the ledger says the vault holds: capital, bonds, pools, pots, fees and insurance.
    pub ledger: i128,
    /// Per collateral other than the settlement token, smallest units in all accounts.
    pub collaterals: BTreeMap<u16, u128>,
    /// Per market, the sums over positions.
    pub positions: BTreeMap<u16, PositionSums>,
}

/// Sums over the positions of one market.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PositionSums {
    /// Lots held long.
    pub long: u128,
    /// Lots held short.
    pub short: u128,
    /// Claims after all shared losses.
    pub claims: u128,
    /// Debts.
    pub debt: u128,
    /// Entry costs, with the funding that is owed since each position was last touched.
    pub entry: i128,
}

impl Books {
    /// Adds everything up.
    pub fn of<'a>(
        accounts: impl IntoIterator<Item = &'a MarginAccount>,
        markets: impl IntoIterator<Item = &'a Market>,
        insurance: &Insurance,
    ) -> Self {
        let markets: BTreeMap<u16, &Market> = markets.into_iter().map(|m| (m.index, m)).collect();
        let mut books = Self { ledger: insurance.engine.fund.assets as i128, ..Self::default() };
        for market in markets.values() {
            let l = &market.engine.ledger;
            books.ledger += [l.pool, l.pot, l.insurance_fees, l.treasury_fees].iter().map(|x| *x as i128).sum::<i128>();
        }
        for account in accounts {
            books.ledger += account.engine.capital as i128 + account.engine.bond as i128;
            for balance in account.engine.collateral_used() {
                *books.collaterals.entry(balance.collateral).or_default() += u128::from(balance.amount);
            }
            for position in account.engine.used() {
                let Some(market) = markets.get(&position.market) else { continue };
                let sums = books.positions.entry(position.market).or_default();
                let size = u128::from(position.base.abs());
                if position.base.0 >= 0 {
                    sums.long += size
                } else {
                    sums.short += size
                }
                let funding = market.engine.funding.owed_up(position.base, position.funding).unwrap_or(0);
                sums.entry += position.entry as i128 + if position.base.is_flat() { 0 } else { funding as i128 };
                let result = position.result_now_down(&market.engine.ledger).unwrap_or(0);
                if result >= 0 {
                    sums.claims += result as u128
                } else {
                    sums.debt += result.unsigned_abs() as u128
                }
            }
        }
        books
    }

    /// Compares what accounts hold of a collateral with its record and with the tokens in its vault (I1): the balances are the record's
    /// total, and with what is in custody they are the vault. Returns what differs.
    pub fn check_collateral(&self, record: &Collateral, vault: u64) -> Result<(), String> {
        let held = self.collaterals.get(&record.index).copied().unwrap_or_default();
        let (total, custody) = (u128::from(record.engine.total), u128::from(record.forfeited));
        if held == total && total + custody == u128::from(vault) {
            return Ok(());
        }
        let index = record.index;
        Err(format!(
            "collateral {index}: accounts hold {held}, the record says {total} and {custody} in custody, the vault {vault}"
        ))
    }

    /// Compares the sums with a market's totals: sizes and debts exactly; claims may be short of the total by the rounding of shared
    /// losses, never over it. Entries are exact until funding has moved; after that positions bear at least what was moved, each
    /// touch rounding by less than an atom. What an ended market has closed stays in its totals at the fixed price. Returns what differs.
    pub fn check(&self, market: &Market) -> Result<(), String> {
        let sums = self.positions.get(&market.index).copied().unwrap_or_default();
        let (l, end) = (&market.engine.ledger, &market.engine.settlement);
        let exact = sums.long + u128::from(end.long_done) == u128::from(l.long_base)
            && sums.short + u128::from(end.short_done) == u128::from(l.short_base)
            && sums.debt == u128::from(l.debt);
        let over = sums.entry - (l.long_entry as i128 + l.short_entry as i128);
        let entries = match (market.engine.funding.index, end.is_fixed()) {
            (0, false) => over == 0,
            (_, false) => over >= 0,
            (_, true) => true,
        };
        if exact && entries && sums.claims <= u128::from(l.claims) {
            return Ok(());
        }
        Err(format!("market {}: positions sum to {sums:?}, the ledger says {l:?}", market.index))
    }
}
