//! A small venue that clears at Firebreak: its own address is one side of every trade it settles.
//!
//! It holds no code of Firebreak. It reads a market's public record by its fixed layout, refuses to act when that says the market is degraded,
//! halted or not whole, and calls `match_trade` with its derived address as one of the two signers.

// The macro asks for features and a target that only the official tools know.
#![allow(unexpected_cfgs)]

mod report;

use report::{require_sound, Refusal, FIREBREAK};
use solana_account_info::{next_account_info, AccountInfo};
use solana_cpi::invoke_signed;
use solana_instruction::{AccountMeta, Instruction};
use solana_program_error::{ProgramError, ProgramResult};
use solana_pubkey::Pubkey;
use std::slice::Iter;

/// First bytes of the instruction data: SHA-256 of "global:open_account".
const OPEN_ACCOUNT: [u8; 8] = [101, 152, 91, 243, 176, 36, 189, 101];
/// The same of "global:match_trade".
const MATCH_TRADE: [u8; 8] = [53, 179, 82, 92, 122, 146, 127, 143];
/// Seed of the venue's own address.
const VENUE: &[u8] = b"venue";
/// Solana's clock; its first eight bytes are the slot.
const CLOCK: Pubkey = Pubkey::from_str_const("SysvarC1ock11111111111111111111111111111111");

solana_program_entrypoint::entrypoint!(process);

/// Instruction data: 0 looks at a report; 1 and a bump open the venue's margin account; 2, a bump, lots and a price settle a trade.
fn process(id: &Pubkey, accounts: &[AccountInfo], data: &[u8]) -> ProgramResult {
    let accounts = &mut accounts.iter();
    match data {
        [0] => look(accounts),
        [1, bump] => open(id, accounts, *bump),
        [2, bump, trade @ ..] if trade.len() == 16 => settle(id, accounts, *bump, trade),
        _ => Err(ProgramError::InvalidInstructionData),
    }
}

/// Accounts: report, market, clock.
fn look(accounts: &mut Iter<AccountInfo>) -> ProgramResult {
    let (report, market, clock) = (next_account_info(accounts)?, next_account_info(accounts)?, next_account_info(accounts)?);
    Ok(require_sound(report, market.key, slot(clock)?)?)
}

/// Accounts: those of `open_account`, the venue's address as the owner; then Firebreak.
fn open(id: &Pubkey, accounts: &mut Iter<AccountInfo>, bump: u8) -> ProgramResult {
    // Sub-account 0, cross.
    call(id, accounts, bump, &OPEN_ACCOUNT, &[0, 0, 0])
}

/// Accounts: report, clock; then those of `match_trade`, the venue's address as the maker's owner.
fn settle(id: &Pubkey, accounts: &mut Iter<AccountInfo>, bump: u8, trade: &[u8]) -> ProgramResult {
    let (report, clock) = (next_account_info(accounts)?, next_account_info(accounts)?);
    // The market that is traded, not one that happens to be well.
    let market = accounts.as_slice().get(3).ok_or(ProgramError::NotEnoughAccountKeys)?;
    require_sound(report, market.key, slot(clock)?)?;
    call(id, accounts, bump, &MATCH_TRADE, trade)
}

/// Calls Firebreak with the rest of the accounts; the venue's address signs.
fn call(id: &Pubkey, accounts: &mut Iter<AccountInfo>, bump: u8, what: &[u8; 8], args: &[u8]) -> ProgramResult {
    let seeds: &[&[u8]] = &[VENUE, &[bump]];
    let venue = Pubkey::create_program_address(seeds, id).map_err(|_| ProgramError::InvalidSeeds)?;
    let meta =
        |a: &AccountInfo| AccountMeta { pubkey: *a.key, is_signer: a.is_signer || *a.key == venue, is_writable: a.is_writable };
    let called = accounts.as_slice();
    let instruction =
        Instruction { program_id: FIREBREAK, accounts: called.iter().map(meta).collect(), data: [what, args].concat() };
    invoke_signed(&instruction, called, &[seeds])
}

fn slot(clock: &AccountInfo) -> Result<u64, Refusal> {
    let data = clock.try_borrow_data().map_err(|_| Refusal::NotTheClock)?;
    match data.first_chunk() {
        Some(slot) if *clock.key == CLOCK => Ok(u64::from_le_bytes(*slot)),
        _ => Err(Refusal::NotTheClock),
    }
}
