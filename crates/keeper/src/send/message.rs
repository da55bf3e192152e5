//! From a packed bundle to a message and a signed transaction.

use crate::{config::Key, Pubkey};
use solana_compute_budget_interface::{self as compute_budget, ComputeBudgetInstruction};
use solana_instruction::Instruction;
use solana_message::{v0, AddressLookupTableAccount, Message, VersionedMessage};
use solana_signer::Signer;
use solana_transaction::{versioned::VersionedTransaction, Hash};

/// What a message asks for.
#[derive(Clone, Copy, Debug)]
pub struct Asks {
    /// Compute units.
    pub limit: u32,
    /// Price of a unit in 10^-6 lamports.
    pub price: u64,
}

/// A message of `instructions`, whatever they asked for themselves. Without tables it is a message of the old form, which every node takes.
///
/// # Errors
/// A sentence, when the instructions do not fit into a message.
pub fn message(
    payer: &Pubkey,
    instructions: &[Instruction],
    tables: &[AddressLookupTableAccount],
    asks: Asks,
    hash: Hash,
) -> Result<VersionedMessage, String> {
    let mut all = vec![ComputeBudgetInstruction::set_compute_unit_limit(asks.limit)];
    if asks.price > 0 {
        all.push(ComputeBudgetInstruction::set_compute_unit_price(asks.price));
    }
    all.extend(instructions.iter().filter(|i| i.program_id != compute_budget::id()).cloned());
    if tables.is_empty() {
        return Ok(VersionedMessage::Legacy(Message::new_with_blockhash(&all, Some(payer), &hash)));
    }
    v0::Message::try_compile(payer, &all, tables, hash)
        .map(VersionedMessage::V0)
        .map_err(|why| format!("the instructions do not fit into a message: {why}"))
}

/// Signs with those of `keys` that the message needs.
///
/// # Errors
/// Names a signer whose key is not there.
pub fn sign(message: VersionedMessage, keys: &[&Key]) -> Result<VersionedTransaction, String> {
    let needed = usize::from(message.header().num_required_signatures);
    let bytes = message.serialize();
    let signatures = message
        .static_account_keys()
        .iter()
        .take(needed)
        .map(|address| {
            let key = keys.iter().find(|k| k.address() == *address).ok_or_else(|| format!("the key of {address} is needed"))?;
            key.signer().try_sign_message(&bytes).map_err(|why| format!("{address} cannot sign: {why}"))
        })
        .collect::<Result<Vec<_>, _>>()?;
    Ok(VersionedTransaction { signatures, message })
}

#[cfg(test)]
mod tests {
    use super::*;
    use solana_keypair::Keypair;

    #[test]
    fn a_message_asks_for_what_it_is_told_and_is_signed_by_whom_it_needs() {
        let (payer, owner, stranger) = (Key::from(Keypair::new()), Key::from(Keypair::new()), Key::from(Keypair::new()));
        let meta = solana_instruction::AccountMeta::new_readonly(owner.address(), true);
        let call = Instruction { program_id: firebreak_client::ID, accounts: vec![meta], data: vec![7] };
        let old = ComputeBudgetInstruction::set_compute_unit_limit(1);
        let asks = Asks { limit: 1_000, price: 5 };
        let message = message(&payer.address(), &[old, call], &[], asks, Hash::default()).expect("it fits");
        assert_eq!(message.instructions().len(), 3, "limit, price, call");
        assert_eq!(message.instructions()[0].data[1..5], 1_000u32.to_le_bytes());
        let tx = sign(message.clone(), &[&owner, &payer, &stranger]).expect("signed");
        assert_eq!(tx.verify_with_results(), [true, true]);
        assert!(sign(message, &[&payer]).expect_err("a key is missing").contains(&owner.address().to_string()));
    }
}
