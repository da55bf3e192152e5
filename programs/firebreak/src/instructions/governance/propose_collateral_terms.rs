//! Proposes other terms for a collateral: its cap, haircut and warm-up, the rules of its price and of its sale, what may leave its vault.

use super::{
    nonce::require_recent,
    proposing::{Proposal, ProposeForCollateral},
};
use crate::{
    emit::emit,
    errors::{within, Named},
    instructions::now,
    state::*,
};
use anchor_lang::prelude::*;
use firebreak_risk::governance::review;

pub(crate) fn handle(ctx: Context<ProposeForCollateral>, new: Box<EngineCollateralTerms>) -> Result<()> {
    let accounts = &ctx.accounts;
    require_recent(&accounts.instructions)?;
    let event = {
        let record = accounts.collateral.load()?;
        record.invariant()?;
        within(new.validate())?;
        let old = record.terms();
        let class = Some(review(&*old, &**new).named()?);
        let proposal = Proposal { kind: ChangeKind::Terms, class, market: record.index, old: &old, new: &*new };
        let by = (ctx.bumps.change, accounts.authority.key(), now()?.time);
        proposal.file(&mut *accounts.protocol.load_mut()?, &accounts.change, by)?
    };
    emit(&ctx.accounts.event_authority, &event)
}
