//! What became of accounts that fell below their lines, and of their losses.

use super::{AccountState, Held, Totals};
use crate::state::{EngineBalance, EngineInsurance, EngineLedger, EngineLimit, EnginePosition};
use anchor_lang::prelude::*;

/// An account's liquidation clock started.
#[event]
#[derive(Clone, Debug)]
pub struct Flagged {
    /// Margin account.
    pub account: Pubkey,
    /// Its Maint health.
    pub maint_health: i64,
    /// The account afterwards.
    pub state: AccountState,
}

/// A keeper took a position over.
#[event]
#[derive(Clone, Debug)]
pub struct Liquidated {
    /// Market.
    pub market: u16,
    /// Margin account.
    pub account: Pubkey,
    /// The keeper's margin account.
    pub keeper: Pubkey,
    /// Lots taken, with the position's sign.
    pub base: i64,
    /// Price.
    pub price: u64,
    /// Penalty the account paid.
    pub penalty: u64,
    /// Of it, the keeper's; with `reward`, what the keeper earned.
    pub discount: u64,
    /// Paid to the keeper from the account's bond.
    pub reward: u64,
    /// Debt that became the market's deficit.
    pub deficit: u64,
    /// What the account holds afterwards.
    pub held: Held,
    /// What the keeper holds afterwards.
    pub keeper_held: Held,
    /// The market's totals afterwards.
    pub ledger: EngineLedger,
}

/// Part of a position in liquidation was closed against a quote.
#[event]
#[derive(Clone, Debug)]
pub struct LiquidatedIntoQuote {
    /// Market.
    pub market: u16,
    /// Margin account.
    pub account: Pubkey,
    /// The maker's margin account.
    pub maker: Pubkey,
    /// The account that received the reward.
    pub keeper: Pubkey,
    /// Whether the position was a long, which the maker bought.
    pub long: bool,
    /// Lots closed.
    pub lots: u64,
    /// Price of the quote.
    pub price: u64,
    /// Atoms that changed hands for them.
    pub notional: u64,
    /// Fee the account paid.
    pub fee: u64,
    /// Of it, the maker's.
    pub maker_fee: u64,
    /// The market's part of the penalty.
    pub penalty: u64,
    /// Most that price, fee and penalty could have cost together.
    pub allowed: u64,
    /// Paid to the keeper from the account's bond.
    pub reward: u64,
    /// Debt that became the market's deficit.
    pub deficit: u64,
    /// What the account holds afterwards.
    pub held: Held,
    /// What the maker holds afterwards.
    pub maker_held: Held,
    /// The keeper afterwards.
    pub keeper_state: AccountState,
    /// The market's totals afterwards.
    pub ledger: EngineLedger,
    /// Lots that the quote still buys and sells.
    pub quoted: [u64; 2],
}

/// A bankrupt position was closed against the other side.
#[event]
#[derive(Clone, Debug)]
pub struct Deleveraged {
    /// Market.
    pub market: u16,
    /// The bankrupt margin account.
    pub account: Pubkey,
    /// Price.
    pub price: u64,
    /// Lots of its position still open.
    pub left: u64,
    /// Debt that became the market's deficit.
    pub deficit: u64,
    /// Who it was closed against, in order.
    pub parties: Vec<DeleveragedParty>,
    /// What the account holds afterwards.
    pub held: Held,
    /// The market's totals afterwards.
    pub ledger: EngineLedger,
}

/// One counterparty of a deleveraging.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug, PartialEq, Eq)]
pub struct DeleveragedParty {
    /// Its margin account.
    pub account: Pubkey,
    /// Lots closed.
    pub lots: u64,
    /// Atoms that changed hands for them.
    pub notional: u64,
    /// What it paid of a loss of its own when it was settled.
    pub paid: u64,
    /// What it holds afterwards.
    pub held: Held,
}

/// A dust position was closed, or empty slots were freed.
#[event]
#[derive(Clone, Debug)]
pub struct DustClosed {
    /// Market.
    pub market: u16,
    /// Margin account.
    pub account: Pubkey,
    /// Who the position was closed against, if there was one.
    pub party: Option<DeleveragedParty>,
    /// Debt that became the market's deficit.
    pub deficit: u64,
    /// Slots that were freed.
    pub freed: u64,
    /// The account afterwards.
    pub state: AccountState,
    /// All its positions afterwards; slots of others are free.
    pub positions: Vec<EnginePosition>,
    /// The market's totals afterwards.
    pub ledger: EngineLedger,
}

/// An account was found unable to pay.
#[event]
#[derive(Clone, Debug)]
pub struct Bankrupted {
    /// Margin account.
    pub account: Pubkey,
    /// What it owed in all its markets.
    pub owed: u64,
    /// What it paid of it.
    pub paid: u64,
    /// The account afterwards.
    pub state: AccountState,
    /// All its positions afterwards; slots of others are free.
    pub positions: Vec<EnginePosition>,
    /// Totals of its markets afterwards.
    pub markets: Vec<Totals>,
}

/// A market's deficit was covered or shared.
#[event]
#[derive(Clone, Debug)]
pub struct LossShared {
    /// Market.
    pub market: u16,
    /// Paid by the market's pot.
    pub pot: u64,
    /// Paid by shared insurance.
    pub insurance: u64,
    /// Borne by claims.
    pub shared: u64,
    /// What the market may still draw.
    pub limit: EngineLimit,
    /// The market's totals afterwards.
    pub ledger: EngineLedger,
    /// The insurance fund afterwards.
    pub fund: EngineInsurance,
}

/// A keeper bought collateral of an account.
#[event]
#[derive(Clone, Debug)]
pub struct CollateralSold {
    /// Collateral.
    pub collateral: u16,
    /// Margin account.
    pub account: Pubkey,
    /// The keeper's margin account.
    pub keeper: Pubkey,
    /// Smallest units sold.
    pub amount: u64,
    /// Atoms the keeper paid.
    pub paid: u64,
    /// Discount in it, ppm.
    pub discount: u32,
    /// Atoms of debts that were paid at once.
    pub debts: u64,
    /// The account's balance afterwards.
    pub balance: EngineBalance,
    /// Its money and marks afterwards.
    pub state: AccountState,
    /// All its positions afterwards; slots of others are free.
    pub positions: Vec<EnginePosition>,
    /// The keeper's capital afterwards.
    pub keeper_capital: u64,
    /// The keeper's balance afterwards.
    pub keeper_balance: EngineBalance,
    /// Totals of the markets that were passed for writing, afterwards.
    pub markets: Vec<Totals>,
}

/// Unsold collateral of an account that cannot pay was taken into custody, or (zero) its time for sale began.
#[event]
#[derive(Clone, Debug)]
pub struct CollateralForfeited {
    /// Collateral.
    pub collateral: u16,
    /// Margin account.
    pub account: Pubkey,
    /// Smallest units.
    pub amount: u64,
    /// The account's balance afterwards.
    pub balance: EngineBalance,
    /// What all accounts hold afterwards.
    pub total: u64,
    /// In custody afterwards.
    pub forfeited: u64,
}

/// Forfeited collateral was bought out of custody.
#[event]
#[derive(Clone, Debug)]
pub struct ForfeitedSold {
    /// Collateral.
    pub collateral: u16,
    /// The buyer's margin account.
    pub keeper: Pubkey,
    /// Smallest units.
    pub amount: u64,
    /// Atoms paid, to insurance.
    pub paid: u64,
    /// The discount, ppm.
    pub discount: u32,
    /// The buyer's capital afterwards.
    pub keeper_capital: u64,
    /// The buyer's balance afterwards.
    pub keeper_balance: EngineBalance,
    /// What all accounts hold afterwards.
    pub total: u64,
    /// In custody afterwards.
    pub forfeited: u64,
    /// The insurance fund afterwards.
    pub insurance: EngineInsurance,
}
