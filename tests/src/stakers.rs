//! What stakers do, one method an instruction, and what they hold.

use crate::{actions::Outcome, defaults::TREASURY, Trader, World};
use firebreak_client::{address, instruction, program::state::Stake, risk::settlement};

/// Bears losses first.
pub const JUNIOR: u8 = 0;
/// Bears what junior could not.
pub const SENIOR: u8 = 1;

impl World {
    /// Stakes atoms from the owner's wallet.
    pub fn stake(&mut self, owner: &Trader, tranche: u8, atoms: u64) -> Outcome {
        self.act(&[instruction::stake(owner.owner(), tranche, owner.wallet, self.mint, atoms)], &[&owner.key])
    }

    /// Asks shares back.
    pub fn request_unstake(&mut self, owner: &Trader, tranche: u8, shares: u64) -> Outcome {
        self.act(&[instruction::request_unstake(owner.owner(), tranche, shares)], &[&owner.key])
    }

    /// Asks for everything.
    pub fn request_all(&mut self, owner: &Trader, tranche: u8) -> Outcome {
        let shares = self.stake_of(owner, tranche).engine.shares;
        self.request_unstake(owner, tranche, shares)
    }

    /// Has the request paid, showing every market that has a limit.
    pub fn unstake(&mut self, owner: &Trader, tranche: u8) -> Outcome {
        let insured = self.insured();
        self.act(&[instruction::unstake(owner.owner(), tranche, owner.wallet, self.mint, &insured)], &[&owner.key])
    }

    /// Keeps the request from lapsing, called by nobody in particular.
    pub fn hold_unstake(&mut self, owner: &Trader, tranche: u8, holding: &[u16]) -> Outcome {
        self.act(&[instruction::hold_unstake(owner.owner(), tranche, self.mint, holding)], &[])
    }

    /// Closes an empty stake.
    pub fn close_stake(&mut self, owner: &Trader, tranche: u8) -> Outcome {
        self.act(&[instruction::close_stake(owner.owner(), tranche)], &[&owner.key])
    }

    /// Gives a market what it was voted of the fund.
    pub fn allot(&mut self, market: u16) -> Outcome {
        self.act(&[instruction::allot(market)], &[])
    }

    /// Pays a market's treasury fees out.
    pub fn collect_treasury(&mut self, market: u16) -> Outcome {
        self.act(&[instruction::collect_treasury(market, TREASURY, self.mint)], &[])
    }

    /// Brings the global breaker up to what is known.
    pub fn check_global(&mut self) -> Outcome {
        self.act(&[instruction::check_global(self.mint)], &[])
    }

    /// Markets that may draw on shared insurance, by index.
    pub fn insured(&self) -> Vec<u16> {
        (0..self.feeds.len() as u16).filter(|m| self.market(*m).engine.limit.granted > 0).collect()
    }

    /// A stake account.
    pub fn stake_of(&self, owner: &Trader, tranche: u8) -> Stake {
        self.read(&address::stake(&owner.owner(), tranche))
    }

    /// Ends a market at its TWAP, by the engine's own step on the market's account.
    pub fn end(&mut self, market: u16) {
        let key = address::market(market);
        let mut state = self.market(market);
        settlement::enter(&mut state.engine, true, self.now()).expect("ends");
        let mut account = self.vm.svm.get_account(&key).expect("exists");
        account.data[8..8 + std::mem::size_of_val(&state)].copy_from_slice(bytemuck::bytes_of(&state));
        self.vm.plant(key, firebreak_client::ID, account.data);
    }
}
