//! What went into insurance and out of it.

use crate::state::{EngineInsurance, EngineLimit, EngineStake};
use anchor_lang::prelude::*;

/// A market's part of shared insurance was set.
#[event]
#[derive(Clone, Debug)]
pub struct LimitAllotted {
    /// Market.
    pub market: u16,
    /// What it may draw from now on.
    pub limit: u64,
    /// By how much that is less than before.
    pub lowered: u64,
    /// The limit as the market keeps it.
    pub kept: EngineLimit,
    /// The insurance fund afterwards.
    pub insurance: EngineInsurance,
}

/// The insurance fund received tokens or fees.
#[event]
#[derive(Clone, Debug)]
pub struct InsuranceFunded {
    /// Amount.
    pub amount: u64,
    /// Whose fees these were; nothing for a gift.
    pub market: Option<u16>,
    /// The insurance fund afterwards.
    pub insurance: EngineInsurance,
}

/// Somebody staked into the insurance fund.
#[event]
#[derive(Clone, Debug)]
pub struct Staked {
    /// Stake account.
    pub stake: Pubkey,
    /// Whose it is.
    pub owner: Pubkey,
    /// 0 junior, 1 senior.
    pub tranche: u8,
    /// Amount.
    pub amount: u64,
    /// Shares received for it.
    pub minted: u64,
    /// The stake afterwards.
    pub part: EngineStake,
    /// The insurance fund afterwards.
    pub insurance: EngineInsurance,
}

/// Shares were asked back, or (zero) a request was taken back.
#[event]
#[derive(Clone, Debug)]
pub struct UnstakeRequested {
    /// Stake account.
    pub stake: Pubkey,
    /// Shares asked back.
    pub shares: u64,
    /// What they are worth now: more is never paid.
    pub value: u64,
    /// When the cooldown began, unix seconds.
    pub since: i64,
    /// The stake afterwards.
    pub part: EngineStake,
}

/// A request that could not be paid was kept from lapsing.
#[event]
#[derive(Clone, Debug)]
pub struct UnstakeHeld {
    /// Stake account.
    pub stake: Pubkey,
    /// When its cooldown counts as begun, unix seconds.
    pub since: i64,
    /// The stake afterwards.
    pub part: EngineStake,
}

/// A request was paid.
#[event]
#[derive(Clone, Debug)]
pub struct Unstaked {
    /// Stake account.
    pub stake: Pubkey,
    /// 0 junior, 1 senior.
    pub tranche: u8,
    /// Amount.
    pub amount: u64,
    /// The stake afterwards.
    pub part: EngineStake,
    /// The insurance fund afterwards.
    pub insurance: EngineInsurance,
}

/// An empty stake account was closed.
#[event]
#[derive(Clone, Debug)]
pub struct StakeClosed {
    /// Stake account.
    pub stake: Pubkey,
}

/// A market's treasury fees were paid out.
#[event]
#[derive(Clone, Debug)]
pub struct TreasuryCollected {
    /// Market.
    pub market: u16,
    /// Amount.
    pub amount: u64,
}
