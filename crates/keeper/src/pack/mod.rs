//! Actions into transactions: as many together as size, compute units and locks permit, in their order, an action never in two.

mod size;

use crate::action::{Action, Snapshot};
use firebreak_client::Pubkey;
use size::{measure, Measured};
use solana_instruction::Instruction;
use std::collections::BTreeMap;

/// Bytes of the largest transaction that the network carries.
pub const MOST_BYTES: usize = 1_232;
/// Compute units of the largest transaction.
pub const MOST_COMPUTE: u32 = 1_400_000;

/// What one transaction may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes, signatures included.
    pub bytes: usize,
    /// Compute units.
    pub compute: u32,
    /// Accounts locked.
    pub locks: usize,
    /// Actions; 1: never two. One that is refused takes the others of its transaction with it.
    pub actions: usize,
    /// Percent of the estimate that the compute limit has on top of it.
    pub spare_compute: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: MOST_BYTES, compute: MOST_COMPUTE, locks: 64, actions: 4, spare_compute: 20 }
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
    /// Who pays the fees; it signs first. Another payer that signs nothing else makes it no larger.
    pub payer: Pubkey,
    /// What to do. The compute-budget instructions, limit and price, come before them and are counted in `size`.
    pub instructions: Vec<Instruction>,
    /// Tables that its message uses.
    pub tables: Vec<Pubkey>,
    /// Accounts it locks.
    pub accounts: Vec<Pubkey>,
    /// Compute limit it should ask for until simulation has said what it needs.
    pub compute_limit: u32,
    /// What is expected afterwards, the last word on every account.
    pub expected: Vec<Snapshot>,
    /// The actions in it, in order.
    pub actions: Vec<Action>,
    /// Bytes of the signed transaction.
    pub size: usize,
}

/// What came of packing.
#[derive(Clone, Debug, Default)]
pub struct Packed {
    /// Transactions, in the order of the actions.
    pub bundles: Vec<Bundle>,
    /// Actions that do not fit in a transaction of their own.
    pub too_large: Vec<Action>,
}

/// Packs `actions`, in order, for `payer`. A transaction is closed when the next action does not fit: nothing overtakes what was planned
/// before it, because it may rest on it.
pub fn pack(payer: Pubkey, actions: Vec<Action>, limits: &Limits, tables: &Tables) -> Packed {
    let mut packed = Packed::default();
    let mut open: Vec<Action> = vec![];
    for action in actions {
        if !open.is_empty() {
            open.push(action);
            if open.len() <= limits.actions && fits(payer, &open, limits, tables) {
                continue;
            }
            let Some(action) = open.pop() else { continue };
            packed.bundles.extend(close(payer, std::mem::take(&mut open), limits, tables));
            open.push(action);
        } else {
            open.push(action);
        }
        // The one that was just put into a new transaction must fit alone.
        if !fits(payer, &open, limits, tables) {
            packed.too_large.append(&mut open);
        }
    }
    packed.bundles.extend(close(payer, open, limits, tables));
    packed
}

fn instructions(actions: &[Action]) -> Vec<Instruction> {
    actions.iter().flat_map(|action| action.instructions.iter().cloned()).collect()
}

fn compute(actions: &[Action], limits: &Limits) -> u32 {
    let needed = actions.iter().fold(0u32, |sum, action| sum.saturating_add(action.compute));
    let spare = u64::from(needed).saturating_mul(limits.spare_compute.into()) / 100;
    needed.saturating_add(u32::try_from(spare).unwrap_or(u32::MAX))
}

fn fits(payer: Pubkey, actions: &[Action], limits: &Limits, tables: &Tables) -> bool {
    let Some(measured) = measure(payer, &instructions(actions), tables) else { return false };
    measured.bytes <= limits.bytes && measured.accounts.len() <= limits.locks && compute(actions, limits) <= limits.compute
}

fn close(payer: Pubkey, actions: Vec<Action>, limits: &Limits, tables: &Tables) -> Option<Bundle> {
    if actions.is_empty() {
        return None;
    }
    let instructions = instructions(&actions);
    let Measured { bytes, accounts, tables } = measure(payer, &instructions, tables)?;
    let mut expected: BTreeMap<Pubkey, Snapshot> = BTreeMap::new();
    for snapshot in actions.iter().flat_map(|action| &action.expected) {
        expected.insert(snapshot.key, snapshot.clone());
    }
    Some(Bundle {
        payer,
        tables,
        accounts,
        compute_limit: compute(&actions, limits),
        expected: expected.into_values().collect(),
        size: bytes,
        instructions,
        actions,
    })
}
