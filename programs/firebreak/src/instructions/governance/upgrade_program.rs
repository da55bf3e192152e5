//! Replaces the program by what a proposed buffer holds, once its delay has passed. Anybody may.
//!
//! A longer program needs a longer account first. That is no instruction of this program: the loader lengthens any program's account for anybody
//! who pays (`ExtendProgram`), whoever may upgrade it, and takes that instruction from no other program.

use crate::{constants::*, emit::emit, errors::FirebreakError, events::ChangeExecuted, instructions::now, state::*};
use anchor_lang::{
    prelude::*,
    solana_program::{
        bpf_loader_upgradeable::{self, get_program_data_address},
        program::invoke_signed,
        sysvar::SysvarId,
    },
};

/// Accounts of `upgrade_program`. The last two are those of every event; the program itself has to be writable here.
#[derive(Accounts)]
pub struct UpgradeProgram<'info> {
    /// Counts upgrades.
    #[account(mut)]
    pub protocol: AccountLoader<'info, Protocol>,
    /// The change.
    #[account(mut, close = proposer, has_one = proposer @ FirebreakError::WrongProposer)]
    pub change: AccountLoader<'info, ParamChange>,
    /// CHECK: gets the rent of change and buffer back; the change names it.
    #[account(mut)]
    pub proposer: UncheckedAccount<'info>,
    /// CHECK: holds the new program; the change names it.
    #[account(mut)]
    pub buffer: UncheckedAccount<'info>,
    /// CHECK: where the loader keeps the program; it checks the rest.
    #[account(mut, address = get_program_data_address(&crate::ID))]
    pub program_data: UncheckedAccount<'info>,
    /// CHECK: the program's address that may upgrade it.
    #[account(seeds = [UPGRADE_SEED], bump)]
    pub upgrade_authority: UncheckedAccount<'info>,
    /// CHECK: the loader asks for it.
    #[account(address = Rent::id())]
    pub rent: UncheckedAccount<'info>,
    /// CHECK: the loader asks for it.
    #[account(address = Clock::id())]
    pub clock: UncheckedAccount<'info>,
    /// CHECK: the loader.
    #[account(address = bpf_loader_upgradeable::ID)]
    pub loader: UncheckedAccount<'info>,
    /// CHECK: signs the program's events.
    #[account(address = crate::EVENT_AUTHORITY_AND_BUMP.0)]
    pub event_authority: UncheckedAccount<'info>,
    /// CHECK: this program.
    #[account(mut, address = crate::ID)]
    pub program: UncheckedAccount<'info>,
}

pub(crate) fn handle(ctx: Context<UpgradeProgram>) -> Result<()> {
    let id = {
        let accounts = &ctx.accounts;
        let change = accounts.change.load()?;
        change.require(ChangeKind::Upgrade, now()?.time)?;
        let protocol = &mut *accounts.protocol.load_mut()?;
        protocol.invariant()?;
        change.against(&protocol.upgrades)?;
        require!(*change.content::<[u8; 32]>()? == accounts.buffer.key().to_bytes(), FirebreakError::WrongBuffer);
        protocol.upgrades = protocol.upgrades.checked_add(1).ok_or(FirebreakError::Overflow)?;
        change.id
    };
    // Before the program is replaced: it cannot call itself in the slot in which it was.
    emit(&ctx.accounts.event_authority, &ChangeExecuted { id, kind: ChangeKind::Upgrade as u8, market: 0 })?;
    let accounts = &ctx.accounts;
    let upgrade =
        bpf_loader_upgradeable::upgrade(&crate::ID, accounts.buffer.key, accounts.upgrade_authority.key, accounts.proposer.key);
    let infos = [
        accounts.program_data.to_account_info(),
        accounts.program.to_account_info(),
        accounts.buffer.to_account_info(),
        accounts.proposer.to_account_info(),
        accounts.rent.to_account_info(),
        accounts.clock.to_account_info(),
        accounts.upgrade_authority.to_account_info(),
        accounts.loader.to_account_info(),
    ];
    let seeds: &[&[&[u8]]] = &[&[UPGRADE_SEED, &[ctx.bumps.upgrade_authority]]];
    invoke_signed(&upgrade, &infos, seeds)?;
    Ok(())
}
