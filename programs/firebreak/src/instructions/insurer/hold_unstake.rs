//! Keeps a cooled request from lapsing while it cannot be paid for no fault of the staker's. Anyone may call it: it takes nothing from
//! anybody, and a staker who is held up should not have to be awake.

use crate::{
    emit::emit,
    errors::{FirebreakError, Named},
    events::UnstakeHeld,
    instructions::{markets, now},
    state::*,
};
use anchor_lang::prelude::*;
use firebreak_risk::ops;

/// Accounts of `hold_unstake`. Remaining accounts: the markets that hold the pay-out back, by ascending index; none if the global
/// breaker does, or if the vault has let out too much.
#[event_cpi]
#[derive(Accounts)]
pub struct HoldUnstake<'info> {
    /// Says the global breaker's level.
    pub protocol: AccountLoader<'info, Protocol>,
    /// The insurance fund.
    pub insurance: AccountLoader<'info, Insurance>,
    /// The settlement token's record: what its vault has let out.
    #[account(constraint = collateral.load()?.index == SETTLEMENT @ FirebreakError::WrongCollateral)]
    pub collateral: AccountLoader<'info, Collateral>,
    /// The stake.
    #[account(mut)]
    pub stake: AccountLoader<'info, Stake>,
}

pub(crate) fn handle<'info>(ctx: Context<'info, HoldUnstake<'info>>) -> Result<()> {
    let event = {
        let insurance = ctx.accounts.insurance.load()?;
        insurance.invariant()?;
        let stake = &mut ctx.accounts.stake.load_mut()?;
        stake.invariant()?;
        let given = markets::Given::insured(&mut ctx.remaining_accounts.iter())?;
        let record = ctx.accounts.collateral.load()?;
        record.invariant()?;
        let setting = ctx.accounts.protocol.load()?.setting_checked(&insurance, Some(&record), now()?)?;
        let (which, vault) = (stake.seniority()?, (&*record.outflow, &*record.outflow_rules));
        ops::hold_unstake(&insurance.engine, (which, &mut stake.engine), given.engines(), vault, &setting).named()?;
        stake.invariant()?;
        UnstakeHeld { stake: ctx.accounts.stake.key(), since: stake.engine.requested_at, part: stake.engine }
    };
    emit(&ctx.accounts.event_authority, &event)
}
