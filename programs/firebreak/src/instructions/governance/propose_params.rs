//! Proposes other parameters for a market.

use super::{
    nonce::require_recent,
    proposing::{Proposal, ProposeForMarket},
};
use crate::{
    emit::emit,
    errors::{within, Named},
    instructions::now,
    state::*,
};
use anchor_lang::prelude::*;
use firebreak_risk::governance::review;

pub(crate) fn handle(ctx: Context<ProposeForMarket>, new: EngineParams) -> Result<()> {
    let accounts = &ctx.accounts;
    require_recent(&accounts.instructions)?;
    let event = {
        let market = accounts.market.load()?;
        market.invariant()?;
        within(new.validate())?;
        within(market.engine.rules.validate(&new))?;
        let old = &market.engine.params;
        let class = Some(review(old, &new).named()?);
        let proposal = Proposal { kind: ChangeKind::Params, class, market: market.index, old, new: &new };
        let by = (ctx.bumps.change, accounts.authority.key(), now()?.time);
        proposal.file(&mut *accounts.protocol.load_mut()?, &accounts.change, by)?
    };
    emit(&ctx.accounts.event_authority, &event)
}
