//! Instructions of the protocol's authority.

pub mod initialise;
pub mod list_collateral;
pub mod list_market;
pub mod set_collateral_cap;
pub mod set_rules;

pub use initialise::*;
pub use list_collateral::*;
pub use list_market::*;
pub use set_collateral_cap::*;
pub use set_rules::*;
