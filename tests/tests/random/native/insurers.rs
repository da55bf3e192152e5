//! Insurance, its stakers, and what leaves for the treasury.

use super::*;
use bytemuck::Zeroable;
use firebreak_client::risk::{
    ops::{self, GlobalSeen},
    outflow::{Allowance, OutflowRules},
    shares,
    tranches::Seniority,
};

impl Native {
    pub(super) fn apply_insurer(&mut self, scene: &Scene, step: &Step) -> Done {
        let (t, now) = (&scene.traders, scene.w.now());
        match *step {
            Step::Stake(a, tranche, x) => {
                require(x > 0, E::ZeroAmount)?;
                let stake = self.stakes.entry(address::stake(&t[a].owner(), tranche)).or_insert_with(|| {
                    let mut fresh = Stake::zeroed();
                    (fresh.version, fresh.tranche, fresh.owner) = (1, tranche, t[a].owner());
                    fresh.engine.0 = shares::Stake::NEW;
                    fresh
                });
                self.insurance.engine.stake(which(tranche), &mut stake.engine, x)?;
                self.enter(scene, &t[a], x)
            }
            Step::Request(a, tranche, shares) => {
                let stake = self.stakes.get_mut(&address::stake(&t[a].owner(), tranche)).ok_or_else(absent)?;
                Ok(stake.engine.request(self.insurance.engine.tranche_of(which(tranche)), shares, now.time)?)
            }
            Step::Unstake(a, tranche) => self.unstake(scene, &t[a], tranche),
            Step::Hold(a, tranche) => {
                let setting = self.checked(scene)?;
                let stake = self.stakes.get_mut(&address::stake(&t[a].owner(), tranche)).ok_or_else(absent)?;
                let insured = self.markets.values().map(|m| &m.engine.0).filter(|m| m.limit.granted > 0);
                let (held, vault) = ((which(tranche), &mut stake.engine.0), &self.records[&0]);
                let vault = (&*vault.outflow, &*vault.outflow_rules);
                Ok(ops::hold_unstake(&self.insurance.engine, held, insured, vault, &setting)?)
            }
            Step::CloseStake(a, tranche) => {
                let mut stake = self.stakes.remove(&address::stake(&t[a].owner(), tranche)).ok_or_else(absent)?;
                stake.engine.touch(self.insurance.engine.tranche_of(which(tranche)))?;
                require(stake.engine.shares == 0, E::StakeNotEmpty)
            }
            Step::Fund(a, x) => {
                require(x > 0, E::ZeroAmount)?;
                self.insurance.engine.give(x)?;
                self.enter(scene, &t[a], x)
            }
            Step::Allot(m) => {
                let mut market = self.market(m);
                ops::allot(&mut self.insurance.engine, &mut market)?;
                self.set_market(m, market);
                Ok(())
            }
            Step::Sweep(m) => {
                let ledger = &mut self.markets.get_mut(&m).expect("listed").engine.ledger;
                let amount = std::mem::take(&mut ledger.insurance_fees);
                require(amount > 0, E::ZeroAmount)?;
                Ok(self.insurance.engine.earn(amount)?)
            }
            Step::Treasury(m) => {
                let ledger = &mut self.markets.get_mut(&m).expect("listed").engine.ledger;
                let amount = std::mem::take(&mut ledger.treasury_fees);
                require(amount > 0, E::ZeroAmount)?;
                self.leave(scene, amount, false)
            }
            Step::Skim => {
                let held = scene.w.tokens(&address::vault(&scene.w.mint));
                let amount = held.saturating_sub(self.vault().booked);
                require(amount > 0, E::ZeroAmount)?;
                let vault = self.vault();
                vault.outflow.deposit(amount, now);
                vault.booked = num::add(vault.booked, amount)?;
                Ok(self.insurance.engine.give(amount)?)
            }
            _ => unreachable!("{step:?} is followed by nobody"),
        }
    }

    fn unstake(&mut self, scene: &Scene, who: &Trader, tranche: u8) -> Done {
        let key = address::stake(&who.owner(), tranche);
        let mut stake = self.stakes.get(&key).ok_or_else(absent)?.engine.0;
        let setting = self.checked(scene)?;
        let insured = self.markets.values().map(|m| &m.engine.0).filter(|m| m.limit.granted > 0);
        let amount = ops::unstake(&mut self.insurance.engine, which(tranche), &mut stake, insured, &setting)?;
        self.stakes.get_mut(&key).expect("is there").engine.0 = stake;
        self.leave(scene, amount, true)
    }

    /// What leaves the vault with nobody's allowance; `free`: a small amount whatever the windows say.
    fn leave(&mut self, scene: &Scene, amount: u64, free: bool) -> Done {
        let now = scene.w.now();
        let vault = self.vault();
        let rules = OutflowRules { free: if free { vault.outflow_rules.free } else { 0 }, ..*vault.outflow_rules };
        vault.outflow.withdraw(&rules, &mut Allowance { ..Allowance::NEW }, amount, now)?;
        vault.booked = num::sub(vault.booked, amount)?;
        Ok(())
    }

    /// The setting with the global breaker as it would stand if somebody checked it now, or as it stands, whichever is higher.
    fn checked(&self, scene: &Scene) -> Done<Setting> {
        let (mut setting, record) = (self.setting(scene), &self.records[&0]);
        let seen = GlobalSeen::of_up(&record.engine, &record.outflow, &record.outflow_rules, setting.now)?;
        let mut breaker = *self.protocol.breaker;
        let rules = &self.protocol.breaker_rules;
        let level = ops::check_global(&mut breaker, rules, &self.insurance.engine, &seen, setting.now)?;
        setting.global.level = setting.global.level.max(level);
        Ok(setting)
    }
}

fn which(tranche: u8) -> Seniority {
    Seniority::from_u8(tranche).expect("a tranche")
}
