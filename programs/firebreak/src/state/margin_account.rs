//! A trader's or keeper's margin account.

use super::{layouts::Laid, EngineAccount};
use crate::errors::FirebreakError;
use anchor_lang::prelude::*;

/// Collateral and positions of one owner's sub-account.
#[account(zero_copy)]
#[derive(Debug)]
pub struct MarginAccount {
    /// Layout version.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// Which of the owner's accounts this is.
    pub sub_id: u16,
    /// Zero.
    pub padding: u32,
    /// Who may trade and withdraw.
    pub owner: Pubkey,
    /// Money and positions.
    pub engine: EngineAccount,
    /// Slot in which it was opened. Quotes and orders carry it: those of an account that was closed are not those of one that was opened
    /// at its address later, because no account is closed in the slot of its opening.
    pub opened: u64,
    /// Room to grow; zero.
    pub reserved: [u64; ROOM],
}

#[cfg(not(feature = "layout-2"))]
const ROOM: usize = 31;
/// Layout 2 has sixteen words more. The first word of its room is the slot in which the account was brought up from layout 1; 0 when it
/// was opened in layout 2. It is no field of its own because the IDL's generator takes in fields of every feature.
#[cfg(feature = "layout-2")]
const ROOM: usize = 47;

#[cfg(not(feature = "layout-2"))]
impl Laid for MarginAccount {}

#[cfg(feature = "layout-2")]
impl Laid for MarginAccount {
    const VERSION: u8 = 2;
    const OLDER: &'static [super::layouts::Older] = &[super::layouts::Older {
        space: 2_672,
        upgrade: |bytes, now| {
            let account: &mut Self = bytemuck::try_from_bytes_mut(bytes).map_err(|_| FirebreakError::UnknownLayout)?;
            account.reserved[0] = now.slot;
            Ok(())
        },
    }];
}

impl MarginAccount {
    /// Bytes of the account, discriminator included.
    pub const SPACE: usize = 8 + std::mem::size_of::<Self>();

    /// What must hold after every instruction that changes the account.
    pub fn invariant(&self) -> Result<()> {
        require!(self.version == Self::VERSION, FirebreakError::WrongVersion);
        Ok(())
    }
}
