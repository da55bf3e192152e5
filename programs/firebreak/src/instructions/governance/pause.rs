//! The guardian pauses what takes on risk or takes money out, for half an hour. Nothing that makes anybody safer can be paused.

use super::nonce::require_recent;
use crate::{constants::INSTRUCTIONS, emit::emit, errors::FirebreakError, events::Paused, instructions::now, state::*};
use anchor_lang::prelude::*;

/// Accounts of `pause`.
#[event_cpi]
#[derive(Accounts)]
pub struct Pause<'info> {
    /// The guardian.
    pub guardian: Signer<'info>,
    /// The protocol.
    #[account(mut, has_one = guardian @ FirebreakError::NotGuardian)]
    pub protocol: AccountLoader<'info, Protocol>,
    /// CHECK: shows the transaction's instructions; read by its address.
    #[account(address = INSTRUCTIONS)]
    pub instructions: UncheckedAccount<'info>,
}

pub(crate) fn handle(ctx: Context<Pause>, gates: u64) -> Result<()> {
    let accounts = &ctx.accounts;
    require_recent(&accounts.instructions)?;
    let event = {
        let protocol = &mut *accounts.protocol.load_mut()?;
        protocol.invariant()?;
        protocol.pause(gates, now()?.time)?;
        protocol.invariant()?;
        Paused { gates: protocol.paused, until: protocol.guarded.paused_until }
    };
    emit(&ctx.accounts.event_authority, &event)
}
