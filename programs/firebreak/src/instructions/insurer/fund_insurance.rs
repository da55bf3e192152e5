//! Adds tokens to the insurance fund as a gift: it strengthens the fund and nobody's shares.

use crate::{
    emit::emit,
    errors::{FirebreakError, Named},
    events::InsuranceFunded,
    instructions::{now, require_tokens},
    state::*,
};
use anchor_lang::prelude::*;
use anchor_spl::token::{transfer_checked, Mint, Token, TokenAccount, TransferChecked};

/// Accounts of `fund_insurance`.
#[event_cpi]
#[derive(Accounts)]
pub struct FundInsurance<'info> {
    /// Authority of `from`.
    pub payer: Signer<'info>,
    /// Says which mint and vault are the protocol's.
    #[account(has_one = mint @ FirebreakError::WrongMint, has_one = vault @ FirebreakError::WrongVault)]
    pub protocol: AccountLoader<'info, Protocol>,
    /// The insurance fund.
    #[account(mut)]
    pub insurance: AccountLoader<'info, Insurance>,
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
    /// The settlement token's record: counts what is moved through the vault.
    #[account(mut, has_one = vault @ FirebreakError::WrongVault)]
    pub collateral: AccountLoader<'info, Collateral>,
}

pub(crate) fn handle(ctx: Context<FundInsurance>, amount: u64) -> Result<()> {
    require!(amount > 0, FirebreakError::ZeroAmount);
    let accounts = &ctx.accounts;
    accounts.protocol.load()?.invariant()?;
    let insurance = {
        let insurance = &mut accounts.insurance.load_mut()?;
        insurance.invariant()?;
        insurance.engine.give(amount).named()?;
        insurance.invariant()?;
        insurance.engine
    };
    require_tokens(&accounts.from, accounts.payer.key, amount)?;
    accounts.collateral.load_mut()?.enter(amount, now()?)?;
    let transfer = TransferChecked {
        from: accounts.from.to_account_info(),
        mint: accounts.mint.to_account_info(),
        to: accounts.vault.to_account_info(),
        authority: accounts.payer.to_account_info(),
    };
    transfer_checked(CpiContext::new(accounts.token_program.key(), transfer), amount, accounts.mint.decimals)?;
    emit(&ctx.accounts.event_authority, &InsuranceFunded { amount, market: None, insurance })
}
