//! Brings an account that an older program wrote up to this program's layout. Anybody may, for anybody's account, and pays the rent of what
//! it grows by: no account waits for its owner.

use crate::{
    emit::emit,
    events::Migrated,
    instructions::now,
    state::layouts::{bring_up, found},
};
use anchor_lang::{
    prelude::*,
    system_program::{transfer, Transfer},
};

/// Accounts of `migrate`. Anyone may call it.
#[event_cpi]
#[derive(Accounts)]
pub struct Migrate<'info> {
    /// Pays the rent.
    #[account(mut)]
    pub payer: Signer<'info>,
    /// CHECK: one of this program's; its type, its layout and its length are found in its bytes.
    #[account(mut, owner = crate::ID @ ErrorCode::AccountOwnedByWrongProgram)]
    pub account: UncheckedAccount<'info>,
    /// Moves the rent.
    pub system_program: Program<'info, System>,
}

pub(crate) fn handle(ctx: Context<Migrate>) -> Result<()> {
    let accounts = &ctx.accounts;
    let info = accounts.account.to_account_info();
    let (kind, from) = {
        let data = info.try_borrow_data()?;
        found(&data)?
    };
    let due = Rent::get()?.minimum_balance(kind.space).saturating_sub(info.lamports());
    if due > 0 {
        let parts = Transfer { from: accounts.payer.to_account_info(), to: info.clone() };
        transfer(CpiContext::new(accounts.system_program.key(), parts), due)?;
    }
    info.resize(kind.space)?;
    let to = {
        let mut data = info.try_borrow_mut_data()?;
        bring_up(kind, from, &mut data, now()?)?
    };
    emit(&accounts.event_authority, &Migrated { account: info.key(), from, to, bytes: kind.space as u64 })
}
