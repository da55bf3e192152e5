//! Ends the time in which the authority lists markets at once, before it ends by itself. It never comes back.

use super::nonce::require_recent;
use crate::{constants::INSTRUCTIONS, emit::emit, errors::FirebreakError, events::BootstrapSealed, instructions::now, state::*};
use anchor_lang::prelude::*;

/// Accounts of `seal`.
#[event_cpi]
#[derive(Accounts)]
pub struct Seal<'info> {
    /// The protocol's authority.
    pub authority: Signer<'info>,
    /// The protocol.
    #[account(mut, has_one = authority @ FirebreakError::NotAuthority)]
    pub protocol: AccountLoader<'info, Protocol>,
    /// CHECK: shows the transaction's instructions; read by its address.
    #[account(address = INSTRUCTIONS)]
    pub instructions: UncheckedAccount<'info>,
}

pub(crate) fn handle(ctx: Context<Seal>) -> Result<()> {
    let accounts = &ctx.accounts;
    require_recent(&accounts.instructions)?;
    let markets = {
        let protocol = &mut *accounts.protocol.load_mut()?;
        protocol.invariant()?;
        protocol.require_young(now()?.time)?;
        protocol.bootstrap_ends = 0;
        protocol.market_count
    };
    emit(&ctx.accounts.event_authority, &BootstrapSealed { markets })
}
