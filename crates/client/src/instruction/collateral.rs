//! Instructions on collateral; those that propose and execute changes of it are governance's.

use super::{build, read_only, writable};
use crate::{address, needs::Needs};
use anchor_lang::{
    prelude::{system_program, AccountMeta, Pubkey},
    solana_program::instruction::Instruction,
};
use anchor_spl::token;
use firebreak::{accounts, constants::INSTRUCTIONS, instruction as ix, instructions::*, ID};

/// Lists the token `mint` as the next collateral.
pub fn list_collateral(authority: Pubkey, mint: Pubkey, args: ListCollateralArgs) -> Instruction {
    let accounts = accounts::ListCollateral {
        authority,
        protocol: address::protocol(),
        collateral: address::collateral(&mint),
        mint,
        vault: address::vault(&mint),
        token_program: token::ID,
        system_program: system_program::ID,
        instructions: INSTRUCTIONS,
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::ListCollateral { args: Box::new(args) }, vec![])
}

/// Lowers the cap of the collateral `mint` at once.
pub fn set_collateral_cap(authority: Pubkey, mint: Pubkey, cap: u64) -> Instruction {
    let accounts = accounts::SetCollateralCap {
        authority,
        protocol: address::protocol(),
        collateral: address::collateral(&mint),
        instructions: INSTRUCTIONS,
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::SetCollateralCap { cap }, vec![])
}

/// Refreshes the price of the collateral `mint` from `sources`, all of them, in order.
pub fn refresh_collateral(mint: Pubkey, sources: &[Pubkey]) -> Instruction {
    let accounts = accounts::RefreshCollateral {
        collateral: address::collateral(&mint),
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::RefreshCollateral {}, sources.iter().map(|s| AccountMeta::new_readonly(*s, false)).collect())
}

/// Deposits `amount` smallest units of the collateral `mint` from token account `from`.
pub fn deposit_collateral(owner: Pubkey, account: Pubkey, from: Pubkey, mint: Pubkey, amount: u64) -> Instruction {
    let accounts = accounts::DepositCollateral {
        owner,
        account,
        collateral: address::collateral(&mint),
        from,
        vault: address::vault(&mint),
        mint,
        token_program: token::ID,
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::DepositCollateral { amount }, vec![])
}

/// Withdraws `amount` smallest units of the collateral `mint` to token account `to`. `needs`: those of the account.
pub fn withdraw_collateral(
    owner: Pubkey,
    account: Pubkey,
    to: Pubkey,
    mint: Pubkey,
    amount: u64,
    needs: impl Into<Needs>,
) -> Instruction {
    let accounts = accounts::WithdrawCollateral {
        owner,
        protocol: address::protocol(),
        account,
        collateral: address::collateral(&mint),
        to,
        vault: address::vault(&mint),
        mint,
        token_program: token::ID,
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::WithdrawCollateral { amount }, read_only(needs))
}

/// Buys at most `amount` smallest units of collateral number `collateral` of `account` for `keeper`. `needs`: those of the account, whose
/// debts are paid at once, and of the keeper.
pub fn liquidate_collateral(
    owner: Pubkey,
    keeper: Pubkey,
    account: Pubkey,
    (collateral, amount): (u16, u64),
    needs: (impl Into<Needs>, impl Into<Needs>),
) -> Instruction {
    let accounts = accounts::LiquidateCollateral {
        owner,
        protocol: address::protocol(),
        account,
        keeper,
        event_authority: address::event_authority(),
        program: ID,
    };
    let rest = [writable(needs.0), read_only(needs.1)].concat();
    build(accounts, ix::LiquidateCollateral { collateral, amount }, rest)
}

/// Forfeits what nobody bought of the collateral `mint` of `account`. `needs`: those of the account.
pub fn forfeit_collateral(account: Pubkey, mint: Pubkey, needs: impl Into<Needs>) -> Instruction {
    let accounts = accounts::ForfeitCollateral {
        protocol: address::protocol(),
        account,
        collateral: address::collateral(&mint),
        event_authority: address::event_authority(),
        program: ID,
    };
    build(accounts, ix::ForfeitCollateral {}, read_only(needs))
}

/// Buys at most `amount` smallest units of the collateral `mint` out of custody for `keeper`. `needs`: those of the keeper. `settlement` is the
/// settlement token's mint.
pub fn buy_forfeited(
    owner: Pubkey,
    keeper: Pubkey,
    (mint, settlement): (Pubkey, Pubkey),
    amount: u64,
    needs: impl Into<Needs>,
) -> Instruction {
    let accounts = accounts::BuyForfeited {
        owner,
        protocol: address::protocol(),
        insurance: address::insurance(),
        keeper,
        collateral: address::collateral(&mint),
        event_authority: address::event_authority(),
        program: ID,
    };
    let records = [mint, settlement].map(|mint| AccountMeta::new_readonly(address::collateral(&mint), false));
    build(accounts, ix::BuyForfeited { amount }, [read_only(needs), records.to_vec()].concat())
}
