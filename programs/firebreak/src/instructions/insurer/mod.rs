//! Instructions of the insurance fund.

pub mod allot;
pub mod fund_insurance;
pub mod sweep_fees;

pub use allot::*;
pub use fund_insurance::*;
pub use sweep_fees::*;
