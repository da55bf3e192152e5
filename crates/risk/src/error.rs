//! Why the engine refuses.

use core::fmt;

/// Hands every engine error, as `Name "sentence"`, to the macro named: the enum below is made from this list, and so is the
/// program's error enum, so that a sentence exists once.
#[macro_export]
macro_rules! each_risk_error {
    ($then:ident) => {
        $then! {
            Overflow "an amount would exceed 2^63 - 1",
            DivisionByZero "a division by zero was asked for",
            ZeroAmount "the amount must be greater than zero",
            InsufficientCapital "the account's capital is less than the amount",
            BelowInit "the account would end below its Init line",
            OnlyReduce "a side below its Init line may only reduce its position",
            PriceTooBadForReduce "the price is worse than the robust price less the current penalty",
            QualityTooLow "the market's price quality does not permit this action",
            WaitingForConfirmation "the market waits for its price to be confirmed before it liquidates",
            PriceTooOld "the robust price is older than this action permits",
            RiskStateOld "the market must be accrued at its last accepted price before anybody increases",
            MarketNotActive "the market has not yet seen its minimum of accepted price updates",
            OpenInterestCap "open interest would exceed the market's cap",
            NoFreePosition "all 16 position slots of the account are in use",
            AccountIsolated "an isolated account holds at most one market's position, and its claim there counts as one",
            AccountNotEmpty "the account still holds capital, a bond, collateral, a position or a loss",
            AllowanceInUse "the account took more than the vault's windows within a day: it can be closed when that day is over",
            NoPosition "the account has no position in this market",
            PriceOutOfBand "the price is further from the robust price than the market's Init line",
            OrderNotDue "the account's Maint health is above the order's level, or one of its prices is not usable",
            OrderSpent "nothing is left of the order",
            OrderExpired "the order's last slot has passed",
            WrongOrderKind "the order is of another kind than this instruction runs",
            SelfTrade "an account cannot trade with itself",
            QuoteExpired "the quote's last slot has passed",
            LimitPrice "the price is outside the caller's limit",
            NotLiquidatable "the account's health is not below its Maint line",
            NotFlagged "the account must be flagged before it is liquidated",
            AboveStopLine "the account's health is at or above its LiqEnd line",
            WouldNotHelp "closing this position would not raise the account's health",
            RampNotReached "the staged ramp permits no more of this account yet",
            DustLeft "the take-over would leave less than dust_notional: take the whole planned size",
            MustDeclareBankrupt "the account owes more than its capital and must be declared bankrupt first",
            NotBankrupt "the account's capital covers what it owes",
            AccountBankrupt "the account is bankrupt and can only be resolved",
            AccountInDebt "the account owes a debt: it may neither increase nor withdraw",
            SettleNotPermitted "only the owner may settle this position now",
            MarketNotWhole "the market's pool does not cover claims, debt, deficit and gap",
            NothingWarm "no part of the claim has warmed up",
            NoDeficit "the market has no deficit to cover or share",
            LossWindowOpen "the loss window has not ended",
            InvariantBroken "the market's totals do not balance",
            MarketReduceOnly "the market carries a deficit: until it is paid or shared, positions may only be reduced",
            RankTooLow "an account with a higher score comes first",
            NotOpposite "the counterparty holds no position on the opposite side",
            Throttled "the market's liquidation budget for this window is used up",
            AmountTooSmall "the amount is worth less than one share",
            InsufficientShares "the stake has fewer shares than that",
            NothingRequested "no unstake has been requested",
            CoolingDown "the cooldown has not ended",
            ClaimsPending "a deficit may still draw on insurance: nothing is paid out before it is settled",
            LimitsExceedAssets "the insurance limits of all markets together would exceed the assets above the floor",
            TooManyInsured "at most 32 markets may draw on shared insurance: a pay-out has to show them all",
            PayOutOpen "nothing holds this pay-out back: it can be taken",
            BreakerForbids "the circuit breaker's level does not permit this action",
            OutflowLimit "the vault's outflow limit for this window is used up",
            StepTooLarge "one change may not move the parameter this far",
            DelayNotOver "the delay of this change has not passed",
            DelayShrinks "a delay may only grow",
            PriceNotFrozen "the market has had a usable price too recently to be settled for good",
            ParameterBounds "a parameter is outside its bounds",
            ClockWentBack "the slot or time is before the last one seen",
            RaiseBudgetSpent "raised margin alone makes this account liquidatable, and this minute's share of open interest is used up",
            NoCollateral "the account does not hold that much of this collateral, or the caller did not pass it",
            NoFreeCollateral "all 8 collateral slots of the account are in use",
            CollateralCap "deposits of this collateral would exceed its cap",
            CapGrowth "the cap of a collateral falls at once and rises by a proposal, to at most twice as much, once a day",
            NotATightening "only a tightening may be applied without delay",
            ParameterFixed "this parameter cannot change while the market lives",
            ChangeOutdated "the parameters are not those that the change was proposed for, or it has lapsed",
            PauseSpent "the guardian's pauses are used up for now",
            LossUnrecovered "the account left a loss: what it holds elsewhere must make it good before it increases or converts",
            MarketReadOnly "this step changes the market, which was passed for reading only",
            NothingToRecover "the account left no loss that others paid",
            CollateralUnsold "the account still holds collateral, which must be sold before it is bankrupt",
            SettleFirst "the market has ended: the position there must be settled before anything is withdrawn",
            FlaggedDeposit "the account is being liquidated: collateral would not count in time, only settlement tokens help",
            StillForSale "the collateral may still be bought: its unsold_wait has not passed since the account was found unable to pay",
            QuoteTooDear "executed against this quote the account would pay more than a take-over costs it now",
            NotDust "the position is worth more than the market's dust_notional",
            NothingToClear "the account has no empty slot, forgotten loss or outlived mark to clear",
            Paused "the guardian has paused this action; a pause ends by itself within half an hour",
        }
    };
}

macro_rules! define {
    ($($name:ident $text:tt,)*) => {
        /// A refusal of the engine. Each variant's text is the sentence a user sees.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum RiskError {
            $( #[doc = $text] $name, )*
        }

        impl RiskError {
            /// Every refusal, in order.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];
        }

        impl fmt::Display for RiskError {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $( Self::$name => $text, )* })
            }
        }
    };
}

each_risk_error!(define);

impl core::error::Error for RiskError {}
