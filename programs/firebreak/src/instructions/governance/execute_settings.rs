//! Puts other settings of the protocol and its insurance into force.

use crate::{
    emit::emit,
    errors::FirebreakError,
    events::{ChangeExecuted, SettingsChanged},
    instructions::now,
    state::*,
};
use anchor_lang::prelude::*;
use firebreak_risk::governance::settings::Settings;

/// Accounts of `execute_settings`.
#[event_cpi]
#[derive(Accounts)]
pub struct ExecuteSettings<'info> {
    /// Half of the settings.
    #[account(mut)]
    pub protocol: AccountLoader<'info, Protocol>,
    /// The other half.
    #[account(mut)]
    pub insurance: AccountLoader<'info, Insurance>,
    /// The change.
    #[account(mut, close = proposer, has_one = proposer @ FirebreakError::WrongProposer)]
    pub change: AccountLoader<'info, ParamChange>,
    /// CHECK: gets the rent back; the change names it.
    #[account(mut)]
    pub proposer: UncheckedAccount<'info>,
}

pub(crate) fn handle(ctx: Context<ExecuteSettings>) -> Result<()> {
    let accounts = &ctx.accounts;
    let (id, told) = {
        let change = accounts.change.load()?;
        change.require(ChangeKind::Settings, now()?.time)?;
        let protocol = &mut *accounts.protocol.load_mut()?;
        let insurance = &mut *accounts.insurance.load_mut()?;
        protocol.invariant()?;
        insurance.invariant()?;
        change.against(&*protocol.settings(insurance))?;
        protocol.set(insurance, change.content::<Settings>()?)?;
        insurance.invariant()?;
        protocol.invariant()?;
        (change.id, SettingsChanged { settings: protocol.settings(insurance), insurance: insurance.engine })
    };
    emit(&ctx.accounts.event_authority, &told)?;
    emit(&ctx.accounts.event_authority, &ChangeExecuted { id, kind: ChangeKind::Settings as u8, market: 0 })
}
