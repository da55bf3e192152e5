//! Every way an instruction can refuse. The engine's refusals keep the engine's names and sentences.

use anchor_lang::prelude::*;
use firebreak_risk::{each_risk_error, params::ParamError, price, RiskError};

macro_rules! errors {
    ($($name:ident $text:tt,)*) => {
        /// Named refusals; the message names the thing and the bound.
        #[error_code]
        pub enum FirebreakError {
            #[msg("only the program's upgrade authority may initialise the protocol")]
            NotUpgradeAuthority,
            #[msg("the signer is not the protocol's authority")]
            NotAuthority,
            #[msg("the signer is not the owner of the margin account")]
            NotOwner,
            #[msg("the mint is not the settlement mint")]
            WrongMint,
            #[msg("the settlement mint must have 6 decimals")]
            WrongDecimals,
            #[msg("the signer is neither the token account's owner nor its delegate")]
            NotTokenAuthority,
            #[msg("the token account holds, or its delegate may move, less than the amount")]
            InsufficientTokens,
            #[msg("the vault is not the protocol's vault")]
            WrongVault,
            #[msg("the market is not the one this account belongs to")]
            WrongMarket,
            #[msg("the collateral's record is not that of this mint")]
            WrongCollateral,
            #[msg("the settlement token is listed before any other collateral, and only other collateral is listed after it")]
            SettlementFirst,
            #[msg("the settlement token is capital: deposit and withdraw move it")]
            SettlementIsCapital,
            #[msg("the mint must have as many decimals as the collateral's parameters say")]
            WrongCollateralDecimals,
            #[msg("a collateral's record is missing, surplus or out of order: after the markets, pass those of the account's balances, in order, then the settlement token's")]
            CollateralsMismatch,
            #[msg("the tranche must be 0 (junior) or 1 (senior)")]
            WrongTranche,
            #[msg("the stake still holds shares: ask for them and have them paid first")]
            StakeNotEmpty,
            #[msg("the protocol names no treasury: its fees stay in the markets")]
            NoTreasury,
            #[msg("the token account is not the protocol's treasury")]
            WrongTreasury,
            #[msg("the quote belongs to another account or market")]
            WrongQuote,
            #[msg("the order belongs to another account, or to one that was closed since")]
            WrongOrder,
            #[msg("the order's top-up comes from another sub-account of the same owner")]
            WrongSource,
            #[msg("both accounts must belong to the signer")]
            NotSameOwner,
            #[msg("source and destination are the same account")]
            SameAccount,
            #[msg("an account can be closed from the slot after it was opened")]
            ClosedTooSoon,
            #[msg("the account's layout is not the one that this program reads: migrate brings an older one up")]
            WrongVersion,
            #[msg("the account's layout is already this program's")]
            LayoutCurrent,
            #[msg("the account has a layout that this program never wrote, or not that layout's length")]
            UnknownLayout,
            #[msg("a market account is missing, surplus or out of order: pass those of the account's positions, in order")]
            MarketsMismatch,
            #[msg("a margin account is missing, passed twice, passed for reading or no margin account")]
            AccountsMismatch,
            #[msg("a deleveraging takes 1 to 8 counterparties")]
            PartyCount,
            #[msg("the quote is of the owner of the account in liquidation")]
            SameOwner,
            #[msg("the price accounts passed are not the market's sources in their order: one was left out, added or replaced")]
            SourcesMismatch,
            #[msg("a market takes 1 to 5 sources")]
            SourceCount,
            #[msg("a source's kind, weight, key, owner or feed id is zero, or its key is listed twice")]
            BadSource,
            #[msg("a parameter is out of bounds; the log names it and the bound")]
            ParameterOutOfBounds,
            #[msg("the market has seen its first price: its rules change by a proposal")]
            RulesAlreadySet,
            #[msg("the market index must be the next free one")]
            WrongMarketIndex,
            #[msg("the size is not a whole number of lots between 1 and 2^62")]
            SizeOutOfBounds,
            #[msg("the quote's offsets must be at most 500 000 ppm and its prices not cross")]
            QuoteOutOfBounds,
            #[msg("the price account's owner is not the source's program")]
            SourceWrongOwner,
            #[msg("the price account's feed id is not the source's")]
            SourceWrongFeed,
            #[msg("the price account is closed or empty")]
            SourceClosed,
            #[msg("the price account's bytes are not an acceptable price; the log says why")]
            SourceUnreadable,
            #[msg("price must be greater than zero")]
            SourceNonPositive,
            #[msg("publish_time is older than the source's max_age")]
            SourceStale,
            #[msg("publish_time is more than 2 seconds ahead of the chain's clock")]
            SourceFromTheFuture,
            #[msg("publish_time is before that of the last accepted price")]
            SourceBackward,
            #[msg("the price differs from the last accepted one of the same publish_time")]
            SourceContradiction,
            #[msg("confidence exceeds the source's max_confidence")]
            SourceUnconfident,
            #[msg("the sources disagree by more than two_source_bound while the last price is within its age")]
            SourcesDisagree,
            #[msg("the signer is not the protocol's guardian, or there is none")]
            NotGuardian,
            #[msg("only the authority and the guardian may cancel a change")]
            NotCanceller,
            #[msg("the signer is not the authority that the change names")]
            NotNextAuthority,
            #[msg("a change's rent goes back to whoever proposed it")]
            WrongProposer,
            #[msg("the change is of another kind than this instruction executes")]
            WrongChange,
            #[msg("the listing still lacks its rules, or has them already")]
            ListingIncomplete,
            #[msg("the proposal changes nothing")]
            NothingChanges,
            #[msg("the time for listing at once is over: propose the change")]
            Sealed,
            #[msg("a transaction that starts with a durable-nonce advance may be older than it looks: governance does not take it")]
            DurableNonce,
            #[msg("only increases, withdrawals, conversions, stakes and pay-outs can be paused, and at least one must be named")]
            NotPausable,
            #[msg("the buffer is not the change's, or its authority is not the program's upgrade address")]
            WrongBuffer,
            #[msg("the program's upgrade authority is not the program's upgrade address")]
            NotHandedOver,
            $( #[msg($text)] $name, )*
        }

        impl From<RiskError> for FirebreakError {
            fn from(e: RiskError) -> Self {
                match e { $( RiskError::$name => Self::$name, )* }
            }
        }
    };
}

each_risk_error!(errors);

impl From<price::Refusal> for FirebreakError {
    fn from(e: price::Refusal) -> Self {
        match e {
            price::Refusal::NonPositive => Self::SourceNonPositive,
            price::Refusal::Stale => Self::SourceStale,
            price::Refusal::FromTheFuture => Self::SourceFromTheFuture,
            price::Refusal::Backward => Self::SourceBackward,
            price::Refusal::Contradiction => Self::SourceContradiction,
            price::Refusal::Unconfident => Self::SourceUnconfident,
        }
    }
}

/// Refuses a figure out of bounds; the log names it and the bound.
pub fn within(checked: std::result::Result<(), ParamError>) -> Result<()> {
    checked.map_err(|why| {
        msg!("{}", why);
        FirebreakError::ParameterOutOfBounds.into()
    })
}

/// Turns an engine result into an instruction result.
pub trait Named<T> {
    /// The same result with the program's error.
    fn named(self) -> Result<T>;
}

impl<T> Named<T> for firebreak_risk::num::Result<T> {
    fn named(self) -> Result<T> {
        self.map_err(|e| FirebreakError::from(e).into())
    }
}
