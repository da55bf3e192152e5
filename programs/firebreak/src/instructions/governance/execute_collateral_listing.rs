//! Lists a proposed collateral once its delay has passed. Anybody may, and pays for its accounts.

use super::list_collateral::{start, Listed};
use crate::{
    constants::*,
    emit::emit,
    errors::FirebreakError,
    events::{ChangeExecuted, CollateralListed},
    instructions::now,
    state::*,
};
use anchor_lang::prelude::*;
use anchor_spl::token::{Mint, Token, TokenAccount};

/// Accounts of `execute_collateral_listing`.
#[event_cpi]
#[derive(Accounts)]
pub struct ExecuteCollateralListing<'info> {
    /// Whoever calls; pays.
    #[account(mut)]
    pub caller: Signer<'info>,
    /// Counts collaterals; owns the vaults.
    #[account(mut)]
    pub protocol: AccountLoader<'info, Protocol>,
    /// The listing.
    #[account(mut, close = proposer, has_one = proposer @ FirebreakError::WrongProposer)]
    pub change: AccountLoader<'info, ParamChange>,
    /// CHECK: gets the rent back; the change names it.
    #[account(mut)]
    pub proposer: UncheckedAccount<'info>,
    /// The new record.
    #[account(init, payer = caller, space = Collateral::SPACE, seeds = [COLLATERAL_SEED, mint.key().as_ref()], bump)]
    pub collateral: AccountLoader<'info, Collateral>,
    /// The token; the change names it.
    pub mint: Box<Account<'info, Mint>>,
    /// Holds all of it.
    #[account(init, payer = caller, seeds = [VAULT_SEED, mint.key().as_ref()], bump, token::mint = mint, token::authority = protocol)]
    pub vault: Box<Account<'info, TokenAccount>>,
    /// Creates the vault.
    pub token_program: Program<'info, Token>,
    /// Creates accounts.
    pub system_program: Program<'info, System>,
}

pub(crate) fn handle(ctx: Context<ExecuteCollateralListing>) -> Result<()> {
    let (id, listed) = list(ctx.accounts, (ctx.bumps.collateral, ctx.bumps.vault))?;
    let executed = ChangeExecuted { id, kind: ChangeKind::CollateralListing as u8, market: listed.collateral };
    emit(&ctx.accounts.event_authority, &listed)?;
    emit(&ctx.accounts.event_authority, &executed)
}

#[inline(never)]
fn list(accounts: &ExecuteCollateralListing, bumps: (u8, u8)) -> Result<(u64, CollateralListed)> {
    let change = accounts.change.load()?;
    change.require(ChangeKind::CollateralListing, now()?.time)?;
    let listing = change.content::<CollateralListing>()?;
    require!(listing.mint == accounts.mint.key(), FirebreakError::WrongCollateral);
    let token = Listed { mint: listing.mint, decimals: accounts.mint.decimals, vault: accounts.vault.key(), bumps };
    let protocol = &mut *accounts.protocol.load_mut()?;
    let told = start(protocol, &mut *accounts.collateral.load_init()?, &token, &listing.terms, &listing.sources)?;
    Ok((change.id, told))
}
