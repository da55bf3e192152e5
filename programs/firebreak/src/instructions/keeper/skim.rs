//! Moves tokens that somebody sent to the vault past the program into the insurance fund, as a gift. Until then they are in no ledger and
//! in nobody's way.

use crate::{
    emit::emit,
    errors::{FirebreakError, Named},
    events::Skimmed,
    instructions::now,
    state::*,
};
use anchor_lang::prelude::*;
use anchor_spl::token::TokenAccount;

/// Accounts of `skim`. Anyone may call it.
#[event_cpi]
#[derive(Accounts)]
pub struct Skim<'info> {
    /// The insurance fund.
    #[account(mut)]
    pub insurance: AccountLoader<'info, Insurance>,
    /// The settlement token's record: what the program has moved in and out.
    #[account(mut, has_one = vault @ FirebreakError::WrongVault)]
    pub collateral: AccountLoader<'info, Collateral>,
    /// The protocol's vault.
    pub vault: Box<Account<'info, TokenAccount>>,
}

pub(crate) fn handle(ctx: Context<Skim>) -> Result<()> {
    let event = {
        let insurance = &mut ctx.accounts.insurance.load_mut()?;
        let record = &mut ctx.accounts.collateral.load_mut()?;
        insurance.invariant()?;
        let amount = record.surplus(ctx.accounts.vault.amount);
        require!(amount > 0, FirebreakError::ZeroAmount);
        record.enter(amount, now()?)?;
        insurance.engine.give(amount).named()?;
        record.invariant()?;
        insurance.invariant()?;
        Skimmed { amount, insurance: insurance.engine }
    };
    emit(&ctx.accounts.event_authority, &event)
}
