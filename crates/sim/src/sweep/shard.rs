//! One shard of a sweep, on all cores of one machine.

use super::{
    journal::{Journal, JournalError},
    rows::{write_rows, Row},
    Plan, PlanError,
};
use crate::run;
use rayon::prelude::*;
use std::{
    path::{Path, PathBuf},
    str::FromStr,
    sync::Mutex,
};
use thiserror::Error;

/// Number `index` of `count`, the first being 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Which.
    pub index: u64,
    /// Of how many.
    pub count: u64,
}

/// Why a shard stopped.
#[derive(Debug, Error)]
pub enum ShardError {
    /// Not `i/n`.
    #[error("'{0}' is no shard: give I/N with I from 0 to N - 1")]
    Text(String),
    /// The plan is refused.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The journal is refused.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The result cannot be written.
    #[error("{0}")]
    Write(String),
}

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Self, ShardError> {
        let bad = || ShardError::Text(text.into());
        let (index, count) = text.split_once('/').ok_or_else(bad)?;
        let shard = Self { index: index.parse().map_err(|_| bad())?, count: count.parse().map_err(|_| bad())? };
        if shard.index < shard.count {
            Ok(shard)
        } else {
            Err(bad())
        }
    }
}

impl Shard {
    /// Where its rows go.
    pub fn file(&self, folder: &Path) -> PathBuf {
        folder.join(format!("runs-{}-of-{}.parquet", self.index, self.count))
    }

    /// Its journal.
    pub fn journal(&self, folder: &Path) -> PathBuf {
        folder.join(format!("runs-{}-of-{}.journal", self.index, self.count))
    }
}

/// Runs what is left of a shard's jobs and writes its Parquet; `progress` learns of each finished job with how many there are. Returns the
/// rows in the order of the jobs.
pub fn run_shard(
    plan: &Plan,
    shard: Shard,
    folder: &Path,
    progress: impl Fn(usize, usize) + Sync,
) -> Result<Vec<Row>, ShardError> {
    std::fs::create_dir_all(folder).map_err(|why| ShardError::Write(format!("{}: {why}", folder.display())))?;
    let jobs: Vec<_> = plan.jobs()?.into_iter().filter(|job| job.number % shard.count == shard.index).collect();
    let (journal, done) = Journal::open(&shard.journal(folder), plan.fingerprint())?;
    let left: Vec<_> = jobs.iter().filter(|job| !done.iter().any(|row| row.job == job.number)).collect();
    let all = jobs.len();
    progress(all - left.len(), all);
    let state = Mutex::new((journal, done));
    left.par_iter().try_for_each(|job| -> Result<(), ShardError> {
        let outcome = run(&job.scenario, &job.policy, job.seed).outcome;
        let row = Row::of(job.number, &job.settings, &outcome);
        let mut state = state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        state.0.add(&row)?;
        state.1.push(row);
        progress(state.1.len(), all);
        Ok(())
    })?;
    let (_, mut rows) = state.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    rows.sort_by_key(|row| row.job);
    write_rows(&shard.file(folder), &rows).map_err(|why| ShardError::Write(format!("{why:#}")))?;
    Ok(rows)
}
