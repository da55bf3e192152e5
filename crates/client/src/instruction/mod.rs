//! Instruction builders, one an instruction. What an account's health needs is passed along as [`Needs`], or, for accounts without
//! collateral, as the numbers of their markets.

mod collateral;
mod distress;
mod governance;
mod insurer;
mod keeper;
mod trader;

pub use self::{collateral::*, distress::*, governance::*, insurer::*, keeper::*, trader::*};

use crate::needs::Needs;
use anchor_lang::{prelude::AccountMeta, solana_program::instruction::Instruction, InstructionData, ToAccountMetas};
use firebreak::ID;

pub(crate) fn build(accounts: impl ToAccountMetas, data: impl InstructionData, rest: Vec<AccountMeta>) -> Instruction {
    let mut metas = accounts.to_account_metas(None);
    metas.extend(rest);
    Instruction { program_id: ID, accounts: metas, data: data.data() }
}

pub(crate) fn read_only(needs: impl Into<Needs>) -> Vec<AccountMeta> {
    needs.into().metas(false)
}

pub(crate) fn writable(needs: impl Into<Needs>) -> Vec<AccountMeta> {
    needs.into().metas(true)
}
