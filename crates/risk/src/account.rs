//! A margin account's money and positions.

use crate::{
    layout,
    num::{add, sub, Result},
    position::Position,
    RiskError,
};

/// Positions an account may hold.
pub const MAX_POSITIONS: usize = 16;

layout! {
    /// What the engine knows of an account. Amounts in atoms of the settlement token.
    pub struct Account [1584] {
        /// Deposits plus converted profit, less what was paid.
        pub capital: u64,
        /// Set aside for keepers while a position is open; outside margin.
        pub bond: u64,
        /// Slot of the flag; 0 when not flagged.
        pub flagged: u64,
        /// LiqEnd shortage already freed since the flag, in atoms.
        pub freed: u64,
        /// 1 once declared bankrupt, until resolved or solvent again.
        pub bankrupt: u8,
        /// Room to grow; zero.
        pub reserved: [u8; 15],
        /// Positions; free slots have `used == 0`.
        pub positions: [Position; MAX_POSITIONS],
    }
}

impl Account {
    /// An account with nothing in it.
    pub const NEW: Self = Self {
        capital: 0,
        bond: 0,
        flagged: 0,
        freed: 0,
        bankrupt: 0,
        reserved: [0; 15],
        positions: [Position::EMPTY; MAX_POSITIONS],
    };

    /// Slots in use, in order.
    pub fn used(&self) -> impl Iterator<Item = &Position> {
        self.positions.iter().filter(|p| p.used != 0)
    }

    /// The position in `market`.
    pub fn position(&self, market: u16) -> Result<&Position> {
        self.used().find(|p| p.market == market).ok_or(RiskError::NoPosition)
    }

    /// The position in `market`, to change.
    pub fn position_mut(&mut self, market: u16) -> Result<&mut Position> {
        self.positions.iter_mut().find(|p| p.used != 0 && p.market == market).ok_or(RiskError::NoPosition)
    }

    /// The slot of `market`, taking a free one when there is none yet.
    pub fn slot(&mut self, market: u16) -> Result<usize> {
        let found = self.positions.iter().position(|p| p.used != 0 && p.market == market);
        let index = match found {
            Some(index) => index,
            None => self.positions.iter().position(|p| p.used == 0).ok_or(RiskError::NoFreePosition)?,
        };
        let position = self.positions.get_mut(index).ok_or(RiskError::NoFreePosition)?;
        if position.used == 0 {
            *position = Position { market, used: 1, ..Position::EMPTY };
        }
        Ok(index)
    }

    /// Capital and the position in `slot`, borrowed apart.
    pub fn split(&mut self, slot: usize) -> Result<(&mut u64, &mut Position)> {
        let position = self.positions.get_mut(slot).ok_or(RiskError::NoPosition)?;
        Ok((&mut self.capital, position))
    }

    /// Whether any exposure is left.
    pub fn has_exposure(&self) -> bool {
        self.used().any(|p| !p.base.is_flat())
    }

    /// Whether any position owes.
    pub fn owes(&self) -> bool {
        self.used().any(|p| p.result < 0)
    }

    /// Sets the keeper bond aside when the first position opens, and gives it back when the last one is gone.
    pub fn settle_bond(&mut self, bond: u64) -> Result<()> {
        let wanted = if self.has_exposure() { bond } else { 0 };
        if wanted == 0 {
            self.capital = add(self.capital, self.bond)?;
            self.bond = 0;
        } else if self.bond < wanted {
            let top_up = sub(wanted, self.bond)?.min(self.capital);
            self.capital = sub(self.capital, top_up)?;
            self.bond = add(self.bond, top_up)?;
        }
        Ok(())
    }

    /// Gives the bond back once no exposure is left.
    pub fn release_bond(&mut self) -> Result<()> {
        if self.has_exposure() {
            return Ok(());
        }
        self.settle_bond(0)
    }

    /// Pays a keeper up to `reward` from the bond.
    pub fn pay_keeper(&mut self, reward: u64) -> Result<u64> {
        let paid = reward.min(self.bond);
        self.bond = sub(self.bond, paid)?;
        Ok(paid)
    }

    /// Adds a deposit.
    pub fn deposit(&mut self, amount: u64) -> Result<()> {
        if amount == 0 {
            return Err(RiskError::ZeroAmount);
        }
        self.capital = add(self.capital, amount)?;
        Ok(())
    }

    /// Takes a withdrawal out; health is the caller's to check afterwards.
    pub fn withdraw(&mut self, amount: u64) -> Result<()> {
        if amount == 0 {
            return Err(RiskError::ZeroAmount);
        }
        if self.owes() || self.bankrupt != 0 {
            return Err(RiskError::AccountInDebt);
        }
        if amount > self.capital {
            return Err(RiskError::InsufficientCapital);
        }
        self.capital = sub(self.capital, amount)?;
        Ok(())
    }

    /// Atoms of the vault that belong to this account (I1).
    pub fn holdings(&self) -> Result<u64> {
        add(self.capital, self.bond)
    }
}
