//! Actions into transactions.

use crate::action::{Action, Snapshot};
use firebreak_client::Pubkey;
use solana_instruction::Instruction;

/// What one transaction may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes, signatures included.
    pub bytes: usize,
    /// Compute units.
    pub compute: u32,
    /// Accounts locked.
    pub locks: usize,
    /// Actions; 1: never two.
    pub actions: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 1_232, compute: 1_400_000, locks: 64, actions: 8 }
    }
}

/// Address lookup tables that may be used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tables {
    /// Address of each table and what is in it, in order.
    pub tables: Vec<(Pubkey, Vec<Pubkey>)>,
}

/// One transaction to be signed.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// Who pays the fees; it signs first.
    pub payer: Pubkey,
    /// Compute-budget instructions first.
    pub instructions: Vec<Instruction>,
    /// Tables that its message uses.
    pub tables: Vec<Pubkey>,
    /// Accounts it locks.
    pub accounts: Vec<Pubkey>,
    /// Compute limit it asks for.
    pub compute_limit: u32,
    /// What is expected afterwards, the last word on every account.
    pub expected: Vec<Snapshot>,
    /// The actions in it, in order.
    pub actions: Vec<Action>,
    /// Bytes of the signed transaction.
    pub size: usize,
}

/// Packs `actions`, in order, for `payer`.
pub fn pack(payer: Pubkey, actions: Vec<Action>, limits: &Limits, tables: &Tables) -> Vec<Bundle> {
    let _ = (payer, actions, limits, tables);
    vec![]
}
