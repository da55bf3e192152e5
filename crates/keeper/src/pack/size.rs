//! How large a transaction would be, by making its message.

use super::Tables;
use firebreak_client::Pubkey;
use solana_instruction::Instruction;
use solana_message::{v0, AddressLookupTableAccount, Hash};

/// Bytes of a signature.
const SIGNATURE: usize = 64;

/// A message, measured.
pub struct Measured {
    /// Bytes of the signed transaction.
    pub bytes: usize,
    /// Accounts it locks.
    pub accounts: Vec<Pubkey>,
    /// Tables it uses.
    pub tables: Vec<Pubkey>,
}

/// Measures the transaction that `payer` would send, compute-budget instructions included. `None`: there is no such message.
pub fn measure(payer: Pubkey, instructions: &[Instruction], tables: &Tables) -> Option<Measured> {
    let budget = [budget(2, &[0; 4]), budget(3, &[0; 8])];
    let all: Vec<Instruction> = budget.into_iter().chain(instructions.iter().cloned()).collect();
    let known: Vec<AddressLookupTableAccount> = tables
        .tables
        .iter()
        .map(|(key, addresses)| AddressLookupTableAccount { key: *key, addresses: addresses.clone() })
        .collect();
    let message = v0::Message::try_compile(&payer, &all, &known, Hash::default()).ok()?;
    let signatures = usize::from(message.header.num_required_signatures);
    let mut accounts = message.account_keys.clone();
    for lookup in &message.address_table_lookups {
        let (_, addresses) = tables.tables.iter().find(|(key, _)| *key == lookup.account_key)?;
        let indices = lookup.writable_indexes.iter().chain(&lookup.readonly_indexes);
        accounts.extend(indices.filter_map(|index| addresses.get(usize::from(*index))));
    }
    // Count and signatures, then the message.
    let bytes = 1usize.saturating_add(SIGNATURE.saturating_mul(signatures)).saturating_add(message.serialize().len());
    Some(Measured { bytes, accounts, tables: message.address_table_lookups.iter().map(|lookup| lookup.account_key).collect() })
}

/// A compute-budget instruction, as large as the real one.
fn budget(kind: u8, value: &[u8]) -> Instruction {
    let data = [&[kind], value].concat();
    Instruction { program_id: solana_sdk_ids::compute_budget::ID, accounts: vec![], data }
}
