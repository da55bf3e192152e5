//! Transactions signed over a durable nonce, to be sent on a later day.

use crate::{vm::name_of, World};
use anchor_lang::{
    prelude::Pubkey,
    solana_program::{instruction::Instruction, system_instruction},
};
use solana_keypair::Keypair;
use solana_signer::Signer;
use solana_transaction::Transaction;

/// Creates a nonce account of the payer.
pub fn create(w: &mut World) -> Keypair {
    let (payer, nonce) = (w.payer(), Keypair::new_from_array([31; 32]));
    let rent = w.vm.svm.minimum_balance_for_rent_exemption(80);
    let create = system_instruction::create_nonce_account(&payer.pubkey(), &nonce.pubkey(), &payer.pubkey(), rent);
    w.vm.send(&create, &[&nonce]).expect("creates");
    nonce
}

/// What the account stores now: version, state, authority, then the value.
pub fn stored(w: &World, nonce: &Pubkey) -> [u8; 32] {
    w.vm.svm.get_account(nonce).expect("exists").data[40..72].try_into().expect("32 bytes")
}

/// Signs over the nonce, lets blockhashes expire, and sends; the name of the refusal, if any.
pub fn send_later(w: &mut World, nonce: &Pubkey, instructions: Vec<Instruction>, signers: &[&Keypair]) -> Option<String> {
    let payer = w.payer();
    let mut all: Vec<&Keypair> = vec![&payer];
    all.extend(signers.iter().filter(|k| k.pubkey() != payer.pubkey()));
    let hash = stored(w, nonce).into();
    let tx = Transaction::new_signed_with_payer(&instructions, Some(&payer.pubkey()), &all, hash);
    w.vm.svm.expire_blockhash();
    w.vm.svm.expire_blockhash();
    w.vm.svm.send_transaction(tx).err().map(|e| name_of(&e.err.to_string(), &e.meta.logs))
}
