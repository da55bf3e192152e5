//! Proposes other price sources for a collateral. Like a market's they wait as long as a listing.

use super::{
    nonce::require_recent,
    proposing::{Proposal, ProposeForCollateral},
};
use crate::{emit::emit, errors::FirebreakError, instructions::now, state::*};
use anchor_lang::prelude::*;
use bytemuck::Zeroable;
use firebreak_risk::governance::Class;

pub(crate) fn handle(ctx: Context<ProposeForCollateral>, sources: Vec<PriceSource>) -> Result<()> {
    let accounts = &ctx.accounts;
    require_recent(&accounts.instructions)?;
    let event = {
        let record = accounts.collateral.load()?;
        record.invariant()?;
        let mut new = Box::new(Sources::zeroed());
        new.fill_priced(&sources)?;
        require!(!record.has_sources(&new), FirebreakError::NothingChanges);
        let old = Box::new(Sources { list: record.sources, count: record.source_count.into() });
        let class = Some(Class::List);
        let proposal = Proposal { kind: ChangeKind::CollateralSources, class, market: record.index, old: &*old, new: &*new };
        let by = (ctx.bumps.change, accounts.authority.key(), now()?.time);
        proposal.file(&mut *accounts.protocol.load_mut()?, &accounts.change, by)?
    };
    emit(&ctx.accounts.event_authority, &event)
}
