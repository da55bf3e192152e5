//! The book and how far it can be trusted.

use super::{clock, Slots, Told, CLOCK, SYSVARS};
use crate::{
    book::{is, Book, Change, Refused},
    metrics::Metrics,
    rpc::Reading,
    Now, Pubkey,
};
use firebreak_client::{
    address,
    decode::{self, DecodeError},
    program::state::{Collateral, Protocol},
    ID,
};
use std::{
    collections::{HashMap, HashSet, VecDeque},
    hash::{DefaultHasher, Hash, Hasher},
    time::{Duration, Instant},
};
use thiserror::Error;

/// How many clocks are remembered: as long as a transaction may take to land.
const CLOCKS: usize = 512;
/// A slot takes about so long; a silent chain is taken to go on at this pace.
const SLOT: Duration = Duration::from_millis(400);
/// How many states of an account are remembered, to tell whether a predicted one occurred.
const STATES: usize = 32;

/// Why nothing may be done.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Stale {
    /// The program's accounts were not read since the subscription began.
    #[error("the program's accounts have not been read completely")]
    Unread,
    /// The view is too far behind.
    #[error("the view is {age} slots old, {most} are allowed")]
    Old {
        /// Slots behind.
        age: u64,
        /// Slots allowed.
        most: u64,
    },
}

/// The view.
pub struct View {
    /// The accounts.
    pub book: Book,
    metrics: Metrics,
    slots: Slots,
    max_age: u64,
    /// Newest slot that the websocket told, and when.
    told: u64,
    told_at: Instant,
    /// Newest slot that anything told.
    newest: u64,
    synced: bool,
    clock: Now,
    /// Slot as of which the clock was told, and when.
    clock_seen: u64,
    clock_at: Instant,
    /// The last clocks.
    clocks: VecDeque<Now>,
    /// Accounts told since the reading under way was asked for: what it says of them may be older.
    since_asked: Option<HashSet<Pubkey>>,
    /// A mark of every account's present state.
    marks: HashMap<Pubkey, u64>,
    /// Marks of the last states of accounts that the subscription told of.
    states: HashMap<Pubkey, VecDeque<u64>>,
    /// When the subscription last told that a price account changed, until it is asked for.
    moved_at: Option<Instant>,
}

impl View {
    /// An empty view that is not to be acted on.
    pub fn new(metrics: Metrics, max_age: u64) -> Self {
        Self {
            book: Book::default(),
            metrics,
            slots: Slots::default(),
            max_age,
            told: 0,
            told_at: Instant::now(),
            newest: 0,
            synced: false,
            clock: Now::default(),
            clock_seen: 0,
            clock_at: Instant::now(),
            clocks: VecDeque::new(),
            since_asked: None,
            marks: HashMap::new(),
            states: HashMap::new(),
            moved_at: None,
        }
    }

    /// Takes in what the websocket tells. Says whether anything changed that a plan could depend on.
    pub fn told(&mut self, told: Told) -> bool {
        match told {
            Told::Up => {
                self.slots.clear();
                self.synced = false;
                false
            }
            Told::Watching => false,
            Told::Down(_) => {
                self.synced = false;
                self.since_asked = None;
                self.metrics.subscriptions_lost_total.inc();
                false
            }
            Told::Garbled => self.refuse("websocket", "garbled"),
            Told::Slot(slot) => {
                // Forks make a slot begin twice or out of order; only the newest counts.
                if slot > self.told {
                    self.told = slot;
                    self.told_at = Instant::now();
                    self.hear(slot);
                    return true;
                }
                false
            }
            Told::Account { subscription, context, key, owner, data, at } => {
                let slot = match self.slots.judge(subscription, context, self.newest) {
                    Ok(slot) => slot,
                    Err(_) => return self.refuse("websocket", "slot went back"),
                };
                if key == CLOCK {
                    return self.take_clock(&owner, &data, context);
                }
                if slot.saturating_add(self.max_age) < self.newest {
                    return self.refuse("websocket", "old slot");
                }
                if let Some(keys) = &mut self.since_asked {
                    keys.insert(key);
                }
                match self.book.apply(&key, &owner, slot, &data) {
                    Ok(Change::Nothing) => false,
                    Ok(change) => {
                        self.remember(key, &data);
                        if change == Change::Watched {
                            self.moved_at = Some(at);
                        }
                        true
                    }
                    Err(why) => self.refuse("websocket", reason(&why)),
                }
            }
        }
    }

    /// A complete reading was asked for.
    pub fn asked(&mut self) {
        self.since_asked = Some(HashSet::new());
    }

    /// Takes a complete reading in: the program's accounts and those of other programs. Says how many changes the subscription had not told.
    ///
    /// # Errors
    /// A sentence, when the reading cannot be believed. The view is then as before.
    pub fn read(&mut self, reading: &Reading, program: bool) -> Result<u64, String> {
        if reading.slot.saturating_add(self.max_age) < self.newest {
            self.refuse("rpc", "old slot");
            return Err(format!("the reading is of slot {}, slot {} is known", reading.slot, self.newest));
        }
        if program {
            if let Err((reason, why)) = complete(reading) {
                self.refuse("rpc", reason);
                return Err(why);
            }
        }
        let since = self.since_asked.clone().unwrap_or_default();
        let was_synced = self.synced;
        let mut missed = 0;
        for account in &reading.accounts {
            if account.key == CLOCK {
                self.take_clock(&account.owner, &account.data, reading.slot);
                continue;
            }
            if since.contains(&account.key) {
                continue;
            }
            match self.book.apply(&account.key, &account.owner, reading.slot, &account.data) {
                Ok(Change::Nothing) => {}
                Ok(change) => {
                    self.marks.insert(account.key, mark(&account.data));
                    // Stakes and proposals are not compared, so they always count as changed.
                    missed += u64::from(was_synced && change != Change::Other);
                }
                // What was told in the meantime is newer: no fault.
                Err(Refused::Older { .. }) => {}
                Err(why) => {
                    self.refuse("rpc", reason(&why));
                    return Err(format!("the account {} is refused: {why}", account.key));
                }
            }
        }
        if program {
            let mut present: HashSet<Pubkey> = reading.accounts.iter().map(|a| a.key).collect();
            present.extend(since);
            // Price accounts and vaults are not the program's, so they are never among its accounts.
            present.extend(self.book.watched());
            self.book.forget_missing(reading.slot, &present);
            self.marks.retain(|key, _| present.contains(key));
            self.states.retain(|key, _| present.contains(key));
            self.metrics.accounts.set(i64::try_from(reading.accounts.len()).unwrap_or(i64::MAX));
        }
        for key in &reading.absent {
            self.book.remove(key, reading.slot);
        }
        self.hear(reading.slot);
        self.metrics.missed_updates_total.inc_by(missed);
        Ok(missed)
    }

    /// Everything was read since the subscription began: the view may be acted on.
    pub fn set_synced(&mut self) {
        self.since_asked = None;
        self.synced = true;
    }

    /// A complete reading begins.
    pub fn count_resync(&self, why: &str) {
        self.metrics.resyncs_total.with_label_values(&[why]).inc();
    }

    /// A complete reading came to nothing.
    pub fn count_failed_resync(&self) {
        self.metrics.resync_failures_total.inc();
    }

    /// Somebody told of a slot.
    pub fn hear(&mut self, slot: u64) {
        self.newest = self.newest.max(slot);
    }

    /// Slots that the view is behind: what others have told, or what time says when all are silent.
    pub fn age(&self) -> u64 {
        let silent = self.told_at.elapsed().as_millis() / SLOT.as_millis();
        self.newest.saturating_sub(self.told).max(u64::try_from(silent).unwrap_or(u64::MAX).saturating_sub(1))
    }

    /// Whether the view may be acted on.
    ///
    /// # Errors
    /// Why not.
    pub fn usable(&self) -> Result<(), Stale> {
        if !self.synced {
            return Err(Stale::Unread);
        }
        let age = self.age();
        if age > self.max_age {
            return Err(Stale::Old { age, most: self.max_age });
        }
        Ok(())
    }

    /// The clock as programs see it; `None` when a newer slot is known than the one it was told as of.
    pub fn clock(&self) -> Option<Now> {
        (self.clock_seen >= self.newest && self.clock.slot > 0).then_some(self.clock)
    }

    /// Newest slot known.
    pub fn newest(&self) -> u64 {
        self.newest
    }

    /// Slot up to which the websocket has told.
    pub fn told_slot(&self) -> u64 {
        self.told
    }

    /// Whether everything was read since the subscription began.
    pub fn is_synced(&self) -> bool {
        self.synced
    }

    /// When a price account last changed, once.
    pub fn take_moved(&mut self) -> Option<Instant> {
        self.moved_at.take()
    }

    /// A mark of the account's present state, to be compared later.
    pub fn mark(&self, key: &Pubkey) -> Option<u64> {
        self.marks.get(key).copied()
    }

    /// Whether the account was in this state lately.
    pub fn has_been(&self, key: &Pubkey, data: &[u8]) -> bool {
        let wanted = mark(data);
        self.states.get(key).is_some_and(|s| s.contains(&wanted))
    }

    /// How many states the account has gone through since the one of this mark; `None` when it is not known to have been in it.
    pub fn states_since(&self, key: &Pubkey, mark: u64) -> Option<usize> {
        let Some(states) = self.states.get(key) else { return (self.marks.get(key) == Some(&mark)).then_some(0) };
        states.iter().rposition(|s| *s == mark).map(|at| states.len().saturating_sub(at + 1))
    }

    /// The clock of a slot, if it was told lately.
    pub fn clock_at(&self, slot: u64) -> Option<Now> {
        self.clocks.iter().rev().find(|now| now.slot == slot).copied()
    }

    /// The clock, or what it must be about if the one known is a little older than the newest slot.
    pub fn clock_about(&self) -> Option<Now> {
        let behind = self.newest.saturating_sub(self.clock.slot);
        if self.clock.slot == 0 || behind > self.max_age {
            return None;
        }
        let passed = i64::try_from(self.clock_at.elapsed().as_secs()).unwrap_or(0);
        Some(Now { slot: self.newest, time: self.clock.time.saturating_add(passed) })
    }

    fn remember(&mut self, key: Pubkey, data: &[u8]) {
        let mark = mark(data);
        // The state before the first that is told counts as one too: what comes after it is counted from it.
        let before = self.marks.insert(key, mark);
        let states = self.states.entry(key).or_insert_with(|| before.into_iter().collect());
        if states.len() == STATES {
            states.pop_front();
        }
        states.push_back(mark);
    }

    fn take_clock(&mut self, owner: &Pubkey, data: &[u8], seen: u64) -> bool {
        if *owner != SYSVARS {
            return self.refuse("clock", "owner");
        }
        match clock(data) {
            Some(now) if now.slot >= self.clock.slot => {
                self.hear(now.slot);
                self.clock = now;
                self.clock_seen = self.clock_seen.max(seen).max(now.slot);
                self.clock_at = Instant::now();
                if self.clocks.back() != Some(&now) {
                    if self.clocks.len() == CLOCKS {
                        self.clocks.pop_front();
                    }
                    self.clocks.push_back(now);
                }
                self.book.set_clock(now);
                true
            }
            Some(_) => self.refuse("clock", "slot went back"),
            None => self.refuse("clock", "garbled"),
        }
    }

    fn refuse(&self, source: &str, reason: &str) -> bool {
        self.metrics.refused_total.with_label_values(&[source, reason]).inc();
        false
    }
}

/// A mark of an account's bytes.
pub fn mark(data: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    data.hash(&mut hasher);
    hasher.finish()
}

/// Refuses a reading in which something is missing that must be there: whoever leaves accounts out could leave the liquidatable ones out.
/// A node that leaves out margin accounts only cannot be told from one on which they were closed.
fn complete(reading: &Reading) -> Result<(), (&'static str, String)> {
    let find = |key: &Pubkey| reading.accounts.iter().find(|a| a.key == *key);
    let Some(protocol) = find(&address::protocol()) else {
        return Err(("incomplete", "the reading lacks the protocol's account".into()));
    };
    let protocol: Protocol = decode::decode_owned(&protocol.owner, &protocol.data).map_err(|why| {
        let reason = match why {
            DecodeError::WrongOwner(_) => "owner",
            DecodeError::WrongType => "type",
            DecodeError::TooShort { .. } => "length",
        };
        (reason, format!("the protocol's account: {why}"))
    })?;
    let records = reading.accounts.iter().filter(|a| a.owner == ID && is::<Collateral>(&a.data)).count();
    if records < usize::from(protocol.collateral_count) {
        let missing = format!("the reading has {records} collaterals' records of {}", protocol.collateral_count);
        return Err(("incomplete", missing));
    }
    match (0..protocol.market_count).find(|index| find(&address::market(*index)).is_none()) {
        Some(index) => Err(("incomplete", format!("the reading lacks market {index} of {}", protocol.market_count))),
        None => Ok(()),
    }
}

const fn reason(why: &Refused) -> &'static str {
    match why {
        Refused::Owner(_) => "owner",
        Refused::Type => "type",
        Refused::Length { .. } => "length",
        Refused::Version { .. } => "version",
        Refused::Older { .. } => "old slot",
        Refused::Address(_) => "address",
        Refused::Broken(_) => "broken",
    }
}
