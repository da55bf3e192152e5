//! Emitting events.

use anchor_lang::{
    event::EVENT_IX_TAG_LE,
    prelude::*,
    solana_program::{instruction::Instruction, program::invoke_signed},
    Discriminator,
};

/// Seed of the address that signs the program's self-calls, as Anchor derives it.
const EVENT_SEED: &[u8] = b"__event_authority";
/// Tag and discriminator before an event's own bytes.
const HEADER: usize = 16;

/// Emits `event` as Anchor's `emit_cpi!` would, to the byte. That macro moves every byte of an event through an iterator and then copies it
/// again: the longer the event, the more it costs. Here it is written once, into a buffer of its size.
pub fn emit<E: AnchorSerialize + Discriminator>(authority: &AccountInfo, event: &E) -> Result<()> {
    emit_with(authority, event, 0)
}

/// The same for an event with a list whose items take up `room` bytes: a buffer that grows would be copied each time, and the heap gives
/// nothing back.
pub fn emit_with<E: AnchorSerialize + Discriminator>(authority: &AccountInfo, event: &E, room: usize) -> Result<()> {
    let size = HEADER.saturating_add(std::mem::size_of::<E>()).saturating_add(room);
    let mut data = Vec::with_capacity(size);
    data.extend_from_slice(EVENT_IX_TAG_LE);
    data.extend_from_slice(E::DISCRIMINATOR);
    event.serialize(&mut data)?;
    call(authority, data)
}

#[inline(never)]
fn call(authority: &AccountInfo, data: Vec<u8>) -> Result<()> {
    let signer = AccountMeta::new_readonly(*authority.key, true);
    let ix = Instruction { program_id: crate::ID, accounts: vec![signer], data };
    let seeds: &[&[u8]] = &[EVENT_SEED, &[crate::EVENT_AUTHORITY_AND_BUMP.1]];
    invoke_signed(&ix, std::slice::from_ref(authority), &[seeds])?;
    Ok(())
}
