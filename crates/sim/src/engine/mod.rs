//! What a simulation acts on: a backend that carries actions out, and the guard that checks every promise after each.
//!
//! Agents know the [`Backend`] only. The first one runs the engine in memory; one that sends the same actions to the compiled program can
//! be put in its place, and then the same scenario must leave the same balances.

mod action;
mod backend;
mod change;
mod guard;
mod local;
mod pledged;
mod record;
mod steps;

pub use action::{Action, Effect, Who};
pub use backend::{Backend, Books, Differential, Speed};
pub use guard::{Count, Guard, Promise, PROMISES};
pub use local::{Engine, Setup};
pub use record::{Record, SETTLEMENT, SOURCES};
