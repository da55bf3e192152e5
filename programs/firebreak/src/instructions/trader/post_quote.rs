//! Posts or changes a maker's quote. The quote promises nothing that is not checked again when it is taken.

use crate::{constants::*, emit::emit, errors::FirebreakError, events::QuotePosted, state::*};
use anchor_lang::prelude::*;

/// Offsets may be at most this far from the robust price, in ppm.
const MAX_OFFSET: u32 = 500_000;

/// Accounts of `post_quote`.
#[event_cpi]
#[derive(Accounts)]
pub struct PostQuote<'info> {
    /// Owner of the margin account; pays for a new quote.
    #[account(mut)]
    pub owner: Signer<'info>,
    /// The maker's margin account.
    #[account(has_one = owner @ FirebreakError::NotOwner)]
    pub account: AccountLoader<'info, MarginAccount>,
    /// The market.
    pub market: AccountLoader<'info, Market>,
    /// The quote.
    #[account(
        init_if_needed,
        payer = owner,
        space = Quote::SPACE,
        seeds = [QUOTE_SEED, account.key().as_ref(), market.key().as_ref()],
        bump
    )]
    pub quote: AccountLoader<'info, Quote>,
    /// Creates accounts.
    pub system_program: Program<'info, System>,
}

pub(crate) fn handle(ctx: Context<PostQuote>, terms: EngineQuoteTerms) -> Result<()> {
    let sizes = terms.bid_size <= i64::MAX as u64 / 2 && terms.ask_size <= i64::MAX as u64 / 2;
    require!(sizes, FirebreakError::SizeOutOfBounds);
    let offsets = terms.bid_offset.0 <= MAX_OFFSET && terms.ask_offset.0 <= MAX_OFFSET && terms.reserved == 0;
    let crosses = terms.max_bid.0 > 0 && terms.min_ask.0 > 0 && terms.max_bid > terms.min_ask;
    require!(offsets && !crosses, FirebreakError::QuoteOutOfBounds);
    let opened = {
        let account = ctx.accounts.account.load()?;
        account.invariant()?;
        account.opened
    };
    let market = {
        let market = ctx.accounts.market.load()?;
        market.invariant()?;
        market.index
    };
    let loader = &ctx.accounts.quote;
    {
        // A fresh quote has no discriminator yet.
        let mut quote = match loader.load_init() {
            Ok(fresh) => fresh,
            Err(_) => {
                let old = loader.load_mut()?;
                old.invariant()?;
                old
            }
        };
        quote.version = Quote::VERSION;
        quote.bump = ctx.bumps.quote;
        quote.market = market;
        quote.account = ctx.accounts.account.key();
        quote.opened = opened;
        quote.terms = terms;
    }
    emit(&ctx.accounts.event_authority, &QuotePosted { account: ctx.accounts.account.key(), market, terms })
}
