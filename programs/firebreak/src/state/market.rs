//! A market: its pinned sources and everything the engine keeps of it.

use super::{EngineBoard, EngineGuardian, EngineMarket, EngineVenue, MarginAccount, PriceSource, Sources};
use crate::{
    constants::LAYOUT_VERSION,
    errors::{FirebreakError, Named},
};
use anchor_lang::prelude::*;
use firebreak_risk::{price::MAX_SOURCES, Now, Price};

/// A market.
#[account(zero_copy)]
#[derive(Debug)]
pub struct Market {
    /// Layout version.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// Its number.
    pub index: u16,
    /// Sources in use.
    pub source_count: u8,
    /// Zero.
    pub padding: [u8; 3],
    /// Name, UTF-8, zero-padded.
    pub name: [u8; 16],
    /// Everything the engine decides with.
    pub engine: EngineMarket,
    /// The best-known winners: who is closed first when a bankrupt position meets the other side.
    pub winners: EngineBoard,
    /// The worst-known accounts: who is to be liquidated first.
    pub worst: EngineBoard,
    /// The sources, in the order in which they are passed.
    pub sources: [PriceSource; MAX_SOURCES],
    /// What was filled here, as a source.
    pub venue: EngineVenue,
    /// How far the guardian has tightened this market lately.
    pub guarded: EngineGuardian,
    /// Room to grow; zero.
    pub reserved: [u64; 17],
}

impl Market {
    /// Bytes of the account, discriminator included.
    pub const SPACE: usize = 8 + std::mem::size_of::<Self>();

    /// What must hold after every instruction that changes the account: I2 and I14.
    pub fn invariant(&self) -> Result<()> {
        require!(self.version == LAYOUT_VERSION, FirebreakError::WrongVersion);
        self.engine.invariant().named()
    }

    /// Notes a fill at `price` that moved `cost`. One owner's trade with himself says nothing about a price.
    pub fn filled(&mut self, sides: (&MarginAccount, &MarginAccount), price: Price, cost: i64, now: Now) -> Result<()> {
        if sides.0.owner == sides.1.owner {
            return Ok(());
        }
        self.venue.fill(&self.engine, price, cost.unsigned_abs(), now).named()
    }

    /// The sources in use.
    pub fn used_sources(&self) -> &[PriceSource] {
        self.sources.get(..usize::from(self.source_count)).unwrap_or(&[])
    }

    /// Whether these are the market's sources.
    pub fn has_sources(&self, sources: &Sources) -> bool {
        u64::from(self.source_count) == sources.count && self.sources == sources.list
    }

    /// Binds the market to other sources.
    #[inline(never)]
    pub fn rekey(&mut self, new: &Sources) {
        new.keep_known(&self.sources, (&mut self.engine.0.sources, &mut self.engine.0.standings));
        self.sources = new.list;
        self.source_count = new.count as u8;
    }
}
