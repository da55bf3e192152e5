//! Wallets that pay fees, in turn: one wallet in every transaction would be one lock on all of them.

use crate::{config::Key, Pubkey};
use std::{
    collections::HashMap,
    sync::{
        atomic::{AtomicUsize, Ordering},
        Arc, Mutex, PoisonError,
    },
};

/// A wallet with less pays for nothing: it could not pay for a transaction and its own rent.
const LEAST_LAMPORTS: u64 = 2_000_000;

/// The wallets.
#[derive(Clone)]
pub struct Payers(Arc<Inner>);

struct Inner {
    keys: Vec<Key>,
    next: AtomicUsize,
    lamports: Mutex<HashMap<Pubkey, u64>>,
}

impl Payers {
    /// All of them, believed to be able to pay until their balance is known.
    pub fn new(keys: Vec<Key>) -> Self {
        Self(Arc::new(Inner { keys, next: AtomicUsize::new(0), lamports: Mutex::default() }))
    }

    /// Notes what a wallet has.
    pub fn set(&self, key: Pubkey, lamports: u64) {
        self.0.lamports.lock().unwrap_or_else(PoisonError::into_inner).insert(key, lamports);
    }

    /// Everyone's address.
    pub fn addresses(&self) -> Vec<Pubkey> {
        self.0.keys.iter().map(Key::address).collect()
    }

    /// Everyone's key.
    pub(super) fn keys(&self) -> &[Key] {
        &self.0.keys
    }

    /// The next that can pay; `None` when nobody can.
    pub fn next(&self) -> Option<Key> {
        let lamports = self.0.lamports.lock().unwrap_or_else(PoisonError::into_inner);
        let n = self.0.keys.len();
        let start = self.0.next.fetch_add(1, Ordering::Relaxed);
        (0..n)
            .filter_map(|i| self.0.keys.get(start.wrapping_add(i) % n))
            .find(|key| lamports.get(&key.address()).is_none_or(|l| *l >= LEAST_LAMPORTS))
            .cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use solana_keypair::Keypair;

    #[test]
    fn wallets_pay_in_turn_and_the_empty_one_is_passed_over() {
        let payers = Payers::new((0..3).map(|_| Key::from(Keypair::new())).collect());
        let all = payers.addresses();
        let turn = |n: usize| (0..n).filter_map(|_| payers.next().map(|k| k.address())).collect::<Vec<_>>();
        assert_eq!(turn(4), [all[0], all[1], all[2], all[0]]);
        payers.set(all[1], LEAST_LAMPORTS - 1);
        payers.set(all[2], LEAST_LAMPORTS);
        assert_eq!(turn(3), [all[2], all[2], all[0]]);
        for key in &all {
            payers.set(*key, 0);
        }
        assert!(payers.next().is_none());
    }
}
