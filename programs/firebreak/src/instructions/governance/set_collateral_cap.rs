//! Lowers a collateral's cap at once: what is held stays, nothing more is taken. It rises by a proposal.

use super::nonce::require_recent;
use crate::{
    constants::INSTRUCTIONS,
    emit::emit,
    errors::{FirebreakError, Named},
    events::CapSet,
    state::*,
};
use anchor_lang::prelude::*;

/// Accounts of `set_collateral_cap`.
#[event_cpi]
#[derive(Accounts)]
pub struct SetCollateralCap<'info> {
    /// The protocol's authority.
    pub authority: Signer<'info>,
    /// Says who that is.
    #[account(has_one = authority @ FirebreakError::NotAuthority)]
    pub protocol: AccountLoader<'info, Protocol>,
    /// The collateral.
    #[account(mut)]
    pub collateral: AccountLoader<'info, Collateral>,
    /// CHECK: shows the transaction's instructions; read by its address.
    #[account(address = INSTRUCTIONS)]
    pub instructions: UncheckedAccount<'info>,
}

pub(crate) fn handle(ctx: Context<SetCollateralCap>, cap: u64) -> Result<()> {
    require_recent(&ctx.accounts.instructions)?;
    let event = {
        ctx.accounts.protocol.load()?.invariant()?;
        let record = &mut ctx.accounts.collateral.load_mut()?;
        record.invariant()?;
        record.engine.lower_cap(cap).named()?;
        CapSet { collateral: record.index, cap }
    };
    emit(&ctx.accounts.event_authority, &event)
}
