//! Forgets old transactions. Surfpool keeps every one forever, about 4 KiB each: a replay of a crash would
//! fill gigabytes.

use std::collections::VecDeque;

use solana_transaction::Signature;
use surfpool_core::surfnet::svm::SurfnetSvm;

/// The transactions of the blocks closed so far, oldest first.
pub(super) struct History {
    kept: usize,
    count: usize,
    blocks: VecDeque<(u64, Vec<Signature>)>,
}

impl History {
    /// A history that keeps whole blocks, together at least `kept` transactions.
    pub(super) fn new(kept: usize) -> Self {
        Self { kept, count: 0, blocks: VecDeque::new() }
    }

    /// Notes the block at `slot` and drops the oldest ones from `svm`.
    pub(super) fn close_block(&mut self, svm: &mut SurfnetSvm, slot: u64) {
        if let Ok(Some(block)) = svm.blocks.get(&slot) {
            self.count += block.signatures.len();
            self.blocks.push_back((slot, block.signatures));
        }
        while let Some((old, signatures)) = self.blocks.front() {
            if self.count - signatures.len() < self.kept {
                break;
            }
            // A store in memory does not fail, and a record left behind does no harm.
            for signature in signatures {
                let _ = svm.transactions.take(&signature.to_string());
            }
            let _ = svm.blocks.take(old);
            self.count -= signatures.len();
            self.blocks.pop_front();
        }
    }
}
