//! Layouts: what each account type looks like now, what it has looked like before, and how an older one becomes the next.
//!
//! An account says its layout in the first byte after its discriminator, in every layout. A program reads one layout of each type and
//! refuses the others; [`bring_up`] is how an account written by an older program is read by this one. A release that changes a type
//! raises its [`Laid::VERSION`] and adds the layout that it replaces to [`Laid::OLDER`], which is never shortened: an account that
//! nobody has touched for years passes through all of them in one step.
//!
//! The record for other programs is left out: its layout never changes, and anybody writes it anew.

use super::*;
use crate::errors::FirebreakError;
use anchor_lang::{prelude::*, Discriminator};
use firebreak_risk::Now;

/// Where an account says its layout.
const VERSION_AT: usize = 8;

/// A layout that a type has had.
pub struct Older {
    /// Bytes of the account in it, discriminator included.
    pub space: usize,
    /// Makes the account's bytes, discriminator left out, one of the next layout. What the next layout has more lies behind them as zeros.
    pub upgrade: fn(&mut [u8], Now) -> Result<()>,
}

/// An account type.
pub trait Laid: Discriminator {
    /// Its layout in this program.
    const VERSION: u8 = crate::constants::LAYOUT_VERSION;
    /// The layouts before it, from 1.
    const OLDER: &'static [Older] = &[];
}

/// What a migration needs to know of a type.
pub struct Kind {
    discriminator: &'static [u8],
    version: u8,
    /// Bytes of an account, discriminator included.
    pub space: usize,
    older: &'static [Older],
    check: fn(&[u8]) -> Result<()>,
}

macro_rules! kinds {
    ($($name:ident)*) => {
        const KINDS: &[Kind] = &[$(Kind {
            discriminator: $name::DISCRIMINATOR,
            version: $name::VERSION,
            space: $name::SPACE,
            older: $name::OLDER,
            check: |bytes| {
                let account: &$name = bytemuck::try_from_bytes(bytes).map_err(|_| FirebreakError::UnknownLayout)?;
                account.invariant()
            },
        }),*];
        // Every older layout is listed, and no account ever becomes smaller.
        const _: () = {$(
            assert!($name::OLDER.len() + 1 == $name::VERSION as usize);
            let mut i = 0;
            while i < $name::OLDER.len() {
                assert!($name::OLDER[i].space <= $name::SPACE);
                i += 1;
            }
        )*};
    };
}

macro_rules! unchanged {
    ($($name:ident)*) => { $(impl Laid for $name {})* };
}

unchanged!(Protocol Market Order Insurance Stake Collateral ParamChange);
kinds!(Protocol Market MarginAccount Quote Order Insurance Stake Collateral ParamChange);

/// The type of an account of this program, and its layout, which must be one that this program once wrote.
pub fn found(data: &[u8]) -> Result<(&'static Kind, u8)> {
    let kind = KINDS.iter().find(|kind| data.starts_with(kind.discriminator)).ok_or(FirebreakError::UnknownLayout)?;
    let version = data.get(VERSION_AT).copied().unwrap_or(0);
    if version == kind.version && data.len() == kind.space {
        return err!(FirebreakError::LayoutCurrent);
    }
    let older = usize::from(version).checked_sub(1).and_then(|i| kind.older.get(i)).ok_or(FirebreakError::UnknownLayout)?;
    require!(data.len() == older.space, FirebreakError::UnknownLayout);
    Ok((kind, version))
}

/// Brings an account of `version`, whose bytes have their new length already, up to this program's layout. Returns that.
pub fn bring_up(kind: &Kind, version: u8, data: &mut [u8], now: Now) -> Result<u8> {
    let (head, body) = data.split_at_mut_checked(VERSION_AT).ok_or(FirebreakError::UnknownLayout)?;
    require!(head == kind.discriminator, FirebreakError::UnknownLayout);
    for older in kind.older.iter().skip(usize::from(version).saturating_sub(1)) {
        (older.upgrade)(body, now)?;
    }
    *body.first_mut().ok_or(FirebreakError::UnknownLayout)? = kind.version;
    (kind.check)(body)?;
    Ok(kind.version)
}
