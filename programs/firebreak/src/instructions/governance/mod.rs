//! Instructions of the protocol's authority.

pub mod initialise;
pub mod list_market;

pub use initialise::*;
pub use list_market::*;
