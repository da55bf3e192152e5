//! Saying what an action must lead to.

use crate::vm::Refused;
use anchor_lang::{AnchorDeserialize, Discriminator, Event};
use firebreak_client::program::errors::FirebreakError;
use litesvm::types::TransactionMetadata;
use std::fmt::Debug;

/// What a test expects of a refused action.
pub trait Expect {
    /// Refused with this error of the program, by name.
    fn refused(self, why: FirebreakError) -> Refused;
    /// Refused with an error that is not the program's own: Anchor's by its name, the runtime's by its words.
    fn refused_as(self, name: &str) -> Refused;
}

impl<T: Debug> Expect for Result<T, Refused> {
    #[track_caller]
    fn refused(self, why: FirebreakError) -> Refused {
        self.refused_as(&why.name())
    }

    #[track_caller]
    fn refused_as(self, name: &str) -> Refused {
        match self {
            Err(refused) if refused.name == name => refused,
            Err(refused) => panic!("expected {name}, was refused with {}: {:#?}", refused.name, refused.logs),
            Ok(_) => panic!("expected {name}, but it was accepted"),
        }
    }
}

impl Refused {
    /// The logs say `text`.
    #[track_caller]
    pub fn says(&self, text: &str) -> &Self {
        assert!(self.logs.iter().any(|line| line.contains(text)), "no log says '{text}': {:#?}", self.logs);
        self
    }
}

/// What other programs answer, in the runtime's words.
pub mod runtime {
    /// The system program: the account that is to be created exists already.
    pub const ALREADY_IN_USE: &str = "Error processing Instruction 0: custom program error: 0x0";
    /// Anchor: the account was closed.
    pub const GONE: &str = "AccountOwnedByWrongProgram";
}

/// All events of a transaction, in order.
pub fn told(meta: &TransactionMetadata) -> Vec<firebreak_client::event::Event> {
    let calls = meta.inner_instructions.iter().flatten();
    calls.filter_map(|call| firebreak_client::event::decode(&call.instruction.data)).collect()
}

/// The events of type `T` in a transaction, in order. They are self-calls, so no truncated log can lose them.
pub fn events<T: Event + AnchorDeserialize + Discriminator>(meta: &TransactionMetadata) -> Vec<T> {
    let calls = meta.inner_instructions.iter().flatten().map(|call| &call.instruction.data);
    calls
        .filter_map(|data| data.strip_prefix(anchor_lang::event::EVENT_IX_TAG_LE)?.strip_prefix(T::DISCRIMINATOR))
        .map(|bytes| T::try_from_slice(bytes).expect("an event decodes"))
        .collect()
}
