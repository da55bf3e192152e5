//! What governance and the guardian send.

use super::build;
use crate::address;
use anchor_lang::{
    prelude::{bpf_loader_upgradeable, system_program, Pubkey},
    solana_program::instruction::Instruction,
};
use anchor_spl::token;
use firebreak::{accounts, constants::INSTRUCTIONS, instruction as ix, instructions::*, state::*, ID};
use firebreak_risk::{
    governance::{collateral::CollateralTerms, settings::Settings},
    MarketParams, Rules,
};

/// Lists a market at once, while the protocol is young.
pub fn list_market(authority: Pubkey, args: ListMarketArgs) -> Instruction {
    let accounts = accounts::ListMarket {
        authority,
        protocol: address::protocol(),
        market: address::market(args.index),
        system_program: system_program::ID,
        instructions: INSTRUCTIONS,
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::ListMarket { args }, vec![])
}

/// Gives a new market its rules at once, while the protocol is young.
pub fn set_rules(authority: Pubkey, market: u16, rules: Rules) -> Instruction {
    let accounts = accounts::SetRules {
        authority,
        protocol: address::protocol(),
        market: address::market(market),
        instructions: INSTRUCTIONS,
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::SetRules { rules: EngineRules(rules) }, vec![])
}

/// Ends the time of listing at once.
pub fn seal(authority: Pubkey) -> Instruction {
    let accounts = accounts::Seal {
        authority,
        protocol: address::protocol(),
        instructions: INSTRUCTIONS,
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::Seal {}, vec![])
}

fn for_market(authority: Pubkey, market: u16, id: u64) -> accounts::ProposeForMarket {
    accounts::ProposeForMarket {
        authority,
        protocol: address::protocol(),
        market: address::market(market),
        change: address::change(id),
        system_program: system_program::ID,
        instructions: INSTRUCTIONS,
        event_authority: address::event_authority(),
        program: ID,
    }
}

fn for_none(authority: Pubkey, id: u64) -> accounts::Propose {
    accounts::Propose {
        authority,
        protocol: address::protocol(),
        change: address::change(id),
        system_program: system_program::ID,
        instructions: INSTRUCTIONS,
        event_authority: address::event_authority(),
        program: ID,
    }
}

/// Proposes other parameters for a market. `id` is the protocol's `next_change`, here and in every other proposal.
pub fn propose_params(authority: Pubkey, id: u64, market: u16, new: MarketParams) -> Instruction {
    build(for_market(authority, market, id), ix::ProposeParams { new: EngineParams(new) }, vec![])
}

/// Proposes other rules for a market.
pub fn propose_rules(authority: Pubkey, id: u64, market: u16, new: Rules) -> Instruction {
    build(for_market(authority, market, id), ix::ProposeRules { new: Box::new(EngineRules(new)) }, vec![])
}

/// Proposes other price sources for a market.
pub fn propose_sources(authority: Pubkey, id: u64, market: u16, sources: Vec<PriceSource>) -> Instruction {
    build(for_market(authority, market, id), ix::ProposeSources { sources }, vec![])
}

/// Proposes a market; [`complete_listing`] has to follow.
pub fn propose_listing(authority: Pubkey, id: u64, args: ListMarketArgs) -> Instruction {
    build(for_none(authority, id), ix::ProposeListing { args }, vec![])
}

/// Gives the market of a proposed listing its rules.
pub fn complete_listing(authority: Pubkey, id: u64, rules: Rules) -> Instruction {
    let accounts = accounts::CompleteListing {
        authority,
        protocol: address::protocol(),
        change: address::change(id),
        instructions: INSTRUCTIONS,
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::CompleteListing { rules: Box::new(EngineRules(rules)) }, vec![])
}

/// Proposes other settings of the protocol and its insurance.
pub fn propose_settings(authority: Pubkey, id: u64, new: Settings) -> Instruction {
    let accounts = accounts::ProposeSettings {
        authority,
        protocol: address::protocol(),
        insurance: address::insurance(),
        change: address::change(id),
        system_program: system_program::ID,
        instructions: INSTRUCTIONS,
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::ProposeSettings { new: EngineSettings(new) }, vec![])
}

/// Proposes to hand the authority over to `new`.
pub fn propose_authority(authority: Pubkey, id: u64, new: Pubkey) -> Instruction {
    build(for_none(authority, id), ix::ProposeAuthority { new }, vec![])
}

/// Proposes to replace the program by what `buffer` holds, whose authority must be the program's upgrade address.
pub fn propose_upgrade(authority: Pubkey, id: u64, buffer: Pubkey) -> Instruction {
    let accounts = accounts::ProposeUpgrade {
        authority,
        protocol: address::protocol(),
        buffer,
        program_data: address::program_data(),
        upgrade_authority: address::upgrade_authority(),
        change: address::change(id),
        system_program: system_program::ID,
        instructions: INSTRUCTIONS,
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::ProposeUpgrade {}, vec![])
}

fn for_collateral(authority: Pubkey, mint: Pubkey, id: u64) -> accounts::ProposeForCollateral {
    accounts::ProposeForCollateral {
        authority,
        protocol: address::protocol(),
        collateral: address::collateral(&mint),
        change: address::change(id),
        system_program: system_program::ID,
        instructions: INSTRUCTIONS,
        event_authority: address::event_authority(),
        program: ID,
    }
}

/// Proposes other terms for the collateral `mint`.
pub fn propose_collateral_terms(authority: Pubkey, id: u64, mint: Pubkey, new: CollateralTerms) -> Instruction {
    let new = Box::new(EngineCollateralTerms(new));
    build(for_collateral(authority, mint, id), ix::ProposeCollateralTerms { new }, vec![])
}

/// Proposes other price sources for the collateral `mint`.
pub fn propose_collateral_sources(authority: Pubkey, id: u64, mint: Pubkey, sources: Vec<PriceSource>) -> Instruction {
    build(for_collateral(authority, mint, id), ix::ProposeCollateralSources { sources }, vec![])
}

/// Proposes the token `mint` as a collateral.
pub fn propose_collateral_listing(authority: Pubkey, id: u64, mint: Pubkey, args: ListCollateralArgs) -> Instruction {
    let accounts = accounts::ProposeCollateralListing {
        authority,
        protocol: address::protocol(),
        mint,
        change: address::change(id),
        system_program: system_program::ID,
        instructions: INSTRUCTIONS,
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::ProposeCollateralListing { args: Box::new(args) }, vec![])
}

/// Puts change `id` of the terms or sources of the collateral `mint` into force.
pub fn execute_collateral_change(id: u64, mint: Pubkey, proposer: Pubkey) -> Instruction {
    let accounts = accounts::ExecuteCollateralChange {
        collateral: address::collateral(&mint),
        change: address::change(id),
        proposer,
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::ExecuteCollateralChange {}, vec![])
}

/// Lists the token `mint` of change `id`; `caller` pays for its record and its vault.
pub fn execute_collateral_listing(caller: Pubkey, id: u64, mint: Pubkey, proposer: Pubkey) -> Instruction {
    let accounts = accounts::ExecuteCollateralListing {
        caller,
        protocol: address::protocol(),
        change: address::change(id),
        proposer,
        collateral: address::collateral(&mint),
        mint,
        vault: address::vault(&mint),
        token_program: token::ID,
        system_program: system_program::ID,
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::ExecuteCollateralListing {}, vec![])
}

/// Tightens the terms of the collateral `mint` at once.
pub fn tighten_collateral(guardian: Pubkey, mint: Pubkey, new: CollateralTerms) -> Instruction {
    let accounts = accounts::TightenCollateral {
        guardian,
        protocol: address::protocol(),
        collateral: address::collateral(&mint),
        instructions: INSTRUCTIONS,
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::TightenCollateral { new: Box::new(EngineCollateralTerms(new)) }, vec![])
}

/// Withdraws change `id` of `proposer`; `canceller` is the authority or the guardian.
pub fn cancel_change(canceller: Pubkey, id: u64, proposer: Pubkey) -> Instruction {
    let accounts = accounts::CancelChange {
        canceller,
        protocol: address::protocol(),
        change: address::change(id),
        proposer,
        instructions: INSTRUCTIONS,
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::CancelChange {}, vec![])
}

/// Puts change `id` of a market's parameters, rules or sources into force.
pub fn execute_change(id: u64, market: u16, proposer: Pubkey) -> Instruction {
    let accounts = accounts::ExecuteChange {
        market: address::market(market),
        change: address::change(id),
        proposer,
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::ExecuteChange {}, vec![])
}

/// Lists the market of change `id`; `caller` pays for its account.
pub fn execute_listing(caller: Pubkey, id: u64, market: u16, proposer: Pubkey) -> Instruction {
    let accounts = accounts::ExecuteListing {
        caller,
        protocol: address::protocol(),
        change: address::change(id),
        proposer,
        market: address::market(market),
        system_program: system_program::ID,
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::ExecuteListing {}, vec![])
}

/// Puts the settings of change `id` into force.
pub fn execute_settings(id: u64, proposer: Pubkey) -> Instruction {
    let accounts = accounts::ExecuteSettings {
        protocol: address::protocol(),
        insurance: address::insurance(),
        change: address::change(id),
        proposer,
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::ExecuteSettings {}, vec![])
}

/// Takes the authority over that change `id` hands to `next`.
pub fn accept_authority(next: Pubkey, id: u64, proposer: Pubkey) -> Instruction {
    let accounts = accounts::AcceptAuthority {
        next,
        protocol: address::protocol(),
        change: address::change(id),
        proposer,
        instructions: INSTRUCTIONS,
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::AcceptAuthority {}, vec![])
}

const RENT: Pubkey = Pubkey::from_str_const("SysvarRent111111111111111111111111111111111");
const CLOCK: Pubkey = Pubkey::from_str_const("SysvarC1ock11111111111111111111111111111111");

/// Replaces the program by what the buffer of change `id` holds.
pub fn upgrade_program(id: u64, proposer: Pubkey, buffer: Pubkey) -> Instruction {
    let accounts = accounts::UpgradeProgram {
        protocol: address::protocol(),
        change: address::change(id),
        proposer,
        buffer,
        program_data: address::program_data(),
        upgrade_authority: address::upgrade_authority(),
        rent: RENT,
        clock: CLOCK,
        loader: bpf_loader_upgradeable::ID,
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::UpgradeProgram {}, vec![])
}

fn by_guardian(guardian: Pubkey, market: u16) -> accounts::Tighten {
    accounts::Tighten {
        guardian,
        protocol: address::protocol(),
        market: address::market(market),
        instructions: INSTRUCTIONS,
        event_authority: address::event_authority(),
        program: ID,
    }
}

/// Tightens a market's parameters at once.
pub fn tighten_params(guardian: Pubkey, market: u16, new: MarketParams) -> Instruction {
    build(by_guardian(guardian, market), ix::TightenParams { new: EngineParams(new) }, vec![])
}

/// Tightens a market's rules at once.
pub fn tighten_rules(guardian: Pubkey, market: u16, new: Rules) -> Instruction {
    build(by_guardian(guardian, market), ix::TightenRules { new: Box::new(EngineRules(new)) }, vec![])
}

/// Pauses `gates`, a bit each (`levels::Gate::bit`).
pub fn pause(guardian: Pubkey, gates: u64) -> Instruction {
    let accounts = accounts::Pause {
        guardian,
        protocol: address::protocol(),
        instructions: INSTRUCTIONS,
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::Pause { gates }, vec![])
}

/// Creates the protocol; `authority` must be the program's upgrade authority.
pub fn initialise(authority: Pubkey, mint: Pubkey, args: InitialiseArgs) -> Instruction {
    let accounts = accounts::Initialise {
        authority,
        program: ID,
        program_data: address::program_data(),
        mint,
        protocol: address::protocol(),
        insurance: address::insurance(),
        system_program: system_program::ID,
        event_authority: address::event_authority(),
    };
    build(accounts, ix::Initialise { args }, vec![])
}
