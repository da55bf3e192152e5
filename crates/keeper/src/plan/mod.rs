//! What is due.

mod settings;

pub use settings::Settings;

use crate::{action::Action, book::Book, inventory::Inventory};
use firebreak_client::risk::Now;

/// Plans. It keeps only what it did lately, so as not to plan the same again before the chain has answered.
#[derive(Default)]
pub struct Planner {}

impl Planner {
    /// What to do at `now`, most urgent first.
    pub fn plan(&mut self, book: &Book, now: Now, settings: &Settings, inventory: &Inventory) -> Vec<Action> {
        let _ = (book, now, settings, inventory);
        vec![]
    }
}
