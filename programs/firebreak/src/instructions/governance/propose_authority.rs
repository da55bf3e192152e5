//! Proposes to hand the authority over. It changes hands when the new one signs for it, after the delay of a new key.

use super::{
    nonce::require_recent,
    proposing::{Proposal, Propose},
};
use crate::{emit::emit, instructions::now, state::*};
use anchor_lang::prelude::*;
use firebreak_risk::governance::Class;

pub(crate) fn handle(ctx: Context<Propose>, new: Pubkey) -> Result<()> {
    let accounts = &ctx.accounts;
    require_recent(&accounts.instructions)?;
    let event = {
        let protocol = &mut *accounts.protocol.load_mut()?;
        let old = protocol.authority.to_bytes();
        let same = new == protocol.authority || new == Pubkey::default();
        let class = Some(if same { Class::Neutral } else { Class::List });
        let proposal = Proposal { kind: ChangeKind::Authority, class, market: 0, old: &old, new: &new.to_bytes() };
        let by = (ctx.bumps.change, accounts.authority.key(), now()?.time);
        proposal.file(protocol, &accounts.change, by)?
    };
    emit(&ctx.accounts.event_authority, &event)
}
