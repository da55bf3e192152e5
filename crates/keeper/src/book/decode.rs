//! From bytes to the program's types, every check made.

use super::Refused;
use anchor_lang::{Discriminator, ZeroCopy};
use firebreak_client::{
    decode,
    program::state::{Collateral, Insurance, Laid, MarginAccount, Market, Order, Protocol, Quote, RiskReport},
    risk::report,
};
use std::mem::size_of;

/// Whether the bytes begin as a `T` does.
pub fn is<T: Discriminator>(data: &[u8]) -> bool {
    data.starts_with(T::DISCRIMINATOR)
}

/// A type of account that a keeper reads.
pub trait Known: ZeroCopy + Discriminator {
    /// The layout that is known. Every type has its layout's number in its first byte.
    const LAYOUT: u8;
}

macro_rules! known {
    ($($name:ident)*) => { $(impl Known for $name { const LAYOUT: u8 = <$name as Laid>::VERSION; })* };
}

known!(Protocol Market MarginAccount Quote Order Insurance Collateral);

impl Known for RiskReport {
    const LAYOUT: u8 = report::VERSION;
}

/// Whether the bytes are a `T` of a layout that the program no longer has.
pub fn is_older<T: Known>(data: &[u8]) -> bool {
    is::<T>(data) && data.get(8).is_some_and(|version| *version > 0 && *version < T::LAYOUT)
}

/// Reads a `T` of exactly its length and of the layout that is known.
pub fn read<T: Known>(data: &[u8]) -> Result<T, Refused> {
    let needed = size_of::<T>().saturating_add(8);
    if data.len() != needed {
        return Err(Refused::Length { got: data.len(), needed });
    }
    let version = data.get(8).copied().unwrap_or_default();
    if version != T::LAYOUT {
        return Err(Refused::Version { got: version, known: T::LAYOUT });
    }
    decode::decode(data).map_err(|_| Refused::Type)
}

/// The bytes of a `T` as an account has them.
pub fn write<T: ZeroCopy + Discriminator>(state: &T) -> Vec<u8> {
    [T::DISCRIMINATOR, bytemuck::bytes_of(state)].concat()
}
