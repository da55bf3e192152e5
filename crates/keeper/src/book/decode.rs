//! From bytes to the program's types, every check made.

use super::Refused;
use anchor_lang::{Discriminator, ZeroCopy};
use firebreak_client::{decode, program::constants::LAYOUT_VERSION};
use std::mem::size_of;

/// Whether the bytes begin as a `T` does.
pub fn is<T: Discriminator>(data: &[u8]) -> bool {
    data.starts_with(T::DISCRIMINATOR)
}

/// Reads a `T` of exactly its length and of the version that is known. Every type has its version in its first byte.
pub fn read<T: ZeroCopy + Discriminator>(data: &[u8]) -> Result<T, Refused> {
    let needed = size_of::<T>().saturating_add(8);
    if data.len() != needed {
        return Err(Refused::Length { got: data.len(), needed });
    }
    let version = data.get(8).copied().unwrap_or_default();
    if version != LAYOUT_VERSION {
        return Err(Refused::Version { got: version, known: LAYOUT_VERSION });
    }
    decode::decode(data).map_err(|_| Refused::Type)
}

/// The bytes of a `T` as an account has them.
pub fn write<T: ZeroCopy + Discriminator>(state: &T) -> Vec<u8> {
    [T::DISCRIMINATOR, bytemuck::bytes_of(state)].concat()
}
