//! Permissionless instructions that keep the market solvent.

pub mod accrue;
pub mod close_dust;
pub mod declare_bankrupt;
pub mod deleverage;
pub mod enter_settlement;
pub mod flag;
pub mod liquidate;
pub mod liquidate_into_quotes;
pub mod rank;
pub mod publish_report;
pub mod recover;
pub mod refresh_market;
pub mod run_order;
pub mod run_top_up;
pub mod settle;
pub mod share_loss;
pub mod skim;

pub use accrue::*;
pub use close_dust::*;
pub use declare_bankrupt::*;
pub use deleverage::*;
pub use enter_settlement::*;
pub use flag::*;
pub use liquidate::*;
pub use liquidate_into_quotes::*;
pub use rank::*;
pub use publish_report::*;
pub use recover::*;
pub use refresh_market::*;
pub use run_order::*;
pub use run_top_up::*;
pub use settle::*;
pub use share_loss::*;
pub use skim::*;
