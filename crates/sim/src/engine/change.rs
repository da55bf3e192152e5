//! What an action changed, as the guard looks at it.

use super::{Action, Record, Who};
use firebreak_risk::{Account, Market, Now};

/// What a take-over did to health, in atoms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Harm {
    /// Maint health before and after.
    pub maint: (i64, i64),
    /// LiqEnd health before and after.
    pub liq_end: (i64, i64),
    /// Solvency after.
    pub solvency: i64,
    /// LiqEnd health after at the lines that stood before, when part of the position was left.
    pub beyond: Option<i64>,
}

impl Harm {
    /// One lot and one atom at most on top of what is needed, in each of the roundings up.
    pub fn is_any(&self) -> bool {
        let lower = self.maint.1 < self.maint.0 || self.liq_end.1 < self.liq_end.0;
        lower || self.solvency < 0 || self.beyond.is_some_and(|over| over > 5)
    }
}

/// What an action changed.
pub(super) struct Change<'a> {
    pub action: &'a Action,
    pub accounts: &'a [(Who, &'a Account, &'a Account)],
    pub markets: &'a [(u16, &'a Market, &'a Market)],
    /// Insurance assets before and after.
    pub fund: (u64, u64),
    /// Tokens before, and the one that changed.
    pub records: (&'a [Record], Option<&'a (u16, Record)>),
    /// Paid out of a pool by what pays out of pools.
    pub paid_out: u64,
    /// What a counterparty paid of a loss of its own.
    pub own_loss: u64,
    /// Whether a liquidation lowered health, made insolvent, or closed beyond the stop line.
    pub harmed: Option<Harm>,
    pub now: Now,
}

impl Change<'_> {
    /// A token as it is now.
    pub fn record(&self, index: u16) -> Option<&Record> {
        let changed = self.records.1.filter(|(changed, _)| *changed == index).map(|(_, record)| record);
        changed.or_else(|| self.records.0.get(index as usize))
    }
}

/// Whether what accounts hold of a token is its record's total, and with what was forfeited its vault.
pub(super) fn balances(record: &Record, held: i128) -> bool {
    let total = i128::from(record.kind.total);
    held == total && total + i128::from(record.forfeited) == i128::from(record.vault)
}
