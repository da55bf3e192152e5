//! The journal of a shard: one line per finished job, after a line that says which plan it belongs to.

use super::Row;
use std::{
    fs::{File, OpenOptions},
    io::Write,
    path::Path,
};
use thiserror::Error;

/// Why a journal cannot be used.
#[derive(Debug, Error)]
pub enum JournalError {
    /// It cannot be read or written.
    #[error("{file}: {why}")]
    Io {
        /// The file.
        file: String,
        /// What the system said.
        why: std::io::Error,
    },
    /// It is another sweep's.
    #[error("{0} belongs to another sweep: use another folder, or remove it")]
    Other(String),
    /// A line that is not the last is broken.
    #[error("{file}, line {line}: no finished job")]
    Line {
        /// The file.
        file: String,
        /// Counted from 1.
        line: usize,
    },
}

/// An open journal.
pub struct Journal {
    file: File,
    name: String,
}

impl Journal {
    /// Opens or begins the journal of a plan; returns the jobs that are done. A last line that was cut off is dropped.
    pub fn open(path: &Path, fingerprint: u64) -> Result<(Self, Vec<Row>), JournalError> {
        let name = path.display().to_string();
        let io = |why| JournalError::Io { file: name.clone(), why };
        let head = format!("sweep {fingerprint:016x}");
        let text = if path.exists() { std::fs::read_to_string(path).map_err(io)? } else { String::new() };
        let mut done: Vec<Row> = Vec::new();
        let mut kept = String::new();
        let whole = text.rfind('\n').map_or(0, |at| at + 1);
        for (n, line) in text[..whole].lines().enumerate() {
            if n == 0 {
                if line != head {
                    return Err(JournalError::Other(name));
                }
            } else {
                done.push(serde_json::from_str(line).map_err(|_| JournalError::Line { file: name.clone(), line: n + 1 })?);
            }
            kept.push_str(line);
            kept.push('\n');
        }
        if kept.is_empty() {
            kept = head + "\n";
        }
        if kept != text {
            std::fs::write(path, kept).map_err(io)?;
        }
        let file = OpenOptions::new().append(true).open(path).map_err(io)?;
        Ok((Self { file, name }, done))
    }

    /// Adds a finished job.
    pub fn add(&mut self, row: &Row) -> Result<(), JournalError> {
        let line = serde_json::to_string(row).unwrap_or_default() + "\n";
        let io = |why| JournalError::Io { file: self.name.clone(), why };
        self.file.write_all(line.as_bytes()).and_then(|()| self.file.flush()).map_err(io)
    }
}
