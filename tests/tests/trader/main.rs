//! What the owner of a margin account does.

mod atomic;
mod convert;
mod deposit;
mod open_account;
mod post_quote;
mod quality;
mod take;
mod take_refusals;
mod withdraw;
