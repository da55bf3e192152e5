//! What governance and the guardian did.

use crate::state::{EngineInsurance, EngineSettings};
use anchor_lang::prelude::*;

/// The protocol was created.
#[event]
#[derive(Clone, Debug)]
pub struct Initialised {
    /// Who governs it.
    pub authority: Pubkey,
    /// The settlement token.
    pub mint: Pubkey,
    /// The insurance fund.
    pub insurance: EngineInsurance,
}

/// A new market was given its rules.
#[event]
#[derive(Clone, Debug)]
pub struct RulesSet {
    /// Market.
    pub market: u16,
}

/// Other settings of the protocol came into force.
#[event]
#[derive(Clone, Debug)]
pub struct SettingsChanged {
    /// All settings.
    pub settings: EngineSettings,
    /// The insurance fund afterwards: a higher floor shrinks limits.
    pub insurance: EngineInsurance,
}

/// A market was listed.
#[event]
#[derive(Clone, Debug)]
pub struct MarketListed {
    /// Its index.
    pub market: u16,
    /// Its sources.
    pub sources: u8,
}

/// A collateral was listed.
#[event]
#[derive(Clone, Debug)]
pub struct CollateralListed {
    /// Its number.
    pub collateral: u16,
    /// The token.
    pub mint: Pubkey,
    /// Its sources.
    pub sources: u8,
}

/// A collateral's cap was lowered at once.
#[event]
#[derive(Clone, Debug)]
pub struct CapSet {
    /// Collateral.
    pub collateral: u16,
    /// Smallest units that may be deposited in all.
    pub cap: u64,
}

/// A change was proposed.
#[event]
#[derive(Clone, Debug)]
pub struct ChangeProposed {
    /// Its number.
    pub id: u64,
    /// What it changes, as in `ChangeKind`.
    pub kind: u8,
    /// Its class: 1 tighten, 2 loosen, 3 list.
    pub class: u8,
    /// The market concerned, or the one to be listed; of kinds 8 and 9 the collateral.
    pub market: u16,
    /// Earliest time; `i64::MAX` while it lacks a part.
    pub earliest: i64,
    /// After this it has lapsed.
    pub lapses: i64,
}

/// A change was cancelled.
#[event]
#[derive(Clone, Debug)]
pub struct ChangeCancelled {
    /// Its number.
    pub id: u64,
    /// By the authority or the guardian.
    pub by: Pubkey,
}

/// A change came into force.
#[event]
#[derive(Clone, Debug)]
pub struct ChangeExecuted {
    /// Its number.
    pub id: u64,
    /// What it changed.
    pub kind: u8,
    /// The market concerned; of kinds 8 to 10 the collateral.
    pub market: u16,
}

/// The guardian tightened a market or a collateral.
#[event]
#[derive(Clone, Debug)]
pub struct Tightened {
    /// Market; of kind 8 the collateral.
    pub market: u16,
    /// 1 parameters, 2 rules, 8 a collateral's terms.
    pub kind: u8,
    /// Of the day's fifth, used so far in this window, ppm.
    pub used: u64,
}

/// The guardian paused gates.
#[event]
#[derive(Clone, Debug)]
pub struct Paused {
    /// All gates that are paused now, a bit each.
    pub gates: u64,
    /// When the pause ends.
    pub until: i64,
}

/// The time for listing at once was ended.
#[event]
#[derive(Clone, Debug)]
pub struct BootstrapSealed {
    /// Markets listed until then.
    pub markets: u16,
}
