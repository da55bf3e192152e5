//! What insurers send, and what moves insurance.

use super::{build, read_only};
use crate::address;
use anchor_lang::{
    prelude::{system_program, Pubkey},
    solana_program::instruction::Instruction,
};
use anchor_spl::token;
use firebreak::{accounts, instruction as ix, ID};

/// Gives a market its voted part of shared insurance.
pub fn allot(market: u16) -> Instruction {
    let accounts = accounts::Allot {
        market: address::market(market),
        insurance: address::insurance(),
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::Allot {}, vec![])
}

/// Gives `amount` atoms from token account `from` to the insurance fund.
pub fn fund_insurance(payer: Pubkey, from: Pubkey, mint: Pubkey, amount: u64) -> Instruction {
    let accounts = accounts::FundInsurance {
        payer,
        protocol: address::protocol(),
        insurance: address::insurance(),
        from,
        vault: address::vault(&mint),
        collateral: address::collateral(&mint),
        mint,
        token_program: token::ID,
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::FundInsurance { amount }, vec![])
}

/// Moves the insurance fees collected in `market` into the fund.
pub fn sweep_fees(market: u16) -> Instruction {
    let accounts = accounts::SweepFees {
        market: address::market(market),
        insurance: address::insurance(),
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::SweepFees {}, vec![])
}

/// Stakes `amount` atoms from token account `from` into a tranche (0 junior, 1 senior).
pub fn stake(owner: Pubkey, tranche: u8, from: Pubkey, mint: Pubkey, amount: u64) -> Instruction {
    let accounts = accounts::AddStake {
        owner,
        protocol: address::protocol(),
        insurance: address::insurance(),
        stake: address::stake(&owner, tranche),
        from,
        vault: address::vault(&mint),
        mint,
        token_program: token::ID,
        collateral: address::collateral(&mint),
        system_program: system_program::ID,
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::Stake { tranche, amount }, vec![])
}

/// Asks `shares` of the owner's stake in a tranche back; zero takes an earlier request back.
pub fn request_unstake(owner: Pubkey, tranche: u8, shares: u64) -> Instruction {
    let accounts = accounts::RequestUnstake {
        owner,
        insurance: address::insurance(),
        stake: address::stake(&owner, tranche),
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::RequestUnstake { shares }, vec![])
}

/// Pays the owner's cooled request to token account `to`. `insured`: every market with a limit, by ascending index.
pub fn unstake(owner: Pubkey, tranche: u8, to: Pubkey, mint: Pubkey, insured: &[u16]) -> Instruction {
    let accounts = accounts::Unstake {
        owner,
        protocol: address::protocol(),
        insurance: address::insurance(),
        stake: address::stake(&owner, tranche),
        to,
        vault: address::vault(&mint),
        mint,
        token_program: token::ID,
        collateral: address::collateral(&mint),
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::Unstake {}, read_only(insured))
}

/// Keeps the request of `owner` from lapsing. `mint`: the settlement token. `holding`: markets with a limit that hold its pay-out back, by
/// ascending index.
pub fn hold_unstake(owner: Pubkey, tranche: u8, mint: Pubkey, holding: &[u16]) -> Instruction {
    let accounts = accounts::HoldUnstake {
        protocol: address::protocol(),
        insurance: address::insurance(),
        collateral: address::collateral(&mint),
        stake: address::stake(&owner, tranche),
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::HoldUnstake {}, read_only(holding))
}

/// Closes the owner's empty stake in a tranche.
pub fn close_stake(owner: Pubkey, tranche: u8) -> Instruction {
    let accounts = accounts::CloseStake {
        owner,
        insurance: address::insurance(),
        stake: address::stake(&owner, tranche),
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::CloseStake {}, vec![])
}

/// Pays a market's treasury fees to `treasury`, which must be the protocol's.
pub fn collect_treasury(market: u16, treasury: Pubkey, mint: Pubkey) -> Instruction {
    let accounts = accounts::CollectTreasury {
        protocol: address::protocol(),
        market: address::market(market),
        treasury,
        vault: address::vault(&mint),
        mint,
        token_program: token::ID,
        collateral: address::collateral(&mint),
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::CollectTreasury {}, vec![])
}
