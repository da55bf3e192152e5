//! What owners did with their accounts, quotes and orders.

use super::Held;
use crate::state::{EngineBalance, EngineLedger, EngineOrder, EngineQuoteTerms};
use anchor_lang::prelude::*;

/// An account received or lost tokens.
#[event]
#[derive(Clone, Debug)]
pub struct CapitalMoved {
    /// Margin account.
    pub account: Pubkey,
    /// Positive for a deposit.
    pub amount: i64,
    /// Capital afterwards.
    pub capital: u64,
}

/// A margin account was opened.
#[event]
#[derive(Clone, Debug)]
pub struct AccountOpened {
    /// Margin account.
    pub account: Pubkey,
    /// Its owner.
    pub owner: Pubkey,
    /// Which of the owner's accounts it is.
    pub sub_id: u16,
    /// Whether it shares nothing with the others.
    pub isolated: bool,
}

/// An empty margin account was closed.
#[event]
#[derive(Clone, Debug)]
pub struct AccountClosed {
    /// Margin account.
    pub account: Pubkey,
    /// Its owner.
    pub owner: Pubkey,
}

/// Capital moved between two accounts of one owner.
#[event]
#[derive(Clone, Debug)]
pub struct Transferred {
    /// Account it left.
    pub from: Pubkey,
    /// Account it went to.
    pub to: Pubkey,
    /// Amount.
    pub amount: u64,
    /// Capital of the first afterwards.
    pub from_capital: u64,
    /// Capital of the second afterwards.
    pub to_capital: u64,
}

/// A quote was removed.
#[event]
#[derive(Clone, Debug)]
pub struct QuoteRemoved {
    /// Margin account.
    pub account: Pubkey,
    /// Market.
    pub market: u16,
}

/// A standing order was placed.
#[event]
#[derive(Clone, Debug)]
pub struct OrderPlaced {
    /// Margin account.
    pub account: Pubkey,
    /// Number of the order.
    pub id: u16,
    /// What it says.
    pub order: EngineOrder,
}

/// A standing order was cancelled.
#[event]
#[derive(Clone, Debug)]
pub struct OrderCancelled {
    /// Margin account.
    pub account: Pubkey,
    /// Number of the order.
    pub id: u16,
    /// Lots or atoms that were left.
    pub left: u64,
}

/// A quote was posted, changed or (zero sizes) emptied.
#[event]
#[derive(Clone, Debug)]
pub struct QuotePosted {
    /// Margin account.
    pub account: Pubkey,
    /// Market.
    pub market: u16,
    /// Sizes, offsets, limits, expiry.
    pub terms: EngineQuoteTerms,
}

/// A taker and a maker traded.
#[event]
#[derive(Clone, Debug)]
pub struct Filled {
    /// Market.
    pub market: u16,
    /// Taker's account.
    pub taker: Pubkey,
    /// Maker's account.
    pub maker: Pubkey,
    /// The taker's lots, positive when it bought.
    pub base: i64,
    /// What the taker's lots cost, signed alike.
    pub cost: i64,
    /// Fee the taker paid.
    pub fee: u64,
    /// Of it, the maker's.
    pub maker_fee: u64,
    /// Price in ticks.
    pub price: u64,
    /// What the taker holds afterwards.
    pub taker_held: Held,
    /// What the maker holds afterwards.
    pub maker_held: Held,
    /// The market's totals afterwards.
    pub ledger: EngineLedger,
    /// Lots that the quote still buys and sells; nothing for a match.
    pub quoted: Option<[u64; 2]>,
}

/// A position was marked to the robust price.
#[event]
#[derive(Clone, Debug)]
pub struct Settled {
    /// Market.
    pub market: u16,
    /// Margin account.
    pub account: Pubkey,
    /// What the mark realised.
    pub gain: i64,
    /// What the account paid into the pool.
    pub paid: u64,
    /// What the account holds afterwards.
    pub held: Held,
    /// The market's totals afterwards.
    pub ledger: EngineLedger,
}

/// A warm claim became capital.
#[event]
#[derive(Clone, Debug)]
pub struct Converted {
    /// Market.
    pub market: u16,
    /// Margin account.
    pub account: Pubkey,
    /// What the mark before it realised.
    pub gain: i64,
    /// Amount paid out of the pool.
    pub amount: u64,
    /// What the account holds afterwards.
    pub held: Held,
    /// The market's totals afterwards.
    pub ledger: EngineLedger,
}

/// An account received or lost collateral tokens.
#[event]
#[derive(Clone, Debug)]
pub struct CollateralMoved {
    /// Collateral.
    pub collateral: u16,
    /// Margin account.
    pub account: Pubkey,
    /// Smallest units, positive for a deposit.
    pub amount: i64,
    /// The account's balance afterwards.
    pub balance: EngineBalance,
    /// What all accounts hold afterwards.
    pub total: u64,
}
