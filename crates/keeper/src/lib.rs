//! The keeper: it watches the program, plans with the risk engine and sends what pays or what is due.
//!
//! The core below is pure: no clock, no network, no files. The runtime around it reads the chain into a [`book::Book`], asks a
//! [`plan::Planner`] what is due, packs it and sends it.
//!
//! ```text
//! book.apply(&key, &owner, slot, &data)?      every account that arrives; what is not what it should be is refused and changes nothing
//! book.watched()                              accounts of other programs that it wants: price accounts, vaults
//! book.set_clock(now)                         the chain's clock
//! let inventory = Inventory::of(&book, wallet, limits, now)
//! let actions = planner.plan(&book, now, &settings, &inventory)
//! for bundle in pack(payer, actions, &limits, &tables).bundles { simulate, sign, send }
//! action.expected                             every account the action changes, byte for byte, asserted after confirmation
//! ```
//!
//! | module | subject |
//! |---|---|
//! | [`book`] | everything the program holds; who is worst, exactly, after a price moved |
//! | [`plan`] | what is due, job by job, planned by running the engine's own operations on copies |
//! | [`action`] | one thing to do: its steps, its instructions, its prediction |
//! | [`predict`] | what a step makes of the accounts, byte for byte |
//! | [`pack`] | actions into transactions |
//! | [`inventory`] | what the keeper holds and may hold |
//! | [`config`] | `keeper.toml` |
//! | [`watch`] | what the chain tells, and how far that can be trusted |
//! | [`send`] | simulating, pricing, signing, following transactions |
//! | [`run`] | the keeper as a whole |
//! | [`rpc`], [`metrics`], [`log`], [`webhook`] | the world around it |

#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

pub mod action;
pub mod book;
pub mod inventory;
pub mod pack;
pub mod plan;
pub mod predict;

#[cfg(feature = "runtime")]
pub mod config;
#[cfg(feature = "runtime")]
pub mod log;
#[cfg(feature = "runtime")]
pub mod metrics;
#[cfg(feature = "runtime")]
pub mod rpc;
#[cfg(feature = "runtime")]
pub mod run;
#[cfg(feature = "runtime")]
pub mod send;
#[cfg(feature = "runtime")]
pub mod watch;
#[cfg(feature = "runtime")]
pub mod webhook;

pub use action::{Action, Job, Snapshot};
pub use book::{Book, Change};
pub use firebreak_client::{risk::Now, Pubkey};
pub use inventory::{Inventory, InventoryLimits, Wallet};
