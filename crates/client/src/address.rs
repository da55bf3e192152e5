//! Derived addresses of the program's accounts.

use anchor_lang::prelude::{bpf_loader_upgradeable, Pubkey};
use firebreak::{constants::*, ID};

fn derive(seeds: &[&[u8]]) -> Pubkey {
    Pubkey::find_program_address(seeds, &ID).0
}

/// The protocol.
pub fn protocol() -> Pubkey {
    derive(&[PROTOCOL_SEED])
}

/// The insurance fund.
pub fn insurance() -> Pubkey {
    derive(&[INSURANCE_SEED])
}

/// The vault of `mint`.
pub fn vault(mint: &Pubkey) -> Pubkey {
    derive(&[VAULT_SEED, mint.as_ref()])
}

/// The record of the collateral whose token is `mint`.
pub fn collateral(mint: &Pubkey) -> Pubkey {
    derive(&[COLLATERAL_SEED, mint.as_ref()])
}

/// Market number `index`.
pub fn market(index: u16) -> Pubkey {
    derive(&[MARKET_SEED, &index.to_le_bytes()])
}

/// Margin account `sub_id` of `owner`.
pub fn account(owner: &Pubkey, sub_id: u16) -> Pubkey {
    derive(&[ACCOUNT_SEED, owner.as_ref(), &sub_id.to_le_bytes()])
}

/// The quote of `account` in `market`.
pub fn quote(account: &Pubkey, market: &Pubkey) -> Pubkey {
    derive(&[QUOTE_SEED, account.as_ref(), market.as_ref()])
}

/// Order `id` of `account`.
pub fn order(account: &Pubkey, id: u16) -> Pubkey {
    derive(&[ORDER_SEED, account.as_ref(), &id.to_le_bytes()])
}

/// The public record of `market`.
pub fn report(market: &Pubkey) -> Pubkey {
    derive(&[REPORT_SEED, market.as_ref()])
}

/// Bump of the address of the public record of `market`.
pub fn report_bump(market: &Pubkey) -> u8 {
    Pubkey::find_program_address(&[REPORT_SEED, market.as_ref()], &ID).1
}

/// The stake of `owner` in a tranche (0 junior, 1 senior).
pub fn stake(owner: &Pubkey, tranche: u8) -> Pubkey {
    derive(&[STAKE_SEED, owner.as_ref(), &[tranche]])
}

/// Proposed change number `id`.
pub fn change(id: u64) -> Pubkey {
    derive(&[CHANGE_SEED, &id.to_le_bytes()])
}

/// The program's own address that may upgrade it.
pub fn upgrade_authority() -> Pubkey {
    derive(&[UPGRADE_SEED])
}

/// Signs the program's event self-calls.
pub fn event_authority() -> Pubkey {
    derive(&[b"__event_authority"])
}

/// Where the loader records the program's bytes and upgrade authority.
pub fn program_data() -> Pubkey {
    Pubkey::find_program_address(&[ID.as_ref()], &bpf_loader_upgradeable::ID).0
}
