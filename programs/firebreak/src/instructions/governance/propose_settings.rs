//! Proposes other settings of the protocol and its insurance: bond and reward, caps, floor, cooldown, delays (which only grow), the global
//! breaker's rules, the guardian's key.

use super::{nonce::require_recent, proposing::Proposal};
use crate::{
    constants::*,
    emit::emit,
    errors::{within, FirebreakError, Named},
    instructions::now,
    state::*,
};
use anchor_lang::prelude::*;
use firebreak_risk::governance::review;

/// Accounts of `propose_settings`.
#[event_cpi]
#[derive(Accounts)]
pub struct ProposeSettings<'info> {
    /// The protocol's authority; pays.
    #[account(mut)]
    pub authority: Signer<'info>,
    /// Half of the settings; numbers the changes.
    #[account(mut, has_one = authority @ FirebreakError::NotAuthority)]
    pub protocol: AccountLoader<'info, Protocol>,
    /// The other half.
    pub insurance: AccountLoader<'info, Insurance>,
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

pub(crate) fn handle(ctx: Context<ProposeSettings>, new: EngineSettings) -> Result<()> {
    let accounts = &ctx.accounts;
    require_recent(&accounts.instructions)?;
    let event = {
        let protocol = &mut *accounts.protocol.load_mut()?;
        let insurance = accounts.insurance.load()?;
        insurance.invariant()?;
        within(new.validate())?;
        let old = protocol.settings(&insurance);
        let class = Some(review(&*old, &*new).named()?);
        let proposal = Proposal { kind: ChangeKind::Settings, class, market: 0, old: &*old, new: &*new };
        let by = (ctx.bumps.change, accounts.authority.key(), now()?.time);
        proposal.file(protocol, &accounts.change, by)?
    };
    emit(&ctx.accounts.event_authority, &event)
}
