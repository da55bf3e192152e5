//! Opens a margin account for its signer.

use crate::{constants::*, emit::emit, events::AccountOpened, instructions::now, state::*};
use anchor_lang::prelude::*;
use firebreak_risk::{index::LossIndex, Account as EngineState, Position};

/// What an account shares with its owner's others.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountKind {
    /// All its positions stand on one capital.
    Cross,
    /// It holds at most one market's position: what is lost there is all that can be lost.
    Isolated,
}

/// Accounts of `open_account`.
#[event_cpi]
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

pub(crate) fn handle(ctx: Context<OpenAccount>, sub_id: u16, kind: AccountKind) -> Result<()> {
    let (key, owner) = (ctx.accounts.account.key(), ctx.accounts.owner.key());
    let isolated = kind == AccountKind::Isolated;
    {
        let account = &mut ctx.accounts.account.load_init()?;
        account.version = MarginAccount::VERSION;
        account.bump = ctx.bumps.account;
        account.sub_id = sub_id;
        account.owner = owner;
        account.opened = now()?.slot;
        account.engine.isolated = isolated.into();
        // A fresh account's bytes are zero; free slots differ from zero only in their loss index.
        debug_assert_eq!(EngineState::NEW.capital, 0);
        for position in account.engine.positions.iter_mut() {
            *position = Position { index: LossIndex::NEW, ..Position::EMPTY };
        }
        account.invariant()?;
    }
    emit(&ctx.accounts.event_authority, &AccountOpened { account: key, owner, sub_id, isolated })
}
