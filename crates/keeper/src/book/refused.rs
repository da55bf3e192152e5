//! Why an account is not taken in.

use firebreak_client::Pubkey;
use thiserror::Error;

/// Why an account is not taken in.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum Refused {
    /// Another program owns it.
    #[error("the account is owned by {0}, not by the program it should belong to")]
    Owner(Pubkey),
    /// It is of no type the program has.
    #[error("the account's discriminator is of no type that the program has")]
    Type,
    /// It has another size than its type.
    #[error("the account has {got} bytes, its type has {needed}")]
    Length {
        /// Bytes it has.
        got: usize,
        /// Bytes its type has.
        needed: usize,
    },
    /// Another version of the program wrote it.
    #[error("the account has layout version {got}, this keeper knows version {known}")]
    Version {
        /// What it says.
        got: u8,
        /// What is known.
        known: u8,
    },
    /// Something newer is known.
    #[error("the account is of slot {got}, one of slot {known} is known")]
    Older {
        /// Slot of what came.
        got: u64,
        /// Slot of what is known.
        known: u64,
    },
    /// It lies at an address that its contents do not lead to.
    #[error("the account lies at {0}, which is not where its contents belong")]
    Address(Pubkey),
    /// What it says cannot be.
    #[error("the account breaks the engine's rules: {0}")]
    Broken(&'static str),
}
