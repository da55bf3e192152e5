//! Upkeep of prices, funding, boards, reports and orders.

use super::{AccountState, Totals};
use crate::state::{EngineInsurance, EngineOrder, EnginePosition};
use anchor_lang::prelude::*;

/// An account was brought up to the program's layout. It holds what it held.
#[event]
#[derive(Clone, Debug)]
pub struct Migrated {
    /// The account.
    pub account: Pubkey,
    /// Its layout before.
    pub from: u8,
    /// Its layout now.
    pub to: u8,
    /// Its bytes now.
    pub bytes: u64,
}

/// A market took in a robust price.
#[event]
#[derive(Clone, Debug)]
pub struct PriceAccepted {
    /// Market.
    pub market: u16,
    /// 2 Primary, 1 Degraded, 0 Frozen.
    pub quality: u8,
    /// Bit i is set when source i counted.
    pub counted: u8,
    /// Central price.
    pub spot: u64,
    /// What an owned thing is surely worth.
    pub low: u64,
    /// What an owed thing may cost.
    pub high: u64,
}

/// A market's risk state was brought up to its last price.
#[event]
#[derive(Clone, Debug)]
pub struct Accrued {
    /// Market.
    pub market: u16,
    /// Level of its breaker.
    pub level: u8,
    /// Why: a bit for each trigger that is tripped.
    pub reasons: u16,
    /// Funding index.
    pub funding_index: i64,
    /// Entry cost of all longs afterwards.
    pub long_entry: i64,
    /// Entry cost of all shorts afterwards.
    pub short_entry: i64,
    /// Maint of longs, ppm.
    pub maint_long: u32,
    /// Maint of shorts, ppm.
    pub maint_short: u32,
    /// Open-interest cap in lots.
    pub cap: u64,
}

/// What a bankrupt account came to later went to those who bore its loss.
#[event]
#[derive(Clone, Debug)]
pub struct Recovered {
    /// Market whose pool paid.
    pub market: u16,
    /// Margin account.
    pub account: Pubkey,
    /// Converted.
    pub amount: u64,
    /// Of it, paid to the markets that bore the loss.
    pub repaid: u64,
    /// The account afterwards.
    pub state: AccountState,
    /// All its positions afterwards; slots of others are free.
    pub positions: Vec<EnginePosition>,
    /// Totals of its markets afterwards.
    pub markets: Vec<Totals>,
}

/// A standing order was run. The fill, or the transfer, has an event of its own.
#[event]
#[derive(Clone, Debug)]
pub struct OrderRan {
    /// Margin account.
    pub account: Pubkey,
    /// Number of the order.
    pub id: u16,
    /// Lots closed or atoms moved in.
    pub done: u64,
    /// Margin account of whoever ran it.
    pub keeper: Pubkey,
    /// What it was paid.
    pub reward: u64,
    /// The account's capital afterwards.
    pub capital: u64,
    /// The keeper's capital afterwards.
    pub keeper_capital: u64,
    /// What is left of the order, and when it may run again.
    pub order: EngineOrder,
}

/// A market's public record was brought up to date.
#[event]
#[derive(Clone, Debug)]
pub struct ReportPublished {
    /// Market.
    pub market: u16,
    /// Slot of the record.
    pub slot: u64,
    /// Quality of the price.
    pub quality: u8,
    /// Level of the breaker.
    pub level: u8,
    /// Whether claims are paid.
    pub whole: bool,
}

/// Accounts were shown to a market's boards.
#[event]
#[derive(Clone, Debug)]
pub struct Ranked {
    /// Market.
    pub market: u16,
    /// What each scores.
    pub accounts: Vec<RankedAccount>,
}

/// What one account scores.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug, PartialEq, Eq)]
pub struct RankedAccount {
    /// Its margin account.
    pub account: Pubkey,
    /// 1 long, 2 short, 0 no position.
    pub side: u8,
    /// As a winner; 0: not on the board.
    pub winner: u64,
    /// As one to be liquidated; 0: not on the board.
    pub worst: u64,
}

/// A market ended.
#[event]
#[derive(Clone, Debug)]
pub struct SettlementEntered {
    /// Market.
    pub market: u16,
    /// The price of all.
    pub price: u64,
    /// Lots of each side to be settled at it.
    pub open: u64,
}

/// Tokens that were in no ledger went to the insurance fund.
#[event]
#[derive(Clone, Debug)]
pub struct Skimmed {
    /// Amount.
    pub amount: u64,
    /// The insurance fund afterwards.
    pub insurance: EngineInsurance,
}

/// A collateral took in a robust price.
#[event]
#[derive(Clone, Debug)]
pub struct CollateralPriceAccepted {
    /// Collateral.
    pub collateral: u16,
    /// 2 Primary, 1 Degraded, 0 Frozen.
    pub quality: u8,
    /// Bit i is set when source i counted.
    pub counted: u8,
    /// Central price.
    pub spot: u64,
    /// What an owned thing is surely worth.
    pub low: u64,
    /// What an owed thing may cost.
    pub high: u64,
    /// Haircut in force, ppm.
    pub haircut: u32,
}

/// The global breaker was brought up to what is known.
#[event]
#[derive(Clone, Debug)]
pub struct GlobalChecked {
    /// Its level.
    pub level: u8,
    /// Why: a bit for each trigger that is tripped.
    pub reasons: u16,
}
