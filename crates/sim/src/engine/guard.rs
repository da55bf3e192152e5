//! The promises, checked after every action.
//!
//! An action names the accounts and markets it touches and can change no others, so the guard compares those before and after and
//! keeps the sums of all: a check costs the same with ten accounts as with ten thousand. [`Guard::audit`] adds everything up from nothing
//! now and then, which is the check of the checks.

use super::{
    change::{balances, Change},
    Action, Record, SETTLEMENT,
};
use firebreak_risk::{price::Quality, trade::increases, Account, BaseQty, Market};
use serde::Serialize;

/// Promises that are checked step by step (the others are matters of time, of governance or of the program).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Promise {
    /// Conservation.
    I1,
    /// Matched book.
    I2,
    /// Backed profit.
    I3,
    /// Principal first.
    I4,
    /// Isolation.
    I5,
    /// Liquidation helps.
    I7,
    /// Bounded work.
    I12,
    /// Bad prices do nothing.
    I13,
    /// Sourced claims.
    I14,
}

/// Their names, in order.
pub const PROMISES: [&str; 9] = ["I1", "I2", "I3", "I4", "I5", "I7", "I12", "I13", "I14"];

/// Accounts that one action may touch.
const MOST_ACCOUNTS: usize = 2;

/// How often a promise was checked, and how often it did not hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    /// Checks.
    pub checked: u64,
    /// Of them, failed.
    pub broken: u64,
}

/// Counts, running sums, and the first sentence of what broke.
#[derive(Clone, Debug, Default)]
pub struct Guard {
    counts: [Count; PROMISES.len()],
    /// Largest difference seen between vault and ledger.
    pub conservation_error: u64,
    /// Audits so far.
    pub audits: u64,
    /// Actions seen.
    pub actions: u64,
    /// What broke first.
    pub first: Option<String>,
    held: i128,
    /// What all accounts hold of each collateral, by its number.
    pledged: Vec<i128>,
}

impl Guard {
    /// One promise's count.
    pub fn count(&self, promise: Promise) -> Count {
        self.counts[promise as usize]
    }

    /// All counts, by name.
    pub fn counts(&self) -> impl Iterator<Item = (&'static str, Count)> + '_ {
        PROMISES.into_iter().zip(self.counts)
    }

    /// Checks so far.
    pub fn checked(&self) -> u64 {
        self.counts.iter().map(|c| c.checked).sum()
    }

    /// Of them, failed.
    pub fn broken(&self) -> u64 {
        self.counts.iter().map(|c| c.broken).sum()
    }

    fn check(&mut self, promise: Promise, ok: bool, what: impl FnOnce() -> String) {
        let count = &mut self.counts[promise as usize];
        count.checked += 1;
        if !ok {
            count.broken += 1;
            self.first.get_or_insert_with(|| format!("{}: {}", PROMISES[promise as usize], what()));
        }
    }

    /// Takes in what one action changed.
    pub(super) fn step(&mut self, change: &Change<'_>) {
        self.actions += 1;
        self.conservation(change);
        for (m, was, is) in change.markets {
            self.matched(change, *m, was, is);
            self.backed(change, was, is);
        }
        self.principal(change);
        self.isolated(change);
        if let Some(harm) = change.harmed {
            self.check(Promise::I7, !harm.is_any(), || format!("{harm:?} by {:?}", change.action));
        }
        let bounded = change.accounts.len() <= MOST_ACCOUNTS && change.markets.len() <= firebreak_risk::MAX_POSITIONS;
        self.check(Promise::I12, bounded, || format!("{:?} touched {} accounts", change.action, change.accounts.len()));
        self.prices(change);
    }

    fn conservation(&mut self, c: &Change<'_>) {
        let holdings = |a: &Account| i128::from(a.capital) + i128::from(a.bond);
        let market = |m: &Market| {
            let l = &m.ledger;
            [l.pool, l.pot, l.insurance_fees, l.treasury_fees].into_iter().map(i128::from).sum::<i128>()
        };
        let accounts: i128 = c.accounts.iter().map(|(_, was, is)| holdings(is) - holdings(was)).sum();
        let markets: i128 = c.markets.iter().map(|(_, was, is)| market(is) - market(was)).sum();
        self.held += accounts + markets + i128::from(c.fund.1) - i128::from(c.fund.0);
        let vault = c.record(SETTLEMENT).map_or(0, |record| record.vault);
        let error = (self.held - i128::from(vault)).unsigned_abs() as u64;
        self.conservation_error = self.conservation_error.max(error);
        self.check(Promise::I1, error == 0, || format!("vault and ledger differ by {error} atoms after {:?}", c.action));
        self.pledges(c);
    }

    /// I1 for other collateral: what accounts hold and what was forfeited is what lies in the vault.
    fn pledges(&mut self, c: &Change<'_>) {
        let mut named = c.records.1.map(|(index, _)| *index).filter(|index| *index != SETTLEMENT).into_iter().collect::<Vec<_>>();
        for (_, was, is) in c.accounts {
            for (account, sign) in [(was, -1i128), (is, 1)] {
                for balance in account.collateral_used() {
                    let at = balance.collateral as usize;
                    if at >= self.pledged.len() {
                        self.pledged.resize(at + 1, 0);
                    }
                    self.pledged[at] += sign * i128::from(balance.amount);
                    if !named.contains(&balance.collateral) {
                        named.push(balance.collateral);
                    }
                }
            }
        }
        for index in named {
            let held = self.pledged.get(index as usize).copied().unwrap_or(0);
            let Some(record) = c.record(index) else { continue };
            let ok = balances(record, held);
            self.check(Promise::I1, ok, || format!("accounts hold {held} of collateral {index} after {:?}", c.action));
        }
    }

    fn matched(&mut self, c: &Change<'_>, m: u16, was: &Market, is: &Market) {
        let size = |a: &Account| a.position(m).map_or(0, |p| p.base.0);
        let (mut long, mut short, mut debt) = (0i128, 0i128, 0i128);
        for (_, before, after) in c.accounts {
            for (account, sign) in [(before, -1i128), (after, 1)] {
                let base = i128::from(size(account));
                long += sign * base.max(0);
                short -= sign * base.min(0);
                debt -= sign * account.position(m).map_or(0, |p| i128::from(p.result.min(0)));
            }
        }
        let (a, b) = (&was.ledger, &is.ledger);
        let moved = |old: u64, new: u64| i128::from(new) - i128::from(old);
        let ok =
            b.long_base == b.short_base && moved(a.long_base, b.long_base) == long && moved(a.short_base, b.short_base) == short;
        self.check(Promise::I2, ok, || format!("{} long against {} short after {:?}", b.long_base, b.short_base, c.action));
        let sourced = is.invariant().is_ok() && moved(a.debt, b.debt) == debt;
        self.check(Promise::I14, sourced, || format!("the totals of market {m} do not balance after {:?}", c.action));
    }

    /// I3: only what pays claims takes from a pool, and takes what it says.
    fn backed(&mut self, c: &Change<'_>, was: &Market, is: &Market) {
        let fell = was.ledger.pool.saturating_sub(is.ledger.pool);
        let ok = match c.action {
            Action::Convert { .. } | Action::Recover { .. } => fell <= c.paid_out,
            _ => fell == 0,
        };
        self.check(Promise::I3, ok, || format!("a pool fell by {fell} atoms after {:?}", c.action));
    }

    /// I4: sharing a loss takes from no account, and who is closed against keeps all but a loss of its own.
    fn principal(&mut self, c: &Change<'_>) {
        let held = |a: &Account| a.capital.saturating_add(a.bond);
        let ok = match c.action {
            Action::Share { .. } | Action::Sweep { .. } | Action::Refresh { .. } | Action::Accrue { .. } => c.accounts.is_empty(),
            Action::Deleverage { other, .. } => {
                c.accounts.iter().filter(|a| a.0 == *other).all(|(_, was, is)| held(is).saturating_add(c.own_loss) >= held(was))
            }
            _ => return,
        };
        self.check(Promise::I4, ok, || format!("{:?} took from an account that caused no loss", c.action));
    }

    /// I5: a bankruptcy leaves a market in which nothing was owed as it is.
    fn isolated(&mut self, c: &Change<'_>) {
        let (Action::Declare { .. }, [(_, account, _)]) = (c.action, c.accounts) else { return };
        for (m, was, is) in c.markets {
            let owed = account.position(*m).map_or(0, |p| {
                let mark = was.price.better_for(p.base.is_long());
                let booked = p.result_now_down(&was.ledger).unwrap_or(i64::MIN);
                p.standing_down(was, mark).unwrap_or(i64::MIN).min(booked)
            });
            let (a, b) = (&was.ledger, &is.ledger);
            let same = (a.pool, a.debt, a.deficit, a.pot) == (b.pool, b.debt, b.deficit, b.pot);
            self.check(Promise::I5, owed < 0 || same, || format!("{:?} reached market {m}", c.action));
        }
    }

    /// I13: what needs a price happened at one that its quality permits.
    fn prices(&mut self, c: &Change<'_>) {
        let usable = |m: &Market| m.ended().is_some() || m.quality(c.now) > Quality::Frozen;
        let confirmed = |m: &Market| m.price.require_confirmed(&m.params, c.now).is_ok();
        let ok = match c.action {
            Action::Trade { m, .. } => {
                let size = |a: &Account| a.position(*m).map_or(BaseQty(0), |p| p.base);
                let opened = c.accounts.iter().any(|(_, was, is)| increases(size(was), size(is)));
                c.markets.iter().all(|(_, was, _)| usable(was) && (!opened || was.quality(c.now) == Quality::Primary))
            }
            Action::Liquidate { .. } | Action::Deleverage { .. } => {
                c.markets.iter().all(|(_, was, _)| usable(was) && confirmed(was))
            }
            Action::Declare { .. } => {
                let exposed = |m: u16| c.accounts.iter().any(|(_, was, _)| was.position(m).is_ok_and(|p| !p.base.is_flat()));
                c.markets.iter().all(|(m, was, _)| !exposed(*m) || usable(was) && (was.ended().is_some() || confirmed(was)))
            }
            Action::Settle { .. } | Action::Convert { .. } => c.markets.iter().all(|(_, was, _)| usable(was)),
            Action::Buy { collateral, .. } => c.record(*collateral).is_some_and(|record| {
                let max_age = record.kind.params.price_max_age;
                let priced = record.kind.price.quality_at(c.now, max_age) > Quality::Frozen;
                priced && record.kind.price.require_confirmed(&record.feed.rules.prices(max_age), c.now).is_ok()
            }),
            _ => return,
        };
        self.check(Promise::I13, ok, || format!("{:?} without a usable and confirmed price", c.action));
    }

    /// Adds everything up: every account, every market, the fund.
    pub(super) fn audit(&mut self, accounts: &[Account], markets: &[Market], fund: u64, records: &[Record]) {
        self.audits += 1;
        let vault = records.first().map_or(0, |record| record.vault);
        let held: i128 = accounts.iter().map(|a| i128::from(a.capital) + i128::from(a.bond)).sum::<i128>()
            + markets.iter().map(|m| m.ledger.holdings().map_or(0, i128::from)).sum::<i128>()
            + i128::from(fund);
        let error = (held - i128::from(vault)).unsigned_abs() as u64;
        self.conservation_error = self.conservation_error.max(error);
        self.check(Promise::I1, error == 0, || {
            format!("all accounts, markets and the fund differ from the vault by {error} atoms")
        });
        for (index, record) in (0..).zip(records).skip(1) {
            let balances_of = |a: &Account| a.collateral(index).map_or(0, |b| i128::from(b.amount));
            let held: i128 = accounts.iter().map(balances_of).sum();
            self.check(Promise::I1, balances(record, held), || format!("all accounts hold {held} of collateral {index}"));
        }
        for (m, market) in markets.iter().enumerate() {
            let (mut long, mut short, mut claims, mut debts) = (0u64, 0u64, 0u64, 0u64);
            for position in accounts.iter().flat_map(|a| a.used()).filter(|p| p.market as usize == m) {
                let result = position.result_now_down(&market.ledger).unwrap_or(0);
                let (side, sum) = (
                    if position.base.is_long() { &mut long } else { &mut short },
                    if result > 0 { &mut claims } else { &mut debts },
                );
                *side += position.base.abs();
                *sum += result.unsigned_abs();
            }
            let l = &market.ledger;
            self.check(Promise::I2, (long, short) == (l.long_base, l.short_base), || {
                format!(
                    "positions of market {m} hold {long} long and {short} short, its totals say {} and {}",
                    l.long_base, l.short_base
                )
            });
            let sourced = claims <= l.claims && debts == l.debt && market.invariant().is_ok();
            self.check(Promise::I14, sourced, || {
                format!("positions of market {m} claim {claims} and owe {debts}, its totals say {} and {}", l.claims, l.debt)
            });
        }
    }
}
