//! Lists a proposed market once its delay has passed. Anybody may, and pays for its account.

use super::list_market::start;
use crate::{
    constants::*,
    emit::emit,
    errors::{within, FirebreakError},
    events::{ChangeExecuted, MarketListed},
    instructions::now,
    state::*,
};
use anchor_lang::prelude::*;

/// Accounts of `execute_listing`.
#[event_cpi]
#[derive(Accounts)]
pub struct ExecuteListing<'info> {
    /// Whoever calls; pays.
    #[account(mut)]
    pub caller: Signer<'info>,
    /// Counts markets.
    #[account(mut)]
    pub protocol: AccountLoader<'info, Protocol>,
    /// The listing.
    #[account(mut, close = proposer, has_one = proposer @ FirebreakError::WrongProposer)]
    pub change: AccountLoader<'info, ParamChange>,
    /// CHECK: gets the rent back; the change names it.
    #[account(mut)]
    pub proposer: UncheckedAccount<'info>,
    /// The new market.
    #[account(init, payer = caller, space = Market::SPACE, seeds = [MARKET_SEED, &change.load()?.market.to_le_bytes()], bump)]
    pub market: AccountLoader<'info, Market>,
    /// Creates accounts.
    pub system_program: Program<'info, System>,
}

pub(crate) fn handle(ctx: Context<ExecuteListing>) -> Result<()> {
    let accounts = &ctx.accounts;
    let (id, index, sources) = {
        let change = accounts.change.load()?;
        change.require(ChangeKind::Listing, now()?.time)?;
        let listing = change.content::<Listing>()?;
        within(listing.params.validate())?;
        within(listing.rules.validate(&listing.params))?;
        let index = accounts.protocol.load_mut()?.count_market(change.market)?;
        let market = &mut *accounts.market.load_init()?;
        start(market, (index, ctx.bumps.market), &listing.name, &listing.params, &listing.sources);
        market.engine.rules = *listing.rules;
        market.invariant()?;
        (change.id, index, market.source_count)
    };
    emit(&ctx.accounts.event_authority, &MarketListed { market: index, sources })?;
    emit(&ctx.accounts.event_authority, &ChangeExecuted { id, kind: ChangeKind::Listing as u8, market: index })
}
