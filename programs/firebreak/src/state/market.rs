//! A market: its pinned sources and everything the engine keeps of it.

use super::{EngineBoard, EngineGuardian, EngineMarket, EngineSourceRule, EngineVenue, MarginAccount};
use crate::{
    constants::LAYOUT_VERSION,
    errors::{FirebreakError, Named},
};
use anchor_lang::prelude::*;
use firebreak_oracle::Kind;
use firebreak_risk::{
    price::{SourceState, Standing, MAX_SOURCES},
    Now, Price, Ratio,
};

/// Kind of the source that is the market's own fills: it needs no account.
pub const VENUE: u8 = 200;

/// An older price is nobody's price.
const MAX_AGE: u32 = 3_600;
/// A wider one says nothing.
const MAX_CONFIDENCE: Ratio = Ratio(100_000);

/// One pinned price account.
#[zero_copy]
#[derive(Debug, PartialEq, Eq)]
pub struct PriceSource {
    /// Address of the price account.
    pub key: Pubkey,
    /// Program that must own it. Data, not code: providers change programs.
    pub owner: Pubkey,
    /// What the account must say it prices.
    pub feed_id: [u8; 32],
    /// Age, confidence and weight.
    pub rule: EngineSourceRule,
    /// [`Kind`] as a number, or [`VENUE`].
    pub kind: u8,
    /// Zero.
    pub reserved: [u8; 7],
}

// As an argument a source is its bytes: it has no padding, so they are its Borsh form. (Deriving it would describe the type to the
// IDL a second time.)
impl AnchorSerialize for PriceSource {
    fn serialize<W: std::io::Write>(&self, writer: &mut W) -> std::io::Result<()> {
        writer.write_all(bytemuck::bytes_of(self))
    }
}

impl AnchorDeserialize for PriceSource {
    fn deserialize_reader<R: std::io::Read>(reader: &mut R) -> std::io::Result<Self> {
        let mut value = Self::EMPTY;
        reader.read_exact(bytemuck::bytes_of_mut(&mut value))?;
        Ok(value)
    }
}

impl PriceSource {
    /// An unused place.
    pub const EMPTY: Self = Self {
        key: Pubkey::new_from_array([0; 32]),
        owner: Pubkey::new_from_array([0; 32]),
        feed_id: [0; 32],
        rule: EngineSourceRule(firebreak_risk::price::SourceRule {
            weight: 0,
            max_age: 0,
            max_confidence: firebreak_risk::Ratio(0),
            reserved: 0,
        }),
        kind: 0,
        reserved: [0; 7],
    };

    /// Whether it is the market's own fills.
    pub fn is_venue(&self) -> bool {
        self.kind == VENUE
    }

    /// Refuses a source that nothing could ever satisfy, or that anything could.
    pub fn validate(&self) -> Result<()> {
        let bounds = [
            (self.rule.max_age <= MAX_AGE, "a source's max_age must be at most 3 600 seconds"),
            (self.rule.max_confidence <= MAX_CONFIDENCE, "a source's max_confidence must be at most 100 000 ppm"),
            (self.rule.reserved == 0 && self.reserved == [0; 7], "a source's reserved must be zero"),
        ];
        for (ok, bound) in bounds {
            if !ok {
                msg!(bound);
                return err!(FirebreakError::ParameterOutOfBounds);
            }
        }
        if self.is_venue() {
            let nowhere = self.key == Pubkey::default() && self.owner == Pubkey::default() && self.feed_id == [0; 32];
            require!(nowhere && self.rule.weight > 0, FirebreakError::BadSource);
            return Ok(());
        }
        let whole = Kind::try_from(self.kind).is_ok()
            && self.rule.weight > 0
            && self.key != Pubkey::default()
            && self.owner != Pubkey::default()
            && self.owner != anchor_lang::system_program::ID
            && self.feed_id != [0; 32];
        require!(whole, FirebreakError::BadSource);
        Ok(())
    }
}

/// All sources of a market.
#[zero_copy]
#[derive(Debug, PartialEq, Eq)]
pub struct Sources {
    /// Sources in use, in the order in which they are passed; the rest is empty.
    pub list: [PriceSource; MAX_SOURCES],
    /// How many.
    pub count: u64,
}

impl Sources {
    /// One to five sources, each of which can be satisfied, none twice.
    pub fn fill(&mut self, sources: &[PriceSource]) -> Result<()> {
        require!((1..=MAX_SOURCES).contains(&sources.len()), FirebreakError::SourceCount);
        for (i, source) in sources.iter().enumerate() {
            source.validate()?;
            let again = sources.iter().skip(i.saturating_add(1)).any(|other| other.key == source.key);
            require!(!again, FirebreakError::BadSource);
        }
        // The venue's own price is heard only beside two others.
        let others = sources.iter().filter(|source| !source.is_venue()).count();
        require!(others == sources.len() || others >= 2, FirebreakError::BadSource);
        self.count = sources.len() as u64;
        for (i, place) in self.list.iter_mut().enumerate() {
            *place = sources.get(i).copied().unwrap_or(PriceSource::EMPTY);
        }
        Ok(())
    }

    /// Those in use.
    pub fn used(&self) -> &[PriceSource] {
        self.list.get(..self.count as usize).unwrap_or(&[])
    }
}

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

    /// Binds the market to other sources. What was accepted from a source that stays is kept; a new one starts afresh, in full standing.
    #[inline(never)]
    pub fn rekey(&mut self, new: &Sources) {
        let (states, standings) = (self.engine.sources, self.engine.standings);
        for (i, source) in new.list.iter().enumerate() {
            let same = |old: &PriceSource| {
                old.kind != 0
                    && (old.key, old.owner, old.feed_id, old.kind) == (source.key, source.owner, source.feed_id, source.kind)
            };
            let was = self.sources.iter().position(same);
            let fresh = SourceState { price: Price(0), publish_time: 0, confidence: Price(0) };
            self.engine.sources[i] = was.map_or(fresh, |at| states[at]);
            self.engine.standings[i] = was.map_or(Standing::NEW, |at| standings[at]);
        }
        self.sources = new.list;
        self.source_count = new.count as u8;
    }
}
