//! Permissionless instructions that keep the market solvent.

pub mod accrue;
pub mod declare_bankrupt;
pub mod flag;
pub mod liquidate;
pub mod publish_report;
pub mod recover;
pub mod refresh_market;
pub mod run_order;
pub mod run_top_up;
pub mod settle;
pub mod share_loss;

pub use accrue::*;
pub use declare_bankrupt::*;
pub use flag::*;
pub use liquidate::*;
pub use publish_report::*;
pub use recover::*;
pub use refresh_market::*;
pub use run_order::*;
pub use run_top_up::*;
pub use settle::*;
pub use share_loss::*;
