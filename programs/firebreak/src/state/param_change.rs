//! A change that governance has proposed: what it changes, what it was proposed for, what shall be, and when. Everybody can read it for
//! as long as it waits.

use super::{EngineCollateralTerms, EngineParams, EngineRules, Sources};
use crate::{
    constants::LAYOUT_VERSION,
    errors::{FirebreakError, Named},
};
use anchor_lang::prelude::*;
use bytemuck::Pod;
use firebreak_risk::governance::{require_ripe, Class, LAPSE};

/// What a change changes. A new kind is a number here, and a file with an instruction that proposes it and one that executes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ChangeKind {
    /// `MarketParams` of a market.
    Params = 1,
    /// `Rules` of a market.
    Rules = 2,
    /// [`Sources`] of a market.
    Sources = 3,
    /// A market that is to be listed: [`Listing`].
    Listing = 4,
    /// `Settings` of the protocol.
    Settings = 5,
    /// The protocol's authority: a key.
    Authority = 6,
    /// The program: the key of a buffer, for a number of upgrades so far.
    Upgrade = 7,
    /// `CollateralTerms` of a collateral.
    Terms = 8,
    /// [`Sources`] of a collateral.
    CollateralSources = 9,
    /// A collateral that is to be listed: [`CollateralListing`].
    CollateralListing = 10,
}

/// A market that is to be listed.
#[zero_copy]
#[derive(Debug)]
pub struct Listing {
    /// Name, UTF-8, zero-padded.
    pub name: [u8; 16],
    /// Risk parameters.
    pub params: EngineParams,
    /// Price accounts.
    pub sources: Sources,
    /// Rules; all zero while they are missing.
    pub rules: EngineRules,
}

/// A collateral that is to be listed.
#[zero_copy]
#[derive(Debug)]
pub struct CollateralListing {
    /// The token.
    pub mint: Pubkey,
    /// Cap, haircut, warm-up; rules of price and sale; what may leave its vault.
    pub terms: EngineCollateralTerms,
    /// Price accounts.
    pub sources: Sources,
}

/// Largest content: a listing of a market.
const NEW: usize = 1_232;
/// Largest state that a change replaces: sources.
const OLD: usize = 608;
const _: () = assert!(std::mem::size_of::<Listing>() == NEW && std::mem::size_of::<Sources>() == OLD);

/// A proposed change.
#[account(zero_copy)]
#[derive(Debug)]
pub struct ParamChange {
    /// Layout version.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// [`ChangeKind`] as a number.
    pub kind: u8,
    /// `Class` as a number: 1 tighten, 2 loosen, 3 list.
    pub class: u8,
    /// The market concerned, or the one to be listed; of kinds 8 and 9 the collateral.
    pub market: u16,
    /// Zero.
    pub padding: u16,
    /// Its number.
    pub id: u64,
    /// When it was proposed, unix seconds.
    pub proposed: i64,
    /// Earliest time, unix seconds; `i64::MAX` while it lacks a part.
    pub earliest: i64,
    /// After this it has lapsed.
    pub lapses: i64,
    /// Who proposed it, and gets the rent back.
    pub proposer: Pubkey,
    /// What it was proposed for: the bytes of the state it replaces, then zeros.
    pub old: [u8; OLD],
    /// What shall be, then zeros.
    pub new: [u8; NEW],
    /// Room to grow; zero.
    pub reserved: [u64; 16],
}

impl ParamChange {
    /// Bytes of the account, discriminator included.
    pub const SPACE: usize = 8 + std::mem::size_of::<Self>();

    /// Remembers what the change is for and what it shall lead to.
    pub fn write(&mut self, old: &impl Pod, new: &impl Pod) {
        let (old, new) = (bytemuck::bytes_of(old), bytemuck::bytes_of(new));
        self.old[..old.len()].copy_from_slice(old);
        self.new[..new.len()].copy_from_slice(new);
    }

    /// Starts the delay.
    pub fn start(&mut self, class: Class, delay: i64, now: i64) {
        self.class = class as u8;
        self.earliest = now.saturating_add(delay);
        self.lapses = self.earliest.saturating_add(LAPSE);
    }

    /// Waits for a missing part.
    pub fn wait(&mut self) {
        (self.earliest, self.lapses) = (i64::MAX, i64::MAX);
    }

    /// Whether it lacks a part.
    pub fn is_incomplete(&self) -> bool {
        self.earliest == i64::MAX
    }

    /// What must hold whenever the account is read.
    pub fn invariant(&self) -> Result<()> {
        require!(self.version == LAYOUT_VERSION, FirebreakError::WrongVersion);
        Ok(())
    }

    /// Refuses a change of another kind, before its time, or after it has lapsed.
    pub fn require(&self, kind: ChangeKind, now: i64) -> Result<()> {
        self.invariant()?;
        require!(self.kind == kind as u8, FirebreakError::WrongChange);
        require!(!self.is_incomplete(), FirebreakError::ListingIncomplete);
        require_ripe(self.earliest, now).named()
    }

    /// Refuses a change that was proposed for another state than `current`.
    pub fn against<T: Pod>(&self, current: &T) -> Result<()> {
        let current = bytemuck::bytes_of(current);
        require!(self.old.starts_with(current), FirebreakError::ChangeOutdated);
        Ok(())
    }

    /// What was.
    pub fn replaced<T: Pod>(&self) -> Result<&T> {
        view(&self.old)
    }

    /// What shall be.
    pub fn content<T: Pod>(&self) -> Result<&T> {
        view(&self.new)
    }

    /// The listing, to complete it.
    pub fn listing_mut(&mut self) -> Result<&mut Listing> {
        bytemuck::try_from_bytes_mut(&mut self.new).map_err(|_| FirebreakError::WrongChange.into())
    }
}

fn view<T: Pod>(bytes: &[u8]) -> Result<&T> {
    let bytes = bytes.get(..std::mem::size_of::<T>()).ok_or(FirebreakError::WrongChange)?;
    bytemuck::try_from_bytes(bytes).map_err(|_| FirebreakError::WrongChange.into())
}
