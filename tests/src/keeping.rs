//! What keepers do beyond settling, flagging and taking over: boards, deleveraging, quotes, dust, the end of a market.

use crate::{Outcome, Trader, World, USD};
use anchor_lang::solana_program::instruction::Instruction;
use firebreak_client::{
    address,
    instruction::{self, Group},
    needs::Needs,
    risk::ops::{self, Ranked},
};
use solana_program_pack::Pack;
use spl_token_interface::state::Account as TokenAccount;

impl World {
    /// The trader's account and what its health needs.
    pub fn group(&self, trader: &Trader) -> Group {
        Group { account: trader.account, needs: self.needs_of(trader, None) }
    }

    fn groups(&self, traders: &[&Trader]) -> Vec<Group> {
        traders.iter().map(|t| self.group(t)).collect()
    }

    /// What the trader scores in a market, by the engine run natively.
    pub fn ranked(&self, trader: &Trader, market: u16) -> Ranked {
        let book = self.book();
        ops::rank((market, &book.0[&market]), &self.engine(trader), &book, self.now()).expect("ranks")
    }

    /// Those who hold the other side of the trader's position, highest score first.
    pub fn opposite(&self, trader: &Trader, market: u16, among: &[Trader]) -> Vec<Trader> {
        let side = |t: &Trader| self.engine(t).position(market).map_or(0, |p| p.base.0.signum());
        let mut found: Vec<Trader> = among.iter().filter(|t| side(t) * side(trader) < 0).cloned().collect();
        found.sort_by_key(|t| std::cmp::Reverse(self.ranked(t, market).winner));
        found.truncate(8);
        found
    }

    /// Puts traders on the boards of a market.
    pub fn rank(&mut self, market: u16, traders: &[&Trader]) -> Outcome {
        let groups = self.groups(traders);
        self.act(&[instruction::rank(market, &groups)], &[])
    }

    /// The instruction that deleverages the trader against `parties`, in this order, showing others.
    pub fn deleveraging(&self, trader: &Trader, market: u16, parties: &[&Trader], shown: &[&Trader]) -> Instruction {
        let others = self.needs_of(trader, Some(market));
        instruction::deleverage(trader.account, market, &others, &self.groups(parties), &self.groups(shown))
    }

    /// Deleverages the trader against `parties`, in this order.
    pub fn deleverage(&mut self, trader: &Trader, market: u16, parties: &[&Trader]) -> Outcome {
        let ix = self.deleveraging(trader, market, parties, &[]);
        self.act(&[ix], &[])
    }

    /// Liquidates the trader against the maker's quote.
    pub fn into_quotes(&mut self, keeper: &Trader, maker: &Trader, trader: &Trader, market: u16, lots: u64) -> Outcome {
        let others = self.needs_of(trader, Some(market)).then(self.needs_of(maker, Some(market)));
        let ix = instruction::liquidate_into_quotes((keeper.account, maker.account, trader.account), market, lots, &others);
        self.act(&[ix], &[])
    }

    /// Takes the trader's position over, showing accounts to the worst board.
    pub fn liquidate_showing(&mut self, keeper: &Trader, trader: &Trader, market: u16, shown: &[&Trader]) -> Outcome {
        let others = self.needs_of(trader, Some(market)).then(self.needs_of(keeper, Some(market)));
        let lots = u64::MAX / 4;
        let ix = instruction::liquidate(keeper.owner(), keeper.account, trader.account, market, lots, &others);
        let ix = instruction::showing(ix, market, &others, &self.groups(shown));
        self.act(&[ix], &[&keeper.key])
    }

    /// Closes the trader's dust position against `party`, or without one frees its empty slots.
    pub fn close_dust(&mut self, trader: &Trader, market: u16, party: Option<&Trader>) -> Outcome {
        let others = self.needs_of(trader, Some(market));
        let party = party.map(|p| self.group(p));
        self.act(&[instruction::close_dust(trader.account, market, &others, party, &[])], &[])
    }

    /// Converts what the trader holds in a market, for those who bore a loss of his.
    pub fn recover(&mut self, trader: &Trader, market: u16) -> Outcome {
        let all = Needs::of_used(&self.margin(trader).engine, |index| self.mint_of(index));
        self.act(&[instruction::recover(trader.account, market, all)], &[])
    }

    /// Ends a market.
    pub fn enter_settlement(&mut self, market: u16) -> Outcome {
        self.act(&[instruction::enter_settlement(market)], &[])
    }

    /// Sends atoms to the vault past the program.
    pub fn send_to_vault(&mut self, atoms: u64) {
        let vault = address::vault(&self.mint);
        let mut account = self.vm.svm.get_account(&vault).expect("the vault exists");
        let mut state = TokenAccount::unpack(&account.data).expect("a token account");
        state.amount += atoms;
        state.pack_into_slice(&mut account.data);
        self.vm.svm.set_account(vault, account).expect("sets");
        self.surplus += atoms;
    }

    /// Moves what was sent past the program into insurance.
    pub fn skim(&mut self) -> Outcome {
        self.act(&[instruction::skim(self.mint)], &[])
    }

    /// Somebody without positions who only collects rewards.
    pub fn collector(&mut self) -> Trader {
        self.trader(0)
    }

    /// A trader whose margin account belongs to the same owner, with `usd` in it.
    pub fn second_account(&mut self, of: &Trader, usd: u64) -> Trader {
        let account = address::account(&of.owner(), 1);
        let second = Trader { key: of.key.insecure_clone(), wallet: of.wallet, account };
        self.act(&[instruction::open_account(of.owner(), 1)], &[&of.key]).expect("opens");
        if usd > 0 {
            self.deposit(&second, usd * USD).expect("deposits");
        }
        second
    }
}
