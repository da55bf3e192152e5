//! Watches over the keepers' shoulders: who is due, since when, and how long a price waits to be acted on.

use super::figures::Waits;
use crate::demo::audit::State;
use firebreak_client::{
    risk::{margin, price::Quality, Now},
    Pubkey,
};
use std::{collections::BTreeMap, time::Instant};

/// What an account is due for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// It is below Maint and nobody has flagged it.
    Flag,
    /// It is flagged or bankrupt and still holds what is to be closed.
    Close,
}

/// Accounts that are due.
pub fn due(state: &State, now: Now) -> BTreeMap<Pubkey, Due> {
    let mut all = BTreeMap::new();
    // Without a price of full quality nobody is judged: the next refresh decides.
    if state.market.engine.quality(now) != Quality::Primary {
        return all;
    }
    for (key, account) in &state.accounts {
        let engine = &account.engine;
        if !engine.has_exposure() {
            continue;
        }
        let Ok(health) = margin::health(engine, &&*state.market.engine, now) else { continue };
        if engine.flagged == 0 && health.maint < 0 {
            all.insert(*key, Due::Flag);
        } else if engine.bankrupt != 0 || (engine.flagged != 0 && health.liq_end < 0) {
            all.insert(*key, Due::Close);
        }
    }
    all
}

/// Since when each account waits to be flagged.
#[derive(Default)]
pub struct Watcher {
    since: BTreeMap<Pubkey, Instant>,
    /// How long they waited.
    pub flagged: Waits,
}

impl Watcher {
    /// Looks at the accounts as they are.
    pub fn look(&mut self, due: &BTreeMap<Pubkey, Due>, at: Instant) {
        let waiting = |key: &Pubkey| due.get(key) == Some(&Due::Flag);
        let over: Vec<Pubkey> = self.since.keys().filter(|key| !waiting(key)).copied().collect();
        for key in over {
            if let Some(since) = self.since.remove(&key) {
                self.flagged.add(at.duration_since(since));
            }
        }
        for (key, what) in due {
            if *what == Due::Flag {
                self.since.entry(*key).or_insert(at);
            }
        }
    }
}
