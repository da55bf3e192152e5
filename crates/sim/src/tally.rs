//! What is counted while a run goes on.

use crate::{
    engine::{Action, Effect},
    world::Place,
};
use firebreak_risk::{
    levels::Level,
    margin::{health, Markets},
    Account, Market, Now, RiskError,
};
use std::collections::BTreeMap;

/// Slots after a liquidation at which the later price is asked whether it was needed: a quarter of an hour.
pub const LATER: u64 = 2_250;

/// Counts of a run. Amounts in atoms.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Take-overs.
    pub liquidations: u64,
    /// Notional of them.
    pub liquidated: u64,
    /// Penalties.
    pub penalties: u64,
    /// Closings against the other side.
    pub deleverages: u64,
    /// Notional of them.
    pub deleveraged: u64,
    /// Closed at counterparties beyond what was needed.
    pub adl_excess: u64,
    /// Accounts declared bankrupt.
    pub bankruptcies: u64,
    /// Deficits booked.
    pub deficit_booked: u64,
    /// Paid by pots.
    pub pot: u64,
    /// Paid by junior insurance.
    pub junior: u64,
    /// Paid by senior insurance.
    pub senior: u64,
    /// Borne by claims.
    pub shared: u64,
    /// Paid to winners.
    pub converted: u64,
    /// Fees.
    pub fees: u64,
    /// Recovered from bankrupt accounts.
    pub recovered: u64,
    /// Sales of collateral to keepers.
    pub sales: u64,
    /// What keepers paid for it.
    pub sold: u64,
    /// Smallest units that were forfeited.
    pub forfeited: u64,
    /// Paid out to stakers.
    pub staked_out: u64,
    /// Largest deficit of all markets together.
    pub deficit_worst: u64,
    /// Least h of any market.
    pub share_worst: Option<f64>,
    /// Slots at each level of the breaker, of all markets together.
    pub levels: [u64; 5],
    /// Actions by name.
    pub actions: BTreeMap<&'static str, u64>,
    /// Refusals by reason.
    pub refused: BTreeMap<String, u64>,
    /// Accounts liquidated, with what they would have been.
    pub wrongful: Wrongful,
}

impl Tally {
    /// Takes in what an action did.
    pub fn take(&mut self, action: &Action, done: &Effect) {
        *self.actions.entry(name(action)).or_default() += 1;
        self.deficit_booked += done.deficit;
        self.fees += done.fee;
        match action {
            Action::Liquidate { .. } => {
                self.liquidations += 1;
                self.liquidated += done.notional;
                self.penalties += done.penalty;
            }
            Action::Deleverage { .. } => {
                self.deleverages += 1;
                self.deleveraged += done.notional;
                self.adl_excess += done.excess;
            }
            Action::Declare { .. } => self.bankruptcies += 1,
            Action::Share { .. } => {
                self.pot += done.pot;
                self.junior += done.junior;
                self.senior += done.senior;
                self.shared += done.shared;
            }
            Action::Buy { .. } => {
                self.sales += 1;
                self.sold += done.notional;
            }
            Action::Forfeit { .. } => self.forfeited += done.lots,
            Action::Convert { .. } => self.converted += done.paid,
            Action::Recover { .. } => self.recovered += done.paid,
            Action::PayOut { .. } => self.staked_out += done.paid,
            _ => {}
        }
    }

    /// Takes in a refusal.
    pub fn refuse(&mut self, action: &Action, why: RiskError) {
        *self.refused.entry(format!("{}: {why:?}", name(action))).or_default() += 1;
    }

    /// Takes in the state after a step of `slots`.
    pub fn sample(&mut self, markets: &[Market], global: Level, slots: u64) {
        let deficit = markets.iter().map(|m| m.ledger.deficit).sum();
        self.deficit_worst = self.deficit_worst.max(deficit);
        for market in markets {
            self.levels[market.level(global) as usize] += slots;
        }
    }

    /// Takes in a market's h at a moment of truth: when a loss is shared, everybody having been settled in its window, and at the end. In
    /// between h also falls because losers have not been settled yet, which says nothing of what they can pay.
    pub fn worst_share(&mut self, h: f64) {
        self.share_worst = Some(self.share_worst.map_or(h, |worst| worst.min(h)));
    }
}

/// h = min(1, pool / claims): the engine's integers as a fraction.
pub fn payable_share(market: &Market) -> f64 {
    let l = &market.ledger;
    if l.pool >= l.claims {
        1.0
    } else {
        l.pool as f64 / l.claims as f64
    }
}

/// An action's name.
pub fn name(action: &Action) -> &'static str {
    match action {
        Action::Refresh { .. } => "refresh",
        Action::Accrue { .. } => "accrue",
        Action::Deposit { .. } => "deposit",
        Action::Withdraw { .. } => "withdraw",
        Action::Trade { .. } => "trade",
        Action::Settle { .. } => "settle",
        Action::Convert { .. } => "convert",
        Action::Flag { .. } => "flag",
        Action::Liquidate { .. } => "liquidate",
        Action::Declare { .. } => "declare",
        Action::Deleverage { .. } => "deleverage",
        Action::Recover { .. } => "recover",
        Action::Share { .. } => "share",
        Action::Sweep { .. } => "sweep",
        Action::Stake { .. } => "stake",
        Action::Unstake { .. } => "unstake",
        Action::PayOut { .. } => "pay-out",
        Action::Give { .. } => "give",
        Action::Pledge { .. } => "pledge",
        Action::Reclaim { .. } => "reclaim",
        Action::Buy { .. } => "buy-collateral",
        Action::Forfeit { .. } => "forfeit",
        Action::CheckGlobal => "check-global",
        Action::Reprice { .. } => "reprice",
    }
}

/// Liquidations that the later price would not have required: the account as it stood before its first one would have been able to pay at
/// every price since, and above Maint at the later one.
#[derive(Clone, Debug, Default)]
pub struct Wrongful {
    waiting: Vec<Waiting>,
    /// Judged.
    pub judged: u64,
    /// Of them, not required by the later price.
    pub unneeded: u64,
}

#[derive(Clone, Debug)]
struct Waiting {
    account: Account,
    slot: u64,
    sunk: bool,
}

impl Wrongful {
    /// Remembers an account before its first liquidation.
    pub fn remember(&mut self, account: &Account, slot: u64) {
        self.waiting.push(Waiting { account: *account, slot, sunk: false });
    }

    /// Judges those whose time has come; with `all`, everybody.
    pub fn judge(&mut self, book: &impl Markets, now: Now, all: bool) {
        let (mut judged, mut unneeded) = (0, 0);
        self.waiting.retain_mut(|w| {
            let Ok(h) = health(&w.account, book, now) else { return !all };
            w.sunk |= h.solvency < 0;
            if all || now.slot >= w.slot + LATER {
                judged += 1;
                unneeded += u64::from(!w.sunk && h.maint >= 0);
                return false;
            }
            true
        });
        self.judged += judged;
        self.unneeded += unneeded;
    }

    /// Their share.
    pub fn share(&self) -> f64 {
        if self.judged == 0 {
            0.0
        } else {
            self.unneeded as f64 / self.judged as f64
        }
    }
}

/// The largest impact of forced flow on any market.
pub fn worst_impact(places: &[Place]) -> f64 {
    places.iter().map(|p| p.liquidity.worst_impact).fold(0.0, f64::max)
}
