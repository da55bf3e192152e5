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
//! | [`mod@layout`] | how state types describe their own bytes |
//! | [`price`] | accepting sources, combining them, the robust price, what each quality permits |
//! | [`params`] | what governance sets for a market, with bounds |
//! | [`rules`] | what it sets for the market's mechanisms |
//! | [`market`] | a market's whole state, its level and its quality |
//! | [`ops`] | what an instruction does, from its checks to its last entry: refresh, accrue, trade, settle, liquidate, … |
//! | [`defaults`] | a default for every parameter, with its reason |
//! | [`index`] | the profit-only loss index |
//! | [`ledger`] | a market's totals and their identities (I2, I14) |
//! | [`position`] | a position's base, entry cost and signed result |
//! | [`account`] | a margin account: capital, bond, positions |
//! | [`trade`] | fills and fees |
//! | [`settle`] | marking to the robust price, converting claims |
//! | [`margin`] | lines of health |
//! | [`liquidation`] | flagging, sizing, penalty, take-over |
//! | [`sqrt`] | integer square roots |
//! | [`volatility`] | variance, jumps and the liquidation horizon, measured from accepted prices |
//! | [`dynamic_margin`] | target margin by σ, jump, size, skew and open interest; the open-interest cap |
//! | [`live_margin`] | a market's and a position's lines as they are in force |
//! | [`glide`] | how raised margin reaches open positions (I8) |
//! | [`balance`] | what an account holds of a collateral, and how much of it counts yet |
//! | [`defaults_measured`] | defaults of the modules that measure |
//! | [`defaults_rules`] | defaults of what a market does by itself |
//! | [`collateral`] | tokens other than the settlement token: haircut, warm-up, value |
//! | [`collateral_rules`] | rules of their prices and of their sale |
//! | [`crossing`] | the prices at which an account crosses its lines |
//! | [`depth`] | what a market really absorbs |
//! | [`waterfall`] | bankruptcy, insurance, sharing a loss |
//! | [`rank`] | scores and boards: who comes first |
//! | [`deleverage`] | closing a bankrupt position against the opposite side |
//! | [`window`] | amounts over a sliding window |
//! | [`throttle`] | how much may be liquidated per window |
//! | [`shares`] | shares of an insurance tranche, stakes, cooldown |
//! | [`tranches`] | shared insurance: junior before senior, limits, pay-out |
//! | [`levels`] | levels of the circuit breaker, what each permits |
//! | [`breaker`] | the circuit breaker: triggers, timers, anchors |
//! | [`outflow`] | what may leave a vault per hour and day |
//! | [`funding`] | the funding index |
//! | [`fees`] | the dynamic fee |
//! | [`settlement`] | the end of a market at one price |
//! | [`order`] | standing orders that anybody may run when they are due |
//! | [`report`] | a market's state for other programs |
//! | [`venue`] | the price of what was filled here |
//! | [`recovery`] | what a bankrupt account comes to later |
//! | [`governance`] | directions of parameters, step bounds, delays |
#![no_std]
#![cfg_attr(not(feature = "pod"), forbid(unsafe_code))]
#![deny(missing_docs)]
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing))]

pub mod account;
pub mod balance;
pub mod breaker;
pub mod collateral;
pub mod collateral_rules;
pub mod crossing;
pub mod defaults;
pub mod defaults_measured;
pub mod defaults_rules;
pub mod deleverage;
pub mod depth;
pub mod dynamic_margin;
pub mod error;
pub mod fees;
pub mod funding;
pub mod glide;
pub mod governance;
pub mod index;
pub mod layout;
pub mod ledger;
pub mod levels;
pub mod liquidation;
pub mod live_margin;
pub mod margin;
pub mod market;
pub mod num;
pub mod ops;
pub mod order;
pub mod outflow;
pub mod params;
pub mod position;
pub mod price;
pub mod rank;
pub mod recovery;
pub mod report;
pub mod rules;
pub mod settle;
pub mod settlement;
pub mod shares;
pub mod sqrt;
pub mod throttle;
pub mod trade;
pub mod tranches;
pub mod venue;
pub mod volatility;
pub mod waterfall;
pub mod window;

pub use account::{Account, MAX_POSITIONS};
pub use error::RiskError;
pub use ledger::Ledger;
pub use market::{Market, Now};
pub use num::{BaseQty, Price, Ratio};
pub use params::MarketParams;
pub use position::Position;
pub use rules::Rules;
