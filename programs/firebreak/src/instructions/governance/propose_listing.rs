//! Proposes a market. Its rules do not fit into the same transaction: the delay starts with `complete_listing`.

use super::{
    list_market::ListMarketArgs,
    nonce::require_recent,
    proposing::{Proposal, Propose},
};
use crate::{emit::emit, errors::FirebreakError, instructions::now, state::*};
use anchor_lang::prelude::*;
use bytemuck::Zeroable;

pub(crate) fn handle(ctx: Context<Propose>, args: ListMarketArgs) -> Result<()> {
    let accounts = &ctx.accounts;
    require_recent(&accounts.instructions)?;
    args.validate()?;
    let event = {
        let protocol = &mut *accounts.protocol.load_mut()?;
        // Several may wait side by side; each is executed when its turn has come.
        require!(args.index >= protocol.market_count, FirebreakError::WrongMarketIndex);
        let mut new = Box::new(Listing::zeroed());
        new.name = args.name;
        new.params = args.params;
        new.sources.fill(&args.sources)?;
        let proposal = Proposal { kind: ChangeKind::Listing, class: None, market: args.index, old: &0u64, new: &*new };
        let by = (ctx.bumps.change, accounts.authority.key(), now()?.time);
        proposal.file(protocol, &accounts.change, by)?
    };
    emit(&ctx.accounts.event_authority, &event)
}
