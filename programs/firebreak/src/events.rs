//! Events, one a state change, emitted by self-CPI so that log truncation cannot lose them. Amounts in atoms, sizes in lots,
//! prices in ticks.
//!
//! An event says what happened, and what that left behind: whatever it changed of a balance it carries as the account holds it
//! afterwards, never as a difference. So everything that anybody has is known from events alone (`firebreak-client` does so in `rebuild`),
//! and whoever missed some is right again with the next ones.

use crate::state::{
    EngineBalance, EngineInsurance, EngineLedger, EngineLimit, EngineOrder, EnginePosition, EngineQuoteTerms, EngineSettings,
    EngineStake,
};
use anchor_lang::prelude::*;
use firebreak_risk::{collateral::Balance, Account, Market, Position};

/// What an account has and is marked with after a change, its positions apart.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountState {
    /// Its capital.
    pub capital: u64,
    /// Set aside for keepers.
    pub bond: u64,
    /// Slot of the flag; 0 when not flagged.
    pub flagged: u64,
    /// LiqEnd shortage freed since the flag.
    pub freed: u64,
    /// 1 once declared bankrupt, until resolved.
    pub bankrupt: u8,
}

impl AccountState {
    /// That of `account`.
    pub fn of(account: &Account) -> Self {
        let Account { capital, bond, flagged, freed, bankrupt, .. } = *account;
        Self { capital, bond, flagged, freed, bankrupt }
    }
}

/// An account after a change of its position in one market.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// Money and marks.
    pub account: AccountState,
    /// The position; all zero but its loss index once its slot is free. Once no position of the account holds anything, slots that only
    /// remember a loss are free as well, unless a fill or a conversion was what changed it.
    pub position: EnginePosition,
}

impl Held {
    /// What `account` holds, in `market` of all.
    pub fn of(account: &Account, market: u16) -> Self {
        let position = account.position(market).copied().unwrap_or(Position::EMPTY);
        Self { account: AccountState::of(account), position: EnginePosition(position) }
    }
}

/// What `account` holds of collateral number `index`; all zero but its number once that is nothing.
pub fn balance_of(account: &Account, index: u16) -> EngineBalance {
    EngineBalance(account.collateral(index).copied().unwrap_or(Balance { collateral: index, ..Balance::EMPTY }))
}

/// All positions of `account`.
pub fn positions_of(account: &Account) -> Vec<EnginePosition> {
    account.used().map(|position| EnginePosition(*position)).collect()
}

/// A market's totals after a change.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totals {
    /// Market.
    pub market: u16,
    /// Its totals.
    pub ledger: EngineLedger,
}

impl Totals {
    /// Those of market number `index`.
    pub fn of(index: u16, market: &Market) -> Self {
        Self { market: index, ledger: EngineLedger(market.ledger) }
    }
}

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

/// The global breaker was brought up to what is known.
#[event]
#[derive(Clone, Debug)]
pub struct GlobalChecked {
    /// Its level.
    pub level: u8,
    /// Why: a bit for each trigger that is tripped.
    pub reasons: u16,
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
