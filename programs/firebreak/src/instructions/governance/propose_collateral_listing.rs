//! Proposes a collateral. It gets its number when it is listed.

use super::{
    list_collateral::{check, ListCollateralArgs},
    nonce::require_recent,
    proposing::Proposal,
};
use crate::{constants::*, emit::emit, errors::FirebreakError, events::ChangeProposed, instructions::now, state::*};
use anchor_lang::prelude::*;
use anchor_spl::token::Mint;
use bytemuck::Zeroable;
use firebreak_risk::governance::Class;

/// Accounts of `propose_collateral_listing`.
#[event_cpi]
#[derive(Accounts)]
pub struct ProposeCollateralListing<'info> {
    /// The protocol's authority; pays.
    #[account(mut)]
    pub authority: Signer<'info>,
    /// Numbers the changes.
    #[account(mut, has_one = authority @ FirebreakError::NotAuthority)]
    pub protocol: AccountLoader<'info, Protocol>,
    /// The token.
    pub mint: Box<Account<'info, Mint>>,
    /// The change.
    #[account(
        init,
        payer = authority,
        space = ParamChange::SPACE,
        seeds = [CHANGE_SEED, &protocol.load()?.next_change.to_le_bytes()],
        bump
    )]
    pub change: AccountLoader<'info, ParamChange>,
    /// Creates accounts.
    pub system_program: Program<'info, System>,
    /// CHECK: shows the transaction's instructions; read by its address.
    #[account(address = INSTRUCTIONS)]
    pub instructions: UncheckedAccount<'info>,
}

pub(crate) fn handle(ctx: Context<ProposeCollateralListing>, args: Box<ListCollateralArgs>) -> Result<()> {
    require_recent(&ctx.accounts.instructions)?;
    let event = propose(ctx.accounts, ctx.bumps.change, &args)?;
    emit(&ctx.accounts.event_authority, &event)
}

#[inline(never)]
fn propose(accounts: &ProposeCollateralListing, bump: u8, args: &ListCollateralArgs) -> Result<ChangeProposed> {
    let protocol = &mut *accounts.protocol.load_mut()?;
    let mint = &accounts.mint;
    // The settlement token is listed at once, at any time.
    require!(protocol.collateral_count != SETTLEMENT && mint.key() != protocol.mint, FirebreakError::SettlementFirst);
    check(&args.terms, mint.decimals)?;
    let mut new = Box::new(CollateralListing::zeroed());
    (new.mint, new.terms) = (mint.key(), args.terms);
    new.sources.fill_priced(&args.sources)?;
    let class = Some(Class::List);
    let proposal = Proposal { kind: ChangeKind::CollateralListing, class, market: 0, old: &0u64, new: &*new };
    proposal.file(protocol, &accounts.change, (bump, accounts.authority.key(), now()?.time))
}
