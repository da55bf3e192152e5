//! Events, one a state change, emitted by self-CPI so that log truncation cannot lose them. Amounts in atoms, sizes in lots,
//! prices in ticks.

use anchor_lang::prelude::*;

/// A market was listed.
#[event]
#[derive(Clone, Debug)]
pub struct MarketListed {
    /// Its index.
    pub market: u16,
    /// Its sources.
    pub sources: u8,
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
}

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

/// A quote was posted, changed or (zero sizes) emptied.
#[event]
#[derive(Clone, Debug)]
pub struct QuotePosted {
    /// Margin account.
    pub account: Pubkey,
    /// Market.
    pub market: u16,
    /// Lots the maker buys.
    pub bid_size: u64,
    /// Lots the maker sells.
    pub ask_size: u64,
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
}

/// An account's liquidation clock started.
#[event]
#[derive(Clone, Debug)]
pub struct Flagged {
    /// Margin account.
    pub account: Pubkey,
    /// Its Maint health.
    pub maint_health: i64,
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
    /// Deficit left.
    pub deficit: u64,
}

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
}

/// The insurance fund received tokens or fees.
#[event]
#[derive(Clone, Debug)]
pub struct InsuranceFunded {
    /// Amount.
    pub amount: u64,
    /// Assets afterwards.
    pub assets: u64,
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
    /// The market concerned, or the one to be listed.
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
    /// The market concerned.
    pub market: u16,
}

/// The guardian tightened a market.
#[event]
#[derive(Clone, Debug)]
pub struct Tightened {
    /// Market.
    pub market: u16,
    /// 1 parameters, 2 rules.
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
