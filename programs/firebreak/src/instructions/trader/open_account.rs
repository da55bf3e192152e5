//! Opens a margin account for its signer.

use crate::{constants::*, state::*};
use anchor_lang::prelude::*;
use firebreak_risk::{index::LossIndex, Account as EngineState, Position};

/// Accounts of `open_account`.
#[derive(Accounts)]
#[instruction(sub_id: u16)]
pub struct OpenAccount<'info> {
    /// The owner; pays.
    #[account(mut)]
    pub owner: Signer<'info>,
    /// The new account.
    #[account(init, payer = owner, space = MarginAccount::SPACE, seeds = [ACCOUNT_SEED, owner.key().as_ref(), &sub_id.to_le_bytes()], bump)]
    pub account: AccountLoader<'info, MarginAccount>,
    /// Creates accounts.
    pub system_program: Program<'info, System>,
}

pub(crate) fn handle(ctx: Context<OpenAccount>, sub_id: u16) -> Result<()> {
    let account = &mut ctx.accounts.account.load_init()?;
    account.version = LAYOUT_VERSION;
    account.bump = ctx.bumps.account;
    account.sub_id = sub_id;
    account.owner = ctx.accounts.owner.key();
    // A fresh account's bytes are zero; free slots differ from zero only in their loss index.
    debug_assert_eq!(EngineState::NEW.capital, 0);
    for position in account.engine.positions.iter_mut() {
        *position = Position { index: LossIndex::NEW, ..Position::EMPTY };
    }
    account.invariant()
}
