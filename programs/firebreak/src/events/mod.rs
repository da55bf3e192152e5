//! Events, one a state change, emitted by self-CPI so that log truncation cannot lose them. Amounts in atoms, sizes in lots,
//! prices in ticks.
//!
//! An event says what happened, and what that left behind: whatever it changed of a balance it carries as the account holds it
//! afterwards, never as a difference. So everything that anybody has is known from events alone (`firebreak-client` does so in `rebuild`),
//! and whoever missed some is right again with the next ones.

mod distress;
mod governance;
mod insurer;
mod keeper;
mod trader;

pub use self::{distress::*, governance::*, insurer::*, keeper::*, trader::*};

use crate::state::{EngineBalance, EngineLedger, EnginePosition};
use anchor_lang::prelude::*;
use firebreak_risk::{collateral::Balance, Account, Market, Position};

/// What an account has and is marked with after a change, its positions apart.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountState {
    /// Its capital.
    pub capital: u64,
    /// Set aside for keepers.
    pub bond: u64,
    /// Slot of the flag; 0 when not flagged.
    pub flagged: u64,
    /// LiqEnd shortage freed since the flag.
    pub freed: u64,
    /// 1 once declared bankrupt, until resolved.
    pub bankrupt: u8,
}

impl AccountState {
    /// That of `account`.
    pub fn of(account: &Account) -> Self {
        let Account { capital, bond, flagged, freed, bankrupt, .. } = *account;
        Self { capital, bond, flagged, freed, bankrupt }
    }
}

/// An account after a change of its position in one market.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// Money and marks.
    pub account: AccountState,
    /// The position; all zero but its loss index once its slot is free. Once no position of the account holds anything, slots that only
    /// remember a loss are free as well, unless a fill or a conversion was what changed it.
    pub position: EnginePosition,
}

impl Held {
    /// What `account` holds, in `market` of all.
    pub fn of(account: &Account, market: u16) -> Self {
        let position = account.position(market).copied().unwrap_or(Position::EMPTY);
        Self { account: AccountState::of(account), position: EnginePosition(position) }
    }
}

/// What `account` holds of collateral number `index`; all zero but its number once that is nothing.
pub fn balance_of(account: &Account, index: u16) -> EngineBalance {
    EngineBalance(account.collateral(index).copied().unwrap_or(Balance { collateral: index, ..Balance::EMPTY }))
}

/// All positions of `account`.
pub fn positions_of(account: &Account) -> Vec<EnginePosition> {
    account.used().map(|position| EnginePosition(*position)).collect()
}

/// A market's totals after a change.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totals {
    /// Market.
    pub market: u16,
    /// Its totals.
    pub ledger: EngineLedger,
}

impl Totals {
    /// Those of market number `index`.
    pub fn of(index: u16, market: &Market) -> Self {
        Self { market: index, ledger: EngineLedger(market.ledger) }
    }
}
