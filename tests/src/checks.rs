//! The promises, checked from account bytes alone.

use crate::{read::Book, World};
use anchor_lang::{prelude::Pubkey, solana_program::instruction::Instruction, Discriminator, ZeroCopy};
use firebreak_client::{
    address, decode,
    event::Event,
    ledger::Books,
    program::{
        instruction::*,
        state::{seniority, Collateral, Insurance, MarginAccount, Market, Protocol, Stake, SETTLEMENT},
    },
    rebuild::State,
    risk::{margin, Market as EngineMarket, Now},
    ID,
};
use solana_program_pack::Pack;
use spl_token_interface::state::Account as TokenAccount;
use std::collections::BTreeMap;

/// Every account of the program, every token account, and the clock.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    accounts: BTreeMap<Pubkey, Vec<u8>>,
    tokens: BTreeMap<Pubkey, Vec<u8>>,
    vault: Pubkey,
    surplus: u64,
    now: Now,
}

impl Snapshot {
    /// The state of `world`.
    pub fn of(world: &World) -> Self {
        let owned = |program| world.vm.svm.get_program_accounts(program).into_iter().map(|(k, a)| (k, a.data)).collect();
        Self {
            accounts: owned(&ID),
            tokens: owned(&spl_token_interface::ID),
            vault: address::vault(&world.mint),
            surplus: world.surplus,
            now: world.now(),
        }
    }

    fn amount(&self, token_account: &Pubkey) -> u64 {
        self.tokens.get(token_account).and_then(|data| TokenAccount::unpack(data).ok()).map_or(0, |a| a.amount)
    }

    /// The bytes of a program account.
    pub fn bytes(&self, key: &Pubkey) -> &[u8] {
        self.accounts.get(key).map_or(&[], |data| data)
    }

    /// Program accounts and token accounts whose bytes differ from those of `before`.
    pub fn changed(&self, before: &Self) -> Vec<Pubkey> {
        let differs = |now: &BTreeMap<Pubkey, Vec<u8>>, was: &BTreeMap<Pubkey, Vec<u8>>| -> Vec<Pubkey> {
            now.iter().filter(|(k, data)| was.get(*k) != Some(data)).map(|(k, _)| *k).collect()
        };
        [differs(&self.accounts, &before.accounts), differs(&self.tokens, &before.tokens)].concat()
    }

    fn all<T: ZeroCopy + Discriminator>(&self) -> Vec<(Pubkey, T)> {
        self.accounts.iter().filter_map(|(k, d)| decode::decode(d).ok().map(|t| (*k, t))).collect()
    }

    fn book(&self) -> Book {
        let records = self.all::<Collateral>().into_iter().map(|(_, c)| (c.index, c.engine.0)).collect();
        Book(self.all::<Market>().into_iter().map(|(_, m)| (m.index, m.engine.0)).collect(), records)
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
        let vault = self.amount(&self.vault) as i128 - self.surplus as i128;
        assert_eq!(books.ledger, vault, "I1: the ledger must equal the vault");
        for (_, record) in self.all::<Collateral>() {
            let vault = self.amount(&record.vault);
            match record.index {
                SETTLEMENT => {
                    assert_eq!(record.booked as i128, books.ledger, "I1: what came in by instruction must equal the ledger")
                }
                _ => books.check_collateral(&record, vault).unwrap_or_else(|why| panic!("I1: {why}")),
            }
        }
        self.check_insurance(&insurance, &markets);
        for market in &markets {
            let ledger = &market.engine.ledger;
            assert_eq!(ledger.long_base, ledger.short_base, "I2: longs must equal shorts");
            books.check(market).unwrap_or_else(|why| panic!("I2/I14: {why}"));
            ledger.invariant().unwrap_or_else(|why| panic!("I14: {why}"));
        }
        let liquidates = [(Liquidate::DISCRIMINATOR, 3), (LiquidateIntoQuotes::DISCRIMINATOR, 2), (CloseDust::DISCRIMINATOR, 2)];
        for ix in instructions {
            if let Some((_, place)) = liquidates.iter().find(|(name, _)| ix.data.starts_with(name)) {
                self.check_liquidation(before, &ix.accounts[*place].pubkey);
            }
            if ix.data.starts_with(LiquidateCollateral::DISCRIMINATOR) {
                self.check_sale(before, &ix.accounts[2].pubkey);
            }
        }
    }

    /// Balances as the accounts have them.
    pub fn state(&self) -> State {
        State::read(self.accounts.iter().map(|(key, data)| (key, data.as_slice())))
    }

    /// What the events say of the step is what it did: the balances before it and its events are the balances after it.
    pub fn check_told(&self, before: &Self, told: &[Event]) {
        let mut state = before.state();
        for event in told {
            state.fold(event).unwrap_or_else(|gap| panic!("{event:?}: {gap}"));
        }
        let differs = state.differences(&self.state());
        assert!(differs.is_empty(), "{told:#?} do not say all: {differs:#?}");
    }

    /// Nobody's shares are more than there are; all limits together lie above the floor, and all markets with one are counted.
    fn check_insurance(&self, insurance: &Insurance, markets: &[Market]) {
        let engine = &insurance.engine;
        for tranche in [0, 1] {
            let all = engine.tranche_of(seniority(tranche).expect("a tranche"));
            let stakes = self.all::<Stake>().into_iter().map(|(_, s)| s).filter(|s| s.tranche == tranche);
            let held: u64 = stakes.map(|mut s| s.engine.touch(all).map(|()| s.engine.shares).expect("shares")).sum();
            assert!(held + all.unowned <= all.shares, "stakers hold {held} of {all:?}");
        }
        let left: u64 = markets.iter().map(|m| m.engine.limit.now_down(engine).expect("a limit")).sum();
        assert!(
            left <= engine.limits && engine.limits <= engine.fund.assets.saturating_sub(engine.fund.floor),
            "limits of {left}"
        );
        assert_eq!(markets.iter().filter(|m| m.engine.limit.granted > 0).count(), engine.markets as usize);
    }

    /// I7 of a sale of collateral: no line falls, and who could pay still can.
    fn check_sale(&self, before: &Self, key: &Pubkey) {
        let of = |snapshot: &Self| {
            let account: MarginAccount = decode::decode(&snapshot.accounts[key]).expect("a margin account");
            margin::health(&account.engine, &snapshot.book(), self.now).expect("health")
        };
        let (was, is) = (of(before), of(self));
        let fell = is.maint < was.maint || is.liq_end < was.liq_end || is.solvency < was.solvency.min(0);
        assert!(!fell, "I7: a sale lowered health from {was:?} to {is:?}");
    }

    /// I7: a step never lowers health, never passes the stop line by more than the minimum size, never makes a solvent account
    /// insolvent.
    fn check_liquidation(&self, before: &Self, key: &Pubkey) {
        let of = |snapshot: &Self| {
            let account: MarginAccount = decode::decode(&snapshot.accounts[key]).expect("a margin account");
            let health = margin::health(&account.engine, &snapshot.book(), self.now).expect("health");
            (health, account.engine.bond as i128)
        };
        let ((was, bond_before), (is, bond)) = (of(before), of(self));
        if was.solvency < 0 {
            return;
        }
        assert!(is.liq_end >= was.liq_end, "I7: health fell from {} to {}", was.liq_end, is.liq_end);
        assert!(is.maint >= was.maint, "I7: Maint health fell from {} to {}", was.maint, is.maint);
        assert!(is.solvency >= 0, "I7: a solvent account became insolvent");
        if was.liq_end >= 0 {
            return;
        }
        // What closing the minimum size frees, at the lines in force.
        let line = |m: &EngineMarket| m.margin.lines.iter().map(|l| l.liq_end).max().unwrap_or_default().max(m.params.liq_end);
        let freed = |m: &EngineMarket| m.params.dust_notional as i128 * line(m).0 as i128 / 1_000_000;
        let minimum = self.book().0.values().map(freed).max().unwrap_or(0);
        // Of an account that stands on other collateral the loss of a position that is closed whole may take all capital: the penalty that
        // the step was sized for then stays with the account.
        let penalty = |m: &EngineMarket| was.notional as i128 * m.params.max_penalty.0 as i128 / 1_000_000;
        let exposures = |snapshot: &Self| {
            let account: MarginAccount = decode::decode(&snapshot.accounts[key]).expect("a margin account");
            account.engine.used().filter(|p| !p.base.is_flat()).count()
        };
        let whole = exposures(self) < exposures(before);
        let spared = if whole { self.book().0.values().map(penalty).max().unwrap_or(0) } else { 0 };
        // A bond that comes back with the last position is not what the take-over freed.
        let allowed = minimum.max(2) + spared + bond_before - bond;
        assert!(
            is.liq_end as i128 <= allowed,
            "I7: closed past the stop line by {} with {allowed} allowed, from {was:?} to {is:?}",
            is.liq_end
        );
    }
}
