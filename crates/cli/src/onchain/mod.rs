//! The simulator's differential mode: every action a second time, as a transaction to the compiled program.
//!
//! The engine in memory stays what agents see; the program on the embedded cluster gets the same actions at the same slots and prices. Both
//! must carry an action out or refuse it for the same reason, and leave the same bytes of every account, market and fund. Boards are the
//! program's: the scores that its boards ask for are what the engine is asked for.
//!
//! | file | subject |
//! |---|---|
//! | `mirror` | the two backends side by side, and the comparison |
//! | `wire` | an action as instructions |
//! | `chain` | cluster, keys, feeds, transactions |

mod chain;
mod mirror;
#[cfg(test)]
mod tests;
mod wire;

use crate::artifact;
use anyhow::Result;
use firebreak_sim::engine::{Backend, Setup};

/// A world of which the compiled program carries every action out as well.
///
/// # Errors
/// When the program was not built, or the cluster does not start.
pub fn open(setup: Setup) -> Result<Box<dyn Backend>> {
    let artifact = artifact::load(None)?;
    Ok(Box::new(mirror::Mirror::new(setup, &artifact.so)?))
}
