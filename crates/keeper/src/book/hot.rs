//! What health needs of every account, and nothing else: at most 182 bytes for an account with four positions.
//!
//! One column a field of an account; the positions' rows lie apart, those of one account next to each other. A row holds what the engine
//! reads of a position for the liquidation lines. The loss index of a claim is one of a few: rows hold its number.

use firebreak_client::risk::{self, index::LossIndex, BaseQty, Position, Ratio};
use std::collections::HashMap;

/// Number of an account in the book.
pub type Id = u32;

/// The place is in use.
const USED: u8 = 1;
/// The account is flagged.
const FLAGGED: u8 = 2;
/// It cannot be judged from the rows: collateral, or more loss indices than rows can number.
const WHOLE: u8 = 4;

/// One position, as far as the lines of health need it.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Row {
    base: i64,
    entry: i64,
    result: i64,
    funding: i64,
    size_term: u32,
    index: u16,
    pub market: u16,
}

/// Accounts and their rows.
#[derive(Default)]
pub struct Hot {
    capital: Vec<u64>,
    /// A bit for each market that an account holds, by its number modulo 64.
    markets: Vec<u64>,
    first: Vec<u32>,
    count: Vec<u8>,
    state: Vec<u8>,
    rows: Vec<Row>,
    /// Free runs of rows, by length.
    free: [Vec<u32>; risk::MAX_POSITIONS + 1],
    /// Loss indices that rows refer to. Number 0 is that of a market that has shared no loss.
    indices: Vec<LossIndex>,
    numbers: HashMap<(u64, u64), u16>,
}

/// One account, as the scan sees it.
pub struct Seen<'a> {
    /// Capital.
    pub capital: u64,
    /// Whether it is flagged.
    pub flagged: bool,
    /// Whether it must be judged from its bytes.
    pub whole: bool,
    /// Its positions.
    pub rows: &'a [Row],
}

/// A bit of [`Hot::markets`].
pub const fn bit(market: u16) -> u64 {
    1 << (market % 64)
}

impl Row {
    /// The position as the engine wants it; what it does not read for the liquidation lines is empty.
    #[inline]
    pub fn position(&self, indices: &[LossIndex]) -> Position {
        Position {
            base: BaseQty(self.base),
            entry: self.entry,
            result: self.result,
            index: indices.get(usize::from(self.index)).copied().unwrap_or(LossIndex::NEW),
            funding: self.funding,
            size_term: Ratio(self.size_term),
            market: self.market,
            used: 1,
            ..Position::EMPTY
        }
    }
}

impl Hot {
    /// Places there are, in use or not.
    pub fn len(&self) -> usize {
        self.state.len()
    }

    /// Loss indices that rows refer to.
    pub fn indices(&self) -> &[LossIndex] {
        &self.indices
    }

    /// A new place, for the account that [`Self::set`] then puts there.
    pub fn push(&mut self) -> Option<Id> {
        let id = Id::try_from(self.state.len()).ok()?;
        if self.indices.is_empty() {
            self.indices.push(LossIndex::NEW);
        }
        grow(&mut self.capital);
        self.capital.push(0);
        grow(&mut self.markets);
        self.markets.push(0);
        grow(&mut self.first);
        self.first.push(0);
        grow(&mut self.count);
        self.count.push(0);
        grow(&mut self.state);
        self.state.push(0);
        Some(id)
    }

    /// Writes an account to its place.
    pub fn set(&mut self, id: Id, account: &risk::Account) -> Option<()> {
        let at = id as usize;
        let wanted = account.active().count();
        let (had, first) = (usize::from(*self.count.get(at)?), *self.first.get(at)?);
        let first = if had == wanted { first } else { self.move_rows(had, first, wanted)? };
        let mut state = USED | if account.flagged != 0 { FLAGGED } else { 0 };
        let mut markets = 0;
        if account.collateral_used().next().is_some() {
            state |= WHOLE;
        }
        for (position, place) in account.active().zip(first as usize..) {
            // A debt is never scaled: its index is of no account.
            let index = if position.result > 0 { self.number(position.index) } else { Some(0) };
            if index.is_none() {
                state |= WHOLE;
            }
            markets |= bit(position.market);
            *self.rows.get_mut(place)? = Row {
                base: position.base.0,
                entry: position.entry,
                result: position.result,
                funding: position.funding,
                size_term: position.size_term.0,
                index: index.unwrap_or(0),
                market: position.market,
            };
        }
        *self.capital.get_mut(at)? = account.capital;
        *self.markets.get_mut(at)? = markets;
        *self.first.get_mut(at)? = first;
        *self.count.get_mut(at)? = wanted as u8;
        *self.state.get_mut(at)? = state;
        Some(())
    }

    /// Empties a place.
    pub fn clear(&mut self, id: Id) -> Option<()> {
        let at = id as usize;
        let (had, first) = (usize::from(*self.count.get(at)?), *self.first.get(at)?);
        self.release(had, first);
        *self.count.get_mut(at)? = 0;
        *self.markets.get_mut(at)? = 0;
        *self.state.get_mut(at)? = 0;
        Some(())
    }

    /// The account at a place that is in use, if it may hold one of `markets`.
    #[inline]
    pub fn at(&self, id: Id, markets: u64) -> Option<Seen<'_>> {
        let at = id as usize;
        if self.markets.get(at)? & markets == 0 {
            return None;
        }
        self.get(id)
    }

    /// The account at a place that is in use.
    #[inline]
    pub fn get(&self, id: Id) -> Option<Seen<'_>> {
        let at = id as usize;
        let state = *self.state.get(at)?;
        if state & USED == 0 {
            return None;
        }
        let first = *self.first.get(at)? as usize;
        let rows = self.rows.get(first..first.saturating_add(usize::from(*self.count.get(at)?)))?;
        Some(Seen { capital: *self.capital.get(at)?, flagged: state & FLAGGED != 0, whole: state & WHOLE != 0, rows })
    }

    /// Bytes that the columns and rows take, spare room included.
    pub fn bytes(&self) -> usize {
        let accounts = self.capital.capacity() * 8
            + self.markets.capacity() * 8
            + self.first.capacity() * 4
            + self.count.capacity()
            + self.state.capacity();
        let free: usize = self.free.iter().map(|runs| runs.capacity() * 4).sum();
        accounts + self.rows.capacity() * std::mem::size_of::<Row>() + free + self.indices.capacity() * 16
    }

    /// Number of a loss index; `None` when there are too many.
    fn number(&mut self, index: LossIndex) -> Option<u16> {
        if index == LossIndex::NEW {
            return Some(0);
        }
        let key = (index.mantissa, index.exponent);
        if let Some(number) = self.numbers.get(&key) {
            return Some(*number);
        }
        let number = u16::try_from(self.indices.len()).ok()?;
        self.indices.push(index);
        self.numbers.insert(key, number);
        Some(number)
    }

    /// Gives `had` rows back and takes `wanted` that lie together.
    fn move_rows(&mut self, had: usize, first: u32, wanted: usize) -> Option<u32> {
        self.release(had, first);
        if wanted == 0 {
            return Some(0);
        }
        if let Some(free) = self.free.get_mut(wanted).and_then(Vec::pop) {
            return Some(free);
        }
        let first = u32::try_from(self.rows.len()).ok()?;
        if self.rows.capacity() < self.rows.len() + wanted {
            self.rows.reserve_exact(self.rows.len() / 8 + 64);
        }
        self.rows.resize(self.rows.len() + wanted, Row::default());
        Some(first)
    }

    fn release(&mut self, had: usize, first: u32) {
        if had > 0 {
            if let Some(runs) = self.free.get_mut(had) {
                runs.push(first);
            }
        }
    }
}

/// Room for an eighth more: twice as much would be bytes that nobody uses.
fn grow<T>(column: &mut Vec<T>) {
    if column.len() == column.capacity() {
        column.reserve_exact(column.len() / 8 + 64);
    }
}
