//! Instructions that no honest client sends: unknown, cut short, too few accounts, forged events.

use super::cases::{all, cast, Cast};
use anchor_lang::{prelude::AccountMeta, solana_program::instruction::Instruction, Discriminator, Event};
use firebreak_client::{address, instruction, program::events::TreasuryCollected, ID};
use firebreak_tests::{Expect, USD};

#[test]
fn an_unknown_instruction_is_refused() {
    let Cast { mut w, taker, .. } = cast();
    let mut ix = instruction::deposit(taker.owner(), taker.account, taker.wallet, w.mint, USD);
    ix.data[0] ^= 1;
    w.act(&[ix], &[&taker.key]).refused_as("InstructionFallbackNotFound");
    let nothing = Instruction { program_id: ID, accounts: vec![], data: vec![] };
    w.act(&[nothing], &[]).refused_as("InstructionFallbackNotFound");
}

#[test]
fn arguments_cut_short_are_refused() {
    for case in all() {
        let mut world = case.world.clone();
        let signers: Vec<_> = case.signers.iter().collect();
        if case.instruction.data.len() == 8 {
            continue; // it takes no arguments
        }
        for keep in [8, case.instruction.data.len() - 1] {
            let mut ix = case.instruction.clone();
            ix.data.truncate(keep);
            let refused = world.act(&[ix], &signers).err().unwrap_or_else(|| panic!("{} was accepted", case.name));
            assert_eq!(refused.name, "InstructionDidNotDeserialize", "{} with {keep} bytes", case.name);
        }
    }
}

#[test]
fn too_few_accounts_are_refused() {
    for case in all() {
        let mut world = case.world.clone();
        let signers: Vec<_> = case.signers.iter().collect();
        for keep in 0..case.places.len() {
            let mut ix = case.instruction.clone();
            ix.accounts.truncate(keep);
            let refused = world.act(&[ix], &signers).err().unwrap_or_else(|| panic!("{} was accepted", case.name));
            assert_eq!(refused.name, "AccountNotEnoughKeys", "{} with {keep} accounts", case.name);
        }
    }
}

#[test]
fn nobody_forges_an_event() {
    let Cast { mut w, taker, .. } = cast();
    let event = TreasuryCollected { market: 0, amount: u64::MAX };
    let data = [anchor_lang::event::EVENT_IX_TAG_LE, &event.data()].concat();
    assert!(data[8..].starts_with(TreasuryCollected::DISCRIMINATOR));
    let forged = |meta| Instruction { program_id: ID, accounts: vec![meta], data: data.clone() };
    // Only the program itself can sign for its event authority.
    let unsigned = forged(AccountMeta::new_readonly(address::event_authority(), false));
    w.act(&[unsigned], &[]).refused_as("ConstraintSigner");
    let other = forged(AccountMeta::new_readonly(taker.owner(), true));
    w.act(&[other], &[&taker.key]).refused_as("ConstraintSeeds");
}
