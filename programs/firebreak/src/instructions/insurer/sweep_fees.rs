//! Moves the insurance fees a market has collected into the fund, so that hot paths need not write it.

use crate::{
    emit::emit,
    errors::{FirebreakError, Named},
    events::InsuranceFunded,
    state::*,
};
use anchor_lang::prelude::*;

/// Accounts of `sweep_fees`.
#[event_cpi]
#[derive(Accounts)]
pub struct SweepFees<'info> {
    /// The market.
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
    /// The insurance fund.
    #[account(mut)]
    pub insurance: AccountLoader<'info, Insurance>,
}

pub(crate) fn handle(ctx: Context<SweepFees>) -> Result<()> {
    let event = {
        let market = &mut ctx.accounts.market.load_mut()?;
        let insurance = &mut ctx.accounts.insurance.load_mut()?;
        let amount = std::mem::take(&mut market.engine.ledger.insurance_fees);
        require!(amount > 0, FirebreakError::ZeroAmount);
        insurance.engine.earn(amount).named()?;
        insurance.invariant()?;
        market.invariant()?;
        InsuranceFunded { amount, market: Some(market.index), insurance: insurance.engine }
    };
    emit(&ctx.accounts.event_authority, &event)
}
