//! Prices to replay: files of bars, the built-in crash, and the ticks both are played as.

mod bars;
mod scenario;
mod ticks;

pub use bars::{read, Bar, Venue};
pub use scenario::built_in;
pub use ticks::{play, Tick};

/// Prices are kept in 10^-8 USD, the exponent most Pyth feeds use.
pub const DECIMALS: u8 = 8;
