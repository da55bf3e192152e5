//! Many runs: seeds × policies × grids of parameters, in parallel, in shards that know nothing of each other.
//!
//! The jobs of a sweep have a fixed order that its plan alone decides; shard `i` of `n` has those whose number leaves `i` when divided by
//! `n`. A job's seed comes from its number, never from a thread, so results are the same whatever the number of shards and threads. Each
//! finished job is a line in the shard's journal, so a sweep that was interrupted resumes where it was; at the end the shard writes
//! Parquet into the folder, and [`merge`] reads all shards.

mod journal;
pub mod merge;
mod plan;
mod rows;
mod shard;

pub use journal::JournalError;
pub use plan::{Grid, Job, Plan, PlanError};
pub use rows::{read_rows, write_rows, write_series, Row};
pub use shard::{run_shard, Shard, ShardError};
