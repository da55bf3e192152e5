//! Price accounts that a market or a collateral is bound to.

use super::EngineSourceRule;
use crate::errors::FirebreakError;
use anchor_lang::prelude::*;
use firebreak_oracle::Kind;
use firebreak_risk::{
    price::{SourceState, Standing, MAX_SOURCES},
    Price, Ratio,
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

/// All sources of a market or of a collateral.
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

    /// The same for a collateral, which has no fills of its own.
    pub fn fill_priced(&mut self, sources: &[PriceSource]) -> Result<()> {
        require!(!sources.iter().any(PriceSource::is_venue), FirebreakError::BadSource);
        self.fill(sources)
    }

    /// Those in use.
    pub fn used(&self) -> &[PriceSource] {
        self.list.get(..self.count as usize).unwrap_or(&[])
    }

    /// Rearranges what is remembered of the sources in `old` for these: what was accepted from a source that stays is kept; a new one
    /// starts afresh, in full standing.
    pub fn keep_known(
        &self,
        old: &[PriceSource; MAX_SOURCES],
        (states, standings): (&mut [SourceState; MAX_SOURCES], &mut [Standing; MAX_SOURCES]),
    ) {
        let known = (*states, *standings);
        for (i, source) in self.list.iter().enumerate() {
            let same = |old: &PriceSource| {
                old.kind != 0
                    && (old.key, old.owner, old.feed_id, old.kind) == (source.key, source.owner, source.feed_id, source.kind)
            };
            let was = old.iter().position(same);
            let fresh = SourceState { price: Price(0), publish_time: 0, confidence: Price(0) };
            states[i] = was.map_or(fresh, |at| known.0[at]);
            standings[i] = was.map_or(Standing::NEW, |at| known.1[at]);
        }
    }
}
