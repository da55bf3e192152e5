//! Instructions of the insurance fund.

pub mod allot;
pub mod close_stake;
pub mod collect_treasury;
pub mod fund_insurance;
pub mod hold_unstake;
pub mod request_unstake;
pub mod stake;
pub mod sweep_fees;
pub mod unstake;

pub use allot::*;
pub use close_stake::*;
pub use collect_treasury::*;
pub use fund_insurance::*;
pub use hold_unstake::*;
pub use request_unstake::*;
pub use stake::*;
pub use sweep_fees::*;
pub use unstake::*;
