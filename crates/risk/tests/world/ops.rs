//! The instructions, on the small world.

use super::*;
use firebreak_risk::{
    liquidation::{flag, plan, take_over, unflag, Plan},
    margin::{health, init_health, require_init, require_withdrawable, Health},
    num::{add, ssub, sub},
    settle::{convert, may_settle_for, settle},
    trade::{charge_fee, check_market, check_side, cost, fill, increases},
    waterfall::{close_bankrupt, declare, mark_unpaid, pay_pro_rata, share_loss, Covered},
    BaseQty,
};

impl World {
    /// Runs `f`; like a transaction, a failure changes nothing.
    pub fn atomically<T>(&mut self, f: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let before = self.clone();
        f(self).inspect_err(|_| *self = before)
    }

    pub fn health(&self, who: usize) -> Result<Health> {
        health(&self.accounts[who], self, self.now)
    }

    pub fn base(&self, who: usize, m: usize) -> BaseQty {
        self.accounts[who].position(m as u16).map(|p| p.base).unwrap_or_default()
    }

    pub fn deposit(&mut self, who: usize, amount: u64) -> Result<()> {
        self.accounts[who].deposit(amount)?;
        self.vault = add(self.vault, amount)?;
        Ok(())
    }

    pub fn withdraw(&mut self, who: usize, amount: u64) -> Result<()> {
        self.atomically(|w| {
            w.accounts[who].withdraw(amount)?;
            require_withdrawable(&w.accounts[who], w, w.now)?;
            w.vault = sub(w.vault, amount)?;
            Ok(())
        })
    }

    pub fn donate(&mut self, amount: u64) -> Result<()> {
        self.fund.assets = add(self.fund.assets, amount)?;
        self.vault = add(self.vault, amount)?;
        Ok(())
    }

    pub fn sweep(&mut self, m: usize) -> Result<()> {
        let ledger = &mut self.markets[m].ledger;
        self.fund.assets = add(self.fund.assets, ledger.insurance_fees)?;
        ledger.insurance_fees = 0;
        Ok(())
    }

    /// `taker` buys (or sells) from `maker` at spot plus (less) `worse` ppm. Returns the fee.
    pub fn trade(&mut self, taker: usize, maker: usize, m: usize, base: i64, worse: i64) -> Result<u64> {
        if taker == maker {
            return Err(RiskError::SelfTrade);
        }
        self.atomically(|w| {
            let (now, index, base, bond) = (w.now, m as u16, BaseQty(base), w.bond);
            let spot = w.markets[m].price.spot.0 as i128;
            let price = Price((spot + spot * worse as i128 * base.0.signum() as i128 / 1_000_000) as u64);
            let against = base.negated()?;
            let paid = cost(price, base)?;
            let market = &mut w.markets[m];
            let [taker, maker] = w.accounts.get_disjoint_mut([taker, maker]).unwrap();
            let (a, b) = (taker.slot(index)?, maker.slot(index)?);
            let (before_a, before_b) = (taker.position(index)?.base, maker.position(index)?.base);
            fill(market, taker, a, base, paid, now)?;
            fill(market, maker, b, against, ssub(0, paid)?, now)?;
            let fee = charge_fee(market, taker, a, maker, paid.unsigned_abs())?;
            for (side, before, filled) in [(taker, before_a, base), (maker, before_b, against)] {
                side.settle_bond(bond)?;
                check_side(&w.markets[m], side, &Book(&w.markets), before, (filled, price), now)?;
                side.position_mut(index)?.release();
            }
            let opened = increases(before_a, before_a.plus(base)?) || increases(before_b, before_b.plus(against)?);
            check_market(&w.markets[m], opened, now)?;
            Ok(fee.charged)
        })
    }

    /// `by_owner` false: on the grounds that let anybody settle. Returns what was paid into the pool.
    pub fn settle(&mut self, who: usize, m: usize, by_owner: bool) -> Result<u64> {
        self.atomically(|w| {
            let (now, index) = (w.now, m as u16);
            let before = w.health(who)?;
            if before.solvency < 0 {
                return Err(RiskError::MustDeclareBankrupt);
            }
            if !by_owner {
                let below = init_health(&w.accounts[who], w, false, now)? < 0;
                may_settle_for(&w.markets[m], w.accounts[who].position(index)?, below, now)?;
            }
            w.accounts[who].position(index)?;
            let slot = w.accounts[who].slot(index)?;
            let (capital, position) = w.accounts[who].split(slot)?;
            let settled = settle(&mut w.markets[m], capital, position, now)?;
            position.release();
            unflag(&mut w.accounts[who], &before);
            Ok(settled.paid)
        })
    }

    pub fn convert(&mut self, who: usize, m: usize) -> Result<u64> {
        self.atomically(|w| {
            let (now, index) = (w.now, m as u16);
            if w.health(who)?.solvency < 0 {
                return Err(RiskError::MustDeclareBankrupt);
            }
            w.accounts[who].position(index)?;
            let slot = w.accounts[who].slot(index)?;
            let (capital, position) = w.accounts[who].split(slot)?;
            settle(&mut w.markets[m], capital, position, now)?;
            let amount = convert(&mut w.markets[m], capital, position, now)?;
            position.release();
            w.flows[m].converted += amount;
            Ok(amount)
        })
    }

    pub fn flag(&mut self, who: usize) -> Result<()> {
        self.atomically(|w| {
            let health = w.health(who)?;
            let account = &mut w.accounts[who];
            let was = (account.flagged, account.bankrupt);
            unflag(account, &health);
            if (account.flagged, account.bankrupt) == was {
                flag(account, &health, w.now)?;
            }
            Ok(())
        })
    }

    /// Take-over of at most `lots` of `who`'s position by `keeper`. Returns the plan.
    pub fn liquidate(&mut self, who: usize, keeper: usize, m: usize, lots: u64) -> Result<Plan> {
        if who == keeper {
            return Err(RiskError::SelfTrade);
        }
        self.atomically(|w| {
            let (now, index, bond, reward) = (w.now, m as u16, w.bond, w.reward);
            let before = w.health(who)?;
            let plan = plan(&w.accounts[who], index, &w.markets[m], &before, now)?;
            let market = &mut w.markets[m];
            let [account, keeper] = w.accounts.get_disjoint_mut([who, keeper]).unwrap();
            let (slot, keeper_slot) = (account.slot(index)?, keeper.slot(index)?);
            take_over(market, (account, slot), (keeper, keeper_slot), &plan, lots, now)?;
            // The keeper's reward and what is left of the bond come before the deficit: the bond is the account's own money.
            let closed = account.position(index)?.base.is_flat();
            if closed {
                keeper.capital = add(keeper.capital, account.pay_keeper(reward)?)?;
                account.release_bond()?;
            }
            if account.bankrupt != 0 {
                close_bankrupt(market, account, slot, now)?;
            }
            account.position_mut(index)?.release();
            let after = health(account, &Book(&w.markets), now)?;
            unflag(account, &after);
            if !closed && after.liq_end >= 0 {
                keeper.capital = add(keeper.capital, account.pay_keeper(reward)?)?;
            }
            keeper.settle_bond(bond)?;
            require_init(keeper, &Book(&w.markets), now)?;
            keeper.position_mut(index)?.release();
            Ok(plan)
        })
    }

    /// Returns what was owed.
    pub fn declare(&mut self, who: usize) -> Result<u64> {
        self.atomically(|w| {
            let now = w.now;
            let account = &mut w.accounts[who];
            let mut owed = 0;
            for position in account.positions.iter_mut().filter(|p| p.used != 0) {
                owed = add(owed, mark_unpaid(&mut w.markets[position.market as usize], position, now)?)?;
            }
            declare(account, owed)?;
            let capital = account.capital;
            let mut left = capital;
            let last = account.used().filter(|p| p.result < 0).count();
            let owing = account.positions.iter_mut().filter(|p| p.used != 0 && p.result < 0);
            for (i, position) in owing.enumerate() {
                let ledger = &mut w.markets[position.market as usize].ledger;
                pay_pro_rata(ledger, &mut left, position, capital, owed, i + 1 == last)?;
            }
            account.capital = left;
            for (m, market) in w.markets.iter_mut().enumerate() {
                if account.position(m as u16).is_ok() {
                    let slot = account.slot(m as u16)?;
                    close_bankrupt(market, account, slot, now)?;
                    account.split(slot)?.1.release();
                }
            }
            if account.flagged == 0 {
                account.flagged = now.slot.max(1);
            }
            account.release_bond()?;
            if !account.has_exposure() && !account.owes() {
                (account.bankrupt, account.flagged, account.freed) = (0, 0, 0);
            }
            Ok(owed)
        })
    }

    pub fn share(&mut self, m: usize) -> Result<Covered> {
        self.atomically(|w| {
            let covered = share_loss(&mut w.markets[m], &mut w.fund, w.now)?;
            w.flows[m].covered += covered.pot + covered.insurance;
            Ok(covered)
        })
    }
}
