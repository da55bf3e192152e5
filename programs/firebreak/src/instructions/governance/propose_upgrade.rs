//! Proposes to replace the program by what a buffer holds. The buffer must belong to the program's upgrade address already: from then on
//! nobody can write to it, so everybody can read for seven days what will run. Once any upgrade has been made, the others that were
//! proposed before are void: a buffer that was used up could be made again with other bytes.

use super::{nonce::require_recent, proposing::Proposal};
use crate::{constants::*, emit::emit, errors::FirebreakError, instructions::now, state::*};
use anchor_lang::{
    prelude::*,
    solana_program::bpf_loader_upgradeable::{get_program_data_address, UpgradeableLoaderState},
};
use firebreak_risk::governance::Class;

/// Accounts of `propose_upgrade`.
#[event_cpi]
#[derive(Accounts)]
pub struct ProposeUpgrade<'info> {
    /// The protocol's authority; pays.
    #[account(mut)]
    pub authority: Signer<'info>,
    /// Numbers the changes and counts upgrades.
    #[account(mut, has_one = authority @ FirebreakError::NotAuthority)]
    pub protocol: AccountLoader<'info, Protocol>,
    /// Holds the new program.
    pub buffer: Account<'info, UpgradeableLoaderState>,
    /// Where the loader records who may upgrade.
    #[account(
        constraint = program_data.key() == get_program_data_address(&crate::ID) @ FirebreakError::NotHandedOver,
        constraint = program_data.upgrade_authority_address == Some(upgrade_authority.key()) @ FirebreakError::NotHandedOver
    )]
    pub program_data: Account<'info, ProgramData>,
    /// CHECK: the program's address that may upgrade it.
    #[account(seeds = [UPGRADE_SEED], bump)]
    pub upgrade_authority: UncheckedAccount<'info>,
    /// The change.
    #[account(
        init,
        payer = authority,
        space = ParamChange::SPACE,
        seeds = [CHANGE_SEED, &protocol.load()?.next_change.to_le_bytes()],
        bump
    )]
    pub change: AccountLoader<'info, ParamChange>,
    /// Creates accounts.
    pub system_program: Program<'info, System>,
    /// CHECK: shows the transaction's instructions; read by its address.
    #[account(address = INSTRUCTIONS)]
    pub instructions: UncheckedAccount<'info>,
}

pub(crate) fn handle(ctx: Context<ProposeUpgrade>) -> Result<()> {
    let accounts = &ctx.accounts;
    require_recent(&accounts.instructions)?;
    let owned = UpgradeableLoaderState::Buffer { authority_address: Some(accounts.upgrade_authority.key()) };
    require!(*accounts.buffer == owned, FirebreakError::WrongBuffer);
    let event = {
        let protocol = &mut *accounts.protocol.load_mut()?;
        let (old, new) = (protocol.upgrades, accounts.buffer.key().to_bytes());
        let class = Some(Class::List);
        let proposal = Proposal { kind: ChangeKind::Upgrade, class, market: 0, old: &old, new: &new };
        let by = (ctx.bumps.change, accounts.authority.key(), now()?.time);
        proposal.file(protocol, &accounts.change, by)?
    };
    emit(&ctx.accounts.event_authority, &event)
}
