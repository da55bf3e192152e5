//! Gives a proposed market its rules, and starts its delay.

use super::{nonce::require_recent, proposing::told};
use crate::{
    constants::INSTRUCTIONS,
    emit::emit,
    errors::{within, FirebreakError},
    instructions::now,
    state::*,
};
use anchor_lang::prelude::*;
use firebreak_risk::governance::Class;

/// Accounts of `complete_listing`.
#[event_cpi]
#[derive(Accounts)]
pub struct CompleteListing<'info> {
    /// The protocol's authority.
    pub authority: Signer<'info>,
    /// Says who that is, and how long a listing waits.
    #[account(has_one = authority @ FirebreakError::NotAuthority)]
    pub protocol: AccountLoader<'info, Protocol>,
    /// The listing.
    #[account(mut)]
    pub change: AccountLoader<'info, ParamChange>,
    /// CHECK: shows the transaction's instructions; read by its address.
    #[account(address = INSTRUCTIONS)]
    pub instructions: UncheckedAccount<'info>,
}

pub(crate) fn handle(ctx: Context<CompleteListing>, rules: Box<EngineRules>) -> Result<()> {
    let accounts = &ctx.accounts;
    require_recent(&accounts.instructions)?;
    let event = {
        let protocol = accounts.protocol.load()?;
        protocol.invariant()?;
        let change = &mut accounts.change.load_mut()?;
        change.invariant()?;
        require!(change.kind == ChangeKind::Listing as u8, FirebreakError::WrongChange);
        require!(change.is_incomplete(), FirebreakError::ListingIncomplete);
        let listing = change.listing_mut()?;
        within(rules.validate(&listing.params))?;
        listing.rules = *rules;
        change.start(Class::List, protocol.delays.of(Class::List), now()?.time);
        told(change)
    };
    emit(&ctx.accounts.event_authority, &event)
}
