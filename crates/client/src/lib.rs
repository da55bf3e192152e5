//! Firebreak for Rust programs off the chain: addresses, instructions, accounts, units.
//!
//! Layouts and argument types are the program's own; nothing is declared a second time.

pub mod address;
pub mod decode;
pub mod event;
pub mod instruction;
pub mod ledger;
pub mod needs;
pub mod rebuild;
pub mod units;

pub use anchor_lang::prelude::Pubkey;
pub use firebreak as program;
pub use firebreak::ID;
pub use firebreak_oracle as oracle;
pub use firebreak_risk as risk;
