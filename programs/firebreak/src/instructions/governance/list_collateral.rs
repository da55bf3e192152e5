//! Lists a collateral at once, while the protocol is young. The settlement token comes first, as number 0: without its record and its vault
//! nothing enters or leaves.

use super::nonce::require_recent;
use crate::{
    constants::*,
    emit::emit,
    errors::{within, FirebreakError},
    events::CollateralListed,
    instructions::now,
    state::*,
};
use anchor_lang::prelude::*;
use anchor_spl::token::{Mint, Token, TokenAccount};
use bytemuck::Zeroable;
use firebreak_risk::governance::collateral::CollateralTerms;

/// A collateral's terms and sources.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug)]
pub struct ListCollateralArgs {
    /// Cap, haircut, warm-up; rules of price and sale; what may leave its vault.
    pub terms: EngineCollateralTerms,
    /// One to five pinned price accounts.
    pub sources: Vec<PriceSource>,
}

/// Accounts of `list_collateral`.
#[event_cpi]
#[derive(Accounts)]
pub struct ListCollateral<'info> {
    /// The protocol's authority; pays.
    #[account(mut)]
    pub authority: Signer<'info>,
    /// Counts collaterals; owns the vaults.
    #[account(mut, has_one = authority @ FirebreakError::NotAuthority)]
    pub protocol: AccountLoader<'info, Protocol>,
    /// The new record.
    #[account(init, payer = authority, space = Collateral::SPACE, seeds = [COLLATERAL_SEED, mint.key().as_ref()], bump)]
    pub collateral: AccountLoader<'info, Collateral>,
    /// The token.
    pub mint: Box<Account<'info, Mint>>,
    /// Holds all of it.
    #[account(init, payer = authority, seeds = [VAULT_SEED, mint.key().as_ref()], bump, token::mint = mint, token::authority = protocol)]
    pub vault: Box<Account<'info, TokenAccount>>,
    /// Creates the vault.
    pub token_program: Program<'info, Token>,
    /// Creates accounts.
    pub system_program: Program<'info, System>,
    /// CHECK: shows the transaction's instructions; read by its address.
    #[account(address = INSTRUCTIONS)]
    pub instructions: UncheckedAccount<'info>,
}

/// Every figure, for a mint of so many decimals; the sources are checked as they are taken.
#[inline(never)]
pub(super) fn check(terms: &CollateralTerms, decimals: u8) -> Result<()> {
    within(terms.validate())?;
    require!(decimals == terms.params.decimals, FirebreakError::WrongCollateralDecimals);
    Ok(())
}

pub(crate) fn handle(ctx: Context<ListCollateral>, args: Box<ListCollateralArgs>) -> Result<()> {
    require_recent(&ctx.accounts.instructions)?;
    let event = list(ctx.accounts, (ctx.bumps.collateral, ctx.bumps.vault), &args)?;
    emit(&ctx.accounts.event_authority, &event)
}

#[inline(never)]
fn list(accounts: &ListCollateral, bumps: (u8, u8), args: &ListCollateralArgs) -> Result<CollateralListed> {
    let protocol = &mut *accounts.protocol.load_mut()?;
    let first = protocol.collateral_count == SETTLEMENT;
    // Before the settlement token is listed nobody can have deposited anything.
    if !first {
        protocol.require_young(now()?.time)?;
    }
    require!((accounts.mint.key() == protocol.mint) == first, FirebreakError::SettlementFirst);
    let mut sources = Box::new(Sources::zeroed());
    sources.fill_priced(&args.sources)?;
    let token = Listed { mint: accounts.mint.key(), decimals: accounts.mint.decimals, vault: accounts.vault.key(), bumps };
    if first {
        (protocol.vault, protocol.vault_bump) = (token.vault, bumps.1);
    }
    start(protocol, &mut *accounts.collateral.load_init()?, &token, &args.terms, &sources)
}

/// A token that is listed.
pub(super) struct Listed {
    pub mint: Pubkey,
    pub decimals: u8,
    pub vault: Pubkey,
    /// Of the record and of the vault.
    pub bumps: (u8, u8),
}

/// Fills a fresh record under the next number.
pub(super) fn start(
    protocol: &mut Protocol,
    record: &mut Collateral,
    token: &Listed,
    terms: &CollateralTerms,
    sources: &Sources,
) -> Result<CollateralListed> {
    check(terms, token.decimals)?;
    let index = protocol.collateral_count;
    protocol.collateral_count = index.checked_add(1).ok_or(FirebreakError::Overflow)?;
    protocol.invariant()?;

    record.version = LAYOUT_VERSION;
    (record.bump, record.vault_bump) = token.bumps;
    record.index = index;
    (record.mint, record.vault) = (token.mint, token.vault);
    // Fresh bytes are zero: no price, no haircut yet in force, nothing held, nothing left.
    (record.engine.params, record.engine.measured) = (terms.params, terms.measured);
    record.feed.rules = terms.rules;
    *record.outflow_rules = terms.outflow;
    (record.sources, record.source_count) = (sources.list, sources.count as u8);
    record.invariant()?;
    Ok(CollateralListed { collateral: index, mint: record.mint, sources: record.source_count })
}
