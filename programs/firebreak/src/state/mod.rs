//! Account types, one a file.
//!
//! All are zero-copy with a layout fixed at compile time, a version byte and room to grow. None holds a 128-bit integer: its
//! alignment differs between compilers.

mod collateral;
mod insurance;
mod laid;
pub mod layouts;
mod margin_account;
mod market;
mod order;
mod param_change;
mod protocol;
mod quote;
mod risk_report;
mod sources;
mod stake;

pub use collateral::*;
pub use insurance::*;
pub use laid::*;
pub use layouts::Laid;
pub use margin_account::*;
pub use market::*;
pub use order::*;
pub use param_change::*;
pub use protocol::*;
pub use quote::*;
pub use risk_report::*;
pub use sources::*;
pub use stake::*;
