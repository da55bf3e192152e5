//! The program half of the engine's compute-unit measurement.
//!
//! `rows` builds a state for one function of the engine and calls it, or only builds the state: the difference is what the function
//! costs. There is no syscall for the units that are left which a network would accept, so the difference is taken outside, by
//! `tests/tests/engine_cu.rs`. That file includes `rows` by path too, and so knows the rows' names from the same table.

// The macro asks for features and a target that only the official tools know.
#![allow(unexpected_cfgs)]

mod rows;

use solana_account_info::AccountInfo;
use solana_program_error::{ProgramError, ProgramResult};
use solana_pubkey::Pubkey;

solana_program_entrypoint::entrypoint!(process);

/// Instruction data: number of the row, then 0 to build its state only or 1 to call the function too.
fn process(_: &Pubkey, _: &[AccountInfo], data: &[u8]) -> ProgramResult {
    let &[number, call] = data else { return Err(ProgramError::InvalidInstructionData) };
    let (_, row) = rows::ROWS.get(usize::from(number)).ok_or(ProgramError::InvalidInstructionData)?;
    // A refusal would be cheap and measure nothing.
    row(call != 0).map_err(|why| ProgramError::Custom(why as u32))
}
