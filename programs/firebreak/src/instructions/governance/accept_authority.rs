//! The second step of a hand-over: the new authority signs. So the protocol is never handed to a key that nobody has.

use super::nonce::require_recent;
use crate::{constants::INSTRUCTIONS, emit::emit, errors::FirebreakError, events::ChangeExecuted, instructions::now, state::*};
use anchor_lang::prelude::*;

/// Accounts of `accept_authority`.
#[event_cpi]
#[derive(Accounts)]
pub struct AcceptAuthority<'info> {
    /// Whom the change names.
    pub next: Signer<'info>,
    /// The protocol.
    #[account(mut)]
    pub protocol: AccountLoader<'info, Protocol>,
    /// The change.
    #[account(mut, close = proposer, has_one = proposer @ FirebreakError::WrongProposer)]
    pub change: AccountLoader<'info, ParamChange>,
    /// CHECK: gets the rent back; the change names it.
    #[account(mut)]
    pub proposer: UncheckedAccount<'info>,
    /// CHECK: shows the transaction's instructions; read by its address.
    #[account(address = INSTRUCTIONS)]
    pub instructions: UncheckedAccount<'info>,
}

pub(crate) fn handle(ctx: Context<AcceptAuthority>) -> Result<()> {
    let accounts = &ctx.accounts;
    require_recent(&accounts.instructions)?;
    let id = {
        let change = accounts.change.load()?;
        change.require(ChangeKind::Authority, now()?.time)?;
        let protocol = &mut *accounts.protocol.load_mut()?;
        change.against(&protocol.authority.to_bytes())?;
        require!(*change.content::<[u8; 32]>()? == accounts.next.key().to_bytes(), FirebreakError::NotNextAuthority);
        protocol.authority = accounts.next.key();
        protocol.invariant()?;
        change.id
    };
    emit(&ctx.accounts.event_authority, &ChangeExecuted { id, kind: ChangeKind::Authority as u8, market: 0 })
}
