//! Margin accounts by address and by number, with their packed bytes.

use super::{
    cold::Packed,
    decode,
    hot::{Hot, Id},
    judge::Table,
    Book,
};
use firebreak_client::{
    program::state::MarginAccount,
    risk::{margin::Health, num::Result, Now},
    Pubkey,
};
use hashbrown::HashTable;
use std::{
    collections::{hash_map::RandomState, BTreeSet, VecDeque},
    hash::BuildHasher,
};

/// Changes of single accounts that are remembered; whoever missed more looks at all.
const REMEMBERED: usize = 65_536;

/// Margin accounts.
#[derive(Default)]
pub struct Accounts {
    numbers: HashTable<Id>,
    hasher: RandomState,
    keys: Vec<Pubkey>,
    slots: Vec<u64>,
    packed: Vec<Packed>,
    free: Vec<Id>,
    /// Accounts that left a loss which what they hold elsewhere is to make good.
    lossy: BTreeSet<Id>,
    /// Accounts that hold collateral: what they are worth changes with its price.
    backed: BTreeSet<Id>,
    /// Which account changed in which version of the book.
    changes: VecDeque<(u64, Id)>,
    /// Versions up to this one are no longer remembered.
    forgotten: u64,
}

impl Accounts {
    /// Number of the account at `key`.
    pub fn id(&self, key: &Pubkey) -> Option<Id> {
        let hash = self.hasher.hash_one(key);
        self.numbers.find(hash, |id| self.keys.get(*id as usize) == Some(key)).copied()
    }

    /// Slot of what is known of account number `id`.
    pub fn slot(&self, id: Id) -> u64 {
        self.slots.get(id as usize).copied().unwrap_or(0)
    }

    /// Notes that something newer said the same.
    pub fn confirm(&mut self, id: Id, slot: u64) {
        if let Some(place) = self.slots.get_mut(id as usize) {
            *place = slot;
        }
    }

    /// Puts an account in, or in place of what was known of it.
    pub fn put(
        &mut self,
        hot: &mut Hot,
        key: &Pubkey,
        slot: u64,
        data: &[u8],
        state: &MarginAccount,
        version: u64,
    ) -> Option<()> {
        let packed = Packed::new(data)?;
        let id = match self.id(key) {
            Some(id) => id,
            None => self.place(hot, key)?,
        };
        hot.set(id, &state.engine)?;
        *self.slots.get_mut(id as usize)? = slot;
        *self.packed.get_mut(id as usize)? = packed;
        if state.engine.used().any(|p| p.lost > 0) {
            self.lossy.insert(id);
        } else {
            self.lossy.remove(&id);
        }
        if state.engine.collaterals > 0 {
            self.backed.insert(id);
        } else {
            self.backed.remove(&id);
        }
        self.changes.push_back((version, id));
        if self.changes.len() > REMEMBERED {
            if let Some((oldest, _)) = self.changes.pop_front() {
                self.forgotten = oldest;
            }
        }
        Some(())
    }

    fn place(&mut self, hot: &mut Hot, key: &Pubkey) -> Option<Id> {
        let id = match self.free.pop() {
            Some(id) => id,
            None => {
                let id = hot.push()?;
                reserve(&mut self.keys);
                self.keys.push(*key);
                reserve(&mut self.slots);
                self.slots.push(0);
                reserve(&mut self.packed);
                self.packed.push(Packed::default());
                id
            }
        };
        *self.keys.get_mut(id as usize)? = *key;
        let (keys, hasher) = (&self.keys, &self.hasher);
        let hash = |id: &Id| keys.get(*id as usize).map_or(0, |key| hasher.hash_one(key));
        self.numbers.insert_unique(hasher.hash_one(key), id, hash);
        Some(id)
    }

    /// Takes an account out.
    pub fn remove(&mut self, hot: &mut Hot, key: &Pubkey) -> bool {
        let hash = self.hasher.hash_one(key);
        let Ok(found) = self.numbers.find_entry(hash, |id| self.keys.get(*id as usize) == Some(key)) else { return false };
        let (id, _) = found.remove();
        hot.clear(id);
        if let Some(packed) = self.packed.get_mut(id as usize) {
            *packed = Packed::default();
        }
        self.lossy.remove(&id);
        self.backed.remove(&id);
        self.free.push(id);
        true
    }

    fn known(&self) -> impl Iterator<Item = (&Pubkey, Id)> {
        self.numbers.iter().filter_map(|id| Some((self.keys.get(*id as usize)?, *id)))
    }

    /// Bytes of addresses and index, and of packed accounts.
    pub fn bytes(&self) -> (usize, usize) {
        let index = self.keys.capacity() * 32 + self.numbers.allocation_size();
        let packed: usize = self.packed.iter().map(Packed::bytes).sum();
        (index, packed + self.slots.capacity() * 8)
    }
}

fn reserve<T>(column: &mut Vec<T>) {
    if column.len() == column.capacity() {
        column.reserve_exact(column.len() / 8 + 64);
    }
}

impl Book {
    /// How many margin accounts there are.
    pub fn count(&self) -> usize {
        self.accounts.numbers.len()
    }

    /// The margin account at `key`.
    pub fn account(&self, key: &Pubkey) -> Option<MarginAccount> {
        self.account_at(self.accounts.id(key)?)
    }

    /// Slot as of which it is known.
    pub fn account_slot(&self, key: &Pubkey) -> Option<u64> {
        Some(self.accounts.slot(self.accounts.id(key)?))
    }

    /// Health of the liquidation lines of the account at `key`, and whether it is flagged.
    pub fn health(&self, key: &Pubkey, table: &Table, now: Now) -> Option<Result<(Health, bool)>> {
        self.health_of(self.accounts.id(key)?, table, now)
    }

    /// Every margin account's address.
    pub fn keys(&self) -> impl Iterator<Item = &Pubkey> {
        self.accounts.known().map(|(key, _)| key)
    }

    /// Accounts that left a loss which what they hold elsewhere is to make good.
    pub fn lossy(&self) -> impl Iterator<Item = Pubkey> + '_ {
        self.accounts.lossy.iter().filter_map(|id| self.key_of(*id))
    }

    /// Accounts that hold collateral.
    pub fn backed(&self) -> impl Iterator<Item = Pubkey> + '_ {
        self.accounts.backed.iter().filter_map(|id| self.key_of(*id))
    }

    /// A stretch of accounts, for work that has time: `count` of them from the place `from`, and the place to go on from.
    pub fn stretch(&self, from: u32, count: u32) -> (Vec<Pubkey>, u32) {
        let all = self.hot.len() as u32;
        let from = if from >= all { 0 } else { from };
        let to = from.saturating_add(count).min(all);
        let keys = (from..to).filter(|id| self.hot.get(*id).is_some()).filter_map(|id| self.key_of(id)).collect();
        (keys, to)
    }

    /// Accounts that changed after `version` of the book; `None` when so much has changed that all are to be looked at.
    pub fn changed_since(&self, version: u64) -> Option<BTreeSet<Pubkey>> {
        if version < self.accounts.forgotten {
            return None;
        }
        let recent = self.accounts.changes.iter().rev().take_while(|(changed, _)| *changed > version);
        Some(recent.filter_map(|(_, id)| self.key_of(*id)).collect())
    }

    pub(super) fn key_of(&self, id: Id) -> Option<Pubkey> {
        self.accounts.keys.get(id as usize).copied()
    }

    pub(super) fn account_at(&self, id: Id) -> Option<MarginAccount> {
        let data = self.accounts.packed.get(id as usize)?.unpack(MarginAccount::SPACE)?;
        decode::read(&data).ok()
    }

    pub(super) fn account_data(&self, id: Id) -> Option<Vec<u8>> {
        self.accounts.packed.get(id as usize)?.unpack(MarginAccount::SPACE)
    }

    /// Bytes of anything the book holds.
    pub fn data(&self, key: &Pubkey) -> Option<Vec<u8>> {
        if let Some(id) = self.accounts.id(key) {
            return self.account_data(id);
        }
        self.other_data(key)
    }
}
