//! Permissionless instructions that keep the market solvent.

pub mod accrue;
pub mod declare_bankrupt;
pub mod flag;
pub mod forfeit_collateral;
pub mod liquidate;
pub mod liquidate_collateral;
pub mod recover;
pub mod refresh_collateral;
pub mod refresh_market;
pub mod settle;
pub mod share_loss;

pub use accrue::*;
pub use declare_bankrupt::*;
pub use flag::*;
pub use forfeit_collateral::*;
pub use liquidate::*;
pub use liquidate_collateral::*;
pub use recover::*;
pub use refresh_collateral::*;
pub use refresh_market::*;
pub use settle::*;
pub use share_loss::*;
