//! Closes a stake account without shares; its rent goes back to the owner.

use crate::{
    emit::emit,
    errors::{FirebreakError, Named},
    events::StakeClosed,
    state::*,
};
use anchor_lang::prelude::*;

/// Accounts of `close_stake`.
#[event_cpi]
#[derive(Accounts)]
pub struct CloseStake<'info> {
    /// Whose stake it is; receives the rent.
    #[account(mut)]
    pub owner: Signer<'info>,
    /// The insurance fund: losses may have left nothing of the shares.
    pub insurance: AccountLoader<'info, Insurance>,
    /// The stake.
    #[account(mut, close = owner, has_one = owner @ FirebreakError::NotOwner)]
    pub stake: AccountLoader<'info, Stake>,
}

pub(crate) fn handle(ctx: Context<CloseStake>) -> Result<()> {
    {
        let insurance = ctx.accounts.insurance.load()?;
        insurance.invariant()?;
        let stake = &mut ctx.accounts.stake.load_mut()?;
        stake.invariant()?;
        let tranche = insurance.engine.tranche_of(stake.seniority()?);
        stake.engine.touch(tranche).named()?;
        require!(stake.engine.shares == 0, FirebreakError::StakeNotEmpty);
    }
    emit(&ctx.accounts.event_authority, &StakeClosed { stake: ctx.accounts.stake.key() })
}
