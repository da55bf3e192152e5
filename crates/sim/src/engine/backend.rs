//! What agents see of the world they act on.

use super::{Action, Effect, Guard, Record, Who, SETTLEMENT};
use firebreak_risk::{
    collateral::Collateral,
    margin::{health, init_health, Health, Markets},
    num::Result,
    ops::Setting,
    tranches::Insurance,
    Account, Market, Now, RiskError,
};
use serde::Serialize;

/// Markets and collaterals, as the engine looks them up.
#[derive(Clone, Copy)]
pub struct Books<'a> {
    /// Every market.
    pub markets: &'a [Market],
    /// Every token by its number: the settlement token, then what is pledged.
    pub records: &'a [Record],
}

impl Markets for Books<'_> {
    fn market(&self, index: u16) -> Result<&Market> {
        self.markets.get(index as usize).ok_or(RiskError::NoPosition)
    }

    fn collateral(&self, index: u16) -> Result<&Collateral> {
        self.records.get(index as usize).map(|record| &record.kind).ok_or(RiskError::NoCollateral)
    }

    fn settlement(&self) -> Result<&Collateral> {
        self.collateral(SETTLEMENT)
    }
}

/// What came of running every action a second time, on the compiled program.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Differential {
    /// Transactions sent.
    pub transactions: u64,
    /// Actions that both carried out.
    pub accepted: u64,
    /// Actions that both refused for the same reason.
    pub refused: u64,
    /// Actions that the program has no instruction for; none when a scenario can be mirrored whole.
    pub unmirrored: u64,
    /// Accounts, markets and funds compared, byte by byte.
    pub compared: u64,
    /// Comparisons and outcomes that differed.
    pub differences: u64,
    /// The first of them.
    pub first_difference: Option<String>,
}

/// Where the time of a run on a chain went, in seconds. It is measured and no part of a run's figures, which a seed decides to the byte.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Speed {
    /// Transactions sent.
    pub transactions: u64,
    /// From the first to the last of them.
    pub total: f64,
    /// Of it, executing them.
    pub executing: f64,
    /// Of it, reading back what they left.
    pub reading: f64,
    /// Of it, opening blocks and publishing prices.
    pub publishing: f64,
}

/// Carries actions out and shows the state they leave. Reading is cheap; what a refused action leaves is what was there before.
pub trait Backend {
    /// The clock.
    fn now(&self) -> Now;
    /// Moves the clock; never backwards.
    fn set_now(&mut self, now: Now);
    /// Every market and collateral.
    fn books(&self) -> Books<'_>;
    /// One account.
    fn account(&self, who: Who) -> &Account;
    /// How many there are.
    fn accounts(&self) -> Who;
    /// Opens an empty account.
    fn open(&mut self) -> Who;
    /// Shared insurance.
    fn insurance(&self) -> &Insurance;
    /// Settlement tokens that came in and did not leave.
    fn vault(&self) -> u64 {
        self.books().records.first().map_or(0, |record| record.vault)
    }
    /// Bond, reward and the global breaker.
    fn setting(&self) -> Setting;
    /// Carries `action` out, or refuses it and changes nothing.
    fn act(&mut self, action: &Action) -> Result<Effect>;
    /// What `action` would do now, or why it would be refused. Nothing changes: a transaction that is simulated and not sent.
    fn try_out(&self, action: &Action) -> Result<Effect>;
    /// What has been checked so far.
    fn guard(&self) -> &Guard;
    /// Adds everything up anew, account by account.
    fn audit(&mut self);
    /// Gives each market the part of shared insurance that its parameters name.
    fn grant_all(&mut self);
    /// Puts `atoms` into an account from nowhere: the fault that the guard must find. For tests of the alarm.
    fn tamper(&mut self, who: Who, atoms: u64);

    /// What running the same actions elsewhere came to, where they are.
    fn differential(&mut self) -> Option<Differential> {
        None
    }

    /// How fast that went.
    fn speed(&self) -> Option<Speed> {
        None
    }

    /// One market.
    fn market(&self, m: u16) -> &Market {
        &self.books().markets[m as usize]
    }

    /// Health of an account's liquidation lines.
    fn health(&self, who: Who) -> Result<Health> {
        health(self.account(who), &self.books(), self.now())
    }

    /// Health of its Init line.
    fn init(&self, who: Who) -> Result<i64> {
        init_health(self.account(who), &self.books(), false, self.now())
    }

    /// Its size in a market, signed lots.
    fn base(&self, who: Who, m: u16) -> i64 {
        self.account(who).position(m).map_or(0, |p| p.base.0)
    }
}
