//! What every user command stands on: options, keys, the view of the chain, sending, and how things are written.

pub mod book;
pub mod config;
pub mod error;
pub mod fields;
pub mod keys;
pub mod options;
pub mod out;
pub mod refusal;
pub mod rpc;
pub mod send;
pub mod session;
pub mod units;
