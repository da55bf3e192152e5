//! Progress for people, on standard error: numbered steps, bars for the long ones.

use indicatif::{ProgressBar, ProgressStyle};
use std::{io::IsTerminal, time::Instant};

/// Numbered steps with the time since the start.
pub struct Steps {
    total: usize,
    done: usize,
    started: Instant,
}

impl Steps {
    /// A sequence of `total` steps.
    pub fn new(total: usize) -> Self {
        Self { total, done: 0, started: Instant::now() }
    }

    /// Says what is done now.
    pub fn next(&mut self, what: &str) {
        self.done += 1;
        eprintln!("[{}/{}] {:>5.1} s  {what}", self.done, self.total, self.started.elapsed().as_secs_f64());
    }

    /// Says what is done now and how far it is, in `length` units.
    pub fn bar(&mut self, what: &str, length: u64) -> ProgressBar {
        self.next(what);
        if !std::io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let style = ProgressStyle::with_template("        {bar:40} {percent:>3} %  {elapsed} elapsed, {eta} left  {msg}");
        let bar = ProgressBar::new(length);
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar
    }
}
