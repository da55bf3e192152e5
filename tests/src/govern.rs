//! What governance and the guardian do, and what anybody does for them once a delay has passed.

use crate::{Outcome, World};
use anchor_lang::{prelude::Pubkey, solana_program::instruction::Instruction};
use firebreak_client::{
    address, instruction,
    program::{
        instructions::{ListCollateralArgs, ListMarketArgs},
        state::ParamChange,
    },
    risk::{
        governance::{collateral::CollateralTerms, settings::Settings, LIST_DELAY},
        MarketParams, Rules,
    },
};
use solana_keypair::Keypair;
use solana_signer::Signer;

impl World {
    /// Lets `seconds` pass without a price.
    pub fn wait(&mut self, seconds: i64) {
        let clock = self.vm.clock();
        self.vm.set_clock(clock.slot + seconds as u64 * 5 / 2, clock.unix_timestamp + seconds);
    }

    /// The key that [`Self::appoint`] makes the guardian.
    pub fn guardian(&self) -> Keypair {
        Keypair::new_from_array([8; 32])
    }

    /// Makes somebody the guardian, as governance does: proposed, seven days, executed. Prices are fresh again afterwards.
    pub fn appoint(&mut self) -> Keypair {
        let guardian = self.guardian();
        self.vm.svm.airdrop(&guardian.pubkey(), 10_000_000_000).expect("airdrop");
        let new = Settings { guardian: guardian.pubkey().to_bytes(), ..self.settings() };
        self.propose_settings(new).expect("proposes");
        self.wait(LIST_DELAY);
        self.execute_settings(self.last()).expect("appoints");
        self.pass(1);
        guardian
    }

    /// The protocol's settings.
    pub fn settings(&self) -> Settings {
        self.protocol().settings(&self.insurance()).0
    }

    /// Number of the next change.
    pub fn next(&self) -> u64 {
        self.protocol().next_change
    }

    /// Number of the last change.
    pub fn last(&self) -> u64 {
        self.next() - 1
    }

    /// A proposed change.
    pub fn change(&self, id: u64) -> ParamChange {
        self.read(&address::change(id))
    }

    /// Whether a change exists still.
    pub fn waits(&self, id: u64) -> bool {
        self.vm.svm.get_account(&address::change(id)).is_some_and(|a| !a.data.is_empty())
    }

    /// Sends what the authority signs.
    pub fn govern(&mut self, instruction: Instruction) -> Outcome {
        let payer = self.payer();
        self.act(&[instruction], &[&payer])
    }

    fn authority(&self) -> Pubkey {
        self.payer().pubkey()
    }

    /// Ends the time of listing at once.
    pub fn seal(&mut self) -> Outcome {
        self.govern(instruction::seal(self.authority()))
    }

    /// Proposes parameters.
    pub fn propose_params(&mut self, market: u16, new: MarketParams) -> Outcome {
        self.govern(instruction::propose_params(self.authority(), self.next(), market, new))
    }

    /// Proposes rules.
    pub fn propose_rules(&mut self, market: u16, new: Rules) -> Outcome {
        self.govern(instruction::propose_rules(self.authority(), self.next(), market, new))
    }

    /// Proposes other feeds as sources.
    pub fn propose_sources(&mut self, market: u16, feeds: &[crate::Feed]) -> Outcome {
        let sources = feeds.iter().map(crate::Feed::source).collect();
        self.govern(instruction::propose_sources(self.authority(), self.next(), market, sources))
    }

    /// Proposes a listing, without its rules.
    pub fn propose_listing(&mut self, args: ListMarketArgs) -> Outcome {
        self.govern(instruction::propose_listing(self.authority(), self.next(), args))
    }

    /// Completes a listing.
    pub fn complete_listing(&mut self, id: u64, rules: Rules) -> Outcome {
        self.govern(instruction::complete_listing(self.authority(), id, rules))
    }

    /// Proposes settings.
    pub fn propose_settings(&mut self, new: Settings) -> Outcome {
        self.govern(instruction::propose_settings(self.authority(), self.next(), new))
    }

    /// Proposes another authority.
    pub fn propose_authority(&mut self, new: Pubkey) -> Outcome {
        self.govern(instruction::propose_authority(self.authority(), self.next(), new))
    }

    /// Proposes to upgrade the program to what `buffer` holds.
    pub fn propose_upgrade(&mut self, buffer: Pubkey) -> Outcome {
        self.govern(instruction::propose_upgrade(self.authority(), self.next(), buffer))
    }

    /// Proposes a collateral's listing.
    pub fn propose_collateral(&mut self, mint: Pubkey, args: ListCollateralArgs) -> Outcome {
        self.govern(instruction::propose_collateral_listing(self.authority(), self.next(), mint, args))
    }

    /// Proposes other terms for a collateral.
    pub fn propose_terms(&mut self, collateral: u16, new: CollateralTerms) -> Outcome {
        let mint = self.mint_of(collateral);
        self.govern(instruction::propose_collateral_terms(self.authority(), self.next(), mint, new))
    }

    /// Proposes other feeds as a collateral's sources.
    pub fn propose_collateral_sources(&mut self, collateral: u16, feeds: &[crate::Feed]) -> Outcome {
        let (mint, sources) = (self.mint_of(collateral), feeds.iter().map(crate::Feed::source).collect());
        self.govern(instruction::propose_collateral_sources(self.authority(), self.next(), mint, sources))
    }

    /// Cancels a change.
    pub fn cancel(&mut self, by: &Keypair, id: u64) -> Outcome {
        let ix = instruction::cancel_change(by.pubkey(), id, self.authority());
        self.act(&[ix], &[by])
    }

    /// Puts a market's change into force.
    pub fn execute(&mut self, id: u64, market: u16) -> Outcome {
        self.act(&[instruction::execute_change(id, market, self.authority())], &[])
    }

    /// Lists a proposed market. The payer pays.
    pub fn execute_listing(&mut self, id: u64, market: u16) -> Outcome {
        self.govern(instruction::execute_listing(self.authority(), id, market, self.authority()))
    }

    /// Lists a proposed collateral. The payer pays.
    pub fn execute_collateral_listing(&mut self, id: u64, mint: Pubkey) -> Outcome {
        self.govern(instruction::execute_collateral_listing(self.authority(), id, mint, self.authority()))
    }

    /// Puts a collateral's change into force.
    pub fn execute_collateral(&mut self, id: u64, collateral: u16) -> Outcome {
        let mint = self.mint_of(collateral);
        self.act(&[instruction::execute_collateral_change(id, mint, self.authority())], &[])
    }

    /// Puts settings into force.
    pub fn execute_settings(&mut self, id: u64) -> Outcome {
        self.act(&[instruction::execute_settings(id, self.authority())], &[])
    }

    /// Takes the authority over.
    pub fn accept(&mut self, next: &Keypair, id: u64) -> Outcome {
        self.act(&[instruction::accept_authority(next.pubkey(), id, self.authority())], &[next])
    }

    /// Replaces the program.
    pub fn upgrade(&mut self, id: u64, buffer: Pubkey) -> Outcome {
        self.act(&[instruction::upgrade_program(id, self.authority(), buffer)], &[])
    }

    /// The guardian tightens parameters.
    pub fn tighten(&mut self, by: &Keypair, market: u16, new: MarketParams) -> Outcome {
        self.act(&[instruction::tighten_params(by.pubkey(), market, new)], &[by])
    }

    /// The guardian tightens rules.
    pub fn tighten_rules(&mut self, by: &Keypair, market: u16, new: Rules) -> Outcome {
        self.act(&[instruction::tighten_rules(by.pubkey(), market, new)], &[by])
    }

    /// The guardian tightens a collateral's terms.
    pub fn tighten_terms(&mut self, by: &Keypair, collateral: u16, new: CollateralTerms) -> Outcome {
        let mint = self.mint_of(collateral);
        self.act(&[instruction::tighten_collateral(by.pubkey(), mint, new)], &[by])
    }

    /// The guardian pauses.
    pub fn pause(&mut self, by: &Keypair, gates: u64) -> Outcome {
        self.act(&[instruction::pause(by.pubkey(), gates)], &[by])
    }
}
