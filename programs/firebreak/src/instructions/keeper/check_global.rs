//! Brings the global breaker up to what is known: trips and releases it. Anyone may call it. (A market's own breaker is brought up by
//! `accrue`.)

use crate::{emit::emit, events::GlobalChecked, instructions::now, state::*};
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
}

pub(crate) fn handle(ctx: Context<CheckGlobal>) -> Result<()> {
    let event = {
        let insurance = ctx.accounts.insurance.load()?;
        insurance.invariant()?;
        let protocol = &mut ctx.accounts.protocol.load_mut()?;
        protocol.invariant()?;
        let (breaker, level) = protocol.judged(&insurance, now()?)?;
        protocol.breaker = breaker;
        protocol.invariant()?;
        GlobalChecked { level: level as u8, reasons: breaker.reasons() }
    };
    emit(&ctx.accounts.event_authority, &event)
}
