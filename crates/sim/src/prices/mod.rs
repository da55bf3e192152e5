//! Prices to replay: files of bars, files of book depth, a generated crash, and the ticks all are played as. The demo on the embedded
//! cluster and the simulator read the same files with the same code.

mod bars;
mod book;
mod crash;
mod ticks;

pub use bars::{read, read_with_gaps, Bar, PriceError, Venue, MAX_GAP_MS};
pub use book::{read_depth, DepthPoint};
pub use crash::built_in;
pub use ticks::{carried, play, Tick};

/// Prices are kept in 10^-8 USD, the exponent most Pyth feeds use.
pub const DECIMALS: u8 = 8;
