//! Compute units of every instruction on the compiled program, against their budgets (design, section 12).

mod governance;
mod hot;
mod owners;
mod rest;
mod wind_down;

use crate::Outcome;

/// One measurement.
#[derive(Clone, Debug)]
pub struct Row {
    /// Name of the instruction.
    pub instruction: &'static str,
    /// What it was measured at.
    pub size: String,
    /// Compute units.
    pub cu: u64,
    /// Most it may take on the bundled route.
    pub budget: u64,
}

impl Row {
    fn new(instruction: &'static str, size: impl Into<String>, cu: u64, budget: u64) -> Self {
        Self { instruction, size: size.into(), cu, budget }
    }
}

/// What an instruction without a line of its own may take at 8 positions.
const OTHERWISE: u64 = 25_000;

/// Compute units of a transaction that must succeed.
fn cu(outcome: Outcome) -> u64 {
    outcome.unwrap_or_else(|why| panic!("the measured instruction is refused: {why:?}")).compute_units_consumed
}

/// Every row.
pub fn rows() -> Vec<Row> {
    [hot::rows(), wind_down::rows(), owners::rows(), rest::rows(), governance::rows()].concat()
}
