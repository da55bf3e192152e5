//! Who is worst after a price moved: every account of the market is judged anew, in parallel, and those that are due come out worst first.

use super::{
    hot::Id,
    judge::{is_due, Table},
    Book,
};
use firebreak_client::{risk::Now, Pubkey};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// An account that is to be acted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The margin account.
    pub key: Pubkey,
    /// Health of its LiqEnd line, in atoms: the worst comes first.
    pub liq_end: i64,
}

/// What a scan found.
pub struct Rescored {
    /// Due accounts of each part of the book, worst first.
    parts: Vec<Vec<(i64, Id)>>,
    /// Accounts that were judged.
    pub judged: usize,
    /// Accounts whose health has no number, or whose market is not known.
    pub unjudged: usize,
}

impl Book {
    /// Judges every account that holds something in one of `markets` (none: every account), on `threads` threads.
    pub fn rescore(&self, markets: &[u16], now: Now, threads: usize) -> Rescored {
        self.rescore_with(&self.table(), markets, now, threads)
    }

    /// The same with other states of some markets than the book's: what a refresh that is about to be sent will make of them.
    pub fn rescore_with(&self, table: &Table, markets: &[u16], now: Now, threads: usize) -> Rescored {
        let bits = if markets.is_empty() { u64::MAX } else { Self::bits(markets) };
        let all = self.hot.len() as Id;
        let threads = threads.max(1) as Id;
        let size = all.div_ceil(threads).max(1);
        let parts: Vec<(Id, Id)> =
            (0..threads).map(|n| (n.saturating_mul(size).min(all), n.saturating_add(1).saturating_mul(size).min(all))).collect();
        let parts: Vec<Part> = match parts.split_first() {
            // What is small is not worth a thread.
            Some(_) if all < 4_096 => vec![self.scan((0, all), (bits, markets), table, now)],
            Some((own, others)) => std::thread::scope(|scope| {
                let running: Vec<_> =
                    others.iter().map(|part| scope.spawn(move || self.scan(*part, (bits, markets), table, now))).collect();
                let own = self.scan(*own, (bits, markets), table, now);
                let rest = running.into_iter().zip(others).map(|(thread, part)| {
                    // The scan does not panic; were it to, its part is scanned again here rather than left out.
                    thread.join().unwrap_or_else(|_| self.scan(*part, (bits, markets), table, now))
                });
                std::iter::once(own).chain(rest).collect()
            }),
            None => vec![],
        };
        Rescored {
            judged: parts.iter().map(|p| p.judged).sum(),
            unjudged: parts.iter().map(|p| p.unjudged).sum(),
            parts: parts.into_iter().map(|p| p.due).collect(),
        }
    }

    fn scan(&self, (from, to): (Id, Id), (bits, markets): (u64, &[u16]), table: &Table, now: Now) -> Part {
        let mut part = Part::default();
        for id in from..to {
            let Some(seen) = self.hot.at(id, bits) else { continue };
            if !markets.is_empty() && !seen.rows.iter().any(|row| markets.contains(&row.market)) {
                continue;
            }
            match self.health_seen(id, &seen, table, now) {
                Ok(health) => {
                    part.judged += 1;
                    if is_due(&health, seen.flagged) {
                        part.due.push((health.liq_end, id));
                    }
                }
                Err(_) => part.unjudged += 1,
            }
        }
        part.due.sort_unstable();
        part
    }
}

#[derive(Default)]
struct Part {
    due: Vec<(i64, Id)>,
    judged: usize,
    unjudged: usize,
}

impl Rescored {
    /// How many are due.
    pub fn len(&self) -> usize {
        self.parts.iter().map(Vec::len).sum()
    }

    /// Whether nobody is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The due accounts, worst first.
    pub fn worst<'a>(&'a self, book: &'a Book) -> impl Iterator<Item = Due> + 'a {
        let mut heads = BinaryHeap::new();
        for (n, part) in self.parts.iter().enumerate() {
            if let Some(first) = part.first() {
                heads.push(Reverse((*first, n, 0usize)));
            }
        }
        std::iter::from_fn(move || {
            let Reverse((first, n, at)) = heads.pop()?;
            if let Some(next) = self.parts.get(n).and_then(|part| part.get(at + 1)) {
                heads.push(Reverse((*next, n, at + 1)));
            }
            Some(first)
        })
        .filter_map(|(liq_end, id)| Some(Due { key: book.key_of(id)?, liq_end }))
    }
}
