//! Lists a market. It takes no position before it has seen its minimum of accepted prices.

use crate::{constants::*, errors::FirebreakError, events::MarketListed, state::*};
use anchor_lang::prelude::*;
use firebreak_risk::{self as risk, index::LossIndex, live_margin::LiveMargin, price::MAX_SOURCES, tranches::Limit};

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
}

impl ListMarketArgs {
    fn validate(&self) -> Result<()> {
        if let Err(why) = self.params.validate() {
            msg!("{}", why);
            return err!(FirebreakError::ParameterOutOfBounds);
        }
        if !is_name(&self.name) {
            msg!("name must be UTF-8, not empty, padded with zeros");
            return err!(FirebreakError::ParameterOutOfBounds);
        }
        require!((1..=MAX_SOURCES).contains(&self.sources.len()), FirebreakError::SourceCount);
        for (i, source) in self.sources.iter().enumerate() {
            source.validate()?;
            let again = self.sources.iter().skip(i.saturating_add(1)).any(|other| other.key == source.key);
            require!(!again, FirebreakError::BadSource);
        }
        // The venue's own price is heard only beside two others.
        let others = self.sources.iter().filter(|source| !source.is_venue()).count();
        require!(others == self.sources.len() || others >= 2, FirebreakError::BadSource);
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
    args.validate()?;
    {
        let protocol = &mut ctx.accounts.protocol.load_mut()?;
        require!(args.index == protocol.market_count, FirebreakError::WrongMarketIndex);
        protocol.market_count = protocol.market_count.checked_add(1).ok_or(FirebreakError::Overflow)?;
        protocol.invariant()?;

        let market = &mut ctx.accounts.market.load_init()?;
        market.version = LAYOUT_VERSION;
        market.bump = ctx.bumps.market;
        market.index = args.index;
        market.name = args.name;
        market.source_count = args.sources.len() as u8;
        for (place, source) in market.sources.iter_mut().zip(&args.sources) {
            *place = *source;
        }
        start(&mut market.engine, &args.params);
        market.invariant()?;
    }
    emit_cpi!(MarketListed { market: args.index, sources: args.sources.len() as u8 });
    Ok(())
}

/// What differs from zero: a whole engine market on the stack would crowd a 4 KiB frame. Its rules are zero, the strictest, until
/// `set_rules`.
#[inline(never)]
fn start(engine: &mut risk::Market, params: &risk::MarketParams) {
    engine.params = *params;
    engine.ledger.index = LossIndex::NEW;
    engine.margin = LiveMargin::NEW;
    engine.limit = Limit::NONE;
}
