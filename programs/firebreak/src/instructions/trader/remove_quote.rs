//! Removes a quote; its rent goes back to the owner. The margin account may be closed already: its address, derived from the owner,
//! says whose quote it is.

use crate::{constants::ACCOUNT_SEED, emit::emit, errors::FirebreakError, events::QuoteRemoved, state::*};
use anchor_lang::prelude::*;

/// Accounts of `remove_quote`.
#[event_cpi]
#[derive(Accounts)]
#[instruction(sub_id: u16)]
pub struct RemoveQuote<'info> {
    /// Owner of the margin account; receives the rent.
    #[account(mut)]
    pub owner: Signer<'info>,
    /// CHECK: the address of the maker's margin account, derived from the signer; it is not read.
    #[account(seeds = [ACCOUNT_SEED, owner.key().as_ref(), &sub_id.to_le_bytes()], bump)]
    pub account: UncheckedAccount<'info>,
    /// The quote.
    #[account(mut, close = owner, constraint = quote.load()?.account == account.key() @ FirebreakError::WrongQuote)]
    pub quote: AccountLoader<'info, Quote>,
}

pub(crate) fn handle(ctx: Context<RemoveQuote>) -> Result<()> {
    let market = {
        let quote = ctx.accounts.quote.load()?;
        quote.invariant()?;
        quote.market
    };
    emit(&ctx.accounts.event_authority, &QuoteRemoved { account: ctx.accounts.account.key(), market })
}
