//! Deposits collateral other than the settlement token. It counts from zero and warms up.

use crate::{
    emit::emit,
    errors::{FirebreakError, Named},
    events::{balance_of, CollateralMoved},
    instructions::{now, require_tokens},
    state::*,
};
use anchor_lang::prelude::*;
use anchor_spl::token::{transfer_checked, Mint, Token, TokenAccount, TransferChecked};
use firebreak_risk::ops::{self, Setting};

/// Accounts of `deposit_collateral`. Only the owner: what somebody else put there would take a slot and hold a bankruptcy up.
#[event_cpi]
#[derive(Accounts)]
pub struct DepositCollateral<'info> {
    /// Owner of the margin account, and authority of `from`.
    pub owner: Signer<'info>,
    /// The margin account.
    #[account(mut, has_one = owner @ FirebreakError::NotOwner)]
    pub account: AccountLoader<'info, MarginAccount>,
    /// The collateral's record.
    #[account(mut, has_one = mint @ FirebreakError::WrongCollateral, has_one = vault @ FirebreakError::WrongVault)]
    pub collateral: AccountLoader<'info, Collateral>,
    /// Where the tokens come from.
    #[account(mut, constraint = from.mint == mint.key() @ FirebreakError::WrongMint)]
    pub from: Box<Account<'info, TokenAccount>>,
    /// The collateral's vault.
    #[account(mut)]
    pub vault: Box<Account<'info, TokenAccount>>,
    /// The token.
    pub mint: Box<Account<'info, Mint>>,
    /// Moves the tokens.
    pub token_program: Program<'info, Token>,
}

pub(crate) fn handle(ctx: Context<DepositCollateral>, amount: u64) -> Result<()> {
    let accounts = &ctx.accounts;
    let event = {
        let record = &mut accounts.collateral.load_mut()?;
        let account = &mut accounts.account.load_mut()?;
        let index = record.index;
        require!(index != SETTLEMENT, FirebreakError::SettlementIsCapital);
        let setting = Setting { now: now()?, ..Setting::default() };
        let Collateral { engine, outflow, .. } = &mut **record;
        ops::deposit_collateral(&mut account.engine, (index, engine, outflow), amount, &setting).named()?;
        record.invariant()?;
        account.invariant()?;
        CollateralMoved {
            collateral: index,
            account: accounts.account.key(),
            amount: i64::try_from(amount).map_err(|_| FirebreakError::Overflow)?,
            balance: balance_of(&account.engine, index),
            total: record.engine.total,
        }
    };
    require_tokens(&accounts.from, accounts.owner.key, amount)?;
    let transfer = TransferChecked {
        from: accounts.from.to_account_info(),
        mint: accounts.mint.to_account_info(),
        to: accounts.vault.to_account_info(),
        authority: accounts.owner.to_account_info(),
    };
    transfer_checked(CpiContext::new(accounts.token_program.key(), transfer), amount, accounts.mint.decimals)?;
    emit(&accounts.event_authority, &event)
}
