//! The promises, checked from account bytes alone.

use crate::world::World;
use anchor_lang::{prelude::Pubkey, solana_program::instruction::Instruction, Discriminator, ZeroCopy};
use firebreak_client::{
    address, decode,
    ledger::Books,
    program::state::{Insurance, MarginAccount, Market, Protocol},
    risk::{margin, margin::Markets, num::Result as RiskResult, Market as EngineMarket, Now, RiskError},
    ID,
};
use std::collections::BTreeMap;

/// Every account of the program, the vault's balance and the clock.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    accounts: BTreeMap<Pubkey, Vec<u8>>,
    vault: u64,
    now: Now,
}

struct Book(BTreeMap<u16, EngineMarket>);

impl Markets for Book {
    fn market(&self, index: u16) -> RiskResult<&EngineMarket> {
        self.0.get(&index).ok_or(RiskError::NoPosition)
    }
}

impl Snapshot {
    /// The state of `world`.
    pub fn of(world: &World) -> Self {
        let svm = &world.vm.svm;
        let accounts = svm.get_program_accounts(&ID).into_iter().map(|(k, a)| (k, a.data)).collect();
        let vault = address::vault(&world.mint);
        let vault = if svm.get_account(&vault).is_some_and(|a| !a.data.is_empty()) { world.tokens(&vault) } else { 0 };
        let clock = world.vm.clock();
        Self { accounts, vault, now: Now { slot: clock.slot, time: clock.unix_timestamp } }
    }

    fn all<T: ZeroCopy + Discriminator>(&self) -> Vec<(Pubkey, T)> {
        self.accounts.iter().filter_map(|(k, d)| decode::decode(d).ok().map(|t| (*k, t))).collect()
    }

    fn book(&self) -> Book {
        Book(self.all::<Market>().into_iter().map(|(_, m)| (m.index, m.engine.0)).collect())
    }

    /// Checks I1, I2 and I14, and I7 where `instructions` liquidate.
    pub fn check(&self, before: &Self, instructions: &[Instruction]) {
        if self.all::<Protocol>().is_empty() {
            return;
        }
        let markets: Vec<Market> = self.all().into_iter().map(|(_, m)| m).collect();
        let accounts: Vec<MarginAccount> = self.all().into_iter().map(|(_, a)| a).collect();
        let insurance = self.all::<Insurance>().remove(0).1;
        let books = Books::of(&accounts, &markets, &insurance);
        assert_eq!(books.ledger, self.vault as i128, "I1: the ledger must equal the vault");
        for market in &markets {
            let ledger = &market.engine.ledger;
            assert_eq!(ledger.long_base, ledger.short_base, "I2: longs must equal shorts");
            books.check(market).unwrap_or_else(|why| panic!("I2/I14: {why}"));
            ledger.invariant().unwrap_or_else(|why| panic!("I14: {why}"));
        }
        for ix in
            instructions.iter().filter(|ix| ix.data.starts_with(firebreak_client::program::instruction::Liquidate::DISCRIMINATOR))
        {
            self.check_liquidation(before, &ix.accounts[3].pubkey);
        }
    }

    /// I7: a step never lowers health, never passes the stop line by more than the minimum size, never makes a solvent account
    /// insolvent.
    fn check_liquidation(&self, before: &Self, key: &Pubkey) {
        let health = |snapshot: &Self| {
            let account: MarginAccount = decode::decode(&snapshot.accounts[key]).expect("a margin account");
            margin::health(&account.engine, &snapshot.book(), self.now).expect("health")
        };
        let (was, is) = (health(before), health(self));
        if was.solvency < 0 {
            return;
        }
        assert!(is.liq_end >= was.liq_end, "I7: health fell from {} to {}", was.liq_end, is.liq_end);
        assert!(is.solvency >= 0, "I7: a solvent account became insolvent");
        let market = self.book().0.into_values().next().expect("a market");
        let minimum = (market.params.dust_notional as i128 * market.params.liq_end.0 as i128 / 1_000_000) as i64;
        assert!(is.liq_end <= minimum.max(2), "I7: closed past the stop line by {}", is.liq_end);
    }
}
