//! Instructions of the protocol's authority.

pub mod initialise;
pub mod list_market;
pub mod set_rules;

pub use initialise::*;
pub use list_market::*;
pub use set_rules::*;
