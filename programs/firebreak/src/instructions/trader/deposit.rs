//! Deposits settlement tokens. Needs no price: it is possible in every state of every market.

use crate::{
    emit::emit,
    errors::{FirebreakError, Named},
    events::CapitalMoved,
    instructions::{now, require_tokens},
    state::*,
};
use anchor_lang::prelude::*;
use anchor_spl::token::{transfer_checked, Mint, Token, TokenAccount, TransferChecked};

/// Accounts of `deposit`. Anyone may deposit into any account.
#[event_cpi]
#[derive(Accounts)]
pub struct Deposit<'info> {
    /// Authority of `from`.
    pub payer: Signer<'info>,
    /// Says which mint and vault are the protocol's.
    #[account(has_one = mint @ FirebreakError::WrongMint, has_one = vault @ FirebreakError::WrongVault)]
    pub protocol: AccountLoader<'info, Protocol>,
    /// The margin account.
    #[account(mut)]
    pub account: AccountLoader<'info, MarginAccount>,
    /// Where the tokens come from.
    #[account(mut, constraint = from.mint == mint.key() @ FirebreakError::WrongMint)]
    pub from: Box<Account<'info, TokenAccount>>,
    /// The protocol's vault.
    #[account(mut)]
    pub vault: Box<Account<'info, TokenAccount>>,
    /// The settlement token.
    pub mint: Box<Account<'info, Mint>>,
    /// Moves the tokens.
    pub token_program: Program<'info, Token>,
    /// The settlement token's record: what comes makes room for what leaves.
    #[account(mut, has_one = vault @ FirebreakError::WrongVault)]
    pub collateral: AccountLoader<'info, Collateral>,
}

pub(crate) fn handle(ctx: Context<Deposit>, amount: u64) -> Result<()> {
    let accounts = &ctx.accounts;
    accounts.protocol.load()?.invariant()?;
    let capital = {
        let account = &mut accounts.account.load_mut()?;
        account.engine.deposit(amount).named()?;
        account.invariant()?;
        let record = &mut accounts.collateral.load_mut()?;
        record.enter(amount, now()?)?;
        record.invariant()?;
        account.engine.capital
    };
    require_tokens(&accounts.from, accounts.payer.key, amount)?;
    let transfer = TransferChecked {
        from: accounts.from.to_account_info(),
        mint: accounts.mint.to_account_info(),
        to: accounts.vault.to_account_info(),
        authority: accounts.payer.to_account_info(),
    };
    transfer_checked(CpiContext::new(accounts.token_program.key(), transfer), amount, accounts.mint.decimals)?;
    emit(
        &ctx.accounts.event_authority,
        &CapitalMoved {
            account: ctx.accounts.account.key(),
            amount: i64::try_from(amount).map_err(|_| FirebreakError::Overflow)?,
            capital,
        },
    )
}
