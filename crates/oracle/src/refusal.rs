//! Why an account was not read, or a reading not converted.

use core::fmt;

/// The reason, with the offending value where one number says it all. Its `Display` is one sentence that names the
/// field and the bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Refusal {
    /// The byte names no [`crate::Kind`].
    UnknownKind(u8),
    /// Fewer bytes than the layout has.
    TooShort {
        /// Bytes of the layout.
        need: u32,
        /// Bytes of the account.
        got: u32,
    },
    /// The first bytes (discriminator or magic number) are another account's.
    WrongDiscriminator,
    /// Legacy Pyth: not version 2. Fields of version 1 lie elsewhere.
    WrongVersion(u32),
    /// Legacy Pyth: a mapping or product account, or not a price.
    WrongAccountType(u32),
    /// Pyth `PriceUpdateV2`: only some of the signatures were checked. The byte is the verification tag.
    NotFullyVerified(u8),
    /// Legacy Pyth: the aggregate's status is not Trading.
    NotTrading(u8),
    /// The price is zero or negative.
    NonPositivePrice,
    /// The confidence is negative.
    NegativeConfidence,
    /// Pyth: the exponent lies outside -18 to 0.
    ExponentOutOfRange(i32),
    /// Switchboard V2: a number has more than 28 decimals.
    ScaleOutOfRange(u32),
    /// The publish time is zero or negative.
    NoPublishTime,
    /// The result's slot is zero: there never was a result.
    NoResult,
    /// Fewer samples (publishers, responses) than the feed demands.
    TooFewSamples {
        /// Samples in the result.
        got: u32,
        /// The feed's own minimum, at least one.
        need: u32,
    },
    /// Switchboard On-Demand: not `0 < min_slot <= slot <= max_slot`.
    SlotsOutOfOrder,
    /// Switchboard On-Demand: the feed's authority may write values without oracles.
    WritableByAuthority,
    /// Switchboard V2: the result averages a sliding window, whose age the account does not tell.
    SlidingWindow,
    /// Switchboard V2: the confirmed round is not closed.
    RoundNotClosed,
    /// The price does not fit the number it should be held in.
    PriceTooLarge,
    /// The confidence does not fit the number it should be held in.
    ConfidenceTooLarge,
    /// The price rounds to zero at the wanted number of decimals.
    BelowOneTick,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::UnknownKind(byte) => write!(f, "kind of price account is {byte}, must be 1 to 4"),
            Self::TooShort { need, got } => {
                write!(f, "account data has {got} bytes, must have at least {need}")
            }
            Self::WrongDiscriminator => f.write_str("discriminator is not that of this owner's price accounts"),
            Self::WrongVersion(version) => write!(f, "version is {version}, must be 2"),
            Self::WrongAccountType(kind) => {
                write!(f, "account type is {kind}, must be a price account with a price")
            }
            Self::NotFullyVerified(tag) => {
                write!(f, "verification level has tag {tag}, must be 1 (full verification)")
            }
            Self::NotTrading(status) => write!(f, "status is {status}, must be 1 (trading)"),
            Self::NonPositivePrice => f.write_str("price is zero or negative, must be positive"),
            Self::NegativeConfidence => f.write_str("confidence is negative, must be zero or positive"),
            Self::ExponentOutOfRange(exponent) => {
                write!(f, "exponent is {exponent}, must be from -18 to 0")
            }
            Self::ScaleOutOfRange(scale) => write!(f, "scale is {scale}, must be at most 28"),
            Self::NoPublishTime => f.write_str("publish time is zero or negative, must be set"),
            Self::NoResult => f.write_str("slot of the result is zero: the feed has no result, it must have one"),
            Self::TooFewSamples { got, need } => {
                write!(f, "number of samples is {got}, must be at least the feed's minimum of {need}")
            }
            Self::SlotsOutOfOrder => f.write_str("slots of the result are not in order, must be 0 < min <= slot <= max"),
            Self::WritableByAuthority => f.write_str("feed may be written by its authority alone, must be by oracles only"),
            Self::SlidingWindow => f.write_str("resolution mode is a sliding window, must be one closed round"),
            Self::RoundNotClosed => f.write_str("confirmed round is still open, must be closed"),
            Self::PriceTooLarge => f.write_str("price is too large, must fit the protocol's number"),
            Self::ConfidenceTooLarge => f.write_str("confidence is too large, must fit the protocol's number"),
            Self::BelowOneTick => f.write_str("price rounds to zero, must be at least half of the smallest unit"),
        }
    }
}

impl core::error::Error for Refusal {}
