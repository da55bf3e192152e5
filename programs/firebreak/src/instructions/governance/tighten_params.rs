//! The guardian tightens a market's parameters at once. What it moves in a day is bounded, so that no sum of tightenings can make much
//! of a market liquidatable.

use super::nonce::require_recent;
use crate::{
    constants::INSTRUCTIONS,
    emit::emit,
    errors::{within, FirebreakError, Named},
    events::Tightened,
    instructions::now,
    state::*,
};
use anchor_lang::prelude::*;
use firebreak_risk::ops;

/// Accounts of `tighten_params` and `tighten_rules`.
#[event_cpi]
#[derive(Accounts)]
pub struct Tighten<'info> {
    /// The guardian.
    pub guardian: Signer<'info>,
    /// Says who that is.
    #[account(has_one = guardian @ FirebreakError::NotGuardian)]
    pub protocol: AccountLoader<'info, Protocol>,
    /// The market.
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
    /// CHECK: shows the transaction's instructions; read by its address.
    #[account(address = INSTRUCTIONS)]
    pub instructions: UncheckedAccount<'info>,
}

impl Tighten<'_> {
    /// What both kinds ask first.
    pub(super) fn validate(&self) -> Result<()> {
        require_recent(&self.instructions)?;
        self.protocol.load()?.invariant()
    }
}

pub(crate) fn handle(ctx: Context<Tighten>, new: EngineParams) -> Result<()> {
    let accounts = &ctx.accounts;
    accounts.validate()?;
    let event = {
        let market = &mut *accounts.market.load_mut()?;
        market.invariant()?;
        require!(market.engine.params != *new, FirebreakError::NothingChanges);
        market.guarded.tighten(&market.engine.params, &new, now()?.time).named()?;
        within(ops::set_params(&mut market.engine, &new))?;
        market.invariant()?;
        Tightened { market: market.index, kind: ChangeKind::Params as u8, used: market.guarded.tightened.current }
    };
    emit(&ctx.accounts.event_authority, &event)
}
