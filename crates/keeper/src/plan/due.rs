//! Who is due: those found when their market moved, and those who were due before, as long as they are.

use crate::book::{Book, Due, Planned};
use firebreak_client::{
    risk::{price::Quality, Now},
    Pubkey,
};
use std::collections::{BTreeMap, BTreeSet};

/// Accounts that were due when they were last judged.
#[derive(Default)]
pub struct DueList {
    due: BTreeSet<Pubkey>,
    /// Version of the book that was last looked at, and whether any was.
    version: u64,
    begun: bool,
    /// Quality of each market then: it falls with time alone.
    quality: BTreeMap<u16, Quality>,
    /// The same of each collateral's price.
    backing: BTreeMap<u16, Quality>,
}

impl DueList {
    /// The due accounts, worst first. Judged are the accounts of every market that has changed, or that `planned` changes, since the last
    /// call; accounts that changed themselves; and those that were due.
    pub fn find(&mut self, book: &Book, planned: &Planned, refreshed: &BTreeSet<u16>, now: Now, threads: usize) -> Vec<Due> {
        let table = book.table().over(planned);
        let quality: BTreeMap<u16, Quality> =
            book.markets().filter_map(|m| Some((m.state.index, table.get(m.state.index)?.quality(now)))).collect();
        let backing: BTreeMap<u16, Quality> = book
            .collaterals()
            .filter_map(|r| {
                let engine = table.record(r.state.index)?;
                Some((r.state.index, engine.price.quality_at(now, engine.params.price_max_age)))
            })
            .collect();
        // What holds collateral is judged anew whenever the price of any has changed: those accounts are few.
        let moved_backing = !planned.records.is_empty() || book.collateral_since(self.version) || self.backing != backing;
        let changed = book.changed_since(self.version);
        let crowded = self.due.len() > book.count() / 4;
        let mut found: BTreeMap<Pubkey, i64> = BTreeMap::new();
        let markets: Vec<u16> = if !self.begun || changed.is_none() || crowded {
            vec![]
        } else {
            let mut moved: BTreeSet<u16> = book.markets_since(self.version).into_iter().collect();
            moved.extend(refreshed);
            moved.extend(quality.iter().filter(|(m, q)| self.quality.get(m) != Some(*q)).map(|(m, _)| *m));
            let backed: Vec<Pubkey> = if moved_backing { book.backed().collect() } else { vec![] };
            for key in self.due.iter().chain(changed.iter().flatten()).chain(&backed) {
                if let Some(Ok((health, flagged))) = book.health(key, &table, now) {
                    if health.maint < 0 || flagged {
                        found.insert(*key, health.liq_end);
                    }
                }
            }
            moved.into_iter().collect()
        };
        let all = !self.begun || changed.is_none() || crowded;
        if all || !markets.is_empty() {
            let rescored = book.rescore_with(&table, &markets, now, threads);
            found.extend(rescored.worst(book).map(|due| (due.key, due.liq_end)));
        }
        self.due = found.keys().copied().collect();
        (self.version, self.begun, self.quality, self.backing) = (book.version(), true, quality, backing);
        let mut worst: Vec<Due> = found.into_iter().map(|(key, liq_end)| Due { key, liq_end }).collect();
        worst.sort_by_key(|due| (due.liq_end, due.key));
        worst
    }
}
