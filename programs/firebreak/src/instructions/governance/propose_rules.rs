//! Proposes other rules for a market, or its first ones when it was listed without.

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
use firebreak_risk::governance::rules::review_rules;

pub(crate) fn handle(ctx: Context<ProposeForMarket>, new: Box<EngineRules>) -> Result<()> {
    let accounts = &ctx.accounts;
    require_recent(&accounts.instructions)?;
    let event = {
        let market = accounts.market.load()?;
        market.invariant()?;
        within(new.validate(&market.engine.params))?;
        let old = &market.engine.rules;
        let class = Some(review_rules(old, &new).named()?);
        let proposal = Proposal { kind: ChangeKind::Rules, class, market: market.index, old, new: &*new };
        let by = (ctx.bumps.change, accounts.authority.key(), now()?.time);
        proposal.file(&mut *accounts.protocol.load_mut()?, &accounts.change, by)?
    };
    emit(&ctx.accounts.event_authority, &event)
}
