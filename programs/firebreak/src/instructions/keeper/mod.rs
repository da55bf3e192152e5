//! Permissionless instructions that keep the market solvent.

pub mod accrue;
pub mod check_global;
pub mod declare_bankrupt;
pub mod flag;
pub mod liquidate;
pub mod recover;
pub mod refresh_market;
pub mod settle;
pub mod share_loss;

pub use accrue::*;
pub use check_global::*;
pub use declare_bankrupt::*;
pub use flag::*;
pub use liquidate::*;
pub use recover::*;
pub use refresh_market::*;
pub use settle::*;
pub use share_loss::*;
