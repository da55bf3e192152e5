//! Reads what surfpool reports, and keeps the errors.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crossbeam_channel::{select, Receiver, Sender};
use surfpool_types::SimnetEvent;

const KEPT_ERRORS: usize = 32;
/// Surfpool reports each failed transaction as an error of its own; whoever sent it is told anyway.
const TRANSACTION_NOISE: [&str; 3] =
    ["Transaction execution failed", "Transaction simulation failed", "Failed to process transaction"];

/// The last errors of a cluster, shared by its threads.
#[derive(Clone, Default)]
pub(super) struct Errors(Arc<Mutex<VecDeque<String>>>);

impl Errors {
    /// Takes all of them, oldest first.
    pub(super) fn take(&self) -> Vec<String> {
        self.lock().drain(..).collect()
    }

    /// The newest one.
    pub(super) fn last(&self) -> Option<String> {
        self.lock().back().cloned()
    }

    fn keep(&self, text: String) {
        let mut errors = self.lock();
        if errors.len() == KEPT_ERRORS {
            errors.pop_front();
        }
        errors.push_back(text);
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads the events until told to end: a full channel would stall the cluster. Tells `ready` when both servers listen.
pub(super) fn read(events: &Receiver<SimnetEvent>, end: &Receiver<()>, ready: &Sender<()>, errors: &Errors) {
    loop {
        let event = select! {
            recv(events) -> event => event,
            recv(end) -> _ => return,
        };
        match event {
            Ok(SimnetEvent::CoreStarted(_)) => {
                let _ = ready.try_send(());
            }
            Ok(SimnetEvent::ErrorLog(_, text)) if !is_noise(&text) => errors.keep(text),
            Ok(SimnetEvent::Aborted(text)) => errors.keep(text),
            Ok(_) => {}
            Err(_) => return,
        }
    }
}

fn is_noise(text: &str) -> bool {
    TRANSACTION_NOISE.iter().any(|noise| text.starts_with(noise))
}
