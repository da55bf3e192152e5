//! Brings the global breaker up to what is known: trips and releases it. Anyone may call it. (A market's own breaker is brought up by
//! `accrue`.)

use crate::{emit::emit, errors::FirebreakError, events::GlobalChecked, instructions::now, state::*};
use anchor_lang::prelude::*;

/// Accounts of `check_global`.
#[event_cpi]
#[derive(Accounts)]
pub struct CheckGlobal<'info> {
    /// The protocol.
    #[account(mut)]
    pub protocol: AccountLoader<'info, Protocol>,
    /// Says what was drawn today.
    pub insurance: AccountLoader<'info, Insurance>,
    /// The settlement token's record: what has left the vault, and what the token is worth.
    #[account(constraint = collateral.load()?.index == SETTLEMENT @ FirebreakError::WrongCollateral)]
    pub collateral: AccountLoader<'info, Collateral>,
}

pub(crate) fn handle(ctx: Context<CheckGlobal>) -> Result<()> {
    let event = {
        let insurance = ctx.accounts.insurance.load()?;
        insurance.invariant()?;
        let record = ctx.accounts.collateral.load()?;
        record.invariant()?;
        let protocol = &mut ctx.accounts.protocol.load_mut()?;
        protocol.invariant()?;
        let (breaker, level) = protocol.judged(&insurance, Some(&record), now()?)?;
        protocol.breaker = breaker;
        protocol.invariant()?;
        GlobalChecked { level: level as u8, reasons: breaker.reasons() }
    };
    emit(&ctx.accounts.event_authority, &event)
}
