//! Pays a market's treasury fees to the protocol's treasury. Anyone may call it: where they go is pinned in the protocol.

use crate::{
    constants::PROTOCOL_SEED, emit::emit, errors::FirebreakError, events::TreasuryCollected, instructions::now, state::*,
};
use anchor_lang::prelude::*;
use anchor_spl::token::{transfer_checked, Mint, Token, TokenAccount, TransferChecked};

/// Accounts of `collect_treasury`.
#[event_cpi]
#[derive(Accounts)]
pub struct CollectTreasury<'info> {
    /// Owns the vault; names the treasury.
    #[account(
        has_one = mint @ FirebreakError::WrongMint,
        has_one = vault @ FirebreakError::WrongVault,
        constraint = protocol.load()?.treasury != Pubkey::default() @ FirebreakError::NoTreasury,
        constraint = protocol.load()?.treasury == treasury.key() @ FirebreakError::WrongTreasury,
    )]
    pub protocol: AccountLoader<'info, Protocol>,
    /// The market.
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
    /// Where the tokens go.
    #[account(mut, constraint = treasury.mint == mint.key() @ FirebreakError::WrongMint)]
    pub treasury: Box<Account<'info, TokenAccount>>,
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

pub(crate) fn handle(ctx: Context<CollectTreasury>) -> Result<()> {
    let accounts = &ctx.accounts;
    let (market, amount) = {
        let market = &mut accounts.market.load_mut()?;
        let amount = std::mem::take(&mut market.engine.ledger.treasury_fees);
        require!(amount > 0, FirebreakError::ZeroAmount);
        market.invariant()?;
        (market.index, amount)
    };
    accounts.collateral.load_mut()?.leave_limited(amount, false, now()?)?;
    let bump = {
        let protocol = accounts.protocol.load()?;
        protocol.invariant()?;
        [protocol.bump]
    };
    let transfer = TransferChecked {
        from: accounts.vault.to_account_info(),
        mint: accounts.mint.to_account_info(),
        to: accounts.treasury.to_account_info(),
        authority: accounts.protocol.to_account_info(),
    };
    let seeds: &[&[&[u8]]] = &[&[PROTOCOL_SEED, &bump]];
    transfer_checked(CpiContext::new_with_signer(accounts.token_program.key(), transfer, seeds), amount, accounts.mint.decimals)?;
    emit(&ctx.accounts.event_authority, &TreasuryCollected { market, amount })
}
