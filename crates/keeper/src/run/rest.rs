//! What rests: actions that are under way, and actions that failed and are left alone for a while.

use crate::{
    action::{Action, Job},
    Pubkey,
};
use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

const FIRST: Duration = Duration::from_millis(400);
const LONGEST: Duration = Duration::from_secs(30);

/// What an action is about. Two actions on one account are never under way together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A margin account.
    Account(Pubkey),
    /// A chore of a market, or of the protocol.
    Chore(Job, Option<u16>),
}

impl Subject {
    /// The subject of an action.
    pub fn of(action: &Action) -> Self {
        match action.account {
            Some(account) => Self::Account(account),
            None => Self::Chore(action.job, action.market),
        }
    }
}

/// What rests.
#[derive(Default)]
pub struct Resting {
    under_way: HashMap<Subject, usize>,
    /// Accounts that parcels under way write.
    written: HashMap<Pubkey, usize>,
    failed: HashMap<Subject, (u8, Instant)>,
}

impl Resting {
    /// Why `subject` is to be left alone now, if it is.
    pub fn why(&self, subject: Subject, now: Instant) -> Option<&'static str> {
        if self.under_way.contains_key(&subject) {
            return Some("under way");
        }
        self.failed.get(&subject).is_some_and(|(_, until)| *until > now).then_some("failed lately")
    }

    /// It is under way.
    pub fn begin(&mut self, subject: Subject) {
        *self.under_way.entry(subject).or_default() += 1;
    }

    /// A parcel that writes these accounts is under way.
    pub fn write(&mut self, keys: impl IntoIterator<Item = Pubkey>) {
        for key in keys {
            *self.written.entry(key).or_default() += 1;
        }
    }

    /// It has ended.
    pub fn written(&mut self, keys: impl IntoIterator<Item = Pubkey>) {
        for key in keys {
            if let Some(n) = self.written.get_mut(&key) {
                *n = n.saturating_sub(1);
                if *n == 0 {
                    self.written.remove(&key);
                }
            }
        }
    }

    /// Whether something under way writes one of these.
    pub fn touches(&self, keys: &[Pubkey]) -> bool {
        keys.iter().any(|key| self.written.contains_key(key))
    }

    /// It has ended. After `retries` failures in a row it rests, longer each time.
    pub fn end(&mut self, subject: Subject, trouble: bool, retries: u8, now: Instant) {
        if let Some(n) = self.under_way.get_mut(&subject) {
            *n = n.saturating_sub(1);
            if *n == 0 {
                self.under_way.remove(&subject);
            }
        }
        if !trouble {
            self.failed.remove(&subject);
            return;
        }
        let (times, until) = self.failed.entry(subject).or_insert((0, now));
        *times = times.saturating_add(1);
        let beyond = u32::from(times.saturating_sub(retries));
        let pause = if beyond == 0 { Duration::ZERO } else { FIRST.saturating_mul(1 << beyond.min(16)).min(LONGEST) };
        *until = now.checked_add(pause).unwrap_or(now);
    }

    /// Forgets failures that are long over.
    pub fn tidy(&mut self, now: Instant) {
        self.failed.retain(|_, (_, until)| now.saturating_duration_since(*until) < LONGEST);
    }

    /// How many are under way.
    pub fn under_way(&self) -> usize {
        self.under_way.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_tried_again_and_then_rests_for_longer_and_longer() {
        let (mut rest, subject, start) = (Resting::default(), Subject::Chore(Job::Refresh, Some(0)), Instant::now());
        let at = |ms: u64| start + Duration::from_millis(ms);
        rest.begin(subject);
        assert_eq!(rest.why(subject, start), Some("under way"));
        rest.end(subject, true, 1, start);
        assert_eq!(rest.why(subject, start), None, "one retry is free");
        rest.end(subject, true, 1, start);
        assert_eq!((rest.why(subject, at(799)), rest.why(subject, at(801))), (Some("failed lately"), None));
        rest.end(subject, true, 1, start);
        assert_eq!(rest.why(subject, at(1_599)), Some("failed lately"));
        for _ in 0..300 {
            rest.end(subject, true, 1, start);
        }
        assert_eq!((rest.why(subject, at(29_999)), rest.why(subject, at(30_001))), (Some("failed lately"), None));
        rest.end(subject, false, 1, start);
        assert_eq!(rest.why(subject, start), None);
    }

    #[test]
    fn one_account_is_acted_on_by_one_transaction_at_a_time() {
        let mut rest = Resting::default();
        let subject = Subject::Account(Pubkey::new_unique());
        rest.begin(subject);
        rest.begin(subject);
        rest.end(subject, false, 3, Instant::now());
        assert_eq!(rest.why(subject, Instant::now()), Some("under way"));
        rest.end(subject, false, 3, Instant::now());
        assert_eq!((rest.why(subject, Instant::now()), rest.under_way()), (None, 0));
    }
}
