//! What the owner of a margin account does.

mod atomic;
mod close_account;
mod convert;
mod deposit;
mod funding;
mod isolated;
mod match_trade;
mod open_account;
mod orders;
mod post_quote;
mod quality;
mod remove_quote;
mod take;
mod take_refusals;
mod transfer;
mod volatile;
mod withdraw;
