//! Proposes other price sources for a market. Whatever differs, it waits as long as a listing: who chooses the price chooses everything.

use super::{
    nonce::require_recent,
    proposing::{Proposal, ProposeForMarket},
};
use crate::{emit::emit, errors::FirebreakError, instructions::now, state::*};
use anchor_lang::prelude::*;
use bytemuck::Zeroable;
use firebreak_risk::governance::Class;

pub(crate) fn handle(ctx: Context<ProposeForMarket>, sources: Vec<PriceSource>) -> Result<()> {
    let accounts = &ctx.accounts;
    require_recent(&accounts.instructions)?;
    let event = {
        let market = accounts.market.load()?;
        market.invariant()?;
        let mut new = Box::new(Sources::zeroed());
        new.fill(&sources)?;
        require!(!market.has_sources(&new), FirebreakError::NothingChanges);
        let old = Box::new(Sources { list: market.sources, count: market.source_count.into() });
        let class = Some(Class::List);
        let proposal = Proposal { kind: ChangeKind::Sources, class, market: market.index, old: &*old, new: &*new };
        let by = (ctx.bumps.change, accounts.authority.key(), now()?.time);
        proposal.file(&mut *accounts.protocol.load_mut()?, &accounts.change, by)?
    };
    emit(&ctx.accounts.event_authority, &event)
}
