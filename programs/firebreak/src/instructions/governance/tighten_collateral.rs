//! The guardian tightens a collateral's terms at once, within a budget of its own like that of each market.

use super::nonce::require_recent;
use crate::{
    constants::INSTRUCTIONS,
    emit::emit,
    errors::{FirebreakError, Named},
    events::Tightened,
    instructions::now,
    state::*,
};
use anchor_lang::prelude::*;

/// Accounts of `tighten_collateral`.
#[event_cpi]
#[derive(Accounts)]
pub struct TightenCollateral<'info> {
    /// The guardian.
    pub guardian: Signer<'info>,
    /// Says who that is.
    #[account(has_one = guardian @ FirebreakError::NotGuardian)]
    pub protocol: AccountLoader<'info, Protocol>,
    /// The collateral.
    #[account(mut)]
    pub collateral: AccountLoader<'info, Collateral>,
    /// CHECK: shows the transaction's instructions; read by its address.
    #[account(address = INSTRUCTIONS)]
    pub instructions: UncheckedAccount<'info>,
}

pub(crate) fn handle(ctx: Context<TightenCollateral>, new: Box<EngineCollateralTerms>) -> Result<()> {
    let accounts = &ctx.accounts;
    require_recent(&accounts.instructions)?;
    accounts.protocol.load()?.invariant()?;
    let event = {
        let record = &mut *accounts.collateral.load_mut()?;
        record.invariant()?;
        let (old, now) = (record.terms(), now()?);
        require!(old != *new, FirebreakError::NothingChanges);
        record.guarded.tighten(&*old, &**new, now.time).named()?;
        record.set_terms(&new, now)?;
        record.invariant()?;
        Tightened { market: record.index, kind: ChangeKind::Terms as u8, used: record.guarded.tightened.current }
    };
    emit(&ctx.accounts.event_authority, &event)
}
