//! Prices: accepting a source, combining sources, the robust price, and what each quality permits (design, section 5).

mod accept;
mod aggregate;
mod quality;
mod robust;
mod strikes;

pub use accept::{accept, Accepted, Observation, Refusal, SourceRule, SourceState};
pub use aggregate::{combine, Combined};
pub use quality::{Action, Quality};
pub use robust::{RobustPrice, Use};
pub use strikes::{judge, weigh, Standing, StrikeRule, FULL_SHARE, LEAST_SHARE, MOST_WEIGHT, STRIKES};

/// A market has at most this many sources.
pub const MAX_SOURCES: usize = 5;
