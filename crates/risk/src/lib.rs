//! Firebreak's risk engine.
//!
//! Every number the protocol decides is decided here: on-chain, in the keeper, in the simulator and in the browser it is
//! this code that runs. The crate is `no_std`, without floats, without panics and without any Solana type. Every
//! function is total: what cannot be answered is a [`RiskError`], never a wrap, a clamp or an abort.
//!
//! Rounding is in the name of each function (`_down`, `_up`) and always favours the pool over the person acting.
//!
//! | module | subject |
//! |---|---|
//! | [`num`] | scales, quantities, the only divisions |
//! | [`layout`] | how state types describe their own bytes |
//! | [`price`] | accepting sources, combining them, the robust price, what each quality permits |
//! | [`params`] | what governance sets for a market, with bounds |
//! | [`defaults`] | a default for every parameter, with its reason |
//! | [`index`] | the profit-only loss index |
//! | [`ledger`] | a market's totals and their identities (I2, I14) |
//! | [`position`] | a position's base, entry cost and signed result |
//! | [`account`] | a margin account: capital, bond, positions |
//! | [`trade`] | fills and fees |
//! | [`settle`] | marking to the robust price, converting claims |
//! | [`margin`] | lines of health |
//! | [`liquidation`] | flagging, sizing, penalty, take-over |
//! | [`waterfall`] | bankruptcy, insurance, sharing a loss |
#![no_std]
#![cfg_attr(not(feature = "pod"), forbid(unsafe_code))]
#![deny(missing_docs, clippy::arithmetic_side_effects, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

pub mod account;
pub mod defaults;
pub mod error;
pub mod index;
pub mod layout;
pub mod ledger;
pub mod liquidation;
pub mod margin;
pub mod market;
pub mod num;
pub mod params;
pub mod position;
pub mod price;
pub mod settle;
pub mod trade;
pub mod waterfall;

pub use account::{Account, MAX_POSITIONS};
pub use error::RiskError;
pub use ledger::Ledger;
pub use market::{Market, Now};
pub use num::{BaseQty, Price, Ratio};
pub use params::MarketParams;
pub use position::Position;
