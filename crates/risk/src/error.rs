//! Why the engine refuses.

use core::fmt;

/// A refusal of the engine. Each variant's text is the sentence a user sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RiskError {
    /// Arithmetic would leave the range of amounts (2^63 - 1 atoms).
    Overflow,
    /// A division by zero was asked for.
    DivisionByZero,
    /// An amount or size is zero where something must move.
    ZeroAmount,
    /// The account has less capital than the operation takes.
    InsufficientCapital,
    /// The account ends below its Init line.
    BelowInit,
    /// A side below Init may only reduce its position.
    OnlyReduce,
    /// The price is worse than a distressed side may accept.
    PriceTooBadForReduce,
    /// The market's price quality does not permit this action.
    QualityTooLow,
    /// The market is waiting for its TWAP or for a second source before it liquidates.
    WaitingForConfirmation,
    /// The robust price is older than the action permits.
    PriceTooOld,
    /// The market has not seen enough accepted updates to take positions.
    MarketNotActive,
    /// Open interest would pass the market's cap.
    OpenInterestCap,
    /// The account has no free position slot (16 at most).
    NoFreePosition,
    /// The account has no position in this market.
    NoPosition,
    /// A fill with nobody on the other side, or with oneself.
    SelfTrade,
    /// The price is outside the limit the caller set.
    LimitPrice,
    /// The account is not below its Maint line.
    NotLiquidatable,
    /// The account must be flagged before it is liquidated.
    NotFlagged,
    /// The account is above its LiqEnd line: nothing to liquidate.
    AboveStopLine,
    /// Closing this position would not raise the account's health.
    WouldNotHelp,
    /// The staged ramp permits no more of this position yet.
    RampNotReached,
    /// The take-over would leave a rest smaller than the market's minimum.
    DustLeft,
    /// The account owes more than it has: it must be declared bankrupt first.
    MustDeclareBankrupt,
    /// The account can cover what it owes: it is not bankrupt.
    NotBankrupt,
    /// A bankrupt account can do nothing but be resolved.
    AccountBankrupt,
    /// The account owes a debt and may neither increase nor withdraw.
    AccountInDebt,
    /// The caller may not settle this position: no stated ground holds.
    SettleNotPermitted,
    /// The market is not whole: its pool does not cover claims, debt, deficit and gap.
    MarketNotWhole,
    /// No claim has warmed up yet.
    NothingWarm,
    /// There is no deficit to cover or share.
    NoDeficit,
    /// The loss window has not ended.
    LossWindowOpen,
    /// Prices and amounts of the two sides do not match (I2, I14): a bug, nothing is written.
    InvariantBroken,
}

impl fmt::Display for RiskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Overflow => "an amount would exceed 2^63 - 1",
            Self::DivisionByZero => "a division by zero was asked for",
            Self::ZeroAmount => "the amount must be greater than zero",
            Self::InsufficientCapital => "the account's capital is less than the amount",
            Self::BelowInit => "the account would end below its Init line",
            Self::OnlyReduce => "a side below its Init line may only reduce its position",
            Self::PriceTooBadForReduce => "the price is worse than the robust price less the current penalty",
            Self::QualityTooLow => "the market's price quality does not permit this action",
            Self::WaitingForConfirmation => "the market waits for its price to be confirmed before it liquidates",
            Self::PriceTooOld => "the robust price is older than this action permits",
            Self::MarketNotActive => "the market has not yet seen its minimum of accepted price updates",
            Self::OpenInterestCap => "open interest would exceed the market's cap",
            Self::NoFreePosition => "all 16 position slots of the account are in use",
            Self::NoPosition => "the account has no position in this market",
            Self::SelfTrade => "an account cannot trade with itself",
            Self::LimitPrice => "the price is outside the caller's limit",
            Self::NotLiquidatable => "the account's health is not below its Maint line",
            Self::NotFlagged => "the account must be flagged before it is liquidated",
            Self::AboveStopLine => "the account's health is at or above its LiqEnd line",
            Self::WouldNotHelp => "closing this position would not raise the account's health",
            Self::RampNotReached => "the staged ramp permits no more of this account yet",
            Self::DustLeft => "the take-over would leave less than dust_notional: take the whole planned size",
            Self::MustDeclareBankrupt => "the account owes more than its capital and must be declared bankrupt first",
            Self::NotBankrupt => "the account's capital covers what it owes",
            Self::AccountBankrupt => "the account is bankrupt and can only be resolved",
            Self::AccountInDebt => "the account owes a debt: it may neither increase nor withdraw",
            Self::SettleNotPermitted => "only the owner may settle this position now",
            Self::MarketNotWhole => "the market's pool does not cover claims, debt, deficit and gap",
            Self::NothingWarm => "no part of the claim has warmed up",
            Self::NoDeficit => "the market has no deficit to cover or share",
            Self::LossWindowOpen => "the loss window has not ended",
            Self::InvariantBroken => "the market's totals do not balance",
        })
    }
}

impl core::error::Error for RiskError {}
