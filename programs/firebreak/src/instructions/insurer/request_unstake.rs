//! Asks shares back: starts their cooldown. A request replaces an earlier one; zero takes it back. Shares asked back bear every loss until
//! they are paid, and earn nothing more.

use crate::{
    emit::emit,
    errors::{FirebreakError, Named},
    events::UnstakeRequested,
    instructions::now,
    state::*,
};
use anchor_lang::prelude::*;

/// Accounts of `request_unstake`.
#[event_cpi]
#[derive(Accounts)]
pub struct RequestUnstake<'info> {
    /// Whose stake it is.
    pub owner: Signer<'info>,
    /// The insurance fund.
    pub insurance: AccountLoader<'info, Insurance>,
    /// The stake.
    #[account(mut, has_one = owner @ FirebreakError::NotOwner)]
    pub stake: AccountLoader<'info, Stake>,
}

pub(crate) fn handle(ctx: Context<RequestUnstake>, shares: u64) -> Result<()> {
    let event = {
        let insurance = ctx.accounts.insurance.load()?;
        insurance.invariant()?;
        let stake = &mut ctx.accounts.stake.load_mut()?;
        stake.invariant()?;
        let tranche = insurance.engine.tranche_of(stake.seniority()?);
        stake.engine.request(tranche, shares, now()?.time).named()?;
        stake.invariant()?;
        UnstakeRequested {
            stake: ctx.accounts.stake.key(),
            shares,
            value: stake.engine.requested_value,
            since: stake.engine.requested_at,
            part: stake.engine,
        }
    };
    emit(&ctx.accounts.event_authority, &event)
}
