//! Firebreak's stress simulator: what a set of parameters survives, shown before it is voted in.
//!
//! It has no formula of its own for who owes what: every action is one of the engine's whole operations, the very code that the program
//! runs. What it adds is the world around them (prices, depth, congestion), the people in it, and a guard that checks every promise after
//! every action.
//!
//! | module | subject |
//! |---|---|
//! | [`prices`] | files of bars and of book depth, as ticks |
//! | [`world`] | venues, depth, price impact, congestion |
//! | [`engine`] | actions, the backend that carries them out, the guard |
//! | [`agents`] | who acts, one type a file |
//! | [`policy`] | Firebreak's rules, a plain baseline, and one safeguard less |
//! | [`scenario`] | what happens to whom, from TOML |
//! | [`shock`], [`replay`], [`crashes`], [`shipped`] | one slot, history, a folder of it, and what comes with the simulator |
//! | [`run`] | the runner |
//! | [`outcome`] | figures and series of a run |
//! | [`report`] | a self-contained page with charts and a verdict in words |
//! | [`cli`] | the commands |
//! | [`sweep`] | many runs in parallel, in shards, to Parquet |

pub mod agents;
pub mod cli;
pub mod crashes;
mod draw;
pub mod engine;
pub mod outcome;
pub mod policy;
pub mod prices;
pub mod replay;
pub mod report;
mod run;
pub mod scenario;
mod setting;
pub mod shipped;
pub mod shock;
pub mod stage;
pub mod sweep;
pub mod tally;
pub mod watch;
pub mod world;

pub use outcome::{Outcome, Run};
pub use policy::Policy;
pub use run::{run, run_on, seeds, Opener};
pub use scenario::Scenario;
