//! Slots of notifications: which are believed, and what slot a change is taken to be of.

use std::collections::HashMap;

/// Slots that each subscription of one connection has shown.
#[derive(Default)]
pub struct Slots {
    seen: HashMap<u32, (u64, u64)>,
}

impl Slots {
    /// Slot of a change that subscription `id` told as of `context`, while `newest` is the newest slot known. `Err` names the slot that the
    /// subscription had reached before: it went back.
    ///
    /// Some servers stamp every notification with the slot of the subscription. Those come in the order of the changes all the same,
    /// so a stamp that has never moved is read as "now".
    pub fn judge(&mut self, id: u32, context: u64, newest: u64) -> Result<u64, u64> {
        let (first, last) = self.seen.entry(id).or_insert((context, context));
        if context < *last {
            return Err(*last);
        }
        *last = context;
        Ok(if context == *first { context.max(newest) } else { context })
    }

    /// A new connection has new subscriptions.
    pub fn clear(&mut self) {
        self.seen.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_that_goes_back_is_refused() {
        let mut slots = Slots::default();
        assert_eq!(slots.judge(1, 10, 10), Ok(10));
        assert_eq!(slots.judge(1, 12, 12), Ok(12));
        assert_eq!(slots.judge(1, 11, 12), Err(12));
        assert_eq!(slots.judge(1, 12, 13), Ok(12));
        // Another subscription has its own.
        assert_eq!(slots.judge(2, 11, 13), Ok(13));
        slots.clear();
        assert_eq!(slots.judge(1, 5, 4), Ok(5));
    }

    #[test]
    fn a_stamp_that_never_moves_is_now() {
        let mut slots = Slots::default();
        assert_eq!(slots.judge(1, 10, 10), Ok(10));
        assert_eq!(slots.judge(1, 10, 50), Ok(50));
        assert_eq!(slots.judge(1, 51, 51), Ok(51));
        assert_eq!(slots.judge(1, 10, 52), Err(51));
    }
}
