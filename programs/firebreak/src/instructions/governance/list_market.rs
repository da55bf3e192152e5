//! Lists a market at once, while the protocol is young. It takes no position before it has seen its minimum of accepted prices.

use super::nonce::require_recent;
use crate::{
    constants::*,
    emit::emit,
    errors::{within, FirebreakError},
    events::MarketListed,
    instructions::now,
    state::*,
};
use anchor_lang::prelude::*;
use bytemuck::Zeroable;
use firebreak_risk::{self as risk, index::LossIndex, live_margin::LiveMargin, tranches::Limit};

/// A market's name, parameters and sources.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug)]
pub struct ListMarketArgs {
    /// Its number: the next free one.
    pub index: u16,
    /// UTF-8, zero-padded.
    pub name: [u8; 16],
    /// Risk parameters.
    pub params: EngineParams,
    /// One to five pinned price accounts.
    pub sources: Vec<PriceSource>,
}

/// Accounts of `list_market`.
#[event_cpi]
#[derive(Accounts)]
#[instruction(args: ListMarketArgs)]
pub struct ListMarket<'info> {
    /// The protocol's authority; pays.
    #[account(mut)]
    pub authority: Signer<'info>,
    /// Counts markets.
    #[account(mut, has_one = authority @ FirebreakError::NotAuthority)]
    pub protocol: AccountLoader<'info, Protocol>,
    /// The new market.
    #[account(init, payer = authority, space = Market::SPACE, seeds = [MARKET_SEED, &args.index.to_le_bytes()], bump)]
    pub market: AccountLoader<'info, Market>,
    /// Creates accounts.
    pub system_program: Program<'info, System>,
    /// CHECK: shows the transaction's instructions; read by its address.
    #[account(address = INSTRUCTIONS)]
    pub instructions: UncheckedAccount<'info>,
}

impl ListMarketArgs {
    /// Parameters and name; the sources are checked as they are taken.
    pub(super) fn validate(&self) -> Result<()> {
        within(self.params.validate())?;
        if !is_name(&self.name) {
            msg!("name must be UTF-8, not empty, padded with zeros");
            return err!(FirebreakError::ParameterOutOfBounds);
        }
        Ok(())
    }
}

/// Whether people can read it, and two different names never look alike for bytes that nobody sees.
fn is_name(name: &[u8; 16]) -> bool {
    let length = name.iter().position(|b| *b == 0).unwrap_or(name.len());
    let (text, padding) = name.split_at(length);
    length > 0 && padding.iter().all(|b| *b == 0) && std::str::from_utf8(text).is_ok_and(|t| !t.contains(char::is_control))
}

pub(crate) fn handle(ctx: Context<ListMarket>, args: ListMarketArgs) -> Result<()> {
    require_recent(&ctx.accounts.instructions)?;
    args.validate()?;
    let mut sources = Box::new(Sources::zeroed());
    sources.fill(&args.sources)?;
    {
        let protocol = &mut ctx.accounts.protocol.load_mut()?;
        protocol.require_young(now()?.time)?;
        protocol.count_market(args.index)?;
        let market = &mut *ctx.accounts.market.load_init()?;
        start(market, (args.index, ctx.bumps.market), &args.name, &args.params, &sources);
        market.invariant()?;
    }
    emit(&ctx.accounts.event_authority, &MarketListed { market: args.index, sources: args.sources.len() as u8 })
}

/// Fills a fresh market. Its rules are zero, the strictest, until they are set.
pub(super) fn start(
    market: &mut Market,
    (index, bump): (u16, u8),
    name: &[u8; 16],
    params: &risk::MarketParams,
    sources: &Sources,
) {
    market.version = LAYOUT_VERSION;
    market.bump = bump;
    market.index = index;
    market.name = *name;
    market.sources = sources.list;
    market.source_count = sources.count as u8;
    engine(&mut market.engine, params);
}

/// What differs from zero: a whole engine market on the stack would crowd a 4 KiB frame.
#[inline(never)]
fn engine(engine: &mut risk::Market, params: &risk::MarketParams) {
    engine.params = *params;
    engine.ledger.index = LossIndex::NEW;
    engine.margin = LiveMargin::NEW;
    engine.limit = Limit::NONE;
}
