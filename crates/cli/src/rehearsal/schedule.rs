//! Which fault a keeper's node has when.

use super::proxy::Faults;
use std::time::Duration;

/// A fault by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Fault {
    /// Every call fails.
    RpcDown,
    /// Every answer is late.
    Slow,
    /// Answers are of slots long past.
    Stale,
    /// Accounts in answers belong to another program.
    WrongOwner,
    /// Accounts in answers are cut short.
    ShortData,
    /// Complete readings lack accounts.
    Incomplete,
    /// Transactions are acknowledged and thrown away.
    LoseTransactions,
    /// The latest blockhash is an old one.
    OldBlockhash,
    /// The websocket is cut and stays down.
    Cut,
    /// Notifications are late.
    SocketSlow,
    /// Notifications go back to older slots.
    SocketBack,
    /// Accounts in notifications belong to another program.
    SocketWrongOwner,
    /// Notifications are lost.
    LoseNotifications,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::RpcDown,
        Self::Cut,
        Self::Slow,
        Self::Stale,
        Self::LoseTransactions,
        Self::WrongOwner,
        Self::SocketSlow,
        Self::OldBlockhash,
        Self::ShortData,
        Self::SocketBack,
        Self::Incomplete,
        Self::SocketWrongOwner,
        Self::LoseNotifications,
    ];

    /// What the node then does.
    pub fn faults(self) -> Faults {
        let none = Faults::default();
        match self {
            Self::RpcDown => Faults { rpc_down: true, ..none },
            Self::Slow => Faults { slow: Duration::from_millis(400), ..none },
            Self::Stale => Faults { behind: 1_000, ..none },
            Self::WrongOwner => Faults { wrong_owner: true, ..none },
            Self::ShortData => Faults { short_data: true, ..none },
            Self::Incomplete => Faults { incomplete: true, ..none },
            Self::LoseTransactions => Faults { lose_transactions: 60, ..none },
            Self::OldBlockhash => Faults { old_blockhash: true, ..none },
            Self::Cut => Faults { cut: true, ..none },
            Self::SocketSlow => Faults { socket_slow: Duration::from_millis(1_500), ..none },
            Self::SocketBack => Faults { socket_back: true, ..none },
            Self::SocketWrongOwner => Faults { socket_wrong_owner: true, ..none },
            Self::LoseNotifications => Faults { lose_notifications: 50, ..none },
        }
    }
}

/// Ticks that a fault lasts, and ticks between two.
const SPELL: usize = 8;

/// Whether a fault that is there at `tick` is gone at the next.
pub fn ends(tick: usize) -> bool {
    (tick + 1).is_multiple_of(2 * SPELL)
}

/// What keeper number `keeper` has at `tick`: one fault after the other, each keeper begins with another.
pub fn at(faults: &[Fault], keeper: usize, tick: usize) -> Faults {
    let turn = tick / (2 * SPELL);
    if faults.is_empty() || tick % (2 * SPELL) < SPELL {
        return Faults::default();
    }
    // Keepers are five faults apart, so that no two have the same at a time.
    faults.get((turn + 5 * keeper) % faults.len()).map_or_else(Faults::default, |f| f.faults())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_keeper_meets_every_fault_and_is_left_in_peace_between() {
        for keeper in 0..3 {
            let met: Vec<Faults> = (0..2 * SPELL * Fault::ALL.len()).map(|tick| at(&Fault::ALL, keeper, tick)).collect();
            for fault in Fault::ALL {
                assert_eq!(met.iter().filter(|f| **f == fault.faults()).count(), SPELL, "{fault:?}");
            }
            assert_eq!(met[0], Faults::default());
        }
        assert_eq!(at(&[], 0, SPELL), Faults::default());
        let last = (0..4 * SPELL)
            .filter(|tick| at(&Fault::ALL, 0, *tick) != at(&Fault::ALL, 0, tick + 1) && *tick % (2 * SPELL) >= SPELL);
        assert!(last.eq((0..4 * SPELL).filter(|tick| ends(*tick))));
    }
}
