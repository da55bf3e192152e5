//! Puts accounts on a market's two boards with their scores of now, and takes dead entries off. Whoever ranks an account changes
//! nothing of it: boards only say who comes first.

use crate::{
    emit::emit,
    errors::{FirebreakError, Named},
    events::{Ranked, RankedAccount},
    instructions::{markets, now, parties},
    state::*,
};
use anchor_lang::prelude::*;
use firebreak_risk::{price::Action, rank::EITHER};

/// Accounts of `rank`. Anyone may call it.
#[event_cpi]
#[derive(Accounts)]
pub struct Rank<'info> {
    /// The market.
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
}

pub(crate) fn handle<'info>(ctx: Context<'info, Rank<'info>>) -> Result<()> {
    require!(!ctx.remaining_accounts.is_empty(), FirebreakError::AccountsMismatch);
    let event = {
        let market = &mut ctx.accounts.market.load_mut()?;
        let now = now()?;
        // A price that nobody may act on ranks nobody either.
        market.engine.require(Action::Liquidate.least(), now).named()?;
        let mut rest = ctx.remaining_accounts.iter();
        let mut given = markets::Given::default();
        let seen = parties::shown(market, &mut given, &mut rest, now)?;
        let mut accounts = Vec::with_capacity(seen.len());
        for shown in &seen {
            let (key, ranked) = (shown.key.to_bytes(), &shown.ranked);
            market.winners.put(&key, ranked.side, ranked.winner);
            market.worst.put(&key, EITHER, ranked.worst);
            accounts.push(RankedAccount { account: shown.key, side: ranked.side, winner: ranked.winner, worst: ranked.worst });
        }
        market.invariant()?;
        Ranked { market: market.index, accounts }
    };
    emit(&ctx.accounts.event_authority, &event)
}
