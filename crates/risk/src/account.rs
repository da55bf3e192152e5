//! A margin account's money and positions.

use crate::{
    collateral::{Balance, MAX_COLLATERALS, OF_NO_MARKET},
    layout,
    market::Now,
    num::{add, sub, Result},
    outflow::Allowance,
    position::Position,
    RiskError,
};

/// Positions an account may hold.
pub const MAX_POSITIONS: usize = 16;

layout! {
    /// What the engine knows of an account. Amounts in atoms of the settlement token.
    pub struct Account [2368] {
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
        /// Collateral slots in use: an account without collateral is not searched for any.
        pub collaterals: u8,
        /// 1 when it shares nothing with its owner's other accounts and holds at most one market's position.
        pub isolated: u8,
        /// Room to grow; zero.
        pub reserved: [u8; 5],
        /// Since when, flagged, it has been known to be unable to pay before its collateral is sold, unix seconds; 0: it is not.
        pub unsold: i64,
        /// What it has taken beyond the vault's outflow windows.
        pub allowance: Allowance,
        /// Positions; free slots have `used == 0`.
        pub positions: [Position; MAX_POSITIONS],
        /// Collateral other than the settlement token; free slots have `used == 0`.
        pub collateral: [Balance; MAX_COLLATERALS],
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
        collaterals: 0,
        isolated: 0,
        reserved: [0; 5],
        unsold: 0,
        allowance: Allowance::NEW,
        positions: [Position::EMPTY; MAX_POSITIONS],
        collateral: [Balance::EMPTY; MAX_COLLATERALS],
    };

    /// Slots in use, in order.
    pub fn used(&self) -> impl Iterator<Item = &Position> {
        self.positions.iter().filter(|p| p.used != 0)
    }

    /// Slots that hold exposure, a claim or a debt: those whose market an instruction needs. Another may only remember a loss.
    pub fn active(&self) -> impl Iterator<Item = &Position> {
        self.used().filter(|p| p.is_active())
    }

    /// The position in `market`.
    pub fn position(&self, market: u16) -> Result<&Position> {
        self.used().find(|p| p.market == market).ok_or(RiskError::NoPosition)
    }

    /// The slot of an existing position in `market`.
    pub fn slot_of(&self, market: u16) -> Result<usize> {
        self.positions.iter().position(|p| p.used != 0 && p.market == market).ok_or(RiskError::NoPosition)
    }

    /// The position in `market`, to change.
    pub fn position_mut(&mut self, market: u16) -> Result<&mut Position> {
        self.positions.iter_mut().find(|p| p.used != 0 && p.market == market).ok_or(RiskError::NoPosition)
    }

    /// The slot of `market`, taking a free one when there is none yet. An account without any position owes nothing and has nothing to
    /// liquidate: with its first position it starts without the marks of earlier ones.
    pub fn slot(&mut self, market: u16) -> Result<usize> {
        if self.used().next().is_none() {
            (self.flagged, self.freed, self.bankrupt, self.unsold) = (0, 0, 0, 0);
        }
        let found = self.positions.iter().position(|p| p.used != 0 && p.market == market);
        let index = match found {
            Some(index) => index,
            // A claim left in another market occupies the account as well: converted, it would pay for what the new position loses.
            None if self.isolated != 0 && self.used().next().is_some() => return Err(RiskError::AccountIsolated),
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

    /// Collateral slots in use.
    pub fn collateral_used(&self) -> impl Iterator<Item = &Balance> {
        let slots = if self.collaterals == 0 { &[][..] } else { &self.collateral[..] };
        slots.iter().filter(|b| b.used != 0)
    }

    /// The balance of collateral number `index`.
    pub fn collateral(&self, index: u16) -> Result<&Balance> {
        self.collateral_used().find(|b| b.collateral == index).ok_or(RiskError::NoCollateral)
    }

    /// The balance of collateral number `index`, to change.
    pub fn collateral_mut(&mut self, index: u16) -> Result<&mut Balance> {
        self.collateral.iter_mut().find(|b| b.used != 0 && b.collateral == index).ok_or(RiskError::NoCollateral)
    }

    /// The same, taking a free slot when there is none yet.
    pub fn collateral_slot(&mut self, index: u16) -> Result<&mut Balance> {
        let held = self.collateral.iter().position(|b| b.used != 0 && b.collateral == index);
        let slot = held.or_else(|| self.collateral.iter().position(|b| b.used == 0)).ok_or(RiskError::NoFreeCollateral)?;
        let balance = self.collateral.get_mut(slot).ok_or(RiskError::NoFreeCollateral)?;
        if balance.used == 0 {
            *balance = Balance { collateral: index, used: 1, ..Balance::EMPTY };
            self.collaterals = self.collaterals.saturating_add(1);
        }
        Ok(balance)
    }

    /// Frees the slots of empty balances.
    pub fn release_collateral(&mut self) {
        for balance in self.collateral.iter_mut().filter(|b| b.used != 0 && b.amount == 0) {
            *balance = Balance::EMPTY;
            self.collaterals = self.collaterals.saturating_sub(1);
        }
    }

    /// Whether the account is long in the market that `underlying` names ([`crate::collateral::CollateralParams::underlying`]).
    pub fn is_long_in(&self, underlying: u16) -> bool {
        underlying != OF_NO_MARKET
            && self.used().any(|p| p.base.is_long() && (underlying == 0 || p.market == underlying.wrapping_sub(1)))
    }

    /// Whether any exposure is left.
    pub fn has_exposure(&self) -> bool {
        self.used().any(|p| !p.base.is_flat())
    }

    /// Loss that others have paid for the account and that what it holds elsewhere is still to make good.
    pub fn unrecovered(&self) -> Result<u64> {
        self.used().try_fold(0, |sum, p| add(sum, p.lost))
    }

    /// Once it holds nothing anywhere that could make a loss good, frees the slots that remember it.
    pub fn forget_losses(&mut self) {
        if self.active().next().is_none() {
            self.positions.iter_mut().for_each(|p| *p = Position::EMPTY);
        }
    }

    /// Whether nothing is left that belongs to somebody, and no mark that a new account could shed: no money, position, collateral or
    /// loss, and no day running in which it took more than the vault's windows let out.
    pub fn require_empty(&self, now: Now) -> Result<()> {
        let money = self.capital > 0 || self.bond > 0 || self.collateral_used().next().is_some();
        if money || self.used().next().is_some() {
            return Err(RiskError::AccountNotEmpty);
        }
        if self.allowance.used > 0 && now.time.saturating_sub(self.allowance.start) < crate::outflow::DAY {
            return Err(RiskError::AllowanceInUse);
        }
        Ok(())
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

    /// Refuses an account that owes. Without exposure and debt the mark of a bankruptcy has outlived it; money must not be stuck behind it.
    pub fn require_unencumbered(&self) -> Result<()> {
        if self.owes() || self.bankrupt != 0 && self.has_exposure() {
            return Err(RiskError::AccountInDebt);
        }
        Ok(())
    }

    /// Debts that have been realised and not paid, in all markets.
    pub fn owed(&self) -> Result<u64> {
        self.used().try_fold(0, |sum, p| add(sum, p.result.min(0).unsigned_abs()))
    }

    /// Takes a withdrawal out; health is the caller's to check afterwards.
    pub fn withdraw(&mut self, amount: u64) -> Result<()> {
        if amount == 0 {
            return Err(RiskError::ZeroAmount);
        }
        self.require_unencumbered()?;
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
