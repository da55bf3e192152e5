//! Structured logs, one event a line on standard error.

use crate::config::{Log, LogFormat};
use tracing::Level;
use tracing_subscriber::{filter, fmt, prelude::*, registry};

/// Starts logging; once in a process, a second call does nothing. Libraries are heard from `warn` on only.
pub fn init(log: &Log) {
    let level: Level = log.level.parse().unwrap_or(Level::INFO);
    let filter = filter::Targets::new().with_default(level.min(Level::WARN)).with_target("firebreak_keeper", level);
    let lines = fmt::layer().with_writer(std::io::stderr).with_target(false);
    let result = match log.format {
        LogFormat::Json => registry().with(lines.json().flatten_event(true).with_filter(filter)).try_init(),
        LogFormat::Text => registry().with(lines.with_filter(filter)).try_init(),
    };
    // Somebody has set up logging before: theirs is used.
    drop(result);
}
