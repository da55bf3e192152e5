//! From account bytes to the program's types.

use anchor_lang::{prelude::Pubkey, Discriminator, ZeroCopy};
use firebreak::state::MarginAccount;
use thiserror::Error;

/// Why an account is not what was asked for.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum DecodeError {
    /// Another program owns it.
    #[error("the account is owned by {0}, not by Firebreak")]
    WrongOwner(Pubkey),
    /// It holds something else.
    #[error("the account's discriminator is not that of the type asked for")]
    WrongType,
    /// It is too short.
    #[error("the account has {got} bytes, the type needs {needed}")]
    TooShort {
        /// Bytes it has.
        got: usize,
        /// Bytes the type needs.
        needed: usize,
    },
}

/// Decodes the bytes of a program account. The owner is the caller's to check, or use [`decode_owned`].
pub fn decode<T: ZeroCopy + Discriminator>(data: &[u8]) -> Result<T, DecodeError> {
    let needed = 8 + std::mem::size_of::<T>();
    if data.len() < needed {
        return Err(DecodeError::TooShort { got: data.len(), needed });
    }
    if !data.starts_with(T::DISCRIMINATOR) {
        return Err(DecodeError::WrongType);
    }
    Ok(bytemuck::pod_read_unaligned(&data[8..needed]))
}

/// Decodes an account and checks that Firebreak owns it.
pub fn decode_owned<T: ZeroCopy + Discriminator>(owner: &Pubkey, data: &[u8]) -> Result<T, DecodeError> {
    if *owner != firebreak::ID {
        return Err(DecodeError::WrongOwner(*owner));
    }
    decode(data)
}

/// Indices of the markets an instruction on `account` must be given, `named` left out. What an account with collateral needs besides is
/// found by [`crate::needs::Needs::of`].
pub fn markets_of(account: &MarginAccount, named: Option<u16>) -> Vec<u16> {
    account.engine.active().map(|p| p.market).filter(|m| Some(*m) != named).collect()
}
